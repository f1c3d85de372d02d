package org.grapevine.aggregation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.grapevine.core.message.Payload;
import org.grapevine.core.reply.AggregationException;
import org.grapevine.core.reply.AggregationFunction;
import org.grapevine.core.reply.Partial;
import org.junit.jupiter.params.ParameterizedTest;
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
