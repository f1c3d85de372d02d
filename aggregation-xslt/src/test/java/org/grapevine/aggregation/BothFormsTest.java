package org.grapevine.aggregation;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.grapevine.aggregation.library.StandardFunction;
import org.grapevine.core.message.Payload;
import org.grapevine.core.reply.AggregationException;
import org.grapevine.core.reply.AggregationFunction;
import org.grapevine.core.reply.Partial;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The stylesheet and the Java of a function of the library are one function: the same XML but for namespace prefixes, or the same refusal. */
class BothFormsTest {

    private static final int ROUNDS = 300;

    private static final FunctionLibrary XSLT =
            FunctionLibrary.standard(AggregationLimits.defaults(), FunctionLibrary.Form.XSLT);
    private static final FunctionLibrary NATIVE =
            FunctionLibrary.standard(AggregationLimits.defaults(), FunctionLibrary.Form.NATIVE);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sum-by-key",
                "sum",
                "count",
                "min",
                "max",
                "mean",
                "mean?digits=0",
                "mean?digits=18",
                "range",
                "variance",
                "variance?digits=3&of=sample",
                "histogram",
                "histogram?bounds=-100.50,0,0.5,1000000",
                "histogram?bounds=7",
                "quantile",
                "quantile?q=0",
                "quantile?q=1&digits=1",
                "quantile?q=0.9&digits=4",
                "top-k?k=3",
                "top-k?k=1&by=min",
                "distinct",
                "distinct?limit=3",
                "collect?limit=4",
                "collect"
            })
    void giveTheSame(String reference) throws AggregationException {
        AggregationFunction xslt = XSLT.resolve(reference);
        AggregationFunction java = NATIVE.resolve(reference);
        int values = 0;
        for (long seed = 1; seed <= ROUNDS; seed++) {
            RandomGenerator random =
                    RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
            RandomAnswers answers = new RandomAnswers(random, reference.startsWith("sum-by-key"));
            if (tree(xslt, java, answers, random, reference + ", seed " + seed)) {
                values++;
            }
        }
        assertThat(values).as("rounds with a value and no refusal").isGreaterThan(ROUNDS / 3);
    }

    /** Whatever tree a request draws, and in whatever order replies come. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "sum-by-key",
                "sum",
                "count",
                "min",
                "max",
                "mean",
                "range",
                "variance",
                "histogram",
                "quantile",
                "quantile?digits=4",
                "top-k?k=4",
                "top-k?k=3&by=min",
                "distinct",
                "distinct?limit=4",
                "collect?limit=5"
            })
    void giveTheSameInAnyOrderAndGrouping(String reference) throws AggregationException {
        AggregationFunction xslt = XSLT.resolve(reference);
        AggregationFunction java = NATIVE.resolve(reference);
        for (long seed = 1; seed <= ROUNDS; seed++) {
            RandomGenerator random =
                    RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
            List<String> answers = sameShape(random, reference.startsWith("sum-by-key"));
            String context = reference + ", seed " + seed + ": " + answers;
            String first = whole(java, new ArrayList<>(answers), random);
            for (int tree = 0; tree < 4; tree++) {
                assertThat(whole(java, new ArrayList<>(answers), random))
                        .as(context)
                        .isEqualTo(first);
            }
            if (seed % 10 == 0) {
                assertThat(whole(xslt, new ArrayList<>(answers), random))
                        .as(context)
                        .isEqualTo(first);
            }
        }
    }

    /** Up to 40 answers, with few different values, so that there are ties and duplicates. */
    private static List<String> sameShape(RandomGenerator random, boolean keyed) {
        List<String> shapes = keyed
                ? List.of(
                        "<r d='1'><e key='a'><of>p</of><value>%s</value></e><e key='b'><of>q</of><value>%<s</value></e></r>",
                        "<r d='1'><e key='%2$s' value='%1$s' u='%2$s'/><e key='z' value='%1$s'/></r>")
                : List.of(
                        "<r unit='W' id='%2$s'>%1$s</r>",
                        "<r value='%1$s' id='%2$s'/>",
                        "<p:r xmlns:p='urn:p' u='1'><p:at>%2$s</p:at><p:value>%1$s</p:value></p:r>");
        String shape = shapes.get(random.nextInt(shapes.size()));
        int count = random.nextInt(1, 40);
        int spread = random.nextInt(1, 100_000);
        int scale = random.nextInt(0, 12);
        List<String> answers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            BigDecimal value = BigDecimal.valueOf(random.nextInt(-spread, spread), scale);
            answers.add(shape.formatted(value.toPlainString(), random.nextInt(3)));
        }
        return answers;
    }

    private static String whole(AggregationFunction function, List<String> answers, RandomGenerator random)
            throws AggregationException {
        int all = answers.size();
        List<Partial> partials = new ArrayList<>();
        while (!answers.isEmpty() || partials.size() > 1) {
            Optional<Payload> own = answers.isEmpty() || (!partials.isEmpty() && random.nextInt(4) == 0)
                    ? Optional.empty()
                    : Optional.of(Answers.payload(answers.remove(random.nextInt(answers.size()))));
            int contributors = own.isPresent() ? 1 : 0;
            List<Partial> children = new ArrayList<>();
            int count = random.nextInt(own.isPresent() ? 0 : 1, Math.min(partials.size(), 5) + 1);
            for (int i = 0; i < count; i++) {
                Partial child = partials.remove(random.nextInt(partials.size()));
                contributors += child.contributors();
                children.add(child);
            }
            partials.add(new Partial(function.merge(own, children).orElseThrow(), contributors));
        }
        assertThat(partials.get(0).contributors()).isEqualTo(all);
        return CanonicalXml.of(Answers.text(function.finish(partials.get(0).payload())));
    }

    /** Partials that somebody has changed on the way, and what is no XML at all. */
    @ParameterizedTest
    @EnumSource(StandardFunction.class)
    void refuseTheSamePartials(StandardFunction standard) throws AggregationException {
        AggregationFunction xslt = XSLT.resolve(standard.functionName());
        AggregationFunction java = NATIVE.resolve(standard.functionName());
        boolean keyed = standard == StandardFunction.SUM_BY_KEY;
        boolean finishes = standard.with(Map.of()).finishes();
        int refused = 0;
        for (long seed = 1; seed <= ROUNDS; seed++) {
            RandomGenerator random =
                    RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
            List<String> answers = sameShape(random, keyed);
            Payload honest = java.merge(Optional.of(Answers.payload(answers.get(0))), List.of())
                    .orElseThrow();
            String forged = forged(Answers.text(honest), random);
            Partial other = new Partial(
                    java.merge(
                                    Optional.of(Answers.payload(answers.get(answers.size() - 1))),
                                    List.of(new Partial(honest, 1)))
                            .orElseThrow(),
                    2);
            List<Partial> partials = List.of(other, Answers.partial(forged, random.nextInt(1, 3)));
            Outcome first =
                    Outcome.of(() -> xslt.merge(Optional.empty(), partials).orElseThrow());
            Outcome second =
                    Outcome.of(() -> java.merge(Optional.empty(), partials).orElseThrow());
            assertThat(second.text()).as("seed %d: %s", seed, forged).isEqualTo(first.text());
            if (finishes) {
                Outcome third = Outcome.of(() -> xslt.finish(Answers.payload(forged)));
                Outcome fourth = Outcome.of(() -> java.finish(Answers.payload(forged)));
                assertThat(fourth.text())
                        .as("seed %d, finish of %s", seed, forged)
                        .isEqualTo(third.text());
            }
            refused += first.payload().isEmpty() ? 1 : 0;
        }
        assertThat(refused).as("partials that were refused").isGreaterThan(ROUNDS / 20);
    }

    private static String forged(String partial, RandomGenerator random) {
        StringBuilder text = new StringBuilder(partial);
        int from = random.nextInt(text.length());
        switch (random.nextInt(6)) {
            case 0 -> text.delete(from, Math.min(text.length(), from + random.nextInt(1, 20)));
            case 1 -> text.insert(from, text.substring(random.nextInt(from + 1), from));
            case 2 -> text.setCharAt(from, (char) random.nextInt('!', '~'));
            case 3 -> {
                int digit = from;
                while (digit < text.length() && !Character.isDigit(text.charAt(digit))) {
                    digit++;
                }
                text.insert(digit, random.nextInt(20));
            }
            case 4 -> {
                int attribute = text.indexOf(" ", from);
                if (attribute > 0) {
                    text.insert(attribute, " count='1'");
                }
            }
            default -> {
                int end = text.lastIndexOf("</");
                if (end > 0) {
                    text.insert(end, "<a:Form xmlns:a='urn:org.grapevine:aggregation:1'><r/></a:Form>");
                }
            }
        }
        return text.toString();
    }

    /** Whether the tree came to a value. */
    private static boolean tree(
            AggregationFunction xslt,
            AggregationFunction java,
            RandomAnswers answers,
            RandomGenerator random,
            String what)
            throws AggregationException {
        List<Partial> byXslt = new ArrayList<>();
        List<Partial> byJava = new ArrayList<>();
        int nodes = random.nextInt(1, 12);
        for (int i = 0; i < nodes; i++) {
            int children = i == nodes - 1 ? byXslt.size() : random.nextInt(0, Math.min(byXslt.size(), 4) + 1);
            Optional<Payload> own = children == 0 || random.nextInt(4) > 0
                    ? Optional.of(Answers.payload(answers.next()))
                    : Optional.empty();
            List<Partial> ofXslt = new ArrayList<>();
            List<Partial> ofJava = new ArrayList<>();
            int contributors = own.isPresent() ? 1 : 0;
            for (int c = 0; c < children; c++) {
                int chosen = random.nextInt(byXslt.size());
                contributors += byXslt.get(chosen).contributors();
                ofXslt.add(byXslt.remove(chosen));
                ofJava.add(byJava.remove(chosen));
            }
            Outcome first = Outcome.of(() -> xslt.merge(own, ofXslt).orElseThrow());
            Outcome second = Outcome.of(() -> java.merge(own, ofJava).orElseThrow());
            String inputs = what + ", own " + own.map(Answers::text) + ", partials "
                    + ofXslt.stream().map(each -> Answers.text(each.payload())).toList();
            assertThat(second.text()).as(inputs).isEqualTo(first.text());
            if (first.payload().isEmpty()) {
                return false;
            }
            byXslt.add(new Partial(first.payload().get(), contributors));
            byJava.add(new Partial(second.payload().orElseThrow(), contributors));
        }
        Payload whole = byXslt.get(byXslt.size() - 1).payload();
        Outcome first = Outcome.of(() -> xslt.finish(whole));
        Outcome second = Outcome.of(() -> java.finish(whole));
        assertThat(second.text())
                .as(what + ", finish of " + Answers.text(whole))
                .isEqualTo(first.text());
        return first.payload().isPresent();
    }

    /** A payload or a refusal. */
    private record Outcome(Optional<Payload> payload, String text) {

        private interface Work {
            Payload run() throws AggregationException;
        }

        static Outcome of(Work work) {
            try {
                Payload payload = work.run();
                return new Outcome(Optional.of(payload), CanonicalXml.of(Answers.text(payload)));
            } catch (AggregationException e) {
                return new Outcome(Optional.empty(), "refused: " + e.getMessage());
            }
        }
    }
}
