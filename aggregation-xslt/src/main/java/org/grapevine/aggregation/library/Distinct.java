package org.grapevine.aggregation.library;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.grapevine.core.reply.AggregationException;
import org.jspecify.annotations.Nullable;

/** {@code distinct}: which values there are, and how many answers have each. */
final class Distinct extends OwnPartials {

    private static final int VALUE_CHARACTERS = 256;
    private static final String VALUE = "Value";

    private final int limit;

    /**
     * Makes it.
     *
     * @param limit how many values are kept, the first in the order of code points
     */
    Distinct(int limit) {
        super("Distinct", "its contributors as count, values of at most so many answers together, and one a:Form");
        this.limit = limit;
    }

    @Override
    boolean isSound(Element partial) {
        for (Element value : partial.ownChildren(VALUE)) {
            if (Spaces.length(Spaces.normalized(value.string())) > VALUE_CHARACTERS) {
                return false;
            }
        }
        long total = total(partial, VALUE, 1);
        return total >= 0 && total <= Decimals.count(partial);
    }

    @Override
    void check(String value) throws AggregationException {
        String text = Spaces.normalized(value);
        if (Spaces.length(text) > VALUE_CHARACTERS) {
            throw new AggregationException(
                    "value: " + Spaces.start(text) + " (expected: at most " + VALUE_CHARACTERS + " characters)");
        }
    }

    @Override
    void merge(@Nullable String own, List<Element> partials, Element into) {
        TreeMap<String, Long> counts = new TreeMap<>(Spaces::compare);
        long all = 0;
        if (own != null) {
            counts.put(Spaces.normalized(own), 1L);
            all = 1;
        }
        for (Element partial : partials) {
            all += Decimals.count(partial);
            for (Element value : partial.ownChildren(VALUE)) {
                counts.merge(Spaces.normalized(value.string()), Decimals.count(value), Long::sum);
            }
        }
        while (counts.size() > limit) {
            counts.pollLastEntry();
        }
        long kept = 0;
        for (long count : counts.values()) {
            kept += count;
        }
        into.with("left-out", all - kept);
        for (Map.Entry<String, Long> value : counts.entrySet()) {
            into.with(Element.own(VALUE).with("count", value.getValue()).text(value.getKey()));
        }
    }
}
