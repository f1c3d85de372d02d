package org.grapevine.gossip.header;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Random;
import org.grapevine.core.message.GossipParameters;
import org.grapevine.core.message.GossipVariant;
import org.grapevine.core.message.Hop;
import org.grapevine.core.message.OriginOrder;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.core.message.ReplyMode;
import org.grapevine.core.message.ReplyTerms;
import org.grapevine.core.message.Segment;
import org.grapevine.dpws.addressing.EndpointReference;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.soap.EnvelopeLimits;
import org.grapevine.dpws.soap.EnvelopeReader;
import org.grapevine.dpws.soap.EnvelopeWriter;
import org.grapevine.policy.Binding;
import org.grapevine.policy.Order;
import org.grapevine.policy.Priority;
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

    private static <T> T oneOf(Random random, T[] values) {
        return values[random.nextInt(values.length)];
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
                ReplyTerms replies = random.nextBoolean() ? null : terms(random, timeout);
                GossipVariant variant = oneOf(random, GossipVariant.values());
                long number = random.nextLong(1L << 60);
                OriginOrder order = random.nextBoolean()
                        ? null
                        : new OriginOrder(number, random.nextLong(number + 1), random.nextLong(1L << 45));
                GossipParameters written = new GossipParameters(
                        variant,
                        random.nextInt(65),
                        random.nextInt(256),
                        variant == GossipVariant.LAZY_PUSH ? random.nextInt(-1, 256) : DEFAULTS.eagerHops(),
                        random.nextLong(1L << 45),
                        1L + random.nextInt(86_400_000),
                        random.nextInt(10_000),
                        order,
                        replies);
                Binding binding = random.nextBoolean() ? Binding.HTTP : Binding.SOAP_UDP;
                Priority priority = oneOf(random, Priority.values());

                Envelope read = envelope(GossipHeader.gossipBlock(written, binding, priority));

                assertThat(GossipHeader.parameters(read, DEFAULTS)).contains(written);
                assertThat(GossipHeader.binding(read, Binding.SOAP_UDP)).isEqualTo(binding);
                assertThat(GossipHeader.priority(read, Priority.BULK)).isEqualTo(priority);
                assertThat(GossipHeader.order(read, Order.NONE)).isEqualTo(order == null ? Order.NONE : Order.ORIGIN);
            }
        }

        private static ReplyTerms terms(Random random, long timeout) {
            ReplyMode mode = oneOf(random, ReplyMode.values());
            int enough = mode == ReplyMode.FIRST ? 1 + random.nextInt(5) : 1;
            boolean merged = mode == ReplyMode.AGGREGATE || enough > 1 || random.nextBoolean();
            return new ReplyTerms(
                    mode,
                    merged ? "urn:sha256:ab?=k=5&by=max" : ReplyTerms.NO_FUNCTION,
                    random.nextInt(mode == ReplyMode.FIRST ? enough + 1 : 100),
                    random.nextBoolean(),
                    enough,
                    timeout,
                    1 + random.nextLong(timeout));
        }

        @Test
        void ofRepliesThatAClientLeavesOutHaveThePolicysValues() throws Exception {
            ReplyTerms policy = new ReplyTerms(ReplyMode.AGGREGATE, "urn:f", 7, true, 1, 1_300, 100);
            GossipParameters defaults = new GossipParameters(0, 0, 1_000, 30_000, 1_000, policy);

            assertThat(GossipHeader.parameters(withGossip("replies='collect' partial='false'"), defaults)
                            .orElseThrow()
                            .replies())
                    .isEqualTo(new ReplyTerms(ReplyMode.COLLECT, "urn:f", 7, false, 1, 1_300, 100));
            // A floor over what ends the request would make a fault of every answer.
            assertThat(GossipHeader.parameters(withGossip("replies='first' enough='3'"), defaults)
                            .orElseThrow()
                            .replies())
                    .isEqualTo(new ReplyTerms(ReplyMode.FIRST, "urn:f", 3, true, 3, 1_300, 100));
            assertThat(GossipHeader.parameters(withGossip("timeout='2600'"), defaults)
                            .orElseThrow()
                            .replies())
                    .isEqualTo(new ReplyTerms(ReplyMode.AGGREGATE, "urn:f", 7, true, 1, 2_600, 200));
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
            GossipParameters tree = DEFAULTS.withVariant(GossipVariant.TREE).withEagerHops(4);
            assertThat(GossipHeader.parameters(withGossip("rounds='auto'"), tree))
                    .contains(tree);
            assertThat(GossipHeader.binding(withGossip(""), Binding.HTTP)).isEqualTo(Binding.HTTP);
            assertThat(GossipHeader.priority(withGossip(""), Priority.ALARM)).isEqualTo(Priority.ALARM);
            assertThat(GossipHeader.order(withGossip(""), Order.ORIGIN)).isEqualTo(Order.ORIGIN);
        }

        @ParameterizedTest
        @CsvSource({
            "eager-push, EAGER_PUSH",
            "lazy-push, LAZY_PUSH",
            "pull, PULL",
            "push-pull, PUSH_PULL",
            "lazy-pull, LAZY_PULL",
            "tree, TREE",
            "multicast, MULTICAST"
        })
        void nameEachVariant(String name, GossipVariant variant) throws Exception {
            assertThat(GossipHeader.parameters(withGossip("variant='" + name + "'"), DEFAULTS))
                    .contains(DEFAULTS.withVariant(variant));
        }

        @Test
        void thatAskForOrderWithoutAPlaceInTheSequenceLeaveTheCountingToTheEntry() throws Exception {
            Envelope asking = withGossip("order='origin'");

            assertThat(GossipHeader.order(asking, Order.NONE)).isEqualTo(Order.ORIGIN);
            assertThat(GossipHeader.parameters(asking, DEFAULTS)).contains(DEFAULTS);
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '#',
                value = {
                    "fanout='0' # g:Gossip fanout: 0 (expected: 1..64 or auto)",
                    "fanout='65' # g:Gossip fanout: 65 (expected: 1..64 or auto)",
                    "fanout='-1' # g:Gossip fanout: -1 (expected: 1..64 or auto)",
                    "rounds='300' # g:Gossip rounds: 300 (expected: 1..255 or auto)",
                    "rounds='x' # g:Gossip rounds: x (expected: 1..255 or auto)",
                    "lifetime='99999999999999999999' # g:Gossip lifetime: 99999999999999999999 (expected: 1..86400000)",
                    "repair='0' # g:Gossip repair: 0 (expected: 1..86400000 or none)",
                    "variant='flood' # g:Gossip variant: flood (expected: eager-push | lazy-push | pull | push-pull | lazy-pull | tree | multicast)",
                    "variant='' # g:Gossip variant:  (expected: eager-push | lazy-push | pull | push-pull | lazy-pull | tree | multicast)",
                    "eager-hops='-1' # g:Gossip eager-hops: -1 (expected: 0..255 or auto)",
                    "eager-hops='256' # g:Gossip eager-hops: 256 (expected: 0..255 or auto)",
                    "order='total' # g:Gossip order: total (expected: none | origin)",
                    "order='origin' sequence='-1' # g:Gossip sequence: -1 (expected: 0..4611686018427387903)",
                    "order='origin' sequence='7' # g:Gossip floor: absent (expected: 0..4611686018427387903)",
                    "order='origin' sequence='7' floor='8' wait-until='1' # g:Gossip floor: 8 (expected: 0..7, the sequence)",
                    "order='origin' sequence='7' floor='7' # g:Gossip wait-until: absent (expected: 0..4611686018427387903)",
                    "replies='some' # g:Gossip replies: some (expected: none | first | collect | aggregate)",
                    "replies='first' enough='2' # g:Gossip aggregation: absent (expected: urn:sha256:...)",
                    "replies='first' enough='0' # g:Gossip enough: 0 (expected: 1..2147483647)",
                    "replies='first' min-replies='2' # g:Gossip min-replies: 2 (expected: 0..1)",
                    "replies='collect' partial='yes' # g:Gossip partial: yes (expected: true or false)",
                    "replies='collect' aggregation='a b' # g:Gossip aggregation: 'a b' (expected: 1..512 visible characters of ASCII)",
                    "replies='aggregate' # g:Gossip aggregation: absent (expected: urn:sha256:...)",
                    "replies='aggregate' aggregation='urn:f' timeout='10' margin='11' # g:Gossip margin: 11 (expected: 1..10)"
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

        @Test
        void anUnknownPriorityIsRefused() {
            assertThatThrownBy(() -> GossipHeader.priority(withGossip("priority='first'"), Priority.NORMAL))
                    .hasMessage("g:Gossip priority: first (expected: alarm | control | normal | bulk)");
        }
    }

    @Nested
    class Payloads {

        private final Hop hop = new Hop(new Segment("grid:demo-123456/fan/ssc-1000"), 5, 17, 1_850);

        @Test
        void whoseCopyDoesNotFitADatagramAreSentOnRequestOnly() throws Exception {
            Envelope copy = reader.readWhole(GossipHeader.copy(
                    new EnvelopePayload(
                            envelope(GossipHeader.gossipBlock(DEFAULTS, Binding.SOAP_UDP)), Binding.SOAP_UDP),
                    PEER,
                    hop,
                    SELF));
            int size = copy.length();

            assertThat(new EnvelopePayload(copy, Binding.SOAP_UDP, Priority.ALARM, size).onRequestOnly())
                    .isFalse();
            assertThat(new EnvelopePayload(copy, Binding.SOAP_UDP, Priority.ALARM, size - 1).onRequestOnly())
                    .isTrue();
            assertThat(new EnvelopePayload(copy, Binding.HTTP, Priority.ALARM, size - 1).onRequestOnly())
                    .isFalse();
        }

        @Test
        void thatEnterHaveRoomForTheBlocksOfACopy() throws Exception {
            Envelope entering = envelope(GossipHeader.gossipBlock(DEFAULTS, Binding.SOAP_UDP));
            int copy = GossipHeader.copy(new EnvelopePayload(entering, Binding.SOAP_UDP), PEER, hop, SELF).length;

            assertThat(new EnvelopePayload(entering, Binding.SOAP_UDP, Priority.NORMAL, copy - 1).onRequestOnly())
                    .isTrue();
            assertThat(new EnvelopePayload(entering, Binding.SOAP_UDP, Priority.NORMAL, copy + 512).onRequestOnly())
                    .isFalse();
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

        @Test
        void maySayInWhosePlaceTheyAsk() throws Exception {
            EnvelopePayload payload = new EnvelopePayload(envelope(), Binding.SOAP_UDP);
            PeerAddress lost = new PeerAddress("soap.udp://127.0.0.1:4000/c/<\"&>");
            Hop hop = new Hop(new Segment("s"), 3, 4, 5, lost);

            byte[] copy = GossipHeader.copy(payload, PEER, hop, SELF);

            assertThat(GossipHeader.arrival(reader.readWhole(copy))).contains(new GossipHeader.Arrival(hop, SELF));
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
                    "left='1' hop='1' budget='0' segment='s' from='a' instead-of='' | g:Hop instead-of: 0 characters (expected: 1..256)",
                    "left='1' hop='1' budget='' segment='s' from='a' | g:Hop budget:  (expected: 0..9999999)"
                })
        void withAnImpossibleHopAreRefused(String attributes, String message) {
            assertThatThrownBy(() -> GossipHeader.arrival(withHop(attributes)))
                    .isInstanceOf(MalformedGossipException.class)
                    .hasMessage(message);
        }
    }
}
