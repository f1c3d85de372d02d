package org.grapevine.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.grapevine.dpws.soap.EnvelopeLimits;
import org.grapevine.dpws.soap.EnvelopeReader;
import org.grapevine.dpws.soap.EnvelopeWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class TodayArithmeticTest {

    @Test
    void timesAreThoseOfTheFirstTheMiddleAndTheLastDevice() {
        long[] nanos = {3_000_000, 4_000_000, 6_000_000, 9_000_000, 21_000_000};

        assertThat(TodayTimes.of(1_000_000, nanos, 5)).isEqualTo(new TodayTimes(2, 5, 20));
        assertThat(TodayTimes.of(1_000_000, nanos, 4)).isEqualTo(new TodayTimes(2, 3, 8));
    }

    @Test
    void aMessageThatSomeDevicesLackHasNoLastTime() {
        assertThat(TodayTimes.of(0, new long[] {1_000_000, 2_000_000}, 3))
                .isEqualTo(new TodayTimes(1, 2, Double.POSITIVE_INFINITY));
        assertThat(TodayTimes.of(0, new long[0], 3).first()).isInfinite();
    }

    @Test
    void whatIsUsedAtRestInTheSameTimeIsTakenOff() {
        TodayUsage rest = new TodayUsage(2e9, 20, 200, 2_000, 4_000);
        TodayUsage busy = new TodayUsage(10e9, 350, 1_500, 110_000, 25_000);

        assertThat(busy.beyond(rest)).isEqualTo(new TodayUsage(0, 250, 500, 100_000, 5_000));
        assertThat(rest.perSecond()).isEqualTo(new TodayUsage(1e9, 10, 100, 1_000, 2_000));
    }

    @Test
    void aLineTellsWhatOneMessageUsedOnAverageAndTheShareOfDevicesThatHadItOnce() {
        TodayRow row = new TodayRow(TodayWay.EVENTS);
        row.add(1, new TodayTimes(1, 2, 3));
        row.add(2, new TodayTimes(3, 4, 50));
        row.add(new TodayUsage(0, 30, 40, 150_000, 2_000));
        row.add(new TodayUsage(0, 10, 20, 50_000, 2_000));

        assertThat(row.perMessage()).isEqualTo(new TodayUsage(0, 20, 30, 100_000, 2_000));
        assertThat(row.line(new TodayArrivals.Counts(9, 1), 5).split(" +"))
                .containsExactly(
                        "WS-Eventing",
                        "2",
                        "1.0",
                        "2.0",
                        "3.0",
                        "50.0",
                        "50.0",
                        "20.0",
                        "100.0",
                        "2.0",
                        "30.0",
                        "0.90000");
    }

    @Test
    void aLineOfSilentDevicesTellsWhenThePublisherWasDoneOnlyIfItWaitsForAnswers() {
        TodaySilence.Run run = new TodaySilence.Run(7.5, 1_002, 2, 0.5);
        TodaySilence calls = new TodaySilence(TodayWay.MANY);
        calls.add(run);
        TodaySilence gossip = new TodaySilence(TodayWay.EAGER);
        gossip.add(run);

        assertThat(calls.line()).matches("HTTP, 32 at a time +1 +7\\.5 +7\\.5 +1002\\.0 +2\\.0 +0\\.500");
        assertThat(gossip.line()).matches("gossip, eager push +1 +7\\.5 +7\\.5 +- +2\\.0 +0\\.500");
    }

    @Test
    void aDeviceThatGetsAMessageAgainIsCountedAmongThoseThatHadItMoreThanOnce() throws Exception {
        TodayArrivals arrivals = new TodayArrivals(3, 10);
        arrivals.came(0, 1, 500);
        arrivals.came(1, 1, 400);
        arrivals.came(0, 1, 900);
        arrivals.came(2, 2, 100);

        assertThat(arrivals.await(1, 2, Duration.ZERO)).containsExactly(400, 500);
        assertThat(arrivals.counts(List.of(1L, 2L))).isEqualTo(new TodayArrivals.Counts(2, 1));
    }

    @Test
    void waitingEndsWithTheLastDeviceAndNotBefore() throws Exception {
        TodayArrivals arrivals = new TodayArrivals(2, 10);
        CompletableFuture<long[]> waiting = CompletableFuture.supplyAsync(() -> {
            try {
                return arrivals.await(7, 2, Duration.ofSeconds(20));
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        arrivals.came(0, 7, 10);
        arrivals.came(1, 7, 20);

        assertThat(waiting.get()).containsExactly(10, 20);
    }

    @Test
    void theOldestMessageMakesRoom() {
        TodayArrivals arrivals = new TodayArrivals(1, 2);
        IntStream.rangeClosed(1, 3).forEach(number -> arrivals.came(0, number, number));

        assertThat(arrivals.counts(List.of(2L, 3L))).isEqualTo(new TodayArrivals.Counts(2, 0));
        assertThat(arrivals.counts(List.of(1L))).isEqualTo(new TodayArrivals.Counts(0, 0));
    }

    @Test
    void theOrderOfTheWaysChangesWithEachBatch() {
        List<String> ways = List.of("a", "b", "c");

        assertThat(IntStream.range(0, 6).mapToObj(batch -> String.join("", AgainstToday.turned(ways, batch))))
                .containsExactly("abc", "cba", "cab", "acb", "bca", "bac");
    }

    @Test
    void atMostSoManyCallsAreUnderWayAndAFailedOneHoldsNobodyUp() throws Exception {
        BlockingQueue<CompletableFuture<Void>> begun = new LinkedBlockingQueue<>();
        List<URI> addresses = Stream.of("a", "b", "c", "d")
                .map(name -> URI.create("http://" + name))
                .toList();
        CallLanes lanes = new CallLanes(addresses, address -> {
            CompletableFuture<Void> call = new CompletableFuture<>();
            begun.add(call);
            return call;
        });
        CompletableFuture<Integer> failed = CompletableFuture.supplyAsync(() -> {
            try {
                return lanes.run(2);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });

        CompletableFuture<Void> first = begun.take();
        CompletableFuture<Void> second = begun.take();
        assertThat(begun).isEmpty();
        first.completeExceptionally(new IllegalStateException("refused"));
        CompletableFuture<Void> third = begun.take();
        assertThat(begun).isEmpty();
        third.complete(null);
        begun.take().complete(null);
        assertThat(failed).isNotDone();
        second.complete(null);

        assertThat(failed.get()).isEqualTo(1);
    }

    @Test
    void aTariffBearsTheNumberOfItsMessage() throws Exception {
        byte[] envelope = EnvelopeWriter.forAction("urn:example:tariff")
                .body(TodayTariff.body(4_711))
                .toBytes();

        assertThat(TodayTariff.number(new EnvelopeReader(EnvelopeLimits.udp()).readWhole(envelope)))
                .isEqualTo(4_711);
    }
}
