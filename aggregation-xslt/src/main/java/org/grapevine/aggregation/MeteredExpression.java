package org.grapevine.aggregation;

import net.sf.saxon.event.Outputter;
import net.sf.saxon.expr.Expression;
import net.sf.saxon.expr.OperandRole;
import net.sf.saxon.expr.UnaryExpression;
import net.sf.saxon.expr.VariableReference;
import net.sf.saxon.expr.XPathContext;
import net.sf.saxon.expr.elab.BooleanEvaluator;
import net.sf.saxon.expr.elab.Elaborator;
import net.sf.saxon.expr.elab.ItemEvaluator;
import net.sf.saxon.expr.elab.PullEvaluator;
import net.sf.saxon.expr.elab.PushEvaluator;
import net.sf.saxon.expr.elab.SequenceEvaluator;
import net.sf.saxon.expr.elab.UnicodeStringEvaluator;
import net.sf.saxon.expr.elab.UpdateEvaluator;
import net.sf.saxon.expr.parser.RebindingMap;
import net.sf.saxon.om.GroundedValue;
import net.sf.saxon.om.Item;
import net.sf.saxon.om.NodeInfo;
import net.sf.saxon.om.Sequence;
import net.sf.saxon.om.SequenceIterator;
import net.sf.saxon.pattern.nodetest.AnyGNode;
import net.sf.saxon.str.UnicodeString;
import net.sf.saxon.trace.ExpressionPresenter;
import net.sf.saxon.trans.XPathException;
import net.sf.saxon.type.Type;
import org.jspecify.annotations.Nullable;

/** An expression in a compiled stylesheet that charges the {@link RunBudget} of its thread for every value that it gives. */
final class MeteredExpression extends UnaryExpression {

    private final boolean copied;

    /** @param copied whether nodes that the expression gives are copied with all that they hold */
    MeteredExpression(Expression base, boolean copied) {
        super(base);
        this.copied = copied;
    }

    @Override
    protected OperandRole getOperandRole() {
        return OperandRole.SAME_FOCUS_ACTION;
    }

    @Override
    public int getImplementationMethod() {
        return getBaseExpression().getImplementationMethod();
    }

    @Override
    public String getExpressionName() {
        return "metered";
    }

    @Override
    public Expression copy(RebindingMap rebindings) {
        return new MeteredExpression(getBaseExpression().copy(rebindings), copied);
    }

    @Override
    public void export(ExpressionPresenter presenter) throws XPathException {
        getBaseExpression().export(presenter);
    }

    @Override
    public boolean supportsLazyEvaluation() {
        return getBaseExpression().supportsLazyEvaluation();
    }

    @Override
    public Elaborator getElaborator() {
        return new Metering();
    }

    @Override
    public SequenceIterator iterate(XPathContext context) throws XPathException {
        return makeElaborator().elaborateForPull().iterate(context);
    }

    @Override
    public @Nullable Item evaluateItem(XPathContext context) throws XPathException {
        return makeElaborator().elaborateForItem().eval(context);
    }

    @Override
    public boolean effectiveBooleanValue(XPathContext context) throws XPathException {
        return makeElaborator().elaborateForBoolean().eval(context);
    }

    @Override
    public UnicodeString evaluateAsString(XPathContext context) throws XPathException {
        return makeElaborator().elaborateForUnicodeString(true).eval(context);
    }

    @Override
    public void process(Outputter output, XPathContext context) throws XPathException {
        dispatchTailCall(makeElaborator().elaborateForPush().processLeavingTail(output, context));
    }

    private void charge(@Nullable Item item) {
        RunBudget budget = RunBudget.current();
        if (budget == null) {
            return;
        }
        budget.item(item);
        if (copied && item instanceof NodeInfo node) {
            subtree(budget, node);
        }
    }

    private static void subtree(RunBudget budget, NodeInfo node) {
        SequenceIterator nodes = node.iterateDescendantAxis(AnyGNode.TEST);
        for (Item next = nodes.next(); next != null; next = nodes.next()) {
            if (next instanceof NodeInfo text && text.getNodeKind() == Type.TEXT) {
                budget.string(text.getUnicodeStringValue());
            } else {
                budget.step();
            }
        }
    }

    private static void step() {
        RunBudget budget = RunBudget.current();
        if (budget != null) {
            budget.step();
        }
    }

    private final class Metering extends Elaborator {

        private Elaborator base() {
            return getBaseExpression().makeElaborator();
        }

        @Override
        public PullEvaluator elaborateForPull() {
            PullEvaluator base = base().elaborateForPull();
            return context -> {
                step();
                SequenceIterator items = base.iterate(context);
                return new Charged(items);
            };
        }

        @Override
        public SequenceEvaluator eagerly() {
            SequenceEvaluator base = base().eagerly();
            return context -> {
                step();
                Sequence value = base.evaluate(context);
                // What a variable holds was paid for when it was made.
                if (!(getBaseExpression() instanceof VariableReference) && value instanceof GroundedValue items) {
                    for (Item item : items.asIterable()) {
                        charge(item);
                    }
                }
                return value;
            };
        }

        @Override
        public SequenceEvaluator lazily(boolean repeatable, boolean lazyEvaluationRequired) {
            SequenceEvaluator base = base().lazily(repeatable, lazyEvaluationRequired);
            return context -> {
                step();
                Sequence value = base.evaluate(context);
                if (value instanceof Item item) {
                    charge(item);
                }
                return value;
            };
        }

        @Override
        public PushEvaluator elaborateForPush() {
            PushEvaluator base = base().elaborateForPush();
            return (output, context) -> {
                step();
                return base.processLeavingTail(output, context);
            };
        }

        @Override
        public ItemEvaluator elaborateForItem() {
            ItemEvaluator base = base().elaborateForItem();
            return context -> {
                Item item = base.eval(context);
                charge(item);
                return item;
            };
        }

        @Override
        public BooleanEvaluator elaborateForBoolean() {
            BooleanEvaluator base = base().elaborateForBoolean();
            return context -> {
                step();
                return base.eval(context);
            };
        }

        @Override
        public UnicodeStringEvaluator elaborateForUnicodeString(boolean zeroLengthWhenAbsent) {
            UnicodeStringEvaluator base = base().elaborateForUnicodeString(zeroLengthWhenAbsent);
            return context -> {
                UnicodeString value = base.eval(context);
                RunBudget budget = RunBudget.current();
                if (budget != null) {
                    budget.string(value);
                }
                return value;
            };
        }

        @Override
        public UpdateEvaluator elaborateForUpdate() {
            return base().elaborateForUpdate();
        }
    }

    private final class Charged implements SequenceIterator {

        private final SequenceIterator items;

        Charged(SequenceIterator items) {
            this.items = items;
        }

        @Override
        public @Nullable Item next() {
            Item item = items.next();
            if (item != null) {
                charge(item);
            }
            return item;
        }

        @Override
        public void close() {
            items.close();
        }
    }
}
