package org.grapevine.simulation.world;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.grapevine.core.membership.PeerMessage;
import org.grapevine.core.memory.RecentlyUsed;
import org.grapevine.core.message.Control;
import org.grapevine.core.message.EncodedPayload;
import org.grapevine.core.message.GossipMessage;
import org.grapevine.core.message.Hop;
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
import org.grapevine.gossip.header.ControlCodec;
import org.grapevine.gossip.header.EnvelopePayload;
import org.grapevine.gossip.header.GossipHeader;
import org.grapevine.gossip.header.MalformedGossipException;
import org.grapevine.policy.Binding;
import org.jspecify.annotations.Nullable;

/**
 * Sends every message through the codec of the real transports, as bytes and back, and refuses to go on when anything comes out
 * otherwise than it went in. Sizes are those of real envelopes with real-looking addresses.
 */
final class WireCodec implements Codec {

    /** Envelopes kept so that they are written once per message and not once per copy. */
    private static final int ENVELOPES = 256;

    private static final String ACTION = "urn:sim:service/Operation";

    private final EnvelopeReader reader = new EnvelopeReader(EnvelopeLimits.http(EnvelopeLimits.HIGHEST_MAX_BYTES));
    private final Map<MessageId, EnvelopePayload> envelopes = new RecentlyUsed<>(ENVELOPES);

    @Override
    public Transit.Copy copy(Device from, Device to, Hop hop, GossipMessage message) {
        try {
            EnvelopePayload payload = envelopes.get(message.id());
            if (payload == null) {
                payload = new EnvelopePayload(reader.readWhole(write(from, message)), Binding.SOAP_UDP);
                envelopes.put(message.id(), payload);
            }
            Hop sent = onTheWire(hop, from.world);
            byte[] bytes = GossipHeader.copy(payload, wire(to), sent, wire(from));
            Envelope read = reader.readWhole(bytes);
            GossipHeader.Arrival arrival = GossipHeader.arrival(read).orElseThrow();
            require(arrival.hop().equals(sent), "hop", sent, arrival.hop());
            require(arrival.from().equals(wire(from)), "from", wire(from), arrival.from());
            var parameters = GossipHeader.parameters(read, message.parameters()).orElseThrow();
            require(parameters.equals(message.parameters()), "parameters", message.parameters(), parameters);
            String id = read.messageId().orElseThrow();
            require(id.equals(message.id().value()), "message id", message.id(), id);
            GossipMessage arrived = new GossipMessage(message.id(), message.origin(), parameters, message.payload());
            return new Transit.Copy(from, to, bytes.length, hop, arrived);
        } catch (MalformedEnvelopeException | MalformedGossipException e) {
            throw new IllegalStateException(
                    "a copy of " + message.id() + " cannot be read again: " + e.getMessage(), e);
        }
    }

    private static byte[] write(Device from, GossipMessage message) {
        String start = "<b:body xmlns:b=\"urn:sim:service\">";
        String end = "</b:body>";
        int filling = Math.max(0, message.payload().sizeBytes() - start.length() - end.length());
        return EnvelopeWriter.forAction(ACTION)
                .messageId(message.id().value())
                .to(wire(from).value())
                .from(new EndpointReference(
                        wire(from.world.device(message.origin())).value(), List.of()))
                .header(GossipHeader.gossipBlock(message.parameters(), Binding.SOAP_UDP))
                .body((start + "x".repeat(filling) + end).getBytes(UTF_8))
                .toBytes();
    }

    @Override
    public Transit.Order order(Device from, Device to, Control control) {
        Control encodable = onTheWire(control, from.world);
        byte[] bytes = ControlCodec.write(encodable, wire(to), wire(from), "urn:uuid:" + "0".repeat(36));
        try {
            Control read = ControlCodec.read(reader.readWhole(bytes));
            if (encodable instanceof Control.Reply sent && read instanceof Control.Reply arrived) {
                requireSameReply(sent, arrived);
            } else if (encodable instanceof Control.Samples sent && read instanceof Control.Samples arrived) {
                requireSameSamples(sent, arrived);
            } else {
                require(read.equals(encodable), "control", encodable, read);
            }
            // What the application put in stays an object, and addresses stay short: their forms are not the codec's.
            return new Transit.Order(from, to, bytes.length, control);
        } catch (MalformedEnvelopeException | MalformedGossipException e) {
            throw new IllegalStateException(control + " cannot be read again: " + e.getMessage(), e);
        }
    }

    @Override
    public Transit.Peering peering(Device from, Device to, Segment segment, PeerMessage message) {
        return new Transit.Peering(from, to, ModelledSizes.bytes(message), segment, message);
    }

    /** A value may arrive with more namespace declarations than it was sent with, and means the same. */
    private static void requireSameReply(Control.Reply sent, Control.Reply arrived) {
        require(arrived.request().equals(sent.request()), "request", sent.request(), arrived.request());
        require(
                arrived.completeness().equals(sent.completeness()),
                "completeness",
                sent.completeness(),
                arrived.completeness());
        requireSameValue(sent.payload(), arrived.payload());
    }

    private static void requireSameSamples(Control.Samples sent, Control.Samples arrived) {
        require(arrived.request().equals(sent.request()), "request", sent.request(), arrived.request());
        require(arrived.number() == sent.number(), "number", sent.number(), arrived.number());
        List<Sample> all = sent.samples();
        require(arrived.samples().size() == all.size(), "samples", all, arrived.samples());
        for (int i = 0; i < all.size(); i++) {
            Sample before = all.get(i);
            Sample after = arrived.samples().get(i);
            require(after.device().equals(before.device()), "device", before.device(), after.device());
            require(after.takenMillis() == before.takenMillis(), "taken", before.takenMillis(), after.takenMillis());
            requireSameValue(before.value(), after.value());
        }
    }

    private static void requireSameValue(@Nullable Payload sent, @Nullable Payload arrived) {
        require(content(arrived).equals(content(sent)), "value", content(sent), content(arrived));
    }

    private static String content(@Nullable Payload value) {
        if (!(value instanceof EncodedPayload payload)) {
            return "";
        }
        String element = new String(payload.bytes(), UTF_8);
        return element.substring(element.indexOf('>') + 1, element.lastIndexOf('<'));
    }

    /** With addresses and values as they are out there. */
    private static Control onTheWire(Control control, World world) {
        if (control instanceof Control.Reply reply && reply.payload() != null) {
            return new Control.Reply(reply.request(), encoded(reply.payload()), reply.completeness());
        } else if (control instanceof Control.Accept accept) {
            return new Control.Accept(
                    accept.request(),
                    accept.children().stream()
                            .map(child -> wire(world.device(child)))
                            .toList());
        } else if (control instanceof Control.Samples samples) {
            return new Control.Samples(
                    samples.request(),
                    samples.number(),
                    samples.samples().stream()
                            .map(sample -> new Sample(
                                    wire(world.device(sample.device())), sample.takenMillis(), encoded(sample.value())))
                            .toList());
        }
        return control;
    }

    private static Hop onTheWire(Hop hop, World world) {
        PeerAddress lost = hop.insteadOf();
        return lost == null
                ? hop
                : new Hop(hop.segment(), hop.left(), hop.hop(), hop.budgetMillis(), wire(world.device(lost)));
    }

    private static Payload encoded(Payload value) {
        return value instanceof CountedDevices devices ? encoded(devices) : value;
    }

    /** Filled up to the size that the answer is said to have; larger where so many devices do not fit. */
    private static EncodedPayload encoded(CountedDevices devices) {
        String who = Base64.getEncoder().encodeToString(devices.who().toByteArray());
        String start = "<d:devices xmlns:d=\"urn:sim:devices\">" + who;
        String end = "</d:devices>";
        int filling = Math.max(0, devices.sizeBytes() - start.length() - end.length());
        return new EncodedPayload((start + " ".repeat(filling) + end).getBytes(UTF_8));
    }

    private static PeerAddress wire(Device device) {
        int index = device.index();
        char[] digits = new char[12];
        Arrays.fill(digits, '0');
        for (int i = digits.length - 1, rest = index; rest > 0; i--, rest /= 10) {
            digits[i] = (char) ('0' + rest % 10);
        }
        return new PeerAddress("soap.udp://10." + (index >> 16 & 255) + "." + (index >> 8 & 255) + "." + (index & 255)
                + ":3703/00000000-0000-4000-8000-" + new String(digits) + "/service/gossip");
    }

    private static void require(boolean holds, String what, Object sent, Object read) {
        if (!holds) {
            throw new IllegalStateException(what + ": " + read + " (expected: " + sent + ", as it was sent)");
        }
    }
}
