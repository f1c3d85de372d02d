package org.grapevine.aggregation.library;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.grapevine.core.reply.AggregationException;
import org.jspecify.annotations.Nullable;

/**
 * {@code quantile}: a sketch of how often which first significant digits occur. Cutting digits off twice is cutting them off once, so
 * sketches of fewer digits come out the same wherever in the tree the cut is made. Like the logarithmic buckets of DDSketch
 * (docs/references.md, 7.2) the buckets bound the relative error, but no logarithm decides which bucket it is.
 */
final class Quantile extends OwnPartials {

    private static final int MAX_BUCKETS = 1000;
    private static final int MAX_DIGITS = 4;

    /** Of an own value with its first digits only, and a zero before the point if it had none. */
    private static final int VALUE_CHARACTERS = Decimals.OWN_CHARACTERS + 2;

    private static final String BUCKET = "Bucket";
    private static final String VALUE = "value";
    private static final String DIGITS = "digits";

    private final BigDecimal share;
    private final int digits;

    /**
     * Makes it.
     *
     * @param share of the values that lie below the answer, 0 to 1
     * @param digits significant ones of a value that are kept, 1 to 4
     */
    Quantile(BigDecimal share, int digits) {
        super("Quantile", "its contributors as count, digits, buckets of so many values together, and one a:Form");
        this.share = share;
        this.digits = digits;
    }

    @Override
    boolean isSound(Element partial) {
        if (digits(partial) < 1) {
            return false;
        }
        for (Element bucket : partial.ownChildren(BUCKET)) {
            if (Decimals.attribute(bucket, VALUE, VALUE_CHARACTERS) == null) {
                return false;
            }
        }
        return total(partial, BUCKET, 1) == Decimals.count(partial);
    }

    private static int digits(Element partial) {
        String text = partial.attribute(DIGITS);
        return text == null || text.length() != 1 || text.charAt(0) < '1' || text.charAt(0) > '0' + MAX_DIGITS
                ? -1
                : text.charAt(0) - '0';
    }

    @Override
    void check(String value) throws AggregationException {
        Decimals.own(value);
    }

    @Override
    void merge(@Nullable String own, List<Element> partials, Element into) {
        int kept = digits;
        for (Element partial : partials) {
            kept = Math.min(kept, digits(partial));
        }
        TreeMap<BigDecimal, Long> buckets = new TreeMap<>();
        if (own != null) {
            buckets.put(cut(parsed(own), kept), 1L);
        }
        for (Element partial : partials) {
            for (Element bucket : partial.ownChildren(BUCKET)) {
                buckets.merge(cut(value(bucket), kept), Decimals.count(bucket), Long::sum);
            }
        }
        while (buckets.size() > MAX_BUCKETS && kept > 1) {
            kept--;
            TreeMap<BigDecimal, Long> coarser = new TreeMap<>();
            for (Map.Entry<BigDecimal, Long> bucket : buckets.entrySet()) {
                coarser.merge(cut(bucket.getKey(), kept), bucket.getValue(), Long::sum);
            }
            buckets = coarser;
        }
        into.with(DIGITS, kept);
        buckets.forEach((value, count) ->
                into.with(Element.own(BUCKET).with(VALUE, Decimals.text(value)).with("count", count)));
    }

    private static BigDecimal cut(BigDecimal value, int digits) {
        return value.round(new MathContext(digits, RoundingMode.DOWN));
    }

    @Override
    public boolean finishes() {
        return true;
    }

    @Override
    public Element finish(Element partial) throws AggregationException {
        Element form = requireWhole(partial);
        if (digits(partial) < digits) {
            throw new AggregationException("digits: " + digits + ", over " + MAX_BUCKETS + " buckets (expected: digits="
                    + digits(partial) + " for values so far apart)");
        }
        BigDecimal rank = share.multiply(BigDecimal.valueOf(Decimals.count(partial)));
        long below = 0;
        String answer = "";
        for (Element bucket : partial.ownChildren(BUCKET)) {
            below += Decimals.count(bucket);
            if (BigDecimal.valueOf(below).compareTo(rank) >= 0) {
                answer = Decimals.text(value(bucket));
                break;
            }
        }
        return AnswerForm.of(List.of(form), answer);
    }

    private static BigDecimal value(Element bucket) {
        return parsed(Objects.requireNonNull(bucket.attribute(VALUE), VALUE));
    }

    private static BigDecimal parsed(String text) {
        return Objects.requireNonNull(Decimals.parse(text), text);
    }
}
