package org.grapevine.simulation.mutation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.LongFunction;
import org.grapevine.simulation.driver.Cores;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Would anybody notice? Plants one bug after the other in the engine and runs random scenarios until a checker finds it. Seeds per
 * mutant: {@code -Dgrapevine.mutation.seeds=2000}, less in an ordinary build.
 */
class MutationTest {

    private static final int SEEDS = Integer.getInteger("grapevine.mutation.seeds", 1_500);

    /** What became of one mutant; the finding is null if nobody noticed. */
    private record Hunt(Mutant mutant, int seeds, @Nullable String finding, long millis) {
        boolean isFound() {
            return finding != null;
        }

        @Override
        public String toString() {
            String what = finding == null ? "NOT FOUND" : finding;
            return String.format(
                    Locale.ROOT,
                    "%-55s %5d seeds %6d ms  %s",
                    mutant.name(),
                    seeds,
                    millis,
                    what.lines().findFirst().orElse(""));
        }
    }

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit fills it.
    private Path directory;

    @Test
    void everyPlantedBugIsFound() throws InterruptedException {
        List<Hunt> hunts = new ArrayList<>();

        Cores.forEach(Math.min(2, Cores.available()), Mutants.ALL.iterator(), this::hunt, hunts::add);

        hunts.forEach(System.out::println);
        assertThat(hunts).filteredOn(hunt -> !hunt.isFound()).isEmpty();
    }

    private Hunt hunt(Mutant mutant) {
        long started = System.nanoTime();
        try {
            Path own = Files.createDirectory(directory.resolve(Integer.toString(Mutants.ALL.indexOf(mutant))));
            LongFunction<@Nullable String> runs = MutantClasses.of(mutant, own);
            for (int tried = 0; tried < SEEDS; tried++) {
                String finding = runs.apply(mutant.firstSeed() + tried);
                if (finding != null) {
                    return new Hunt(mutant, tried + 1, finding, (System.nanoTime() - started) / 1_000_000);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Hunt(mutant, SEEDS, null, (System.nanoTime() - started) / 1_000_000);
    }

    @Test
    void nothingIsFoundInTheEngineAsItIs() {
        LongFunction<@Nullable String> runs = MutantClasses.healthy(directory);

        for (int seed = 0; seed < 20; seed++) {
            assertThat(runs.apply(seed)).isNull();
        }
    }

    @Test
    void aMutantWhoseSnippetIsGoneSaysSo() {
        Mutant gone = new Mutant("gone", "Spread.java", "no such thing", "");

        assertThatThrownBy(() -> gone.plantedIn("class Spread {}"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("gone: found nowhere in Spread.java (expected: once): no such thing");
    }

    @Test
    void aMutantWhoseSnippetIsThereTwiceSaysSo() {
        Mutant ambiguous = new Mutant("ambiguous", "Spread.java", "int a;", "");

        assertThatThrownBy(() -> ambiguous.plantedIn("int a; int a;"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("ambiguous: found more than once in Spread.java (expected: once): int a;");
    }
}
