package org.grapevine.aggregation;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import net.sf.saxon.event.PipelineConfiguration;
import net.sf.saxon.event.Sink;
import net.sf.saxon.expr.Component;
import net.sf.saxon.expr.instruct.GlobalVariable;
import net.sf.saxon.om.AttributeMap;
import net.sf.saxon.om.NamespaceMap;
import net.sf.saxon.om.NamespaceUri;
import net.sf.saxon.om.NodeName;
import net.sf.saxon.s9api.Location;
import net.sf.saxon.trace.ExpressionPresenter;
import net.sf.saxon.trans.XPathException;
import net.sf.saxon.type.SchemaType;
import org.jspecify.annotations.Nullable;

/**
 * Reads what Saxon says of a compiled stylesheet ({@code explain}), and holds it against {@link AllowedOperators}. What a text looks
 * like proves little, for there are many ways to write the same; what it was compiled to is what will run. {@code explain} is
 * silent about keys and global variables, so those are read apart.
 */
final class OperatorScan extends Sink {

    private static final String TOKENIZE = "tokenize";
    private static final Set<String> LOOPS = Set.of("for", "some", "every");

    private final Set<StylesheetFinding> findings = new LinkedHashSet<>();
    private final Deque<Operator> open = new ArrayDeque<>();

    private OperatorScan(PipelineConfiguration pipe) {
        super(pipe);
    }

    /** What is refused in a compiled stylesheet, by lines. */
    static List<StylesheetFinding> findings(CompiledTree tree) throws XPathException {
        var configuration = tree.contents().getConfiguration();
        OperatorScan scan = new OperatorScan(configuration.makePipelineConfiguration());
        ExpressionPresenter code = new ExpressionPresenter(configuration, scan);
        tree.stylesheet().explain(code);
        ExpressionPresenter rest = new ExpressionPresenter(configuration, scan);
        rest.startElement("keys");
        tree.contents().getKeyManager().exportKeys(rest, new HashMap<Component, Integer>());
        for (GlobalVariable variable : tree.globalVariables()) {
            rest.startElement("globalVariable");
            rest.emitAttribute("line", Integer.toString(variable.getLineNumber()));
            if (variable.getBody() != null) {
                variable.getBody().export(rest);
            }
            rest.endElement();
        }
        rest.endElement();
        List<StylesheetFinding> all = new ArrayList<>(scan.findings);
        all.addAll(tree.comparisonsOfSequences());
        all.sort((a, b) -> Integer.compare(a.line(), b.line()));
        return all;
    }

    @Override
    public void startElement(
            NodeName name,
            SchemaType type,
            AttributeMap attributes,
            NamespaceMap namespaces,
            Location location,
            int properties) {
        Operator parent = open.peek();
        Operator operator = new Operator(
                name.getLocalPart(), line(attributes, parent), attributes.getValue(NamespaceUri.NULL, "name"));
        if (parent != null) {
            parent.operands++;
        }
        open.push(operator);
        // An inline function has no line; it is refused where it is used.
        boolean inlineFunction = operator.name.equals("function") && operator.line == 0;
        StylesheetFinding finding = inlineFunction ? null : AllowedOperators.operator(operator.line, operator.name);
        if (finding == null && operator.name.equals("range")) {
            finding = AllowedOperators.range(
                    operator.line,
                    String.valueOf(attributes.getValue(NamespaceUri.NULL, "from")),
                    String.valueOf(attributes.getValue(NamespaceUri.NULL, "to")));
        }
        if (finding == null && operator.name.equals("for") && isInsideALoop()) {
            finding = new StylesheetFinding(
                    operator.line,
                    "a 'for' inside of another one",
                    "join the answers with xsl:key or xsl:for-each-group");
        }
        if (finding == null) {
            finding = functionCall(operator);
        }
        note(finding);
    }

    private static @Nullable StylesheetFinding functionCall(Operator operator) {
        String function = operator.function == null ? "" : operator.function;
        return switch (operator.name) {
            case "fn" -> function.equals(TOKENIZE) ? null : AllowedOperators.function(operator.line, function);
            case "ifCall" -> AllowedOperators.namespacedFunction(operator.line, function);
            default -> null;
        };
    }

    @Override
    public void endElement() {
        Operator operator = open.pop();
        // With one argument it splits at white space, and there is no regular expression.
        if (operator.name.equals("fn") && TOKENIZE.equals(operator.function) && operator.operands > 1) {
            note(AllowedOperators.function(operator.line, TOKENIZE));
        }
    }

    private boolean isInsideALoop() {
        return open.stream().skip(1).anyMatch(outer -> LOOPS.contains(outer.name));
    }

    private void note(@Nullable StylesheetFinding finding) {
        if (finding != null) {
            findings.add(finding);
        }
    }

    /** The line is said only where it differs from that of the operator around. */
    private static int line(AttributeMap attributes, @Nullable Operator parent) {
        String line = attributes.getValue(NamespaceUri.NULL, "line");
        if (line != null) {
            return Integer.parseInt(line);
        }
        return parent == null ? 0 : parent.line;
    }

    private static final class Operator {

        private final String name;
        private final int line;
        private final @Nullable String function;
        private int operands;

        Operator(String name, int line, @Nullable String function) {
            this.name = name;
            this.line = line;
            this.function = function;
        }
    }
}
