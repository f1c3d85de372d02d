package org.grapevine.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import org.grapevine.core.message.GossipParameters;
import org.grapevine.core.message.Hop;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.core.message.Segment;
import org.grapevine.dpws.addressing.EndpointReference;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.soap.EnvelopeLimits;
import org.grapevine.dpws.soap.EnvelopeReader;
import org.grapevine.dpws.soap.EnvelopeWriter;
import org.grapevine.dpws.soap.MalformedEnvelopeException;
import org.grapevine.gossip.header.EnvelopePayload;
import org.grapevine.gossip.header.GossipHeader;
import org.grapevine.policy.Binding;

/**
 * One gossip envelope as a relay gets it from a peer: a tariff, written by the same code that writes it on a device, after one
 * hop. All in ASCII, which is what takes the reader's short way from characters to octets.
 */
final class SampleEnvelope {

    static final EnvelopeReader READER = new EnvelopeReader(EnvelopeLimits.udp());

    static final Segment SEGMENT = new Segment("grid:wan");
    static final PeerAddress RELAY = peer(1);

    /** Who gets the relay's copies, at fanout 4. */
    static final List<PeerAddress> TARGETS = List.of(peer(2), peer(3), peer(4), peer(5));

    private static final PeerAddress ORIGIN = peer(7);
    private static final GossipParameters PARAMETERS =
            new GossipParameters(8, 6, 1_790_000_000_000L, 30_000, 1_000, null);

    private static final String TARIFF =
            """
            <t:tariff xmlns:t="urn:example:tariff" id="7" unit="EUR">\
            <t:from hour="0">0.1874</t:from><t:from hour="6">0.2931</t:from>\
            </t:tariff>""";

    private SampleEnvelope() {}

    /** The octets; a new array at each call. */
    static byte[] arrived() {
        byte[] published = EnvelopeWriter.forAction("urn:example:tariff")
                .messageId("urn:uuid:0f8fad5b-d9cb-469f-a165-70867728950e")
                .from(EndpointReference.of(ORIGIN.value()))
                .header(GossipHeader.gossipBlock(PARAMETERS, Binding.SOAP_UDP))
                .body(TARIFF.getBytes(UTF_8))
                .toBytes();
        EnvelopePayload payload = new EnvelopePayload(index(published), Binding.SOAP_UDP);
        return GossipHeader.copy(payload, RELAY, new Hop(SEGMENT, 5, 1, 0), ORIGIN);
    }

    /** What the relay writes into its copies. */
    static Hop nextHop() {
        return new Hop(SEGMENT, 4, 2, 0);
    }

    /** Reads the header of an envelope that is known to be good. */
    static Envelope index(byte[] bytes) {
        try {
            return READER.index(bytes);
        } catch (MalformedEnvelopeException e) {
            throw new AssertionError("the sample envelope is refused", e);
        }
    }

    private static PeerAddress peer(int number) {
        return new PeerAddress("soap.udp://192.0.2." + number + ":4000/g");
    }
}
