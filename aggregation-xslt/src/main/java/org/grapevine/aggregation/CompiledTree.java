package org.grapevine.aggregation;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import net.sf.saxon.PreparedStylesheet;
import net.sf.saxon.expr.AxisExpression;
import net.sf.saxon.expr.Component;
import net.sf.saxon.expr.ContextItemExpression;
import net.sf.saxon.expr.Expression;
import net.sf.saxon.expr.GeneralComparison;
import net.sf.saxon.expr.Literal;
import net.sf.saxon.expr.Operand;
import net.sf.saxon.expr.PseudoExpression;
import net.sf.saxon.expr.RootExpression;
import net.sf.saxon.expr.accum.Accumulator;
import net.sf.saxon.expr.accum.AccumulatorRule;
import net.sf.saxon.expr.instruct.ApplyTemplates;
import net.sf.saxon.expr.instruct.Block;
import net.sf.saxon.expr.instruct.CopyOf;
import net.sf.saxon.expr.instruct.GlobalVariable;
import net.sf.saxon.expr.instruct.OnEmptyExpr;
import net.sf.saxon.expr.instruct.OnNonEmptyExpr;
import net.sf.saxon.expr.instruct.TemplateRule;
import net.sf.saxon.s9api.XsltExecutable;
import net.sf.saxon.style.StylesheetPackage;
import net.sf.saxon.trans.KeyDefinition;
import net.sf.saxon.trans.KeyDefinitionSet;
import net.sf.saxon.trans.Mode;
import net.sf.saxon.trans.XPathException;
import net.sf.saxon.trans.rules.Rule;
import net.sf.saxon.value.Cardinality;
import org.jspecify.annotations.Nullable;

/** All code of a compiled stylesheet: what its templates, patterns, keys, accumulators, variables and functions became. */
final class CompiledTree {

    private final PreparedStylesheet stylesheet;
    private final StylesheetPackage contents;

    CompiledTree(XsltExecutable executable) {
        this.stylesheet = executable.getUnderlyingCompiledStylesheet();
        this.contents = stylesheet.getTopLevelPackage();
    }

    PreparedStylesheet stylesheet() {
        return stylesheet;
    }

    StylesheetPackage contents() {
        return contents;
    }

    /** The variables and parameters at the top level. */
    Set<GlobalVariable> globalVariables() {
        Set<GlobalVariable> variables = new LinkedHashSet<>(contents.getGlobalVariableList());
        for (Component component : contents.getComponentIndex().values()) {
            if (component.getActor() instanceof GlobalVariable variable) {
                variables.add(variable);
            }
        }
        return variables;
    }

    /** Puts a meter around every value that an expression takes from another one. Before the first run, by one thread. */
    void meter() throws XPathException {
        for (Expression root : roots()) {
            meter(root);
        }
    }

    /**
     * Comparisons that hold if some item here equals some item there: the one kind of loop that shows in no operator, and that
     * a meter cannot look into.
     */
    List<StylesheetFinding> comparisonsOfSequences() throws XPathException {
        List<StylesheetFinding> findings = new ArrayList<>();
        for (Expression root : roots()) {
            comparisons(root, findings);
        }
        return findings;
    }

    private static void comparisons(Expression expression, List<StylesheetFinding> findings) {
        if (expression instanceof GeneralComparison comparison
                && Cardinality.allowsMany(comparison.getLhsExpression().getCardinality())
                && Cardinality.allowsMany(comparison.getRhsExpression().getCardinality())) {
            findings.add(new StylesheetFinding(
                    expression.getLocation().getLineNumber(),
                    "a comparison of two sequences",
                    "compare single values with eq, lt, gt, or look them up with xsl:key"));
        }
        for (Operand operand : expression.operands()) {
            comparisons(operand.getChildExpression(), findings);
        }
    }

    private static void meter(Expression expression) {
        for (Operand operand : expression.operands()) {
            Expression child = operand.getChildExpression();
            meter(child);
            if (isWorthAMeter(child, expression) && !operand.getOperandRole().isConstrainedClass()) {
                operand.setChildExpression(new MeteredExpression(child, expression instanceof CopyOf));
            }
        }
    }

    /** A step to other nodes costs at most one pass over the input; what is made of it is metered, and so is what repeats it. */
    private static boolean isWorthAMeter(Expression expression, Expression parent) {
        if (expression instanceof PseudoExpression
                || expression instanceof OnEmptyExpr
                || expression instanceof OnNonEmptyExpr
                || expression instanceof MeteredExpression) {
            return false;
        }
        if (parent instanceof ApplyTemplates) {
            // Templates that apply themselves to the same thing do nothing else, without end.
            return true;
        }
        boolean step = expression instanceof AxisExpression
                || expression instanceof ContextItemExpression
                || expression instanceof RootExpression;
        // Sequences grow where others are put side by side.
        return !(expression instanceof Literal) && (!step || parent instanceof Block || parent instanceof CopyOf);
    }

    /** Where code begins; each of them holds the expressions below. */
    private Set<Expression> roots() throws XPathException {
        Set<Expression> roots = Collections.newSetFromMap(new IdentityHashMap<>());
        mode(contents.getRuleManager().getUnnamedMode(), roots);
        for (Mode mode : contents.getRuleManager().getAllNamedModes()) {
            mode(mode, roots);
        }
        for (GlobalVariable variable : globalVariables()) {
            add(variable.getBody(), roots);
        }
        for (Component component : contents.getComponentIndex().values()) {
            if (!(component.getActor() instanceof Mode)) {
                add(component.getActor().getBody(), roots);
            }
        }
        for (KeyDefinitionSet keys : contents.getKeyManager().getAllKeyDefinitionSets()) {
            for (KeyDefinition key : keys.getKeyDefinitions()) {
                add(key.getMatch(), roots);
                add(key.getUse(), roots);
            }
        }
        for (Accumulator accumulator : contents.getAccumulatorRegistry().getAllAccumulators()) {
            add(accumulator.getInitialValueExpression(), roots);
            mode(accumulator.getPreDescentRules(), roots);
            mode(accumulator.getPostDescentRules(), roots);
        }
        return roots;
    }

    private static void mode(Mode mode, Set<Expression> roots) throws XPathException {
        mode.processRules(rule -> rule(rule, roots));
    }

    private static void rule(Rule rule, Set<Expression> roots) {
        add(rule.getPattern(), roots);
        if (rule.getAction() instanceof TemplateRule template) {
            add(template.getBody(), roots);
        } else if (rule.getAction() instanceof AccumulatorRule accumulator) {
            add(accumulator.getNewValueExpression(), roots);
        }
    }

    /** A rule that matches in several modes is found several times. */
    private static void add(@Nullable Expression root, Set<Expression> roots) {
        if (root != null) {
            roots.add(root);
        }
    }
}
