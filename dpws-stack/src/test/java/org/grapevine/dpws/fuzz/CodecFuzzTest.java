package org.grapevine.dpws.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.xml.namespace.QName;
import org.grapevine.dpws.discovery.DiscoveryCodec;
import org.grapevine.dpws.discovery.DiscoveryMessage;
import org.grapevine.dpws.discovery.KnownDevices;
import org.grapevine.dpws.discovery.LegacyDiscovery;
import org.grapevine.dpws.discovery.Probe;
import org.grapevine.dpws.discovery.ScopeRule;
import org.grapevine.dpws.eventing.EventingCodec;
import org.grapevine.dpws.eventing.EventingDialect;
import org.grapevine.dpws.metadata.MetadataExchange;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.soap.EnvelopeLimits;
import org.grapevine.dpws.soap.EnvelopeReader;
import org.grapevine.dpws.soap.EnvelopeSplice;
import org.grapevine.dpws.soap.HeaderBlock;
import org.grapevine.dpws.soap.HeaderCheck;
import org.grapevine.dpws.soap.MalformedEnvelopeException;
import org.grapevine.dpws.soap.MalformedEnvelopeException.Reason;
import org.grapevine.dpws.soap.Namespaces;
import org.grapevine.dpws.soap.SoapFault;
import org.grapevine.dpws.soap.XmlReader;
import org.junit.jupiter.api.Test;

/** Mutated envelopes through every codec, in memory. */
class CodecFuzzTest {

    private static final QName TO = new QName(Namespaces.WSA, "To");
    private static final byte[] NEW_TO = ("<w:To xmlns:w='" + Namespaces.WSA + "'>urn:new</w:To>").getBytes(UTF_8);

    private final EnvelopeReader reader = new EnvelopeReader(EnvelopeLimits.http());
    private final EnvelopeReader datagramReader = new EnvelopeReader(EnvelopeLimits.udp());
    // What a host makes of an envelope has its own ids and blocks, and may be larger than what came.
    private final EnvelopeReader ownReader =
            new EnvelopeReader(new EnvelopeLimits(1 << 20, 100, 100, 1 << 20, 1 << 20, 1 << 20, 1 << 20));
    private final HeaderCheck check = new HeaderCheck(Set.of());
    private final KnownDevices known = new KnownDevices(100);
    private final Map<Reason, Integer> refused = new EnumMap<>(Reason.class);
    private final Map<String, String> failures = new LinkedHashMap<>();
    private int read;

    /** What reads, and may refuse. */
    private interface Reading {
        void run() throws MalformedEnvelopeException;
    }

    @Test
    void onlyMalformedEnvelopesAreRefusedAndNothingElseIsThrown() {
        FuzzPlan plan = FuzzPlan.fromProperties();
        if (plan.skips("envelope")) {
            return;
        }
        FuzzInputs inputs = new FuzzInputs(plan.seed());
        long first = plan.only("envelope").orElse(0L);
        long end = plan.only("envelope").map(only -> only + 1).orElse(plan.envelopes());
        for (long index = first; index < end; index++) {
            byte[] bytes = inputs.envelope(index);
            try {
                everyCodec(bytes);
                multipart(inputs.multipart(index));
            } catch (Throwable e) {
                failures.putIfAbsent(
                        kind(e),
                        "envelope " + index + ": " + e + "\n" + inputs.command("envelope", index) + "\n"
                                + FuzzInputs.shown(bytes));
            }
        }
        assertThat(failures)
                .as("inputs at which a codec failed, one of each kind")
                .isEmpty();
        if (plan.only().isEmpty()) {
            // Neither is all nonsense nor all sense.
            assertThat(read).isBetween((int) (plan.envelopes() / 10), (int) (plan.envelopes() * 9 / 10));
            assertThat(refused).hasSizeGreaterThan(8);
            System.out.println("fuzz: " + plan.envelopes() + " envelopes of seed " + plan.seed() + ", " + read
                    + " read, " + refused);
        }
    }

    /** Where it was thrown: one example of each is enough. */
    private static String kind(Throwable failure) {
        StringBuilder frames = new StringBuilder(failure.getClass().getSimpleName());
        Arrays.stream(failure.getStackTrace())
                .filter(frame -> frame.getClassName().startsWith("org.grapevine"))
                .limit(4)
                .forEach(frame -> frames.append("\n  at ").append(frame));
        return frames.toString();
    }

    private void everyCodec(byte[] bytes) {
        attempt(() -> {
            try (XmlReader document = XmlReader.ofDocument(bytes, EnvelopeLimits.http())) {
                while (document.nextChild()) {
                    document.standaloneBytes();
                }
            }
        });
        attempt(() -> datagramReader.index(bytes));
        Envelope envelope;
        boolean whole = true;
        try {
            envelope = reader.readWhole(bytes);
            read++;
        } catch (MalformedEnvelopeException problem) {
            refused.merge(problem.reason(), 1, Integer::sum);
            answerTo(
                    SoapFault.of(problem),
                    reader.remains(bytes, 0, bytes.length).messageId());
            whole = false;
            try {
                envelope = reader.index(bytes);
            } catch (MalformedEnvelopeException again) {
                return;
            }
        }
        Envelope readable = envelope;
        assertThat(readable.toString()).doesNotContain("\n").hasSizeLessThan(400);
        check(readable);
        splice(readable, whole);
        for (HeaderBlock block : readable.headerBlocks()) {
            attempt(() -> rereads(readable.headerElement(block).getBytes(UTF_8)));
        }
        attempt(() -> rereads(readable.bodyElement()));
        attempt(() -> discovery(readable));
        attempt(() -> LegacyDiscovery.read(readable).ifPresent(known::on));
        for (EventingDialect dialect : EventingDialect.values()) {
            attempt(() -> EventingCodec.readSubscribe(dialect, readable));
            attempt(() -> EventingCodec.readSubscribeResponse(dialect, readable));
            attempt(() -> EventingCodec.readEnd(dialect, readable));
            for (EventingDialect.Verb verb : EventingDialect.Verb.values()) {
                attempt(() -> EventingCodec.readExpires(dialect, verb, readable));
            }
        }
        attempt(() -> MetadataExchange.readGetMetadata(readable));
        attempt(() -> MetadataExchange.readResponse(readable));
        attempt(() -> {
            SoapFault fault = SoapFault.read(readable);
            answerTo(fault, readable.messageId());
        });
    }

    /** What is left of a message that is refused is read without a word. */
    private void multipart(HttpMutator.Multipart message) {
        attempt(() -> {
            try {
                Envelope envelope = reader.readMessage(message.contentType(), message.body());
                check(envelope);
            } catch (MalformedEnvelopeException problem) {
                answerTo(
                        SoapFault.of(problem),
                        reader.remains(message.contentType(), message.body()).messageId());
            }
        });
    }

    private static void attempt(Reading reading) {
        try {
            reading.run();
        } catch (MalformedEnvelopeException e) {
            assertThat(e.getMessage()).doesNotContain("\n").hasSizeLessThan(300);
        }
    }

    private void check(Envelope envelope) {
        for (HeaderCheck.Exchange exchange : HeaderCheck.Exchange.values()) {
            check.check(envelope, exchange).ifPresent(fault -> answerTo(fault, envelope.messageId()));
        }
        MetadataExchange.checkGet(envelope).ifPresent(fault -> answerTo(fault, envelope.messageId()));
        answerTo(SoapFault.actionNotSupported(envelope.action().orElse("")), envelope.messageId());
        answerTo(SoapFault.destinationUnreachable(envelope.to().orElse("")), envelope.messageId());
    }

    /** A fault can be written whatever was wrong, and is an envelope that relates to the message. */
    private void answerTo(SoapFault fault, Optional<String> messageId) {
        byte[] bytes = fault.toEnvelope("urn:uuid:fault", messageId);
        try {
            Envelope answer = ownReader.readWhole(bytes);
            assertThat(answer.relatesTo()).isEqualTo(messageId.filter(id -> !id.isEmpty()));
            assertThat(SoapFault.read(answer).code()).isEqualTo(fault.code());
        } catch (MalformedEnvelopeException e) {
            throw new AssertionError("the fault that answers is malformed: " + FuzzInputs.shown(bytes), e);
        }
    }

    /** A relayed copy says what the original said, but for what was changed. */
    private void splice(Envelope envelope, boolean whole) {
        byte[] copy = new EnvelopeSplice(envelope, Set.of(TO)).with(NEW_TO);
        try {
            Envelope relayed = whole ? ownReader.readWhole(copy) : ownReader.index(copy);
            assertThat(relayed.to()).contains("urn:new");
            assertThat(relayed.action()).isEqualTo(envelope.action());
            assertThat(relayed.messageId()).isEqualTo(envelope.messageId());
            assertThat(relayed.bodyName()).isEqualTo(envelope.bodyName());
        } catch (MalformedEnvelopeException e) {
            throw new AssertionError("the copy of an envelope is malformed: " + FuzzInputs.shown(copy), e);
        }
    }

    private static void rereads(byte[] element) {
        EnvelopeLimits wide = new EnvelopeLimits(1 << 20, 100, 1_000, 1 << 20, 1 << 20, 1 << 20, 1 << 20);
        try (XmlReader document = XmlReader.ofDocument(element, wide)) {
            document.skip();
        } catch (MalformedEnvelopeException e) {
            throw new AssertionError("an element taken out is malformed: " + FuzzInputs.shown(element), e);
        }
    }

    private void discovery(Envelope envelope) throws MalformedEnvelopeException {
        Optional<DiscoveryMessage> message = DiscoveryCodec.read(envelope);
        if (message.isEmpty()) {
            return;
        }
        known.on(message.get());
        if (message.get() instanceof Probe probe) {
            for (ScopeRule rule : ScopeRule.values()) {
                for (String scope : probe.scopes()) {
                    rule.matches(List.of("http://127.0.0.1:9/a/b", "ldap:///ou=x,o=y", scope), List.of(scope));
                }
            }
        }
        byte[] written = DiscoveryCodec.reply(message.get(), "urn:uuid:own", "urn:uuid:other");
        try {
            assertThat(DiscoveryCodec.read(ownReader.readWhole(written))).isEqualTo(message);
        } catch (MalformedEnvelopeException e) {
            throw new AssertionError("what was read and written again is malformed: " + FuzzInputs.shown(written), e);
        }
    }
}
