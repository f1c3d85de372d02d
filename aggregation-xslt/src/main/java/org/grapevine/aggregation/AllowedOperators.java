package org.grapevine.aggregation;

import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the compiled stylesheet of a stranger may consist of, by the names that Saxon's compiled tree has for it. What an
 * aggregation needs is here. What can run away, look outside, or give different results on different devices is not, and
 * neither is what nobody has thought of.
 */
final class AllowedOperators {

    /** {@code 1 to 100} is a list; {@code 1 to 1000000000} is a loop without end. */
    static final long MAX_RANGE = 1_000;

    private static final String MATHS = "Q{http://www.w3.org/2005/xpath-functions/math}";

    private static final Set<String> FRAMES = words(
            "stylesheet globalVariables globalVariable globalParam mode ruleSet"
                    + " ruleChain templateRule namedTemplates accumulators accumulator pre post accRule functions arg keys key");

    private static final Set<String> PATTERNS =
            words("p.any p.nodeTest p.withUpper p.withPredicate p.withCurrent p.venn"
                    + " p.simPos p.genPos p.genNode p.nodeSet p.anchor p.booleanExp");

    private static final Set<String> VALUES =
            words("str int dec dbl flt atomic literal true false empty let varRef gVarRef"
                    + " params param supplied withParam sequence range");

    private static final Set<String> PATHS = words("dot root axis slash filter first lastOf tail subscript subsequence"
            + " docOrder union intersect except attVal currentGroup currentGroupingKey isLast conditionalSort");

    private static final Set<String> EXPRESSIONS =
            words("arith minus and or vc gc gcEE is precedes follows compareToInt"
                    + " compareToString intRangeTest cast castable instance treat check coercer convert cvUntyped data atomSing"
                    + " choose some every for fn ifCall sort sortKey mergeAdj emptyTextNodeRemover");

    private static final Set<String> INSTRUCTIONS = words("applyT nextMatch applyImports forEach forEachGroup iterate"
            + " nextIteration break elem compElem att compAtt valueOf copy copyOf namespace message condCont condSeq onEmpty"
            + " onNonEmpty doc comment");

    private static final Set<String> FUNCTIONS = words(
            "sum avg min max count abs ceiling floor round round-half-to-even"
                    + " number format-number string concat string-join string-length substring substring-before substring-after"
                    + " contains starts-with ends-with contains-token normalize-space upper-case lower-case translate compare"
                    + " codepoint-equal string-to-codepoints codepoints-to-string name local-name namespace-uri node-name QName"
                    + " resolve-QName local-name-from-QName namespace-uri-from-QName prefix-from-QName position last current"
                    + " current-group current-grouping-key key exists empty not boolean true false data distinct-values head tail"
                    + " reverse subsequence remove insert-before index-of deep-equal sort zero-or-one one-or-more exactly-one"
                    + " accumulator-before accumulator-after root has-children innermost outermost unordered copy-of error dateTime"
                    + " years-from-duration months-from-duration days-from-duration hours-from-duration minutes-from-duration"
                    + " seconds-from-duration year-from-dateTime month-from-dateTime day-from-dateTime hours-from-dateTime"
                    + " minutes-from-dateTime seconds-from-dateTime timezone-from-dateTime year-from-date month-from-date"
                    + " day-from-date timezone-from-date hours-from-time minutes-from-time seconds-from-time timezone-from-time");

    private static final String NO_RECURSION =
            "write the expression where it is needed, or a template in a mode of its own, and apply templates to the nodes below";
    private static final String NO_FUNCTION_ITEMS =
            "use xsl:for-each, xsl:for-each-group, xsl:iterate or sum over the answers";
    private static final String NO_MAPS = "use elements, xsl:key and xsl:for-each-group";
    private static final String NO_REGEX =
            "use contains, starts-with, substring-before, substring-after, translate, or tokenize with one argument";
    private static final String NOTHING_OUTSIDE = "leave it out: the answers in a:Merge are all there is";
    private static final String NO_DIFFERENCE =
            "leave it out: it differs from device to device, and the result must not";

    private record Refused(String words, String instead) {}

    private static final Map<String, Refused> REFUSED = Map.ofEntries(
            Map.entry(
                    "to",
                    new Refused(
                            "a range of numbers (to) with a computed end",
                            "loop over the answers, or write both ends as numbers, at most " + MAX_RANGE + " apart")),
            Map.entry("ufCall", new Refused("a call of an xsl:function", NO_RECURSION)),
            Map.entry("function", new Refused("xsl:function or an inline function", NO_RECURSION)),
            Map.entry("tailCallLoop", new Refused("an xsl:function that calls itself", NO_RECURSION)),
            Map.entry("callT", new Refused("xsl:call-template", NO_RECURSION)),
            Map.entry("template", new Refused("a named template", NO_RECURSION)),
            Map.entry("ufRef", new Refused("a function item", NO_FUNCTION_ITEMS)),
            Map.entry("inlineFn", new Refused("an inline function", NO_FUNCTION_ITEMS)),
            Map.entry("fnRef", new Refused("a function item", NO_FUNCTION_ITEMS)),
            Map.entry("acFnRef", new Refused("a function item", NO_FUNCTION_ITEMS)),
            Map.entry("curriedFunc", new Refused("a function item", NO_FUNCTION_ITEMS)),
            Map.entry("coercedFn", new Refused("a function item", NO_FUNCTION_ITEMS)),
            Map.entry("fnCoercer", new Refused("a function item", NO_FUNCTION_ITEMS)),
            Map.entry("partialApply", new Refused("a function item", NO_FUNCTION_ITEMS)),
            Map.entry("dynCall", new Refused("a call of a function item", NO_FUNCTION_ITEMS)),
            Map.entry("map", new Refused("a map", NO_MAPS)),
            Map.entry("array", new Refused("an array", NO_MAPS)),
            Map.entry("arrayBlock", new Refused("an array", NO_MAPS)),
            Map.entry("lookup", new Refused("a lookup (?)", NO_MAPS)),
            Map.entry("lookupAll", new Refused("a lookup (?)", NO_MAPS)),
            Map.entry("analyzeString", new Refused("xsl:analyze-string", NO_REGEX)),
            Map.entry("nodeNum", new Refused("xsl:number", "use position()")),
            Map.entry("numSeqFmt", new Refused("xsl:number", "use position()")),
            Map.entry("resultDoc", new Refused("xsl:result-document", "give everything in the one result")),
            Map.entry("sourceDoc", new Refused("xsl:source-document", NOTHING_OUTSIDE)),
            Map.entry("mergeInstr", new Refused("xsl:merge", NOTHING_OUTSIDE)),
            Map.entry("evaluate", new Refused("xsl:evaluate", "write the expression itself")),
            Map.entry("try", new Refused("xsl:try", "let the merge fail: a wrong answer is reported as one")),
            Map.entry("fork", new Refused("xsl:fork", "leave it out")),
            Map.entry("useAS", new Refused("xsl:use-attribute-sets", "write the attributes where they are needed")),
            Map.entry("error", new Refused("an expression that always fails", "correct it, or leave it out")));

    private static final Map<String, String> REFUSED_FUNCTIONS = Map.ofEntries(
            Map.entry("matches", NO_REGEX),
            Map.entry("replace", NO_REGEX),
            Map.entry("tokenize", NO_REGEX),
            Map.entry("analyze-string", NO_REGEX),
            Map.entry("regex-group", NO_REGEX),
            Map.entry("fold-left", NO_FUNCTION_ITEMS),
            Map.entry("fold-right", NO_FUNCTION_ITEMS),
            Map.entry("for-each", NO_FUNCTION_ITEMS),
            Map.entry("for-each-pair", NO_FUNCTION_ITEMS),
            Map.entry("filter", NO_FUNCTION_ITEMS),
            Map.entry("apply", NO_FUNCTION_ITEMS),
            Map.entry("function-lookup", NO_FUNCTION_ITEMS),
            Map.entry("random-number-generator", NO_DIFFERENCE),
            Map.entry("generate-id", NO_DIFFERENCE),
            Map.entry("current-dateTime", NO_DIFFERENCE),
            Map.entry("current-date", NO_DIFFERENCE),
            Map.entry("current-time", NO_DIFFERENCE),
            Map.entry("implicit-timezone", NO_DIFFERENCE),
            Map.entry("default-language", NO_DIFFERENCE),
            Map.entry("system-property", NO_DIFFERENCE),
            Map.entry("trace", "leave it out: nobody reads it"),
            Map.entry("serialize", "use xsl:copy-of"));

    private AllowedOperators() {}

    private static Set<String> words(String words) {
        return Set.of(words.split(" ", -1));
    }

    /** Judges an operator of the compiled tree; null if it is allowed. */
    static @Nullable StylesheetFinding operator(int line, String name) {
        if (FRAMES.contains(name)
                || PATTERNS.contains(name)
                || VALUES.contains(name)
                || PATHS.contains(name)
                || EXPRESSIONS.contains(name)
                || INSTRUCTIONS.contains(name)) {
            return null;
        }
        Refused known = REFUSED.get(name);
        return known != null
                ? new StylesheetFinding(line, known.words(), known.instead())
                : new StylesheetFinding(line, "the operator " + name, "leave it out: an aggregation has no use for it");
    }

    /** Judges a call of a function of XPath or XSLT; null if it is allowed. */
    static @Nullable StylesheetFinding function(int line, String name) {
        if (FUNCTIONS.contains(name)) {
            return null;
        }
        return new StylesheetFinding(
                line, "the function " + name + "()", REFUSED_FUNCTIONS.getOrDefault(name, NOTHING_OUTSIDE));
    }

    /** Judges a call of a function of another namespace, named {@code Q{namespace}local}; null if it is allowed. */
    static @Nullable StylesheetFinding namespacedFunction(int line, String name) {
        if (name.startsWith(MATHS)) {
            return null;
        }
        boolean ofMaps = name.startsWith("Q{http://www.w3.org/2005/xpath-functions/map}")
                || name.startsWith("Q{http://www.w3.org/2005/xpath-functions/array}");
        String local = name.substring(name.lastIndexOf('}') + 1);
        return new StylesheetFinding(
                line,
                "the function " + (ofMaps ? name.contains("/map}") ? "map:" : "array:" : "") + local + "()",
                ofMaps ? NO_MAPS : "use the functions of XPath itself");
    }

    /** Judges a range of numbers whose ends are written as numbers; null if it is allowed. */
    static @Nullable StylesheetFinding range(int line, String from, String to) {
        try {
            if (Long.parseLong(to) - Long.parseLong(from) < MAX_RANGE) {
                return null;
            }
        } catch (NumberFormatException e) {
            // A number too large for Saxon's own long is too large for us.
        }
        return new StylesheetFinding(
                line,
                "the range of numbers " + from + " to " + to,
                "loop over the answers, or write ends at most " + MAX_RANGE + " apart");
    }
}
