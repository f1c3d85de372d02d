package org.grapevine.gossip.legacy;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.grapevine.core.message.GossipParameters;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.soap.EnvelopeLimits;
import org.grapevine.dpws.soap.EnvelopeReader;
import org.grapevine.dpws.soap.EnvelopeWriter;
import org.grapevine.dpws.soap.MalformedEnvelopeException;
import org.grapevine.gossip.header.GossipHeader;
import org.grapevine.policy.Binding;

/** Messages to plain services. */
final class Messages {

    private Messages() {}

    /** One that carries its id as its text too. */
    static Envelope envelope(String id, long originMillis, long lifetimeMillis) {
        GossipParameters parameters = new GossipParameters(3, 3, originMillis, lifetimeMillis, 0, null);
        byte[] bytes = EnvelopeWriter.forAction("urn:test:post")
                .messageId(id)
                .header(GossipHeader.gossipBlock(parameters, Binding.SOAP_UDP))
                .body(("<t:post xmlns:t='urn:test'>" + id + "</t:post>").getBytes(UTF_8))
                .toBytes();
        try {
            return new EnvelopeReader(EnvelopeLimits.http()).readWhole(bytes);
        } catch (MalformedEnvelopeException e) {
            throw new AssertionError(e);
        }
    }

    static Held held(String id, long takenAt, long expiresAt) {
        return new Held(id, envelope(id, 1_000, 1_000), takenAt, expiresAt);
    }
}
