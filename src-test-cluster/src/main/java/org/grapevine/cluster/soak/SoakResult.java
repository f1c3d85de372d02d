package org.grapevine.cluster.soak;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * What a soak came to.
 *
 * @param options of the soak
 * @param minutes in their order; the first one, number 0, is the time in which the rate rose, the last one has what came after the
 *     load had ended
 * @param flatness of heap, threads and descriptors of each process, after the first sixth of the time
 */
public record SoakResult(SoakOptions options, List<SoakMinute> minutes, List<Flatness> flatness) {

    /** A heap that gains no more than this share, or this many bytes, is flat. */
    static final double HEAP_SHARE = 0.10;

    static final double HEAP_LEAST = 8 << 20;

    /** Threads and descriptors of pools come and go. */
    static final double THREADS_LEAST = 3;

    static final double DESCRIPTORS_LEAST = 5;

    private static final double WARM_UP_SHARE = 1.0 / 6;

    /** Less than the asked rate by more than this is a broken promise, too. */
    private static final double RATE_SHARE = 0.01;

    public SoakResult {
        minutes = List.copyOf(minutes);
        flatness = List.copyOf(flatness);
    }

    static SoakResult of(SoakOptions options, List<SoakMinute> minutes) {
        double seconds = options.duration().toMillis() / 1_000.0;
        List<SoakMinute> later = minutes.stream()
                .filter(minute -> minute.seconds() >= seconds * WARM_UP_SHARE)
                .toList();
        List<Flatness> flatness = new ArrayList<>();
        for (int agent = 0; agent < options.agents(); agent++) {
            flatness.add(of("heap", agent, later, SoakCounts::heapBytes, HEAP_SHARE, HEAP_LEAST));
            flatness.add(of("threads", agent, later, SoakCounts::threads, 0, THREADS_LEAST));
            flatness.add(of("descriptors", agent, later, SoakCounts::descriptors, 0, DESCRIPTORS_LEAST));
        }
        return new SoakResult(options, minutes, flatness);
    }

    private static Flatness of(
            String what,
            int agent,
            List<SoakMinute> minutes,
            ToDoubleFunction<SoakCounts> value,
            double share,
            double least) {
        List<Flatness.Sample> samples = minutes.stream()
                .map(minute -> new Flatness.Sample(
                        minute.seconds() / 3_600,
                        value.applyAsDouble(minute.agents().get(agent))))
                .toList();
        return Flatness.of(what, agent, samples, share, least);
    }

    public long published() {
        return minutes.stream().mapToLong(SoakMinute::published).sum();
    }

    public long delivered() {
        return minutes.stream().mapToLong(SoakMinute::delivered).sum();
    }

    public long again() {
        return minutes.stream().mapToLong(SoakMinute::again).sum();
    }

    public long lost() {
        return minutes.stream().mapToLong(SoakMinute::lost).sum();
    }

    /** What of it is not as it should be, one sentence each; none if all is. */
    public List<String> complaints() {
        List<String> complaints = new ArrayList<>();
        long notPublished = minutes.stream().mapToLong(SoakMinute::notPublished).sum();
        if (notPublished > 0) {
            complaints.add(notPublished + " messages were not published: no shadow took them, or not in time");
        }
        double asked = options.perSecond() * (options.duration().toMillis() / 1_000.0);
        long atFullRate = minutes.stream()
                .filter(minute -> minute.number() > 0)
                .mapToLong(SoakMinute::published)
                .sum();
        if (atFullRate < asked * (1 - RATE_SHARE)) {
            complaints.add(String.format(
                    Locale.ROOT, "%,d messages were published at the full rate (expected: %,.0f)", atFullRate, asked));
        }
        if (lost() > 0) {
            complaints.add(lost() + " deliveries were lost");
        }
        if (again() > 0) {
            complaints.add(again() + " deliveries were second ones");
        }
        if (lost() == 0 && delivered() != published() * options.devices()) {
            complaints.add(String.format(
                    Locale.ROOT,
                    "%,d deliveries (expected: %,d messages to %,d devices)",
                    delivered(),
                    published(),
                    options.devices()));
        }
        for (Flatness line : flatness) {
            if (!line.isFlat()) {
                complaints.add(String.format(
                        Locale.ROOT,
                        "agent %d: %s rose from %,.0f by %,.0f (expected: at most %,.0f; %d values)",
                        line.agent(),
                        line.what(),
                        line.first(),
                        line.rise(),
                        line.bound(),
                        line.samples()));
            }
        }
        return complaints;
    }
}
