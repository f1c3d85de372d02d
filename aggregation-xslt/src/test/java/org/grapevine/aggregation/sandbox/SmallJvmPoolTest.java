package org.grapevine.aggregation.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.util.AbstractList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.grapevine.aggregation.AggregationLimits;
import org.grapevine.aggregation.RunLimits;
import org.grapevine.aggregation.StrangerStylesheets;
import org.grapevine.core.message.EncodedPayload;
import org.grapevine.core.message.Payload;
import org.grapevine.core.reply.AggregationException;
import org.grapevine.core.reply.AggregationFunction;
import org.grapevine.core.reply.Partial;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Real small JVMs: what they do, what they cost when they are attacked, and that nothing is left of them. */
class SmallJvmPoolTest {

    private static AggregationFunction admitted(SmallJvmPool pool, byte[] text) throws AggregationException {
        return Samples.functions(pool).admit(StrangerStylesheets.uri(text), text, Optional.empty());
    }

    private static void works(SmallJvmPool pool) throws AggregationException {
        assertThat(Samples.merge(admitted(pool, Samples.sum(0)), "<r>1</r>", "<r>2</r>"))
                .isEqualTo("<r>3</r>");
    }

    @Nested
    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    class RunsWhatNobodyHasSigned {

        @SuppressWarnings("NullAway.Init") // JUnit calls start before anything else.
        private SmallJvmPool pool;

        @BeforeAll
        void start() throws AggregationException {
            pool = Samples.pool(Samples.patient());
        }

        @AfterAll
        void close() {
            pool.close();
        }

        @Test
        void withTheSameResultsAsInThisJvm() throws AggregationException {
            byte[] mean = Samples.stylesheet(
                    "<xsl:template match='m' mode='a:finish'><mean><xsl:value-of select='@sum div @n'/></mean></xsl:template>",
                    "<m sum='{sum(a:Own/*/xs:decimal(.)) + sum(a:Partial/m/xs:decimal(@sum))}'"
                            + " n='{count(a:Own) + sum(a:Partial/@contributors)}'/>");
            AggregationFunction there = admitted(pool, mean);
            AggregationFunction here =
                    new StrangerStylesheets(AggregationLimits.defaults(), RunLimits.defaults()).function("mean", mean);
            Optional<Payload> own = Optional.of(Samples.payload("<r>2.5</r>"));
            List<Partial> partials = List.of(new Partial(Samples.payload("<m sum='7.5' n='3'/>"), 3));
            assertThat(there.merge(own, partials)).isPresent().isEqualTo(here.merge(own, partials));
            Payload partial = there.merge(own, partials).orElseThrow();
            assertThat(Samples.text(there.finish(partial))).isEqualTo("<mean>2.5</mean>");
        }

        @Test
        void withParameters() throws AggregationException {
            byte[] text = Samples.stylesheet(
                    "<xsl:param name='k' select='1'/>",
                    "<r><xsl:value-of select='sum(*/*/xs:decimal(.)) * xs:decimal($k)'/></r>");
            StrangerFunctions functions = Samples.functions(pool);
            String uri = StrangerStylesheets.uri(text);
            assertThat(Samples.merge(functions.admit(uri + "?=k=5", text, Optional.empty()), "<r>2</r>"))
                    .isEqualTo("<r>10</r>");
            assertThat(Samples.merge(functions.find(uri).orElseThrow(), "<r>2</r>"))
                    .isEqualTo("<r>2</r>");
            AggregationFunction unknown = functions.find(uri + "?=q=5").orElseThrow();
            assertThatThrownBy(() -> Samples.merge(unknown, "<r>2</r>"))
                    .isInstanceOf(AggregationException.class)
                    .hasMessageContaining("parameter q (expected: k)");
        }

        @Test
        void leavingDevicesOut() throws AggregationException {
            AggregationFunction filter =
                    admitted(pool, Samples.stylesheet("", "<xsl:copy-of select='(*/*)[xs:decimal(.) gt 5]'/>"));
            assertThat(filter.merge(Optional.of(Samples.payload("<r>1</r>")), List.of()))
                    .isEmpty();
            assertThat(filter.merge(Optional.empty(), List.of())).isEmpty();
        }

        @Test
        void refusingWhatThisJvmWouldRefuse() {
            assertThatThrownBy(() -> admitted(pool, Samples.stylesheet("<xsl:import href='x'/>", "")))
                    .isInstanceOf(AggregationException.class)
                    .hasMessageMatching("stylesheet [0-9a-f]{12}:2: xsl:import: not allowed \\(copy the templates .*");
            assertThatThrownBy(() -> admitted(
                            pool,
                            Samples.stylesheet("", "<r><xsl:value-of select='matches(string(*[1]), \"a\")'/></r>")))
                    .isInstanceOf(AggregationException.class)
                    .hasMessageMatching("stylesheet [0-9a-f]{12}:4: the function matches\\(\\): not allowed \\(use .*");
        }

        @Test
        void refusingBadAnswers() throws AggregationException {
            AggregationFunction sum = admitted(pool, Samples.sum(1));
            assertThatThrownBy(() -> Samples.merge(sum, "<r>1</r>", "<!DOCTYPE r><r>1</r>"))
                    .isInstanceOf(AggregationException.class)
                    .hasMessageStartingWith("partial 2 of 2: ")
                    .hasMessageContaining("document type: present (expected: none)");
        }

        @Test
        void refusingATenMegabytePartialBeforeItGetsThere() throws AggregationException {
            AggregationFunction sum = admitted(pool, Samples.sum(2));
            long runs = pool.stats().runs();
            Partial huge = new Partial(new EncodedPayload(new byte[10 << 20]), 1);
            assertThatThrownBy(() -> sum.merge(Optional.empty(), List.of(huge)))
                    .hasMessage("partial 1 of 1: 10485760 bytes (expected: at most 262144)");
            Partial half = new Partial(new EncodedPayload(new byte[250_000]), 1);
            assertThatThrownBy(() -> sum.merge(Optional.empty(), List.of(half, half, half, half, half)))
                    .hasMessage("inputs: 1250000 bytes (expected: at most 1048576 for all inputs of a merge)");
            assertThat(pool.stats().runs()).isEqualTo(runs);
            works(pool);
        }

        @Test
        void endingWhatRunsAwayWithoutEndingTheJvm() throws Exception {
            AggregationFunction endless = admitted(
                    pool,
                    Samples.stylesheet(
                            "<xsl:template match='r'><xsl:apply-templates select='.'/></xsl:template>",
                            "<out><xsl:apply-templates select='(*/*)[1]'/></out>"));
            long limits = pool.stats().limits();
            CompletableFuture<String> refusal = CompletableFuture.supplyAsync(() -> refusal(endless));
            assertThat(refusal.get(Samples.PATIENT_MILLIS, TimeUnit.MILLISECONDS))
                    .matches("stylesheet [0-9a-f]{12}: over (2000000 steps|2000 ms) .*");
            assertThat(refusal(endless)).contains("refused for 60.0 s since it last ran out of its limits");
            assertThat(pool.stats().limits()).isEqualTo(limits + 1);
            assertThat(pool.stats().kills()).isZero();
            works(pool);
        }

        @Test
        void withNothingOfOurEnvironmentAndOnlyTheJarsItNeeds() throws AggregationException {
            works(pool);
            assertThat(new SmallJvmCommand(64, new Limits(AggregationLimits.defaults(), RunLimits.defaults()))
                            .command())
                    .contains("-Xmx64m", "-XX:+ExitOnOutOfMemoryError", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
                    .noneMatch(argument -> argument.contains("junit"))
                    .anyMatch(argument -> argument.contains("Saxon"));
        }
    }

    private static String refusal(AggregationFunction function) {
        try {
            return "a result: " + function.merge(Optional.of(Samples.payload("<r>1</r>")), List.of());
        } catch (AggregationException e) {
            return e.getMessage();
        }
    }

    private static String refusalOfAdmission(SmallJvmPool pool, byte[] text) {
        try {
            return "a function: " + admitted(pool, text);
        } catch (AggregationException e) {
            return e.getMessage();
        }
    }

    @Nested
    class CostsAtMostItsTimeAndItsOwnJvm {

        @Test
        void ifItsCompilerNeverReturns() throws Exception {
            try (SmallJvmPool pool = Samples.pool(Samples.killingAfter(3_000))) {
                works(pool);
                ProcessHandle first = pool.processes().get(0);
                byte[] text = Samples.compilerThatNeverReturns();
                CompletableFuture<String> refusal = CompletableFuture.supplyAsync(() -> refusalOfAdmission(pool, text));
                assertThat(refusal.get(Samples.PATIENT_MILLIS, TimeUnit.MILLISECONDS))
                        .endsWith(": its small JVM was ended: no answer within 3000 ms"
                                + " (expected: a stylesheet that needs less time and memory)");
                assertThat(refusalOfAdmission(pool, text)).contains("refused for 60.0 s");
                assertThat(pool.stats().kills()).isOne();
                assertThat(pool.stats().suspended()).isOne();
                first.onExit().get(Samples.PATIENT_MILLIS, TimeUnit.MILLISECONDS);
                works(pool);
                assertThat(pool.stats().started()).isEqualTo(2);
            }
        }

        @Test
        void ifItNeedsAllMemory() throws Exception {
            try (SmallJvmPool pool = Samples.pool(Samples.patient())) {
                CompletableFuture<String> refusal = CompletableFuture.supplyAsync(
                        () -> refusalOfAdmission(pool, Samples.compilerThatNeedsAllMemory()));
                assertThat(refusal.get(2L * Samples.PATIENT_MILLIS, TimeUnit.MILLISECONDS))
                        .contains(": its small JVM was ended: ");
                assertThat(pool.stats().deaths()).isOne();
                works(pool);
            }
        }
    }

    @Nested
    class IsReplaced {

        @Test
        void afterSoManyRuns() throws Exception {
            SandboxLimits limits = new SandboxLimits(
                    1, 64, Samples.PATIENT_MILLIS, Samples.PATIENT_MILLIS, 32, Samples.PATIENT_MILLIS, 2, 60_000, 10);
            try (SmallJvmPool pool = Samples.pool(limits)) {
                ProcessHandle first = pool.processes().get(0);
                works(pool);
                first.onExit().get(Samples.PATIENT_MILLIS, TimeUnit.MILLISECONDS);
                works(pool);
                assertThat(pool.stats().recycled()).isEqualTo(2);
                assertThat(pool.processes()).hasSize(1).doesNotContain(first);
            }
        }

        @Test
        void ifItEndedWhileNobodyNeededIt() throws Exception {
            try (SmallJvmPool pool = Samples.pool(Samples.patient())) {
                works(pool);
                ProcessHandle first = pool.processes().get(0);
                assertThat(first.destroyForcibly()).isTrue();
                first.onExit().get(Samples.PATIENT_MILLIS, TimeUnit.MILLISECONDS);
                works(pool);
                assertThat(pool.processes()).hasSize(1).doesNotContain(first);
            }
        }
    }

    @Nested
    class Ends {

        @Test
        void withThePoolAlsoWhileItRuns() throws Exception {
            SmallJvmPool pool = Samples.pool(Samples.patient());
            works(pool);
            ProcessHandle process = pool.processes().get(0);
            CompletableFuture<String> refusal =
                    CompletableFuture.supplyAsync(() -> refusalOfAdmission(pool, Samples.compilerThatNeverReturns()));
            pool.close();
            assertThat(process.isAlive()).isFalse();
            assertThat(refusal.get(Samples.PATIENT_MILLIS, TimeUnit.MILLISECONDS))
                    .containsAnyOf("its small JVM was ended", "small JVMs: closed (expected: open)");
            assertThat(pool.processes()).isEmpty();
            assertThatThrownBy(() -> works(pool)).hasMessageContaining("closed (expected: open)");
        }

        @Test
        void withWhoeverStartedItEvenInAnEndlessLoop() throws Exception {
            Process process =
                    new SmallJvmCommand(64, new Limits(AggregationLimits.defaults(), RunLimits.defaults())).start();
            try {
                byte[] text = Samples.compilerThatNeverReturns();
                byte[] request = Request.of(Request.Task.COMPILE, text, StrangerStylesheets.uri(text))
                        .encoded();
                DataOutputStream out = new DataOutputStream(process.getOutputStream());
                out.writeInt(request.length);
                out.write(request);
                // All that a JVM sees of the end of its parent.
                out.close();
                assertThat(process.onExit()
                                .get(Samples.PATIENT_MILLIS, TimeUnit.MILLISECONDS)
                                .exitValue())
                        .isZero();
            } finally {
                process.destroyForcibly();
            }
        }
    }

    @Test
    void tooManyAtOnceAreRefused() throws Exception {
        SandboxLimits limits =
                new SandboxLimits(1, 64, Samples.PATIENT_MILLIS, Samples.PATIENT_MILLIS, 0, 1, 100, 60_000, 10);
        try (SmallJvmPool pool = Samples.pool(limits)) {
            AggregationFunction sum = admitted(pool, Samples.sum(3));
            CountDownLatch running = new CountDownLatch(1);
            CountDownLatch end = new CountDownLatch(1);
            CompletableFuture<String> slow = CompletableFuture.supplyAsync(() -> slowly(sum, running, end));
            assertThat(running.await(Samples.PATIENT_MILLIS, TimeUnit.MILLISECONDS))
                    .isTrue();
            assertThat(refusal(sum))
                    .endsWith(": all 1 small JVMs are busy (expected: fewer merges at once, or more JVMs)");
            assertThat(pool.stats().busy()).isOne();
            end.countDown();
            assertThat(slow.get(Samples.PATIENT_MILLIS, TimeUnit.MILLISECONDS)).isEqualTo("<r>1</r>");
            works(pool);
        }
    }

    /** Has a small JVM to itself until it is told to go on: its input is read a first time to see how long it is. */
    private static String slowly(AggregationFunction sum, CountDownLatch running, CountDownLatch end) {
        AtomicInteger reads = new AtomicInteger();
        List<Partial> partials = new AbstractList<>() {
            @Override
            public Partial get(int index) {
                if (reads.incrementAndGet() == 2) {
                    running.countDown();
                    try {
                        end.await();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                }
                return new Partial(Samples.payload("<r>1</r>"), 1);
            }

            @Override
            public int size() {
                return 1;
            }
        };
        try {
            return Samples.text(sum.merge(Optional.empty(), partials).orElseThrow());
        } catch (AggregationException e) {
            return e.getMessage();
        }
    }

    @Test
    void requestsKeepWhatIsInThem() throws Exception {
        SortedMap<String, String> parameters = new TreeMap<>(Map.of("k", "5", "by", "max"));
        Request request = new Request(
                Request.Task.MERGE,
                "urn:sha256:00",
                Samples.sum(1),
                parameters,
                Optional.of(Samples.payload("<r/>")),
                List.of(new Partial(Samples.payload("<q/>"), 7)));
        Request read = Request.decoded(new DataInputStream(new ByteArrayInputStream(request.encoded())), 100_000);
        assertThat(read.encoded()).isEqualTo(request.encoded());
        assertThat(read.parameters()).isEqualTo(parameters);
        assertThat(read.partials()).isEqualTo(request.partials());
    }

    @Test
    void limitsAreChecked() {
        assertThatThrownBy(() -> new SandboxLimits(0, 64, 1, 1, 1, 1, 1, 1, 1)).hasMessage("jvms: 0 (expected: 1..16)");
        assertThatThrownBy(() -> new SandboxLimits(1, 16, 1, 1, 1, 1, 1, 1, 1))
                .hasMessage("heapMegabytes: 16 (expected: >= 32)");
    }
}
