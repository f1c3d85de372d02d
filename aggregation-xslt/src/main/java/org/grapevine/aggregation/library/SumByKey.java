package org.grapevine.aggregation.library;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.grapevine.core.reply.AggregationException;
import org.jspecify.annotations.Nullable;

/** {@code sum-by-key}: the sums of the values of entries with the same key. */
final class SumByKey implements NativeFunction {

    private static final String KEY = "key";

    /** The entries with one key. */
    private static final class Entries {

        private final String key;
        private final List<Element> all = new ArrayList<>();
        private BigDecimal sum = BigDecimal.ZERO;
        private boolean haveChildren;
        private boolean inChild;
        private boolean inAttribute;

        Entries(String key) {
            this.key = key;
        }

        void add(Element entry, boolean ofPartial) throws AggregationException {
            boolean parent = entry.hasChildren();
            Element child = parent ? entry.valueChild() : null;
            String attribute = entry.attribute("value");
            String own = attribute != null ? attribute : entry.string();
            sum = sum.add(Decimals.any(child != null ? child.string() : own, ofPartial));
            haveChildren |= parent;
            inChild |= child != null;
            inAttribute |= attribute != null;
            all.add(entry);
        }
    }

    /**
     * What is the same in two children of entries.
     *
     * @param text null for those that hold values: they differ, and are one
     */
    private record Detail(String namespace, String local, @Nullable String text) {}

    private static final class Occurrences {

        private final Element first;
        private int entries;
        private @Nullable Element latest;

        Occurrences(Element first) {
            this.first = first;
        }
    }

    @Override
    public Element merge(@Nullable Element own, List<Contribution> partials) throws AggregationException {
        List<Element> answers = Scalar.all(own, partials);
        AnswerForm.requireOneName("answers", answers, "one name");
        requireOneValueName(answers);
        Map<String, Entries> byKey = new HashMap<>();
        for (Element answer : answers) {
            for (Object each : answer.content()) {
                if (each instanceof Element entry) {
                    add(entry, answer != own, byKey);
                }
            }
        }
        List<Entries> sorted = new ArrayList<>(byKey.values());
        sorted.sort((a, b) -> Spaces.compare(a.key, b.key));
        Element merged = answers.get(0).sameName();
        merged.attributes().addAll(attributes(answers));
        for (Entries entries : sorted) {
            AnswerForm.requireOneName("entries", entries.all, "one name for a key");
            merged.with(entry(entries));
        }
        return merged;
    }

    private static void requireOneValueName(List<Element> answers) throws AggregationException {
        List<Element> entries = new ArrayList<>();
        for (Element answer : answers) {
            for (Object each : answer.content()) {
                if (each instanceof Element entry && entry.hasChildren() && entry.attribute(KEY) != null) {
                    entries.add(entry);
                }
            }
        }
        AnswerForm.requireOneValueName(entries);
    }

    /** An answer has no value of its own, so an attribute of that name is one like the others. */
    private static List<Element.Attribute> attributes(List<Element> answers) {
        List<Element.Attribute> common = AnswerForm.common(answers);
        String value = answers.get(0).attribute("value");
        for (Element answer : answers) {
            if (value == null || !value.equals(answer.attribute("value"))) {
                return common;
            }
        }
        if (value != null) {
            common.add(new Element.Attribute("", "", "value", value));
            common.sort(AnswerForm.BY_NAME);
        }
        return common;
    }

    private static void add(Element entry, boolean ofPartial, Map<String, Entries> byKey) throws AggregationException {
        String key = entry.attribute(KEY);
        if (key == null) {
            return;
        }
        byKey.computeIfAbsent(key, Entries::new).add(entry, ofPartial);
    }

    private static Element entry(Entries entries) {
        String sum = Decimals.text(entries.sum);
        Element entry = entries.all.get(0).sameName();
        entry.attributes().addAll(AnswerForm.common(entries.all));
        if (entries.inAttribute && !entries.inChild) {
            entry.with("value", sum);
        }
        if (entries.haveChildren) {
            details(entries, sum, entry);
        }
        return entries.inChild || entries.inAttribute ? entry : entry.text(sum);
    }

    private static void details(Entries entries, String sum, Element into) {
        Map<Detail, Occurrences> details = new LinkedHashMap<>();
        for (Element entry : entries.all) {
            for (Element child : entry.children()) {
                if (!child.holdsValue() && child.hasChildren()) {
                    continue;
                }
                Detail detail =
                        new Detail(child.namespace(), child.local(), child.holdsValue() ? null : child.string());
                Occurrences found = details.computeIfAbsent(detail, any -> new Occurrences(child));
                if (found.latest != entry) {
                    found.latest = entry;
                    found.entries++;
                }
            }
        }
        details.forEach((detail, found) -> {
            if (detail.text() == null) {
                into.with(found.first.sameName().text(sum));
            } else if (found.entries == entries.all.size()) {
                into.with(found.first.sameName().text(detail.text()));
            }
        });
    }
}
