package org.grapevine.gossip.legacy;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** The live messages of late, in the order in which they came, for services whose adopter vanishes. For one thread. */
final class HeldMessages {

    private final int most;
    private final long mostBytes;
    private final LongAdder forgotten;
    private final Map<String, Held> messages = new LinkedHashMap<>();
    private long bytes;

    /**
     * Nothing yet.
     *
     * @param most messages at once; the oldest makes room
     * @param mostBytes octets of them
     * @param forgotten counts those that had to go, or found no room, before they expired
     */
    HeldMessages(int most, long mostBytes, LongAdder forgotten) {
        this.most = most;
        this.mostBytes = mostBytes;
        this.forgotten = forgotten;
    }

    /** One more; it is there once, however often it comes. */
    void add(long now, Held message) {
        if (messages.containsKey(message.id())) {
            return;
        }
        int length = message.envelope().length();
        if (most == 0 || length > mostBytes) {
            forgotten.increment();
            return;
        }
        Iterator<Held> oldest = messages.values().iterator();
        while (oldest.hasNext()) {
            Held old = oldest.next();
            boolean live = old.expiresAt() > now;
            if (live && messages.size() < most && bytes + length <= mostBytes) {
                break;
            }
            oldest.remove();
            bytes -= old.envelope().length();
            if (live) {
                forgotten.increment();
            }
        }
        messages.put(message.id(), message);
        bytes += length;
    }

    /** Those that came at that time or later. */
    List<Held> since(long millis) {
        return messages.values().stream()
                .filter(message -> message.takenAt() >= millis)
                .toList();
    }

    long bytes() {
        return bytes;
    }

    void clear() {
        messages.clear();
        bytes = 0;
    }
}
