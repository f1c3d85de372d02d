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
import org.grapevine.core.message.MessageId;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.core.message.Segment;
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
        Completeness some = new Completeness(12, 30, 1, 2, 3, 1_732_147_200_000L);
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
            // The element may have got namespace declarations from around it; nothing else may differ.
            Control.Reply readReply = (Control.Reply) read;
            assertThat(readReply.completeness()).isEqualTo(reply.completeness());
            assertThat(new String(((EncodedPayload) Objects.requireNonNull(readReply.payload())).bytes(), UTF_8)
                            .replaceAll(" xmlns:(s12|wsa|ns0)=\"[^\"]*\"", ""))
                    .isEqualTo(new String(payload.bytes(), UTF_8));
        } else {
            assertThat(read).isEqualTo(control);
        }
    }

    static Stream<Control> fullest() {
        List<MessageId> ids = IntStream.range(0, 60)
                .mapToObj(i -> new MessageId("urn:uuid:550e8400-e29b-41d4-a716-4466554400%02d".formatted(i)))
                .toList();
        Segment segment = new Segment("grid:demo-123456/fan/ssc-1000");
        List<Long> checksums = Collections.nCopies(ControlCodec.SUMMARY_SLICES, -1L);
        return Stream.of(
                new Control.Digest(segment, ids, new Control.Slice(4_095, 4_096)),
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
                "Reply | <g:Reply request='r' counted='1' declined='0' failed='0' timed-out='0' truncated='0'/> | 1 counted and no payload",
                "Reply | <g:Reply request='r' counted='x' declined='0' failed='0' timed-out='0' truncated='0'/> | counted: x"
            })
    void whatMakesNoSenseIsRefusedInOneLine(String action, String body, String message) throws Exception {
        Envelope envelope = reader.readWhole(EnvelopeWriter.forAction(Gossip1.NAMESPACE + ":" + action)
                .body(body.replaceFirst("(<g:[A-Za-z]+)", "$1 xmlns:g='" + Gossip1.NAMESPACE + "'")
                        .getBytes(UTF_8))
                .toBytes());

        assertThatThrownBy(() -> ControlCodec.read(envelope))
                .isInstanceOf(MalformedGossipException.class)
                .hasMessageContaining(message)
                .hasMessageNotContaining("\n");
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
