package org.grapevine.aggregation.library;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.grapevine.core.reply.AggregationException;
import org.jspecify.annotations.Nullable;

/** {@code histogram}: how many values lie between which bounds. */
final class Histogram extends OwnPartials {

    private static final String BUCKET = "Bucket";
    private static final String FROM = "from";

    private final List<BigDecimal> bounds;
    private final List<String> texts;

    /**
     * Makes it.
     *
     * @param bounds at least one, each larger than the one before
     */
    Histogram(List<BigDecimal> bounds) {
        super("Histogram", "its contributors as count, the same bounds, a bucket for each, and one a:Form");
        this.bounds = List.copyOf(bounds);
        this.texts = bounds.stream().map(Decimals::text).toList();
    }

    @Override
    boolean isSound(Element partial) {
        List<Element> buckets = partial.ownChildren(BUCKET);
        if (!String.join(",", texts).equals(partial.attribute("bounds"))
                || buckets.size() != bounds.size() + 1
                || buckets.get(0).attribute(FROM) != null) {
            return false;
        }
        for (int i = 0; i < texts.size(); i++) {
            if (!texts.get(i).equals(buckets.get(i + 1).attribute(FROM))) {
                return false;
            }
        }
        return total(partial, BUCKET, 0) == Decimals.count(partial);
    }

    @Override
    void check(String value) throws AggregationException {
        Decimals.own(value);
    }

    @Override
    void merge(@Nullable String own, List<Element> partials, Element into) {
        List<Long> counts = new ArrayList<>();
        for (int i = 0; i <= bounds.size(); i++) {
            counts.add(0L);
        }
        if (own != null) {
            counts.set(bucket(own), 1L);
        }
        for (Element partial : partials) {
            List<Element> buckets = partial.ownChildren(BUCKET);
            for (int i = 0; i < buckets.size(); i++) {
                counts.set(i, counts.get(i) + Decimals.count(buckets.get(i)));
            }
        }
        into.with("bounds", String.join(",", texts));
        for (int i = 0; i <= bounds.size(); i++) {
            Element bucket = Element.own(BUCKET);
            if (i > 0) {
                bucket.with(FROM, texts.get(i - 1));
            }
            if (i < bounds.size()) {
                bucket.with("below", texts.get(i));
            }
            into.with(bucket.with("count", counts.get(i)));
        }
    }

    private int bucket(String text) {
        BigDecimal value = Objects.requireNonNull(Decimals.parse(text), text);
        int bucket = 0;
        while (bucket < bounds.size() && value.compareTo(bounds.get(bucket)) >= 0) {
            bucket++;
        }
        return bucket;
    }
}
