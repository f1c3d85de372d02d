package org.grapevine.gossip.driver;

import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import org.grapevine.dpws.device.DatagramEndpoint;
import org.grapevine.dpws.device.DatagramRecogniser;
import org.grapevine.dpws.device.DeviceHost;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.soap.EnvelopeReader;
import org.grapevine.dpws.soap.MalformedEnvelopeException;
import org.grapevine.gossip.header.BundleCodec;
import org.grapevine.gossip.header.MalformedGossipException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes bundles apart: each part is read where it stands and goes where its own {@code wsa:To} says, as if it had come alone. A bad
 * part spoils no other. On the receive thread.
 */
public final class Bundles implements DatagramEndpoint {

    private static final Logger LOG = LoggerFactory.getLogger(Bundles.class);

    private final DeviceHost host;
    private final EnvelopeReader reader;
    private final DatagramRecogniser copies;
    private final LongAdder received = new LongAdder();
    private final LongAdder parts = new LongAdder();
    private final LongAdder malformed = new LongAdder();
    private final LongAdder badParts = new LongAdder();
    private final LongAdder nested = new LongAdder();
    private final LongAdder misaddressed = new LongAdder();

    /**
     * What came in bundles so far.
     *
     * @param received bundles
     * @param parts envelopes that were handed on
     * @param malformed bundles dropped as a whole: it cannot be told where their parts are
     * @param badParts parts dropped because they are no envelope
     * @param nested parts dropped because they are bundles themselves
     * @param misaddressed parts dropped because nobody here has their address
     */
    public record Counters(long received, long parts, long malformed, long badParts, long nested, long misaddressed) {}

    Bundles(DeviceHost host, EnvelopeReader reader, DatagramRecogniser copies) {
        this.host = host;
        this.copies = copies;
        this.reader = reader;
    }

    /** Takes a datagram that is a bundle as this host would write it, without reading it as an envelope; false if it is none. */
    boolean take(byte[] bytes, int offset, int length, InetSocketAddress from) {
        Optional<int[]> offsets = BundleCodec.offsets(bytes, offset, length);
        if (offsets.isEmpty()) {
            return false;
        }
        received.increment();
        onParts(bytes, offsets.get(), from);
        return true;
    }

    @Override
    public void onEnvelope(Envelope bundle, InetSocketAddress from) {
        received.increment();
        int[] offsets;
        try {
            if (!BundleCodec.isBundle(bundle)) {
                throw new MalformedGossipException(
                        "action: " + bundle.action().orElse("absent") + " (expected: " + BundleCodec.ACTION + ")");
            }
            offsets = BundleCodec.offsets(bundle);
        } catch (MalformedGossipException e) {
            malformed.increment();
            LOG.debug("bundle from {}: {}", from, e.getMessage());
            return;
        }
        onParts(bundle.bytes(), offsets, from);
    }

    private void onParts(byte[] bytes, int[] offsets, InetSocketAddress from) {
        for (int i = 0; i + 1 < offsets.length; i++) {
            onPart(bytes, offsets[i], offsets[i + 1] - offsets[i], from);
        }
    }

    private void onPart(byte[] bytes, int offset, int length, InetSocketAddress from) {
        if (copies.take(bytes, offset, length, from)) {
            parts.increment();
            return;
        }
        Envelope part;
        try {
            part = reader.index(bytes, offset, length);
        } catch (MalformedEnvelopeException e) {
            badParts.increment();
            LOG.debug("part of a bundle from {}: {}", from, e.getMessage());
            return;
        }
        if (BundleCodec.isBundle(part)) {
            nested.increment();
        } else if (host.dispatchDatagram(part, from)) {
            parts.increment();
        } else {
            misaddressed.increment();
        }
    }

    /** A snapshot. */
    public Counters counters() {
        return new Counters(
                received.sum(), parts.sum(), malformed.sum(), badParts.sum(), nested.sum(), misaddressed.sum());
    }
}
