package org.grapevine.aggregation.sandbox;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.grapevine.aggregation.AggregationLimits;
import org.grapevine.aggregation.StrangerStylesheets;
import org.grapevine.aggregation.StylesheetFinding;
import org.grapevine.core.message.EncodedPayload;
import org.grapevine.core.message.Payload;
import org.grapevine.core.reply.AggregationException;
import org.grapevine.core.reply.AggregationFunction;
import org.grapevine.core.reply.Partial;

/**
 * Tells the author of a stylesheet, before anybody else does, what strangers would refuse in it, and whether it gives the same result
 * in whatever order and grouping answers merge, as {@link AggregationFunction} asks. Everything runs in a small JVM. Safe for
 * several threads.
 */
public final class StylesheetCheck {

    /** Trees tried beside the plain orders and groupings. */
    private static final int RANDOM_TREES = 40;

    private static final int MAX_SAMPLES = 32;
    private static final int SHOWN_CHARACTERS = 300;

    private static final List<String> SINGLE_VALUES =
            List.of("0.1", "0.2", "0.3", "-4", "12.5", "12.5", "7", "1000000.01");

    private final SmallJvmPool pool;
    private final AggregationLimits limits;

    /** @param pool stays its maker's, who closes it */
    public StylesheetCheck(SmallJvmPool pool, AggregationLimits limits) {
        this.pool = pool;
        this.limits = limits;
    }

    /** Answers of eight devices in the two shapes that the library's functions take: one value each, and values by key. */
    public static List<List<Payload>> standardSamples() {
        List<Payload> single = SINGLE_VALUES.stream()
                .map(value -> payload("<answer unit=\"W\"><value>" + value + "</value></answer>"))
                .toList();
        List<Payload> byKey = IntStream.range(0, SINGLE_VALUES.size())
                .mapToObj(i -> payload("<answer><entry key=\"k" + i % 3 + "\"><value>" + SINGLE_VALUES.get(i)
                        + "</value></entry><entry key=\"all\"><value>" + i + "</value></entry></answer>"))
                .toList();
        return List.of(single, byKey);
    }

    /**
     * Checks a stylesheet.
     *
     * @param samples answers of single devices, at most 32; none for {@link #standardSamples}: the first shape that the stylesheet
     *     takes
     * @param seed of the random orders and groupings; the same seed tries the same
     */
    public StylesheetReport check(byte[] text, List<Payload> samples, long seed) {
        if (samples.size() > MAX_SAMPLES) {
            throw new IllegalArgumentException(
                    "samples: " + samples.size() + " (expected: at most " + MAX_SAMPLES + ")");
        }
        String uri = StrangerStylesheets.uri(text);
        List<StylesheetFinding> findings;
        try {
            requireSize(text);
            findings = pool.findings(uri, text);
            if (findings.isEmpty()) {
                pool.compile(uri, text);
            }
        } catch (AggregationException e) {
            return new StylesheetReport(List.of(), Optional.of(e.getMessage()), 0, Optional.empty(), Optional.empty());
        }
        if (!findings.isEmpty()) {
            return new StylesheetReport(findings, Optional.empty(), 0, Optional.empty(), Optional.empty());
        }
        AggregationFunction function = new SandboxedFunction(pool, uri, text.clone(), Collections.emptySortedMap());
        List<List<Payload>> shapes = samples.isEmpty() ? standardSamples() : List.of(samples);
        StylesheetReport report = merges(function, shapes.get(0), new Random(seed));
        for (int i = 1; i < shapes.size() && report.problem().isPresent(); i++) {
            StylesheetReport other = merges(function, shapes.get(i), new Random(seed));
            report = other.problem().isPresent() ? report : other;
        }
        return report;
    }

    private void requireSize(byte[] text) throws AggregationException {
        if (text.length > limits.stylesheetBytes()) {
            throw new AggregationException("stylesheet: " + text.length + " bytes (expected: at most "
                    + limits.stylesheetBytes() + "; split it into several functions)");
        }
    }

    private static StylesheetReport merges(AggregationFunction function, List<Payload> samples, Random random) {
        int tried = 0;
        try {
            MergeTree first = MergeTree.star(order(samples.size()));
            Optional<Payload> expected = first.result(function, samples);
            for (MergeTree tree : trees(samples.size(), random)) {
                tried++;
                Optional<Payload> result = tree.result(function, samples);
                if (!CanonicalXml.same(expected, result)) {
                    return new StylesheetReport(
                            List.of(),
                            Optional.empty(),
                            tried,
                            Optional.of(
                                    first + " gives " + shown(expected) + ", but " + tree + " gives " + shown(result)),
                            expected.map(StylesheetCheck::text));
                }
            }
            return new StylesheetReport(
                    List.of(), Optional.empty(), tried, Optional.empty(), expected.map(StylesheetCheck::text));
        } catch (AggregationException e) {
            return new StylesheetReport(
                    List.of(), Optional.of(e.getMessage()), tried, Optional.empty(), Optional.empty());
        }
    }

    /** The plainest ways first, so that the first difference is easy to understand. */
    private static List<MergeTree> trees(int count, Random random) {
        List<Integer> order = order(count);
        List<Integer> reversed = new ArrayList<>(order);
        Collections.reverse(reversed);
        List<MergeTree> trees = new ArrayList<>(List.of(MergeTree.star(reversed), MergeTree.chain(order)));
        for (int i = 0; i < RANDOM_TREES; i++) {
            trees.add(MergeTree.random(count, random));
        }
        return trees;
    }

    private static List<Integer> order(int count) {
        return IntStream.range(0, count).boxed().collect(Collectors.toList());
    }

    private static String shown(Optional<Payload> result) {
        String text = result.map(StylesheetCheck::text).orElse("no result");
        return text.length() <= SHOWN_CHARACTERS ? text : text.substring(0, SHOWN_CHARACTERS) + "...";
    }

    private static String text(Payload payload) {
        return new String(((EncodedPayload) payload).bytes(), StandardCharsets.UTF_8);
    }

    private static Payload payload(String xml) {
        return new EncodedPayload(xml.getBytes(StandardCharsets.UTF_8));
    }

    /** Which device's answer merges where: each node has an answer of its own, and merges what its children sent. */
    private record MergeTree(int sample, List<MergeTree> children) {

        private static final int MOST_CHILDREN = 3;

        /** One device merges all others' answers, in one go. */
        static MergeTree star(List<Integer> order) {
            return new MergeTree(
                    order.get(0),
                    order.stream()
                            .skip(1)
                            .map(leaf -> new MergeTree(leaf, List.of()))
                            .toList());
        }

        /** Each device merges the partial of one other. */
        static MergeTree chain(List<Integer> order) {
            MergeTree tree = new MergeTree(order.get(order.size() - 1), List.of());
            for (int i = order.size() - 2; i >= 0; i--) {
                tree = new MergeTree(order.get(i), List.of(tree));
            }
            return tree;
        }

        static MergeTree random(int count, Random random) {
            List<Integer> order = order(count);
            Collections.shuffle(order, random);
            return grown(order, random);
        }

        private static MergeTree grown(List<Integer> order, Random random) {
            List<MergeTree> children = new ArrayList<>();
            List<Integer> rest = order.subList(1, order.size());
            for (int left = 1 + random.nextInt(MOST_CHILDREN); left > 0 && !rest.isEmpty(); left--) {
                int size = left == 1 ? rest.size() : 1 + random.nextInt(rest.size());
                children.add(grown(rest.subList(0, size), random));
                rest = rest.subList(size, rest.size());
            }
            return new MergeTree(order.get(0), children);
        }

        Optional<Payload> result(AggregationFunction function, List<Payload> samples) throws AggregationException {
            Optional<Partial> partial = partial(function, samples);
            return partial.isEmpty()
                    ? Optional.empty()
                    : Optional.of(function.finish(partial.get().payload()));
        }

        private Optional<Partial> partial(AggregationFunction function, List<Payload> samples)
                throws AggregationException {
            List<Partial> partials = new ArrayList<>();
            int contributors = 1;
            for (MergeTree child : children) {
                Optional<Partial> partial = child.partial(function, samples);
                if (partial.isPresent()) {
                    contributors += partial.get().contributors();
                    partials.add(partial.get());
                }
            }
            Optional<Payload> merged = function.merge(Optional.of(samples.get(sample)), partials);
            int counted = contributors;
            return merged.map(payload -> new Partial(payload, counted));
        }

        /** {@code 1(2, 3(4))}: device 1 merges its own answer, that of 2, and the partial of 3, which has merged that of 4. */
        @Override
        public String toString() {
            return children.isEmpty()
                    ? Integer.toString(sample + 1)
                    : sample
                            + 1
                            + children.stream().map(MergeTree::toString).collect(Collectors.joining(", ", "(", ")"));
        }
    }
}
