package org.grapevine.aggregation.library;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Objects;
import org.grapevine.core.reply.AggregationException;
import org.jspecify.annotations.Nullable;

/** {@code mean} and {@code variance}, of exact sums: what is never rounded on the way merges to the same in any order. */
final class Moments extends OwnPartials {

    private static final String SUM = "sum";
    private static final String SQUARES = "squares";

    private final boolean squares;
    private final boolean sample;
    private final int digits;

    private Moments(String name, String expected, boolean squares, boolean sample, int digits) {
        super(name, expected);
        this.squares = squares;
        this.sample = sample;
        this.digits = digits;
    }

    /** The sum of the values by their count, with so many digits after the point, halves away from zero. */
    static NativeFunction mean(int digits) {
        return new Moments("Mean", "its contributors as count, a decimal sum, and one a:Form", false, false, digits);
    }

    /**
     * The mean of the squares of the distances from the mean.
     *
     * @param sample divides by one less than the count
     */
    static NativeFunction variance(boolean sample, int digits) {
        return new Moments(
                "Variance",
                "its contributors as count, a decimal sum and squares, and one a:Form",
                true,
                sample,
                digits);
    }

    @Override
    boolean isSound(Element partial) {
        return Decimals.attribute(partial, SUM, Decimals.PARTIAL_CHARACTERS) != null
                && (!squares || Decimals.attribute(partial, SQUARES, Decimals.SQUARES_CHARACTERS) != null);
    }

    @Override
    void check(String value) throws AggregationException {
        Decimals.own(value);
    }

    @Override
    void merge(@Nullable String own, List<Element> partials, Element into) {
        BigDecimal sum = BigDecimal.ZERO;
        BigDecimal squared = BigDecimal.ZERO;
        if (own != null) {
            BigDecimal value = parsed(own);
            sum = value;
            squared = value.multiply(value);
        }
        for (Element partial : partials) {
            sum = sum.add(number(partial, SUM));
            if (squares) {
                squared = squared.add(number(partial, SQUARES));
            }
        }
        into.with(SUM, Decimals.text(sum));
        if (squares) {
            into.with(SQUARES, Decimals.text(squared));
        }
    }

    @Override
    public boolean finishes() {
        return true;
    }

    @Override
    public Element finish(Element partial) throws AggregationException {
        Element form = requireWhole(partial);
        BigDecimal count = BigDecimal.valueOf(Decimals.count(partial));
        BigDecimal sum = number(partial, SUM);
        BigDecimal answer;
        if (squares) {
            BigDecimal rest = count.multiply(number(partial, SQUARES))
                    .subtract(sum.multiply(sum))
                    .max(BigDecimal.ZERO);
            BigDecimal less = sample ? count.subtract(BigDecimal.ONE) : count;
            if (less.signum() == 0) {
                throw new AggregationException("count: 1 (expected: at least 2 values for of=sample)");
            }
            answer = rest.divide(count.multiply(less), digits, RoundingMode.HALF_UP);
        } else {
            answer = sum.divide(count, digits, RoundingMode.HALF_UP);
        }
        return AnswerForm.of(List.of(form), Decimals.text(answer));
    }

    private static BigDecimal number(Element partial, String name) {
        return parsed(Objects.requireNonNull(partial.attribute(name), name));
    }

    private static BigDecimal parsed(String text) {
        return Objects.requireNonNull(Decimals.parse(text), text);
    }
}
