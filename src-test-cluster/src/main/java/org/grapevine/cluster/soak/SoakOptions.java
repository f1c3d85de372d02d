package org.grapevine.cluster.soak;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.grapevine.policy.Variant;

/**
 * A soak: so many devices in so many processes, of which each publishes at its share of an even rate.
 *
 * @param agents processes, 1..64
 * @param devices in all of them together, at least one in each, at most 10,000
 * @param perSecond publications in a second, of all devices together, 1..10,000
 * @param rampUp the rate rises in a straight line over this time, before the duration begins: compilers have not compiled yet what
 *     the load needs. 0 to 1 h
 * @param duration of the load at its full rate, 1 s to 30 days
 * @param variant how messages spread. {@code MULTICAST} takes the network for one LAN; with the others each device keeps a partial view
 * @param lifetime of a message, 1 s to 10 min
 * @param repair pause between comparisons of digests, 50 ms to the lifetime
 * @param advertiseMillis how long ids for spare links of a tree gather, ms, 0..10,000
 * @param bodyBytes about the size of a message's body, 200..10,000 bytes
 * @param heap {@code -Xmx} of each process
 */
public record SoakOptions(
        int agents,
        int devices,
        int perSecond,
        Duration rampUp,
        Duration duration,
        Variant variant,
        Duration lifetime,
        Duration repair,
        int advertiseMillis,
        int bodyBytes,
        String heap) {

    /** How far clocks may be off: all processes have that of this machine, and so ids are forgotten soon. */
    static final long CLOCK_ERROR_MILLIS = 1_000;

    private static final int WORDS = 11;

    public SoakOptions {
        require("agents", agents, 1, 64);
        require("devices", devices, Math.max(2, agents), 10_000);
        require("perSecond", perSecond, 1, 10_000);
        require("rampUp", rampUp.toMillis(), 0, 3_600_000);
        require("duration", duration.toMillis(), 1_000, Duration.ofDays(30).toMillis());
        require("lifetime", lifetime.toMillis(), 1_000, 600_000);
        require("repair", repair.toMillis(), 50, lifetime.toMillis());
        require("advertise", advertiseMillis, 0, 10_000);
        require("body", bodyBytes, 200, 10_000);
        if (!heap.matches("[0-9]{1,7}[kKmMgG]")) {
            throw new IllegalArgumentException("heap: " + heap + " (expected: a size as -Xmx takes it, such as 512m)");
        }
        if (variant == Variant.PULL || variant == Variant.PUSH_PULL || variant == Variant.LAZY_PULL) {
            throw new IllegalArgumentException("variant: " + variant.wireName()
                    + " (expected: eager-push, lazy-push, tree or multicast; what is pulled has no repair)");
        }
    }

    /** 200 publications a second over 200 devices for an hour. */
    public static SoakOptions defaults() {
        return new SoakOptions(
                2,
                200,
                200,
                Duration.ofSeconds(60),
                Duration.ofHours(1),
                Variant.MULTICAST,
                Duration.ofSeconds(5),
                Duration.ofSeconds(2),
                50,
                400,
                "1g");
    }

    /** Another size. */
    public SoakOptions with(int newAgents, int newDevices, int newPerSecond) {
        return new SoakOptions(
                newAgents,
                newDevices,
                newPerSecond,
                rampUp,
                duration,
                variant,
                lifetime,
                repair,
                advertiseMillis,
                bodyBytes,
                heap);
    }

    /** Another time. */
    public SoakOptions lasting(Duration newRampUp, Duration newDuration) {
        return new SoakOptions(
                agents,
                devices,
                perSecond,
                newRampUp,
                newDuration,
                variant,
                lifetime,
                repair,
                advertiseMillis,
                bodyBytes,
                heap);
    }

    /** Another way to spread. */
    public SoakOptions with(Variant newVariant, Duration newLifetime, Duration newRepair, int newAdvertiseMillis) {
        return new SoakOptions(
                agents,
                devices,
                perSecond,
                rampUp,
                duration,
                newVariant,
                newLifetime,
                newRepair,
                newAdvertiseMillis,
                bodyBytes,
                heap);
    }

    /** Another size of messages and heaps. */
    public SoakOptions with(int newBodyBytes, String newHeap) {
        return new SoakOptions(
                agents,
                devices,
                perSecond,
                rampUp,
                duration,
                variant,
                lifetime,
                repair,
                advertiseMillis,
                newBodyBytes,
                newHeap);
    }

    /** Publications of one device in a second. */
    double perOrigin() {
        return (double) perSecond / devices;
    }

    /**
     * Messages of one origin after which an earlier one is lost: no device takes it by then, and some seconds more. A late one would be
     * counted as a second one otherwise.
     */
    int patience() {
        double seconds = (lifetime.toMillis() + CLOCK_ERROR_MILLIS) / 1_000.0 + 5;
        return (int) Math.min(1_000_000, Math.ceil(seconds * perOrigin()) + 2);
    }

    /** For {@link #parse} in another process. */
    List<String> words() {
        List<String> words = new ArrayList<>();
        for (Object value : List.of(
                agents,
                devices,
                perSecond,
                rampUp.toMillis(),
                duration.toMillis(),
                variant.wireName(),
                lifetime.toMillis(),
                repair.toMillis(),
                advertiseMillis,
                bodyBytes,
                heap)) {
            words.add(value.toString());
        }
        return words;
    }

    /** @throws IllegalArgumentException for words that are none of {@link #words} */
    static SoakOptions parse(List<String> words) {
        if (words.size() != WORDS) {
            throw new IllegalArgumentException("options: " + words + " (expected: " + WORDS + " words)");
        }
        Iterator<String> next = words.iterator();
        return new SoakOptions(
                Integer.parseInt(next.next()),
                Integer.parseInt(next.next()),
                Integer.parseInt(next.next()),
                millis(next.next()),
                millis(next.next()),
                Variant.ofWireName(next.next()),
                millis(next.next()),
                millis(next.next()),
                Integer.parseInt(next.next()),
                Integer.parseInt(next.next()),
                next.next());
    }

    private static Duration millis(String text) {
        return Duration.ofMillis(Long.parseLong(text));
    }

    private static void require(String name, long value, long lowest, long highest) {
        if (value < lowest || value > highest) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: " + lowest + ".." + highest + ")");
        }
    }
}
