package org.grapevine.gossip.header;

import java.util.Arrays;
import java.util.Set;
import org.grapevine.core.message.Payload;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.soap.EnvelopeSplice;
import org.grapevine.dpws.soap.Wsa;
import org.grapevine.policy.Binding;
import org.jspecify.annotations.Nullable;

/** The gossiped envelope as the engines carry it: read once, and cut once for all copies that a relay makes of it. */
public final class EnvelopePayload implements Payload {

    private final Envelope envelope;
    private final Binding binding;
    private volatile @Nullable EnvelopeSplice splice;

    /**
     * Wraps an envelope.
     *
     * @param binding the transport that its copies take from peer to peer
     */
    public EnvelopePayload(Envelope envelope, Binding binding) {
        this.envelope = envelope;
        this.binding = binding;
    }

    public Binding binding() {
        return binding;
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
            ready = new EnvelopeSplice(envelope, Set.of(Wsa.TO, Gossip1.HOP));
            splice = ready;
        }
        return ready;
    }

    @Override
    public int sizeBytes() {
        return envelope.length();
    }
}
