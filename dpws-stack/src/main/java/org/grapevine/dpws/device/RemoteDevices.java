package org.grapevine.dpws.device;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import org.grapevine.dpws.addressing.EndpointReference;
import org.grapevine.dpws.discovery.DeviceAnnouncement;
import org.grapevine.dpws.metadata.Metadata;

/**
 * Descriptions of devices, fetched once per metadata version (WS-Discovery 1.1, 4.1; row D7): what a device told is of use until it
 * announces a higher version, or transport addresses among which is none that answered. The one fetched longest ago makes room. Any
 * thread.
 */
final class RemoteDevices {

    /** What a device may make us try; an honest one has a few. */
    private static final int ADDRESSES_PER_DEVICE = 8;

    /** Questions under way; a host of a thousand devices must not meet a thousand at once. A guess. */
    private static final int FETCHES_AT_ONCE = 32;

    private static final int MOST_WAITING = 100_000;

    /** Fetches a description from one transport address. */
    interface Fetch {
        CompletableFuture<Metadata> get(URI address, EndpointReference device, Duration timeout);
    }

    private record Entry(long version, CompletableFuture<RemoteDevice> device) {

        boolean serves(DeviceAnnouncement news) {
            if (version != news.metadataVersion() || device.isCompletedExceptionally()) {
                return false;
            }
            // One that restarted at other addresses may be so wrong as to tell the same version.
            return !device.isDone()
                    || news.xAddrs().isEmpty()
                    || news.xAddrs().contains(device.join().address().toString());
        }
    }

    private final int capacity;
    private final Fetch fetch;
    private final Map<EndpointReference, Entry> entries = new LinkedHashMap<>(); // guarded by itself
    private final Queue<Runnable> waiting = new ArrayDeque<>(); // guarded by entries
    private int underWay; // guarded by entries
    private long refused; // guarded by entries
    private long hits; // guarded by entries
    private long evicted; // guarded by entries

    /**
     * An empty table.
     *
     * @param capacity most descriptions remembered, at least 1
     */
    RemoteDevices(int capacity, Fetch fetch) {
        this.capacity = capacity;
        this.fetch = fetch;
    }

    /**
     * The description of a device.
     *
     * @param device with at least one transport address
     * @return fails with an IOException that names the device if none of its addresses answers; the next call then tries again
     */
    CompletableFuture<RemoteDevice> describe(DeviceAnnouncement device, Duration timeout) {
        CompletableFuture<RemoteDevice> fetched = new CompletableFuture<>();
        synchronized (entries) {
            Entry known = entries.get(device.epr());
            if (known != null && known.serves(device)) {
                hits++;
                return known.device().copy();
            }
            entries.remove(device.epr());
            if (device.metadataVersion() > 0) {
                makeRoom();
                entries.put(device.epr(), new Entry(device.metadataVersion(), fetched));
            }
        }
        Runnable start = () -> begin(device, timeout, fetched);
        boolean now;
        synchronized (entries) {
            now = underWay < FETCHES_AT_ONCE;
            if (now) {
                underWay++;
            } else if (waiting.size() < MOST_WAITING) {
                waiting.add(start);
            } else {
                refused++;
                entries.remove(device.epr());
                return CompletableFuture.failedFuture(new IOException(
                        device.epr() + ": " + MOST_WAITING + " descriptions are waited for (expected: fewer)"));
            }
        }
        if (now) {
            start.run();
        }
        return fetched.copy();
    }

    private void begin(DeviceAnnouncement device, Duration timeout, CompletableFuture<RemoteDevice> fetched) {
        CompletableFuture<RemoteDevice> unused = attempt(device, 0, timeout).whenComplete((description, failure) -> {
            if (failure == null) {
                fetched.complete(description);
            } else {
                forget(device.epr(), fetched);
                fetched.completeExceptionally(failure);
            }
            next();
        });
    }

    private void next() {
        Runnable start;
        synchronized (entries) {
            start = waiting.poll();
            if (start == null) {
                underWay--;
            }
        }
        if (start != null) {
            start.run();
        }
    }

    private void makeRoom() {
        if (entries.size() >= capacity) {
            Iterator<Entry> oldest = entries.values().iterator();
            oldest.next();
            oldest.remove();
            evicted++;
        }
    }

    private void forget(EndpointReference device, CompletableFuture<RemoteDevice> failed) {
        synchronized (entries) {
            Entry known = entries.get(device);
            if (known != null && known.device() == failed) {
                entries.remove(device);
            }
        }
    }

    /** The device left, or tells something else. */
    void forget(EndpointReference device) {
        synchronized (entries) {
            entries.remove(device);
        }
    }

    /** Questions answered without asking the device. */
    long hits() {
        synchronized (entries) {
            return hits;
        }
    }

    /** Descriptions not fetched, since too many were waited for. */
    long refused() {
        synchronized (entries) {
            return refused;
        }
    }

    /** Descriptions that had to make room. */
    long evicted() {
        synchronized (entries) {
            return evicted;
        }
    }

    /** Tries the transport addresses in their order (row D14). */
    private CompletableFuture<RemoteDevice> attempt(DeviceAnnouncement device, int index, Duration timeout) {
        List<String> addresses = device.xAddrs();
        if (addresses.isEmpty()) {
            return CompletableFuture.failedFuture(
                    new IOException(device.epr() + ": told no transport address (expected: at least one)"));
        }
        CompletableFuture<RemoteDevice> attempt;
        try {
            URI address = URI.create(addresses.get(index));
            attempt = fetch.get(address, device.epr(), timeout)
                    .thenApply(metadata -> new RemoteDevice(device, address, metadata));
        } catch (IllegalArgumentException e) {
            attempt = CompletableFuture.failedFuture(new IOException(
                    device.epr() + ": transport address '" + addresses.get(index) + "' (expected: an HTTP URL)", e));
        }
        return index + 1 < Math.min(ADDRESSES_PER_DEVICE, addresses.size())
                ? attempt.exceptionallyCompose(failure -> attempt(device, index + 1, timeout))
                : attempt;
    }
}
