package org.grapevine.benchmarks;

import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** When each of some devices was handed each message, and how often. Any thread. */
final class TodayArrivals {

    private final int devices;
    private final int mostMessages;
    private final Map<Long, Message> messages = new LinkedHashMap<>(); // guarded by this

    /**
     * Without any.
     *
     * @param mostMessages that are remembered; for one more the oldest is forgotten
     */
    TodayArrivals(int devices, int mostMessages) {
        this.devices = devices;
        this.mostMessages = mostMessages;
    }

    private static final class Message {
        private final long[] firstNanos;
        private final int[] times;
        private int reached;

        Message(int devices) {
            this.firstNanos = new long[devices];
            this.times = new int[devices];
        }

        long[] sorted() {
            long[] nanos = new long[reached];
            int next = 0;
            for (int i = 0; i < times.length; i++) {
                if (times[i] > 0) {
                    nanos[next++] = firstNanos[i];
                }
            }
            Arrays.sort(nanos);
            return nanos;
        }
    }

    /** A device was handed a message, at this moment by {@link System#nanoTime}. */
    synchronized void came(int device, long number, long nanos) {
        Message message = message(number);
        if (message.times[device]++ == 0) {
            message.firstNanos[device] = nanos;
            message.reached++;
            notifyAll();
        }
    }

    private Message message(long number) {
        Message message = messages.computeIfAbsent(number, key -> new Message(devices));
        if (messages.size() > mostMessages) {
            messages.remove(messages.keySet().iterator().next());
        }
        return message;
    }

    /**
     * Waits until so many devices have a message.
     *
     * @return when those that have it got it first, the earliest first; fewer than expected if the time was over before
     */
    synchronized long[] await(long number, int expected, Duration patience) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        Message message = message(number);
        while (message.reached < expected) {
            long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (left <= 0) {
                break;
            }
            wait(left);
        }
        return message.sorted();
    }

    /**
     * How often devices were handed messages.
     *
     * @param once pairs of device and message, exactly once
     * @param more pairs, twice or more often
     */
    record Counts(long once, long more) {

        Counts plus(Counts other) {
            return new Counts(once + other.once, more + other.more);
        }
    }

    synchronized Counts counts(Collection<Long> numbers) {
        long once = 0;
        long more = 0;
        for (long number : numbers) {
            for (int times : message(number).times) {
                once += times == 1 ? 1 : 0;
                more += times > 1 ? 1 : 0;
            }
        }
        return new Counts(once, more);
    }
}
