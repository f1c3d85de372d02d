package org.grapevine.gossip.header;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Random;
import org.grapevine.core.message.GossipParameters;
import org.grapevine.core.message.Hop;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.core.message.ReplyTerms;
import org.grapevine.core.message.Segment;
import org.grapevine.dpws.addressing.EndpointReference;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.soap.EnvelopeLimits;
import org.grapevine.dpws.soap.EnvelopeReader;
import org.grapevine.dpws.soap.EnvelopeWriter;
import org.grapevine.policy.Binding;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GossipHeaderTest {

    private static final GossipParameters DEFAULTS = new GossipParameters(0, 0, 1_000, 30_000, 1_000, null);
    private static final PeerAddress SELF = new PeerAddress("soap.udp://127.0.0.1:4000/a/tariff/gossip");
    private static final PeerAddress PEER = new PeerAddress("soap.udp://127.0.0.1:4000/b/tariff/gossip");

    private final EnvelopeReader reader = new EnvelopeReader(EnvelopeLimits.udp());

    private Envelope envelope(byte[]... blocks) throws Exception {
        EnvelopeWriter writer = EnvelopeWriter.forAction("urn:example:act")
                .messageId("urn:uuid:1")
                .to("http://entry.test/")
                .from(new EndpointReference("soap.udp://127.0.0.1:1/x", List.of()))
                .body("<x:body xmlns:x='urn:x'>déjà vu €</x:body>".getBytes(UTF_8));
        for (byte[] block : blocks) {
            writer.header(block);
        }
        return reader.readWhole(writer.toBytes());
    }

    private Envelope withGossip(String attributes) throws Exception {
        return envelope(("<g:Gossip xmlns:g='" + Gossip1.NAMESPACE + "' " + attributes + "/>").getBytes(UTF_8));
    }

    private Envelope withHop(String attributes) throws Exception {
        return envelope(("<g:Hop xmlns:g='" + Gossip1.NAMESPACE + "' " + attributes + "/>").getBytes(UTF_8));
    }

    @Nested
    class Parameters {

        @Test
        void comeBackAsTheyWereWritten() throws Exception {
            Random random = new Random(1);
            for (int i = 0; i < 500; i++) {
                long timeout = 1L + random.nextInt(100_000);
                ReplyTerms replies = random.nextBoolean()
                        ? null
                        : new ReplyTerms("urn:sha256:ab", random.nextInt(100), timeout, 1 + random.nextLong(timeout));
                GossipParameters written = new GossipParameters(
                        random.nextInt(65),
                        random.nextInt(256),
                        random.nextLong(1L << 45),
                        1L + random.nextInt(86_400_000),
                        random.nextInt(10_000),
                        replies);
                Binding binding = random.nextBoolean() ? Binding.HTTP : Binding.SOAP_UDP;

                Envelope read = envelope(GossipHeader.gossipBlock(written, binding));

                assertThat(GossipHeader.parameters(read, DEFAULTS)).contains(written);
                assertThat(GossipHeader.binding(read, Binding.SOAP_UDP)).isEqualTo(binding);
            }
        }

        @Test
        void areAbsentWhereThereIsNoHeader() throws Exception {
            assertThat(GossipHeader.parameters(envelope(), DEFAULTS)).isEmpty();
            assertThat(GossipHeader.arrival(envelope())).isEmpty();
        }

        @Test
        void thatAClientLeavesOutHaveThePolicysValues() throws Exception {
            assertThat(GossipHeader.parameters(withGossip("fanout='3'"), DEFAULTS))
                    .contains(new GossipParameters(3, 0, 1_000, 30_000, 1_000, null));
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "fanout='0' | g:Gossip fanout: 0 (expected: 1..64 or auto)",
                    "fanout='65' | g:Gossip fanout: 65 (expected: 1..64 or auto)",
                    "fanout='-1' | g:Gossip fanout: -1 (expected: 1..64 or auto)",
                    "rounds='300' | g:Gossip rounds: 300 (expected: 1..255 or auto)",
                    "rounds='x' | g:Gossip rounds: x (expected: 1..255 or auto)",
                    "lifetime='99999999999999999999' | g:Gossip lifetime: 99999999999999999999 (expected: 1..86400000)",
                    "repair='0' | g:Gossip repair: 0 (expected: 1..86400000 or none)",
                    "variant='tree' | g:Gossip variant: tree (expected: eager-push)",
                    "replies='collect' | g:Gossip replies: collect (expected: none or aggregate)",
                    "replies='aggregate' | g:Gossip aggregation: absent (expected: urn:sha256:...)",
                    "replies='aggregate' aggregation='urn:f' timeout='10' margin='11' | g:Gossip margin: 11 (expected: 1..10)"
                })
        void thatAreImpossibleAreRefusedByNameWithTheRange(String attributes, String message) {
            assertThatThrownBy(() -> GossipHeader.parameters(withGossip(attributes), DEFAULTS))
                    .isInstanceOf(MalformedGossipException.class)
                    .hasMessage(message);
        }

        @Test
        void anUnknownBindingIsRefused() {
            assertThatThrownBy(() -> GossipHeader.binding(withGossip("binding='pigeon'"), Binding.SOAP_UDP))
                    .hasMessage("g:Gossip binding: pigeon (expected: soap.udp | http)");
        }
    }

    @Nested
    class Copies {

        @Test
        void differInToAndHopOnlyAndKeepTheBodyToTheByte() throws Exception {
            Envelope original = envelope(GossipHeader.gossipBlock(DEFAULTS, Binding.SOAP_UDP));
            EnvelopePayload payload = new EnvelopePayload(original, Binding.SOAP_UDP);
            Hop hop = new Hop(new Segment("grid:<fan>&\"1\""), 5, 17, 1_850);

            Envelope first = reader.readWhole(GossipHeader.copy(payload, PEER, hop, SELF));
            // What a relay copies is a copy already.
            EnvelopePayload relayed = new EnvelopePayload(first, Binding.SOAP_UDP);
            Envelope second =
                    reader.readWhole(GossipHeader.copy(relayed, SELF, new Hop(new Segment("s"), 4, 18, 1_700), PEER));

            assertThat(GossipHeader.arrival(first)).contains(new GossipHeader.Arrival(hop, SELF));
            assertThat(first.to()).contains(PEER.value());
            assertThat(second.to()).contains(SELF.value());
            assertThat(GossipHeader.arrival(second).orElseThrow().hop().left()).isEqualTo(4);
            assertThat(second.headerBlocks()).hasSameSizeAs(first.headerBlocks());
            assertThat(second.bodyElement()).isEqualTo(original.bodyElement());
            assertThat(second.messageId()).isEqualTo(original.messageId());
        }

        @ParameterizedTest
        @ValueSource(
                strings = {"grid:a", "grid:ä", "grid:a€b", "grid:\uD83D\uDD0C/x", "a&b<c>d\"e", "\u007F", "grid:\u00A0"
                })
        void carryAnyScopeOfXml(String scope) throws Exception {
            EnvelopePayload payload = new EnvelopePayload(envelope(), Binding.SOAP_UDP);
            Hop hop = new Hop(new Segment(scope), 9_999, 0, 9_999_999);

            Envelope copy = reader.readWhole(GossipHeader.copy(payload, PEER, hop, SELF));

            assertThat(GossipHeader.arrival(copy)).contains(new GossipHeader.Arrival(hop, SELF));
        }

        @Test
        void haveOneSizeForOnePeerWhateverTheNumbers() throws Exception {
            EnvelopePayload payload = new EnvelopePayload(envelope(), Binding.SOAP_UDP);
            Segment s = new Segment("s");

            assertThat(GossipHeader.copy(payload, PEER, new Hop(s, 0, 0, 0), SELF))
                    .hasSameSizeAs(GossipHeader.copy(payload, PEER, new Hop(s, 9_999, 9_999, 9_999_999), SELF));
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "left='1' hop='1' budget='0' from='a' | g:Hop segment: absent (expected: an absolute IRI)",
                    "left='1' hop='1' budget='0' segment='s' | g:Hop from: absent (expected: an absolute IRI)",
                    "hop='1' budget='0' segment='s' from='a' | g:Hop left: absent (expected: 0..9999)",
                    "left='10000' hop='1' budget='0' segment='s' from='a' | g:Hop left: 10000 (expected: 0..9999)",
                    "left='1' hop='1' budget='' segment='s' from='a' | g:Hop budget:  (expected: 0..9999999)"
                })
        void withAnImpossibleHopAreRefused(String attributes, String message) {
            assertThatThrownBy(() -> GossipHeader.arrival(withHop(attributes)))
                    .isInstanceOf(MalformedGossipException.class)
                    .hasMessage(message);
        }
    }
}
