package org.grapevine.aggregation;

import net.sf.saxon.om.Item;
import net.sf.saxon.str.UnicodeString;
import net.sf.saxon.value.BigDecimalValue;
import net.sf.saxon.value.BigIntegerValue;
import net.sf.saxon.value.StringValue;
import org.jspecify.annotations.Nullable;

/**
 * What is left to one run of a stranger's stylesheet. A step is the value of one expression, or one item of it; long strings and
 * long numbers count for more, so that the limit of steps is one of memory as well. One thread.
 */
final class RunBudget {

    private static final int CHARACTERS_PER_STEP = 8;
    private static final int BITS_PER_STEP = 64;

    /** 10,000 digits: no measurement needs them, and arithmetic with them takes no longer than some ten microseconds. */
    private static final int MAX_BITS = 33_220;

    /** The clock is asked after so many steps; none takes much longer than a pass over the input. */
    private static final int STEPS_BETWEEN_CLOCKS = 64;

    private static final ThreadLocal<@Nullable RunBudget> RUNNING = new ThreadLocal<>();

    private final RunLimits limits;
    private final long deadline;
    private long steps;
    private long nextClock = STEPS_BETWEEN_CLOCKS;

    private RunBudget(RunLimits limits) {
        this.limits = limits;
        this.deadline = System.nanoTime() + limits.millis() * 1_000_000L;
    }

    /** Makes a fresh budget that of this thread, until {@link #end}. */
    static void start(RunLimits limits) {
        RUNNING.set(new RunBudget(limits));
    }

    static void end() {
        RUNNING.remove();
    }

    /** The budget of the run on this thread; null if it has none. */
    static @Nullable RunBudget current() {
        return RUNNING.get();
    }

    void step() {
        spend(1);
    }

    void characters(long characters) {
        spend(1 + characters / CHARACTERS_PER_STEP);
    }

    void string(@Nullable UnicodeString value) {
        characters(value == null ? 0 : value.length());
    }

    void item(@Nullable Item item) {
        if (item instanceof StringValue string) {
            characters(string.length());
        } else if (item instanceof BigDecimalValue decimal) {
            number(decimal.getDecimalValue().unscaledValue().bitLength());
        } else if (item instanceof BigIntegerValue integer) {
            number(integer.asBigInteger().bitLength());
        } else {
            spend(1);
        }
    }

    private void number(int bits) {
        if (bits > MAX_BITS) {
            throw new RunLimitError("a number of over 10000 digits (expected: fewer; round what is multiplied)");
        }
        spend(1 + bits / BITS_PER_STEP);
    }

    void spend(long more) {
        steps += more;
        if (steps > limits.steps()) {
            throw new RunLimitError("over " + limits.steps() + " steps (expected: at most " + limits.steps()
                    + "; visit each answer once, with xsl:key or xsl:for-each-group in place of nested loops)");
        }
        if (steps >= nextClock) {
            nextClock = steps + STEPS_BETWEEN_CLOCKS;
            if (System.nanoTime() - deadline > 0) {
                throw new RunLimitError("over " + limits.millis() + " ms (expected: at most " + limits.millis()
                        + " ms; visit each answer once, with xsl:key or xsl:for-each-group in place of nested loops)");
            }
        }
    }
}
