package org.grapevine.dpws.transport;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/**
 * A small fixed set of event loops. An engine stays on the loop that its key names, so that it needs no lock; thousands of
 * engines share a few threads. Safe for any thread.
 */
public final class EventLoops implements AutoCloseable {

    private static final int MAX_LOOPS = 256;

    private final List<EventLoop> loops;

    private EventLoops(List<EventLoop> loops) {
        this.loops = List.copyOf(loops);
    }

    /**
     * Starts the loops.
     *
     * @param name their threads are called name-0, name-1, ...
     * @param count 1..256; more than there are processors brings nothing
     * @param inboxCapacity see {@link EventLoop#start}, for each loop
     * @param timerCapacity see {@link EventLoop#start}, for each loop
     */
    public static EventLoops start(String name, int count, int inboxCapacity, int timerCapacity) {
        return start(name, count, inboxCapacity, timerCapacity, InstantSource.system());
    }

    /** As above, by another clock, see {@link EventLoop#start(String, int, int, InstantSource)}. */
    public static EventLoops start(String name, int count, int inboxCapacity, int timerCapacity, InstantSource clock) {
        Arguments.require(count >= 1 && count <= MAX_LOOPS, "count: %s (expected: 1..%s)", count, MAX_LOOPS);
        List<EventLoop> loops = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            loops.add(EventLoop.start(name + "-" + i, inboxCapacity, timerCapacity, clock));
        }
        return new EventLoops(loops);
    }

    /** The loop of a key: always the same one for equal keys. */
    public EventLoop assign(Object key) {
        int hash = key.hashCode();
        // Addresses often differ in the low bits only by multiples of the loop count; mix the high half in.
        return loops.get(Math.floorMod(hash ^ (hash >>> 16), loops.size()));
    }

    public List<EventLoop> all() {
        return loops;
    }

    @Override
    public void close() {
        loops.forEach(EventLoop::close);
    }
}
