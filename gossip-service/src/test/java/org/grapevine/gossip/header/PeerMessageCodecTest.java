package org.grapevine.gossip.header;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.grapevine.core.membership.MembershipConfig;
import org.grapevine.core.membership.PeerEntry;
import org.grapevine.core.membership.PeerMessage;
import org.grapevine.core.membership.Rumour;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.core.message.Segment;
import org.grapevine.dpws.addressing.EndpointReference;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.soap.EnvelopeLimits;
import org.grapevine.dpws.soap.EnvelopeReader;
import org.grapevine.dpws.soap.EnvelopeWriter;
import org.grapevine.dpws.soap.MalformedEnvelopeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PeerMessageCodecTest {

    private static final PeerAddress SENDER =
            new PeerAddress("soap.udp://10.20.30.40:40123/sm-12/energy-service/gossip");
    private static final PeerAddress RECEIVER =
            new PeerAddress("soap.udp://10.20.31.140:40125/sm-1234/energy-service/gossip");
    private static final Segment SEGMENT = new Segment("grid:demo-123456/fan/ssc-1000");
    private static final List<Rumour.State> STATES =
            List.of(Rumour.State.ALIVE, Rumour.State.SUSPECT, Rumour.State.DEAD);
    private static final String MESSAGE_ID = "urn:uuid:550e8400-e29b-41d4-a716-446655440000";

    private final EnvelopeReader reader = new EnvelopeReader(EnvelopeLimits.udp());

    private static PeerAddress address(int i) {
        return new PeerAddress("soap.udp://10.20." + (i * 7 % 256) + "." + (i * 31 % 256) + ":" + (40_000 + i) + "/sm-"
                + (1_000 + i) + "/energy-service/gossip");
    }

    private static PeerEntry entry(int i) {
        return new PeerEntry(address(i), 40_000 + i, i % 2 == 0 ? i : PeerEntry.MAX_AGE);
    }

    private static Rumour rumour(int i) {
        return new Rumour(
                address(i), STATES.get(i % 3), 1_732_147_200_000L + i, i % 4 == 0 ? address(i) : address(i + 1));
    }

    private static PeerMessage.Share share(int i) {
        return new PeerMessage.Share(address(i), 1.0 / (3 * i + 7));
    }

    private static <T> List<T> some(int count, IntFunction<T> make) {
        return IntStream.range(0, count).mapToObj(make).toList();
    }

    private static Stream<PeerMessage> everyKind(int entries, int rumours, int shares) {
        return Stream.of(
                new PeerMessage.Join(entry(1)),
                new PeerMessage.ForwardJoin(entry(2), 6),
                new PeerMessage.Neighbour(entry(3), true),
                new PeerMessage.NeighbourAnswer(new PeerEntry(SENDER, 0, 0), false),
                new PeerMessage.Disconnect(),
                new PeerMessage.Shuffle(entry(4), 16, some(entries, PeerMessageCodecTest::entry)),
                new PeerMessage.ShuffleAnswer(some(entries, PeerMessageCodecTest::entry)),
                new PeerMessage.Exchange(some(entries, PeerMessageCodecTest::entry)),
                new PeerMessage.ExchangeAnswer(some(entries, PeerMessageCodecTest::entry)),
                new PeerMessage.Leave(),
                new PeerMessage.Ping(Long.MIN_VALUE, true, some(rumours, PeerMessageCodecTest::rumour)),
                new PeerMessage.Ack(Long.MAX_VALUE, false, some(rumours, PeerMessageCodecTest::rumour)),
                new PeerMessage.PingRequest(7, address(9), some(rumours, PeerMessageCodecTest::rumour)),
                new PeerMessage.Nack(-1),
                new PeerMessage.Average(28_869_120, -5, 10_000, some(shares, PeerMessageCodecTest::share)),
                new PeerMessage.AverageAnswer(
                        28_869_120, -5, true, Integer.MAX_VALUE, some(shares, PeerMessageCodecTest::share)));
    }

    static Stream<PeerMessage> emptyAndFull() {
        return Stream.concat(
                everyKind(0, 0, 0),
                everyKind(PeerMessageCodec.MAX_ENTRIES, PeerMessageCodec.MAX_RUMOURS, PeerMessageCodec.MAX_SHARES));
    }

    private static byte[] written(PeerMessage message) {
        return PeerMessageCodec.write(message, SEGMENT, RECEIVER, new PeerEntry(SENDER, 8_080, 0), MESSAGE_ID);
    }

    @ParameterizedTest
    @MethodSource("emptyAndFull")
    void everyMessageComesBackAsItWasWritten(PeerMessage message) throws Exception {
        Envelope envelope = reader.readWhole(written(message));

        assertThat(envelope.to()).contains(RECEIVER.value());
        assertThat(envelope.from().orElseThrow().address()).isEqualTo(SENDER.value());
        assertThat(PeerMessageCodec.isPeerMessage(envelope.action().orElseThrow()))
                .isTrue();
        int told = message instanceof PeerMessage.Ack ? 8_080 : 0;
        assertThat(PeerMessageCodec.read(envelope)).isEqualTo(new PeerMessageCodec.InSegment(SEGMENT, message, told));
    }

    /** Those of Control and of the gossip header are other elements of the same namespace. */
    @ParameterizedTest
    @ValueSource(
            strings = {"Digest", "Summary", "PullRequest", "IHave", "IWant", "Prune", "Accept", "ReplyAck", "Bundle"})
    void noNameIsThatOfAnotherMessage(String name) {
        assertThat(PeerMessageCodec.isPeerMessage(Gossip1.NAMESPACE + ":" + name))
                .isFalse();
    }

    @ParameterizedTest
    @MethodSource("emptyAndFull")
    void aMessageWithAllThatItMayHaveFitsADatagram(PeerMessage message) {
        assertThat(written(message)).hasSizeLessThanOrEqualTo(EnvelopeLimits.MAX_UDP_ENVELOPE_SIZE);
    }

    @Test
    void anOrdinaryShuffleTakesAQuarterOfADatagram() {
        MembershipConfig.View view = MembershipConfig.hyParView(4).view();
        PeerMessage shuffle = new PeerMessage.Shuffle(
                entry(1), 6, some(view.shuffleLinks() + view.shuffleEntries(), PeerMessageCodecTest::entry));

        assertThat(written(shuffle)).hasSizeLessThan(1_100);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "soap.udp://10.20.30.40:40123/sm-12/energy-service/gossip | ~56,0,",
                "soap.udp://10.20.30.40:40123/sm-1/energy-service/gossip | ~33,22,",
                "soap.udp://10.20.31.140:40125/sm-1234/energy-service/gossip | ~18,22,1.140:40125/sm-1234",
                "soap.udp://[fe80::1]:9/a | ~11,0,[fe80::1]:9/a",
                "urn:x:/gossip | ~0,7,urn:x:",
                "urn:x | urn:x",
                "~1,2,x | ~0,0,~1,2,x",
                "soap.udp://10.20.30.40:40123/sm-12/\u00e9\uD83D\uDE00/gossip | ~35,7,\u00e9\uD83D\uDE00"
            })
    void anAddressIsWrittenWithoutWhatItSharesWithTheSenders(String address, String word) throws Exception {
        AddressWords words = new AddressWords(SENDER.value());

        assertThat(words.write(new PeerAddress(address))).isEqualTo(word);
        assertThat(words.read(word)).isEqualTo(new PeerAddress(address));
    }

    @Test
    void surrogatesAreNotParted() throws Exception {
        AddressWords words = new AddressWords("soap.udp://h:1/\uD83D\uDE00");
        PeerAddress other = new PeerAddress("soap.udp://h:1/\uD83D\uDE01");

        assertThat(words.write(other)).isEqualTo("~15,0,\uD83D\uDE01");
        assertThat(words.read(words.write(other))).isEqualTo(other);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "soap.udp://10.0.0.1:1/a b"})
    void whatIsNoWordIsNotWritten(String address) {
        PeerMessage message = new PeerMessage.Join(new PeerEntry(new PeerAddress(address), 0, 0));

        assertThatThrownBy(() -> written(message))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("address: '" + address + "' (expected: 1..256 characters without white space)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Join | <g:Join>0,0,a</g:Join> | g:Join segment: absent (expected: a value)",
                "Join | <g:Leave segment='s'/> | (expected: action urn:org.grapevine:gossip:1:Leave)",
                "Join | <g:Join segment='s'/> | entries: 0 (expected: 1)",
                "Join | <g:Join segment='s'>0,0,a 0,0,b</g:Join> | entries: 2 (expected: 0..1)",
                "Join | <g:Join segment='s'>0,a</g:Join> | entry: 0,a (expected: port,age,address)",
                "Join | <g:Join segment='s'>65536,0,a</g:Join> | httpPort: 65536 (expected: 0..65535)",
                "Join | <g:Join segment='s'>-1,0,a</g:Join> | httpPort: -1 (expected: 0..65535)",
                "Join | <g:Join segment='s'>0,10000,a</g:Join> | age: 10000 (expected: 0..9999)",
                "Join | <g:Join segment='s'>0,0,</g:Join> | address: 0 characters (expected: 1..256)",
                "Join | <g:Join segment='s'>0,0,~9</g:Join> | address: ~9 (expected: ~first,last,rest)",
                "Join | <g:Join segment='s'>0,0,~57,0,</g:Join> | characters of the sender: 57 (expected: 0..56)",
                "Join | <g:Join segment='s'>0,0,~50,7,</g:Join> | characters of the sender: 7 (expected: 0..6)",
                "Join | <g:Join segment='s'>0,0,~0,0,</g:Join> | address: 0 characters (expected: 1..256)",
                "Join | <g:Join segment='s'><g:x/></g:Join> | control message: element",
                "ForwardJoin | <g:ForwardJoin segment='s' walk='17'>0,0,a</g:ForwardJoin> | walk: 17 (expected: 0..16)",
                "Neighbour | <g:Neighbour segment='s'>0,0,a</g:Neighbour> | g:Neighbour urgent: absent (expected: a value)",
                "Neighbour | <g:Neighbour segment='s' urgent='1'>0,0,a</g:Neighbour> | urgent: 1 (expected: true or false)",
                "Shuffle | <g:Shuffle segment='s' walk='1'/> | entries: 0 (expected: the origin's first)",
                "Ping | <g:Ping segment='s' number='x' linked='true'/> | number: x (expected: a whole number of 64 bits)",
                "Ping | <g:Ping segment='s' number='1' linked='true'>a,1,b</g:Ping> | rumours: 1 words (expected: two for each)",
                "Ping | <g:Ping segment='s' number='1' linked='true'>a,b c</g:Ping> | rumour: a,b (expected: state,incarnation,address)",
                "Ping | <g:Ping segment='s' number='1' linked='true'>x,1,b c</g:Ping> | state: x (expected: a, s or d)",
                "Ping | <g:Ping segment='s' number='1' linked='true'>a,-1,b c</g:Ping> | incarnation: -1 (expected: 0..9223372036854775807)",
                "Ack | <g:Ack segment='s' number='1' linked='true' http='65536'/> | http: 65536 (expected: 0..65535)",
                "PingRequest | <g:PingRequest segment='s' number='1'/> | g:PingRequest target: absent (expected: a value)",
                "Average | <g:Average segment='s' epoch='-1' number='1' size='0'/> | epoch: -1 (expected: 0..9223372036854775807)",
                "Average | <g:Average segment='s' epoch='1' number='1' size='-2'/> | size: -2 (expected: 0..2147483647)",
                "Average | <g:Average segment='s' epoch='1' number='1' size='0'>1.5,a</g:Average> | part: 1.5 (expected: 0..1)",
                "Average | <g:Average segment='s' epoch='1' number='1' size='0'>NaN,a</g:Average> | part: NaN (expected: 0..1)",
                "Average | <g:Average segment='s' epoch='1' number='1' size='0'>1E,a</g:Average> | part: 1E (expected: 0..1)",
                "Average | <g:Average segment='s' epoch='1' number='1' size='0'>0x1p-3,a</g:Average> | part: 0x1p-3 (expected: 0..1)",
                "Average | <g:Average segment='s' epoch='1' number='1' size='0'>1</g:Average> | share: 1 (expected: part,address)"
            })
    void whatMakesNoSenseIsRefusedInOneLine(String action, String body, String message) throws Exception {
        Envelope envelope = envelope(action, body, EnvelopeLimits.udp());

        assertThatThrownBy(() -> PeerMessageCodec.read(envelope))
                .isInstanceOf(MalformedGossipException.class)
                .hasMessageContaining(message)
                .hasMessageNotContaining("\n");
    }

    private static Envelope envelope(String action, String body, EnvelopeLimits limits)
            throws MalformedEnvelopeException {
        return new EnvelopeReader(limits)
                .readWhole(EnvelopeWriter.forAction(Gossip1.NAMESPACE + ":" + action)
                        .from(EndpointReference.of(SENDER.value()))
                        .body(body.replaceFirst("(<g:[A-Za-z]+)", "$1 xmlns:g='" + Gossip1.NAMESPACE + "'")
                                .getBytes(UTF_8))
                        .toBytes());
    }

    @ParameterizedTest
    @CsvSource({
        "ShuffleAnswer, '', '0,0,a', 33, entries: 33 (expected: 0..32)",
        "ShuffleAnswer, '', 'x', 10000, entries: 10000 (expected: 0..32)",
        "Shuffle, walk='1', '0,0,a', 34, entries: 34 (expected: 0..33)",
        "Ping, number='1' linked='true', 'a,1,b c', 33, rumours: 33 (expected: 0..32)",
        "Average, epoch='1' number='1' size='0', '0.5,a', 17, shares: 17 (expected: 0..16)"
    })
    void aMessageWithTooMuchIsRefusedAsAWhole(String name, String attributes, String words, int times, String message)
            throws Exception {
        String body = "<g:" + name + " segment='s' " + attributes + ">"
                + String.join(" ", Collections.nCopies(times, words)) + "</g:" + name + ">";
        Envelope envelope = envelope(name, body, EnvelopeLimits.http());

        assertThatThrownBy(() -> PeerMessageCodec.read(envelope))
                .isInstanceOf(MalformedGossipException.class)
                .hasMessage(message);
    }

    @Test
    void aLongAddressIsRefused() throws Exception {
        Envelope envelope =
                envelope("Join", "<g:Join segment='s'>0,0," + "a".repeat(257) + "</g:Join>", EnvelopeLimits.udp());

        assertThatThrownBy(() -> PeerMessageCodec.read(envelope))
                .isInstanceOf(MalformedGossipException.class)
                .hasMessage("address: 257 characters (expected: 1..256)");
    }

    @Test
    void aMessageWithoutASenderIsRefused() throws Exception {
        Envelope envelope = reader.readWhole(EnvelopeWriter.forAction(Gossip1.NAMESPACE + ":Leave")
                .body(("<g:Leave xmlns:g='" + Gossip1.NAMESPACE + "' segment='s'/>").getBytes(UTF_8))
                .toBytes());

        assertThatThrownBy(() -> PeerMessageCodec.read(envelope))
                .isInstanceOf(MalformedGossipException.class)
                .hasMessage("wsa:From: absent (expected: the sender)");
    }

    /** Any addresses, numbers and counts in their ranges. */
    @Test
    void whateverMayBeWrittenComesBack() throws Exception {
        Random random = new Random(11);
        for (int run = 0; run < 3_000; run++) {
            PeerMessage message = anyOf(random);
            PeerAddress from = anyAddress(random);
            byte[] bytes = PeerMessageCodec.write(message, SEGMENT, RECEIVER, new PeerEntry(from, 0, 0), MESSAGE_ID);

            assertThat(PeerMessageCodec.read(new EnvelopeReader(EnvelopeLimits.http()).readWhole(bytes)))
                    .isEqualTo(new PeerMessageCodec.InSegment(SEGMENT, message, 0));
        }
    }

    private static PeerMessage anyOf(Random random) {
        List<PeerEntry> entries = new ArrayList<>();
        List<Rumour> rumours = new ArrayList<>();
        List<PeerMessage.Share> shares = new ArrayList<>();
        for (int i = random.nextInt(5); i > 0; i--) {
            entries.add(new PeerEntry(anyAddress(random), random.nextInt(65_536), random.nextInt(10_000)));
            rumours.add(new Rumour(
                    anyAddress(random),
                    STATES.get(random.nextInt(3)),
                    random.nextLong(Long.MAX_VALUE),
                    anyAddress(random)));
            shares.add(new PeerMessage.Share(anyAddress(random), Math.scalb(random.nextDouble(), -random.nextInt(40))));
        }
        PeerEntry one = new PeerEntry(anyAddress(random), random.nextInt(65_536), random.nextInt(10_000));
        return switch (random.nextInt(8)) {
            case 0 -> new PeerMessage.Shuffle(one, random.nextInt(17), entries);
            case 1 -> new PeerMessage.Exchange(entries);
            case 2 -> new PeerMessage.Ping(random.nextLong(), random.nextBoolean(), rumours);
            case 3 -> new PeerMessage.PingRequest(random.nextLong(), anyAddress(random), rumours);
            case 4 -> new PeerMessage.Average(random.nextLong(Long.MAX_VALUE), random.nextLong(), 5, shares);
            case 5 -> new PeerMessage.AverageAnswer(5, random.nextLong(), random.nextBoolean(), 0, shares);
            case 6 -> new PeerMessage.ForwardJoin(one, random.nextInt(17));
            default -> new PeerMessage.NeighbourAnswer(one, random.nextBoolean());
        };
    }

    private static PeerAddress anyAddress(Random random) {
        String odd = ",~;<&\"'aZ0/:.é€\uD83D\uDE00";
        StringBuilder value = new StringBuilder(random.nextBoolean() ? "soap.udp://10.0.0." : "");
        for (int i = 1 + random.nextInt(12); i > 0; i--) {
            value.appendCodePoint(odd.codePointAt(odd.offsetByCodePoints(0, random.nextInt(16))));
        }
        return new PeerAddress(value.toString());
    }

    /** Whatever bytes arrive: a message, or one of the two exceptions for strangers' mistakes. */
    @Test
    void flippedBytesNeverDoMoreThanBeRefused() {
        Random random = new Random(5);
        List<PeerMessage> kinds = everyKind(8, 6, 5).toList();
        int read = 0;
        for (int run = 0; run < 20_000; run++) {
            byte[] bytes = written(kinds.get(random.nextInt(kinds.size())));
            for (int flips = random.nextInt(4); flips >= 0; flips--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            try {
                PeerMessageCodec.read(reader.index(bytes));
                read++;
            } catch (MalformedEnvelopeException | MalformedGossipException e) {
                assertThat(e).hasMessageNotContaining("\n");
            }
        }
        assertThat(read).isPositive();
    }
}
