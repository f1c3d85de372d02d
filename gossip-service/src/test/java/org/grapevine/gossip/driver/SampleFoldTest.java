package org.grapevine.gossip.driver;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.grapevine.core.message.Completeness;
import org.grapevine.core.message.EncodedPayload;
import org.grapevine.core.message.Payload;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.core.message.Sample;
import org.grapevine.core.reply.AggregationException;
import org.grapevine.core.reply.AggregationFunction;
import org.grapevine.core.reply.Partial;
import org.junit.jupiter.api.Test;

class SampleFoldTest {

    private static final Completeness ALL = new Completeness(3, 0, 0, 0, 0, 1);

    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    private final List<Integer> contributors = new ArrayList<>();
    private boolean room = true;

    /** Adds numbers; leaves out 0, and finishes with an equals sign in front. */
    private final AggregationFunction adding = new AggregationFunction() {
        @Override
        public Optional<Payload> merge(Optional<Payload> own, List<Partial> partials) throws AggregationException {
            int value = number(own.orElseThrow());
            if (value < 0) {
                throw new AggregationException("number: " + value + " (expected: >= 0)");
            }
            if (value > 1_000) {
                throw new IllegalStateException("a defect");
            }
            partials.forEach(partial -> contributors.add(partial.contributors()));
            int sum = value
                    + partials.stream()
                            .mapToInt(partial -> number(partial.payload()))
                            .sum();
            return value == 0 ? Optional.empty() : Optional.of(payload("" + sum));
        }

        @Override
        public Payload finish(Payload partial) {
            return payload("=" + number(partial));
        }
    };

    private final SampleFold fold = new SampleFold(
            new SampleFold.Functions() {
                @Override
                public boolean run(String function, Runnable task) {
                    if (room) {
                        tasks.add(task);
                    }
                    return room;
                }

                @Override
                public AggregationFunction find(String function) {
                    return adding;
                }
            },
            "add");

    private static Payload payload(String text) {
        return new EncodedPayload(text.getBytes(UTF_8));
    }

    private static int number(Payload payload) {
        return Integer.parseInt(new String(((EncodedPayload) payload).bytes(), UTF_8));
    }

    private void come(int... values) {
        fold.samples(IntStream.of(values)
                .mapToObj(value -> new Sample(new PeerAddress("d" + value), 1, payload("" + value)))
                .toList());
    }

    private Answer end() {
        CompletableFuture<Answer> answer = fold.end(new Answer(Optional.empty(), ALL, Optional.empty(), false));
        while (!tasks.isEmpty()) {
            tasks.remove().run();
        }
        return answer.join();
    }

    @Test
    void mergesEachValueAsADevicesOwn() {
        come(1, 2);
        tasks.remove().run();
        come(0, 4);
        Answer answer = end();

        assertThat(new String(answer.element().orElseThrow(), UTF_8)).isEqualTo("=7");
        assertThat(answer.completeness()).isEqualTo(ALL);
        assertThat(contributors).containsExactly(1, 2, 2);
    }

    @Test
    void hasOneTaskUnderWayAndLetsOthersHaveTheirTurn() {
        come(IntStream.rangeClosed(1, 100).toArray());
        come(1);
        assertThat(tasks).hasSize(1);
        tasks.remove().run();
        assertThat(tasks).hasSize(1);

        assertThat(new String(end().element().orElseThrow(), UTF_8)).isEqualTo("=5051");
    }

    @Test
    void hasNoValueIfNobodyGaveOne() {
        Answer answer = end();

        assertThat(answer.element()).isEmpty();
        assertThat(answer.failure()).isEmpty();
    }

    @Test
    void failsWithTheFunction() {
        come(1, -1, 2);

        assertThat(end().failure()).contains("number: -1 (expected: >= 0)");
    }

    @Test
    void survivesADefectOfTheFunction() {
        come(5_000);
        tasks.remove().run();
        come(1);

        assertThat(end().failure()).contains("aggregation add: internal error");
    }

    @Test
    void failsIfThereIsNoRoomToMerge() {
        room = false;
        come(1);

        assertThat(end().failure()).contains("busy: no room to merge now");
    }

    @Test
    void keepsABoundedAmountOfValues() {
        byte[] megabyte = new byte[1 << 20];
        Sample large = new Sample(new PeerAddress("d"), 1, new EncodedPayload(megabyte));
        for (int i = 0; i < 17; i++) {
            fold.samples(List.of(large));
        }

        assertThat(end().failure()).contains("busy: more values have come than can be merged");
    }

    @Test
    void passesAFailureOfTheRequestOn() {
        come(1);
        CompletableFuture<Answer> answer = fold.end(Answer.failed("too few", ALL));
        while (!tasks.isEmpty()) {
            tasks.remove().run();
        }

        assertThat(answer.join().failure()).contains("too few");
        assertThat(answer.join().element()).isEmpty();
    }
}
