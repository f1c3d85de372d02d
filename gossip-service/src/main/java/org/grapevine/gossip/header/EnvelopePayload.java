package org.grapevine.gossip.header;

import java.util.Arrays;
import java.util.Set;
import org.grapevine.core.message.Payload;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.soap.EnvelopeSplice;
import org.grapevine.dpws.soap.Wsa;
import org.grapevine.policy.Binding;
import org.grapevine.policy.Priority;
import org.jspecify.annotations.Nullable;

/** The gossiped envelope as the engines carry it: read once, and cut once for all copies that a relay makes of it. */
public final class EnvelopePayload implements Payload {

    /** What {@code g:Hop} and {@code wsa:To} add to an envelope that a client sent; addresses and scopes of usual length. */
    private static final int COPY_BLOCKS_BYTES = 512;

    private final Envelope envelope;
    private final Binding binding;
    private final Priority priority;
    private final boolean onRequestOnly;
    private volatile @Nullable EnvelopeSplice splice;

    /**
     * Wraps an envelope.
     *
     * @param binding the transport that its copies take from peer to peer
     * @param priority the queue that its copies wait in
     * @param maxDatagramBytes largest envelope that is sent as a datagram, bytes
     */
    public EnvelopePayload(Envelope envelope, Binding binding, Priority priority, int maxDatagramBytes) {
        // What is kept for repair must not keep the whole bundle in which it came.
        this.envelope = envelope.detached();
        this.binding = binding;
        this.priority = priority;
        // Known for each message before anybody asks for a copy. One for a peer with a longer address may still be too
        // large.
        int blocks = envelope.headerBlock(Gossip1.HOP).isPresent() ? 0 : COPY_BLOCKS_BYTES;
        this.onRequestOnly = binding == Binding.SOAP_UDP && envelope.length() + blocks > maxDatagramBytes;
    }

    /** Wraps an envelope of normal priority that is sent unasked whatever its size. */
    public EnvelopePayload(Envelope envelope, Binding binding) {
        this(envelope, binding, Priority.NORMAL, Integer.MAX_VALUE);
    }

    public Binding binding() {
        return binding;
    }

    /** The queue in which it waits at each device. */
    public Priority priority() {
        return priority;
    }

    /** True if its copies are to go by datagram, and are too large for one. */
    @Override
    public boolean onRequestOnly() {
        return onRequestOnly;
    }

    public Envelope envelope() {
        return envelope;
    }

    /** The envelope's bytes and nothing else; nobody writes to them. */
    public byte[] wholeBytes() {
        byte[] bytes = envelope.bytes();
        boolean exact = envelope.offset() == 0 && envelope.length() == bytes.length;
        return exact ? bytes : Arrays.copyOfRange(bytes, envelope.offset(), envelope.offset() + envelope.length());
    }

    /** Everything that all copies share. Several threads may make it at once; they make the same. */
    public EnvelopeSplice splice() {
        EnvelopeSplice ready = splice;
        if (ready == null) {
            ready = EnvelopeSplice.ofElement(envelope, Set.of(Wsa.TO, Gossip1.HOP));
            splice = ready;
        }
        return ready;
    }

    @Override
    public int sizeBytes() {
        return envelope.length();
    }
}
