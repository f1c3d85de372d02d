package org.grapevine.gossip.header;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.grapevine.core.message.Completeness;
import org.grapevine.core.message.Control;
import org.grapevine.core.message.EncodedPayload;
import org.grapevine.core.message.Faults;
import org.grapevine.core.message.MessageId;
import org.grapevine.core.message.Payload;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.core.message.Sample;
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

class ControlCodecTest {

    private static final PeerAddress A = new PeerAddress("soap.udp://127.0.0.1:4000/a");
    private static final PeerAddress B = new PeerAddress("soap.udp://127.0.0.1:4000/b");
    private static final MessageId ID = new MessageId("urn:uuid:550e8400-e29b-41d4-a716-446655440000");
    private static final MessageId OTHER = new MessageId("urn:b");
    private static final MessageId STRANGE = new MessageId("~AAAAAAAAAAAAAAAAAAAAAA");
    private static final Segment SEGMENT = new Segment("grid:fan/<1>");

    private final EnvelopeReader reader = new EnvelopeReader(EnvelopeLimits.udp());

    static Stream<Control> everyKind() {
        Faults faults = Faults.of(Faults.BUSY, 2).plus(Faults.of("Sender.NoTariff_1-2", 4));
        Completeness some = new Completeness(12, 30, 6, 2, 3, 1_732_147_200_000L, faults);
        EncodedPayload value = new EncodedPayload("<v:v xmlns:v=\"urn:v\" a=\"é\">€ &amp; 1</v:v>".getBytes(UTF_8));
        return Stream.of(
                new Control.Digest(SEGMENT, List.of(ID, OTHER), Control.Slice.WHOLE),
                new Control.Digest(SEGMENT, List.of(), new Control.Slice(3, 8)),
                new Control.Summary(SEGMENT, 1, 1_732_147_200_000L, List.of(0L, -1L, Long.MIN_VALUE, 42L)),
                new Control.PullRequest(SEGMENT, List.of(ID, OTHER, STRANGE), List.of(ID, OTHER), Control.Slice.WHOLE),
                new Control.PullRequest(SEGMENT, List.of(), List.of(), new Control.Slice(3, 8)),
                new Control.Prune(SEGMENT),
                new Control.IDontWant(SEGMENT, List.of(ID, OTHER)),
                new Control.IHave(SEGMENT, List.of(ID), 2, true),
                new Control.IWant(SEGMENT, List.of(ID), true),
                new Control.Accept(ID, List.of()),
                new Control.Accept(ID, List.of(A, new PeerAddress("urn:elsewhere"), B)),
                new Control.Samples(
                        ID,
                        7,
                        List.of(new Sample(A, 1_732_147_200_000L, value), new Sample(new PeerAddress("é"), 0, value))),
                new Control.SamplesAck(ID, Integer.MAX_VALUE),
                new Control.Decline(ID),
                new Control.ReplyAck(ID),
                new Control.Reply(ID, value, some),
                new Control.Reply(ID, null, new Completeness(0, 1, 0, 0, 0, Completeness.NONE)),
                new Control.ReplyFault(
                        ID, "merge: <bad> \"value\"", new Completeness(0, 0, 1, 0, 0, Completeness.NONE)));
    }

    @ParameterizedTest
    @MethodSource("everyKind")
    void everyControlMessageComesBackAsItWasWritten(Control control) throws Exception {
        Envelope envelope = reader.readWhole(ControlCodec.write(control, A, B, "urn:uuid:7"));

        assertThat(ControlCodec.isControl(envelope.action().orElseThrow())).isTrue();
        assertThat(envelope.to()).contains(A.value());
        assertThat(envelope.from().orElseThrow().address()).isEqualTo(B.value());
        Control read = ControlCodec.read(envelope);
        if (control instanceof Control.Reply reply && reply.payload() instanceof EncodedPayload payload) {
            Control.Reply readReply = (Control.Reply) read;
            assertThat(readReply.completeness()).isEqualTo(reply.completeness());
            assertThat(bare(Objects.requireNonNull(readReply.payload()))).isEqualTo(payload);
        } else if (control instanceof Control.Samples samples) {
            Control.Samples readSamples = (Control.Samples) read;
            assertThat(readSamples.number()).isEqualTo(samples.number());
            assertThat(readSamples.samples().stream()
                            .map(sample -> new Sample(sample.device(), sample.takenMillis(), bare(sample.value()))))
                    .isEqualTo(samples.samples());
        } else {
            assertThat(read).isEqualTo(control);
        }
    }

    /** The element may have got namespace declarations from around it; nothing else may differ. */
    private static Payload bare(Payload read) {
        String element = new String(((EncodedPayload) read).bytes(), UTF_8);
        return new EncodedPayload(
                element.replaceAll(" xmlns:(s12|wsa|ns0)=\"[^\"]*\"", "").getBytes(UTF_8));
    }

    static Stream<Control> fullest() {
        List<MessageId> ids = IntStream.range(0, 60)
                .mapToObj(i -> new MessageId("urn:uuid:550e8400-e29b-41d4-a716-4466554400%02d".formatted(i)))
                .toList();
        Segment segment = new Segment("grid:demo-123456/fan/ssc-1000");
        List<Long> checksums = Collections.nCopies(ControlCodec.SUMMARY_SLICES, -1L);
        List<PeerAddress> children = IntStream.range(0, Control.Accept.MOST_CHILDREN)
                .mapToObj(i -> new PeerAddress(
                        "soap.udp://192.168.%d.%d:40123/sm-%d/energy-service/gossip".formatted(i, 255 - i, 1_000 + i)))
                .toList();
        return Stream.of(
                new Control.Digest(segment, ids, new Control.Slice(4_095, 4_096)),
                new Control.Accept(ID, children),
                new Control.PullRequest(segment, ids, ids, new Control.Slice(4_095, 4_096)),
                new Control.IHave(segment, ids, 9_999, false),
                new Control.IWant(segment, ids, false),
                new Control.IDontWant(segment, ids),
                new Control.Summary(segment, 1_732_147_200_000L, 1_732_147_200_000L, checksums));
    }

    @ParameterizedTest
    @MethodSource("fullest")
    void theFullestListFitsADatagram(Control control) {
        assertThat(ControlCodec.write(control, A, B, ID.value()))
                .hasSizeLessThanOrEqualTo(EnvelopeLimits.MAX_UDP_ENVELOPE_SIZE);
    }

    @Test
    void sixtyIdsTakeLessThanHalfADatagram() {
        assertThat(ControlCodec.write(fullest().findFirst().orElseThrow(), A, B, ID.value()))
                .hasSizeLessThan(2_600);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "urn:uuid:550e8400-e29b-41d4-a716-446655440000",
                "urn:uuid:ffffffff-ffff-ffff-ffff-ffffffffffff",
                "urn:uuid:550E8400-e29b-41d4-a716-446655440000",
                "urn:uuid:550e8400e29b-41d4-a716-4466554400000",
                "URN:uuid:550e8400-e29b-41d4-a716-446655440000",
                "urn:uuid:550e8400-e29b-41d4-a716-44665544000",
                "http://example.test/1?a=b",
                "~",
                "~~",
                "~AAAAAAAAAAAAAAAAAAAAAA"
            })
    void anIdComesBackLetterByLetter(String id) throws Exception {
        Control written = new Control.IWant(SEGMENT, List.of(new MessageId(id), ID), false);

        assertThat(ControlCodec.read(reader.readWhole(ControlCodec.write(written, A, B, "urn:uuid:7"))))
                .isEqualTo(written);
    }

    @Test
    void whatIsOfferedIsAmongWhatIsHeld() throws Exception {
        Control written =
                new Control.PullRequest(SEGMENT, List.of(ID, OTHER, STRANGE), List.of(STRANGE), Control.Slice.WHOLE);

        Control.PullRequest read =
                (Control.PullRequest) ControlCodec.read(reader.readWhole(ControlCodec.write(written, A, B, "urn:m")));

        assertThat(read.has()).containsExactlyInAnyOrder(ID, OTHER, STRANGE);
        assertThat(read.offered()).containsExactly(STRANGE);
    }

    @Test
    void completenessTravelsInTheHeaderOfAnAnswer() throws Exception {
        Completeness some = new Completeness(12, 30, 1, 2, 3, 5);
        byte[] answer = EnvelopeWriter.forAction("urn:r")
                .header(ControlCodec.completenessBlock(some))
                .toBytes();

        assertThat(ControlCodec.completeness(reader.readWhole(answer))).contains(some);
        assertThat(ControlCodec.completeness(
                        reader.readWhole(EnvelopeWriter.forAction("urn:r").toBytes())))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Accept | <g:Accept/> | g:Accept request: absent (expected: a value)",
                "Accept | <g:Decline request='x'/> | with body",
                "Accept | <g:Accept request='x'>~9999,0,a</g:Accept> | characters of the sender: 9999 (expected: 0..27)",
                "Samples | <g:Samples request='x' number='-1'/> | number: -1 (expected: 0..2147483647)",
                "Samples | <g:Samples request='x' number='0'/> | samples: 0 (expected: 1..64)",
                "Samples | <g:Samples request='x' number='0'><g:Value/></g:Samples> | (expected: g:Sample)",
                "Samples | <g:Samples request='x' number='0'><g:Sample taken='1'><v/></g:Sample></g:Samples> | g:Sample device: absent (expected: a value)",
                "Samples | <g:Samples request='x' number='0'><g:Sample device='a b' taken='1'><v/></g:Sample></g:Samples> | address: 'a b' (expected: no white space)",
                "Samples | <g:Samples request='x' number='0'><g:Sample device='a' taken='x'><v/></g:Sample></g:Samples> | taken: x (expected: 0..9223372036854775806)",
                "Samples | <g:Samples request='x' number='0'><g:Sample device='a' taken='1'/></g:Samples> | g:Sample: empty (expected: one element, the value)",
                "Samples | <g:Samples request='x' number='0'><g:Sample device='a' taken='1'><v/><v/></g:Sample></g:Samples> | g:Sample: two elements (expected: one, the value)",
                "SamplesAck | <g:SamplesAck request='x'/> | g:SamplesAck number: absent (expected: a value)",
                "ReplyFault | <g:ReplyFault request='r' reason='x' counted='0' declined='0' failed='2' faults='busy:1' timed-out='0' truncated='0'/> | faults: 1 (expected: 2, the devices that failed)",
                "ReplyFault | <g:ReplyFault request='r' reason='x' counted='0' declined='0' failed='2' faults='busy:1 busy:1' timed-out='0' truncated='0'/> | faults: busy twice (expected: each kind once)",
                "ReplyFault | <g:ReplyFault request='r' reason='x' counted='0' declined='0' failed='0' faults='busy:0' timed-out='0' truncated='0'/> | faults busy: 0 (expected: 1..2147483647)",
                "ReplyFault | <g:ReplyFault request='r' reason='x' counted='0' declined='0' failed='1' faults='busy' timed-out='0' truncated='0'/> | faults: busy (expected: kind:devices)",
                "ReplyFault | <g:ReplyFault request='r' reason='x' counted='0' declined='0' failed='1' faults='b&amp;d:1' timed-out='0' truncated='0'/> | faults: b&d:1 (expected: kind:devices)",
                "ReplyFault | <g:ReplyFault request='r' reason='x' counted='0' declined='0' failed='10' faults='a:1 b:1 c:1 d:1 e:1 f:1 g:1 h:1 i:1 j:1' timed-out='0' truncated='0'/> | faults: 10 kinds (expected: at most 9)",
                "Nonsense | <g:Nonsense/> | control message: Nonsense (expected: Digest",
                "IHave | <g:IHave segment='s' hop='1' spare='true'><g:Jd>1</g:Jd></g:IHave> | control message: element",
                "IHave | <g:IHave>urn:a</g:IHave> | g:IHave segment: absent (expected: a value)",
                "Digest | <g:Digest segment='s' slice='8' of='8'/> | slice: 8 of 8 (expected: 0.. below its number of slices, 1..4096)",
                "IHave | <g:IHave segment='s' hop='1'>urn:a</g:IHave> | g:IHave spare: absent (expected: a value)",
                "IHave | <g:IHave segment='s' hop='10000' spare='true'/> | hop: 10000 (expected: 0..9999)",
                "IWant | <g:IWant segment='s' graft='1'/> | graft: 1 (expected: true or false)",
                "IWant | <g:IWant segment='s' graft='true'>~abc</g:IWant> | message id: ~abc (expected: a tilde and the 22 characters of a UUID)",
                "IWant | <g:IWant segment='s' graft='true'>~AAAAAAAAAAAAAAAAAAAA*A</g:IWant> | message id: ~AAAAAAAAAAAAAAAAAAAA*A (expected: a tilde and the 22 characters of a UUID)",
                "PullRequest | <g:PullRequest segment='s' slice='0' of='1' offered='2'>urn:a</g:PullRequest> | offered: 2 (expected: 0..1, the number of ids)",
                "PullRequest | <g:PullRequest segment='s' slice='0' of='1'>urn:a</g:PullRequest> | g:PullRequest offered: absent (expected: a value)",
                "Prune | <g:Prune/> | g:Prune segment: absent (expected: a value)",
                "IDontWant | <g:IDontWant>urn:a</g:IDontWant> | g:IDontWant segment: absent (expected: a value)",
                "Summary | <g:Summary segment='s' after='-1' until='1'>AAAAAAAAAAA=</g:Summary> | after: -1 (expected: 0..4611686018427387903)",
                "Summary | <g:Summary segment='s' after='1' until='2'>%</g:Summary> | checksums: not base64 (expected: base64 of 8 bytes for each slice)",
                "Summary | <g:Summary segment='s' after='1' until='2'>AAAA</g:Summary> | checksums: 3 bytes (expected: 8 for each slice, 1..4096 slices)",
                "Summary | <g:Summary segment='s' after='1' until='2'/> | checksums: 0 bytes (expected: 8 for each slice, 1..4096 slices)",
                "Reply | <g:Reply request='r' counted='-1' declined='0' failed='0' timed-out='0' truncated='0'/> | counted: -1 (expected: 0..2147483647)",
                "Reply | <g:Reply request='r' counted='0' declined='0' failed='0' timed-out='0' truncated='0'><v/></g:Reply> | 0 counted and a payload",
                "Reply | <g:Reply request='r' counted='x' declined='0' failed='0' timed-out='0' truncated='0'/> | counted: x"
            })
    void whatMakesNoSenseIsRefusedInOneLine(String action, String body, String message) throws Exception {
        Envelope envelope = of(action, body);

        assertThatThrownBy(() -> ControlCodec.read(envelope))
                .isInstanceOf(MalformedGossipException.class)
                .hasMessageContaining(message)
                .hasMessageNotContaining("\n");
    }

    @Test
    void moreChildrenOrSamplesThanAllowedAreRefusedAsAWhole() throws Exception {
        String many = "a ".repeat(33);
        String samples = "<g:Sample device='a' taken='1'><v/></g:Sample>".repeat(65);

        assertThatThrownBy(() -> ControlCodec.read(of("Accept", "<g:Accept request='x'>" + many + "</g:Accept>")))
                .hasMessage("children: 33 (expected: at most 32)");
        assertThatThrownBy(() -> ControlCodec.read(
                        of("Samples", "<g:Samples request='x' number='0'>" + samples + "</g:Samples>")))
                .hasMessage("samples: over 64 (expected: 1..64)");
    }

    private Envelope of(String action, String body) throws Exception {
        return reader.readWhole(EnvelopeWriter.forAction(Gossip1.NAMESPACE + ":" + action)
                .from(EndpointReference.of(B.value()))
                .body(body.replaceFirst("(<g:[A-Za-z]+)", "$1 xmlns:g='" + Gossip1.NAMESPACE + "'")
                        .getBytes(UTF_8))
                .toBytes());
    }

    @Test
    void childrenWhoseAddressesNoWordCanBeAreNotNamed() throws Exception {
        Control written = new Control.Accept(ID, List.of(new PeerAddress("a b"), A, new PeerAddress("x".repeat(257))));

        assertThat(ControlCodec.read(reader.readWhole(ControlCodec.write(written, A, B, "urn:m"))))
                .isEqualTo(new Control.Accept(ID, List.of(A)));
    }

    @Test
    void faultsOfAnOlderDeviceAreOfAnUnknownKind() throws Exception {
        Envelope old = of(
                "ReplyFault",
                "<g:ReplyFault request='r' reason='x' counted='0' declined='0' failed='2' timed-out='0' truncated='0'/>");

        assertThat(((Control.ReplyFault) ControlCodec.read(old)).completeness().faults())
                .isEqualTo(Faults.of(Faults.OTHER, 2));
    }

    /** Whatever bytes arrive: a control message, or one of the two exceptions for strangers' mistakes. */
    @Test
    void flippedBytesNeverDoMoreThanBeRefused() {
        Random random = new Random(5);
        List<Control> kinds = everyKind().toList();
        int read = 0;
        for (int run = 0; run < 20_000; run++) {
            byte[] bytes = ControlCodec.write(kinds.get(random.nextInt(kinds.size())), A, B, "urn:uuid:7");
            for (int flips = random.nextInt(4); flips >= 0; flips--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            try {
                ControlCodec.read(reader.index(bytes));
                read++;
            } catch (MalformedEnvelopeException | MalformedGossipException e) {
                assertThat(e).hasMessageNotContaining("\n");
            }
        }
        assertThat(read).isPositive();
    }
}
