package org.grapevine.gossip.driver;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.grapevine.dpws.addressing.SoapUdpAddress;
import org.grapevine.dpws.transport.UdpTransport;
import org.grapevine.gossip.header.BundleCodec;

/**
 * The datagrams that one event loop is about to send. Envelopes for the same host gather until somebody says {@link #flush}, or
 * no datagram has room for one more; several of them leave as one bundle, one alone as it is. For the tasks of its loop only.
 *
 * <p>Envelopes are written straight into the buffers from which they are sent.
 */
final class Outbox {

    /** Hosts for which something may be waiting; the one that has waited longest goes when there are more. */
    private static final int MOST_HOSTS = 64;

    /** Addresses that are kept written out; when there are more it begins anew. */
    private static final int MOST_ADDRESSES = 4_096;

    private final UdpTransport udp;
    private final int maxDatagramBytes;
    private final Map<InetSocketAddress, Pending> byHost = new LinkedHashMap<>();
    private final Map<InetSocketAddress, String> addresses = new HashMap<>();
    private final ArrayDeque<Pending> spare = new ArrayDeque<>();
    private final boolean bundling;
    private long oldestNanos;

    private final LongAdder bundles;
    private final LongAdder parts;

    /** What waits for one host. */
    private static final class Pending {
        private final ByteBuffer buffer;
        private final int[] sizes = new int[BundleCodec.MAX_PARTS];
        private InetSocketAddress to = new InetSocketAddress(0);
        private String address = "";
        private int partsStart;
        private int parts;

        private Pending(int capacity) {
            this.buffer = ByteBuffer.allocateDirect(capacity);
        }

        private void begin(InetSocketAddress host, String itsAddress) {
            to = host;
            address = itsAddress;
            partsStart = BundleCodec.headSize(address, BundleCodec.MAX_PARTS);
            buffer.clear().position(partsStart);
            parts = 0;
        }

        private int sizeWith(int more) {
            return BundleCodec.headSize(address, parts + 1)
                    + (buffer.position() - partsStart)
                    + more
                    + BundleCodec.tailSize();
        }
    }

    /** @param bundling false if each envelope leaves alone and at once */
    Outbox(UdpTransport udp, int maxDatagramBytes, boolean bundling, LongAdder bundles, LongAdder parts) {
        this.udp = udp;
        this.bundling = bundling;
        this.maxDatagramBytes = maxDatagramBytes;
        this.bundles = bundles;
        this.parts = parts;
    }

    /** Writes an envelope into a buffer that has room for it. */
    @FunctionalInterface
    interface Part {
        void writeTo(ByteBuffer out);
    }

    /**
     * Puts an envelope to those for the same host.
     *
     * @param size in octets, not above the limit of a datagram
     * @param part writes just so many octets: an envelope that may stand inside another one
     */
    void add(InetSocketAddress to, int size, Part part) {
        Pending pending = byHost.get(to);
        if (pending != null && (pending.parts == BundleCodec.MAX_PARTS || pending.sizeWith(size) > maxDatagramBytes)) {
            send(pending);
            pending.begin(to, address(to));
        } else if (pending == null) {
            pending = begin(to);
        }
        part.writeTo(pending.buffer);
        pending.sizes[pending.parts++] = size;
        if (!bundling) {
            flush();
        }
    }

    /** Where bundles for a host go; written out once. */
    private String address(InetSocketAddress host) {
        String known = addresses.get(host);
        if (known == null) {
            if (addresses.size() == MOST_ADDRESSES) {
                addresses.clear();
            }
            // Literal: it came out of a parsed address.
            String literal = host.getAddress().getHostAddress();
            known = new SoapUdpAddress(literal, host.getPort(), BundleCodec.PATH).toString();
            addresses.put(host, known);
        }
        return known;
    }

    private Pending begin(InetSocketAddress to) {
        if (byHost.isEmpty()) {
            oldestNanos = System.nanoTime();
        } else if (byHost.size() == MOST_HOSTS) {
            Iterator<Pending> oldest = byHost.values().iterator();
            Pending first = oldest.next();
            oldest.remove();
            send(first);
            spare.add(first);
        }
        Pending pending = spare.poll();
        if (pending == null) {
            int head = BundleCodec.headSize("", BundleCodec.MAX_PARTS) + 128;
            pending = new Pending(head + maxDatagramBytes + BundleCodec.tailSize());
        }
        pending.begin(to, address(to));
        byHost.put(to, pending);
        return pending;
    }

    /** True if something waits, and has for so long. */
    boolean isOlderThan(long nanos) {
        return !byHost.isEmpty() && System.nanoTime() - oldestNanos > nanos;
    }

    /** Sends all that waits. */
    void flush() {
        if (byHost.isEmpty()) {
            return;
        }
        for (Pending pending : byHost.values()) {
            send(pending);
            spare.add(pending);
        }
        byHost.clear();
    }

    private void send(Pending pending) {
        ByteBuffer buffer = pending.buffer;
        if (pending.parts > 1) {
            BundleCodec.writeTail(buffer);
        }
        int end = buffer.position();
        int start = pending.partsStart;
        if (pending.parts > 1) {
            start -= BundleCodec.headSize(pending.address, pending.parts);
            buffer.position(start);
            BundleCodec.writeHead(buffer, pending.address, pending.sizes, pending.parts);
            bundles.increment();
            parts.add(pending.parts);
        }
        buffer.limit(end).position(start);
        udp.send(pending.to, buffer);
    }
}
