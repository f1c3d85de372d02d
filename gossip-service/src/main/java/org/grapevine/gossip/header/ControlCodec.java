package org.grapevine.gossip.header;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.grapevine.core.message.Completeness;
import org.grapevine.core.message.Control;
import org.grapevine.core.message.EncodedPayload;
import org.grapevine.core.message.Hop;
import org.grapevine.core.message.MessageId;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.core.message.Segment;
import org.grapevine.dpws.addressing.EndpointReference;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.soap.MalformedEnvelopeException;
import org.grapevine.dpws.soap.XmlReader;
import org.grapevine.dpws.soap.XmlWriter;

/**
 * Control messages as envelopes: the action is the namespace, a colon and the element's name; {@code wsa:From} is the sending
 * shadow.
 *
 * <pre>{@code
 * <g:Digest segment="grid:wan" slice="0" of="1">id id id</g:Digest>
 * <g:Summary segment="grid:wan" after="1732147170000" until="1732147200000">checksums</g:Summary>
 * <g:PullRequest segment="grid:wan" offered="2" slice="0" of="1">id id id</g:PullRequest>
 * <g:IHave segment="grid:wan" hop="2" spare="false">id id</g:IHave>     <g:IWant segment="grid:wan" graft="false">id</g:IWant>
 * <g:Prune segment="grid:wan"/>     <g:IDontWant segment="grid:wan">id</g:IDontWant>
 * <g:Accept request="urn:uuid:...">address address</g:Accept>    <g:Decline request="..."/>    <g:ReplyAck request="..."/>
 * <g:Reply request="..." counted="12" declined="30" failed="3" faults="busy:2 merge:1" timed-out="0" truncated="0"
 *          oldest="1732147200000">value</g:Reply>
 * <g:ReplyFault request="..." reason="..." counted="0" .../>
 * <g:Samples request="..." number="0"><g:Sample device="address" taken="1732147200000">value</g:Sample></g:Samples>
 * <g:SamplesAck request="..." number="0"/>
 * }</pre>
 *
 * <p>Ids are words; one that is {@code urn:uuid:} and a UUID in lower case is written shorter, as a tilde and the UUID's 22
 * characters of base64url. The checksums of a summary are base64 of 8 bytes each, most significant first. Of the ids of a pull
 * request the first so many are offered. Addresses are shortened by what they share with the sender's. With the 60 ids of a full digest each of these fits a datagram, and a summary with up to
 * {@value #SUMMARY_SLICES} slices.
 */
public final class ControlCodec {

    /** Checksums in a summary that fits a datagram of the default size. */
    public static final int SUMMARY_SLICES = 256;

    /** Far enough from overflow to be added up. */
    private static final long LARGEST_TIME = Long.MAX_VALUE / 2;

    private static final String PARTIAL = "partial";

    private ControlCodec() {}

    /** True if the action is one of a control message. */
    public static boolean isControl(String action) {
        return ControlElement.nameIn(action).isPresent();
    }

    /**
     * Writes a control message.
     *
     * @param messageId id of this datagram
     */
    public static byte[] write(Control control, PeerAddress to, PeerAddress from, String messageId) {
        XmlWriter body = new XmlWriter();
        String name;
        if (control instanceof Control.Digest digest) {
            name = "Digest";
            slice(start(body, name, digest), digest.slice());
            ids(body, digest.ids());
        } else if (control instanceof Control.IHave iHave) {
            name = "IHave";
            start(body, name, iHave)
                    .attribute("hop", Integer.toString(iHave.hop()))
                    .attribute("spare", Boolean.toString(iHave.spare()));
            ids(body, iHave.ids());
        } else if (control instanceof Control.IWant iWant) {
            name = "IWant";
            start(body, name, iWant).attribute("graft", Boolean.toString(iWant.graft()));
            ids(body, iWant.ids());
        } else if (control instanceof Control.Summary summary) {
            name = "Summary";
            start(body, name, summary)
                    .attribute("after", Long.toString(summary.afterMillis()))
                    .attribute("until", Long.toString(summary.untilMillis()))
                    .text(checksums(summary.checksums()))
                    .end();
        } else if (control instanceof Control.PullRequest pull) {
            name = "PullRequest";
            Set<MessageId> offered = new LinkedHashSet<>(pull.offered());
            Set<MessageId> all = new LinkedHashSet<>(offered);
            all.addAll(pull.has());
            slice(start(body, name, pull).attribute("offered", Integer.toString(offered.size())), pull.slice());
            ids(body, List.copyOf(all));
        } else if (control instanceof Control.Prune prune) {
            name = "Prune";
            start(body, name, prune).end();
        } else if (control instanceof Control.IDontWant unwanted) {
            name = "IDontWant";
            start(body, name, unwanted);
            ids(body, unwanted.ids());
        } else if (control instanceof Control.Accept accept) {
            name = "Accept";
            AddressWords addresses = new AddressWords(from.value());
            about(body, name, accept.request())
                    .text(accept.children().stream()
                            .filter(AddressWords::canWrite)
                            .map(addresses::write)
                            .collect(Collectors.joining(" ")))
                    .end();
        } else if (control instanceof Control.Decline decline) {
            name = "Decline";
            about(body, name, decline.request()).end();
        } else if (control instanceof Control.ReplyAck ack) {
            name = "ReplyAck";
            about(body, name, ack.request()).end();
        } else if (control instanceof Control.Reply reply) {
            name = "Reply";
            CompletenessWords.write(about(body, name, reply.request()), reply.completeness());
            if (reply.payload() != null) {
                body.raw(SampleWords.element(reply.payload()));
            }
            body.end();
        } else if (control instanceof Control.ReplyFault fault) {
            name = "ReplyFault";
            CompletenessWords.write(
                            about(body, name, fault.request()).attribute("reason", printable(fault.reason())),
                            fault.completeness())
                    .end();
        } else if (control instanceof Control.Samples samples) {
            name = "Samples";
            about(body, name, samples.request()).attribute("number", Integer.toString(samples.number()));
            SampleWords.write(body, new AddressWords(from.value()), samples.samples());
            body.end();
        } else if (control instanceof Control.SamplesAck ack) {
            name = "SamplesAck";
            about(body, name, ack.request())
                    .attribute("number", Integer.toString(ack.number()))
                    .end();
        } else {
            throw new AssertionError("unhandled: " + control);
        }
        return ControlElement.envelope(name, body, to, from, messageId);
    }

    /** What a client learns of an answer, as a header block of the response. */
    public static byte[] completenessBlock(Completeness completeness) {
        return completenessBlock(completeness, false);
    }

    /**
     * As above.
     *
     * @param partial fewer devices are inside than were asked for
     */
    public static byte[] completenessBlock(Completeness completeness, boolean partial) {
        XmlWriter block = CompletenessWords.write(new XmlWriter().start(Gossip1.COMPLETENESS), completeness);
        if (partial) {
            block.attribute(PARTIAL, "true");
        }
        return block.end().toBytes();
    }

    /** True if the header block says that fewer devices are inside than were asked for. */
    public static boolean isPartial(Envelope envelope) {
        return envelope.headerBlock(Gossip1.COMPLETENESS)
                .flatMap(block -> block.attribute(PARTIAL))
                .filter("true"::equals)
                .isPresent();
    }

    /** Reads the header block that {@link #completenessBlock} wrote; empty if the envelope has none. */
    public static Optional<Completeness> completeness(Envelope envelope) throws MalformedGossipException {
        if (envelope.headerBlock(Gossip1.COMPLETENESS).isEmpty()) {
            return Optional.empty();
        }
        try (XmlReader block = XmlReader.ofFragment(envelope.headerElement(
                envelope.headerBlock(Gossip1.COMPLETENESS).get()))) {
            return Optional.of(CompletenessWords.read(block));
        } catch (MalformedEnvelopeException | IllegalArgumentException e) {
            throw new MalformedGossipException("g:Completeness " + e.getMessage());
        }
    }

    private static XmlWriter start(XmlWriter body, String name, Control.InSegment control) {
        return ControlElement.start(body, name, control.segment());
    }

    private static void slice(XmlWriter body, Control.Slice slice) {
        body.attribute("slice", Integer.toString(slice.index())).attribute("of", Integer.toString(slice.of()));
    }

    private static void ids(XmlWriter body, List<MessageId> ids) {
        body.text(IdList.write(ids)).end();
    }

    private static String checksums(List<Long> checksums) {
        ByteBuffer bytes = ByteBuffer.allocate(checksums.size() * Long.BYTES);
        checksums.forEach(bytes::putLong);
        return Base64.getEncoder().encodeToString(bytes.array());
    }

    private static XmlWriter about(XmlWriter body, String name, MessageId request) {
        return body.start(Gossip1.name(name)).attribute("request", request.value());
    }

    /** A reason may quote what a stranger sent; XML cannot hold every character of it, and a datagram not every length. */
    private static String printable(String reason) {
        String line = reason.replaceAll("[^\\x20-\\x7E\\u00A0-\\uD7FF]", " ");
        return line.length() <= 256 ? line : line.substring(0, 256);
    }

    /** Reads the body of an envelope whose action {@link #isControl}. */
    public static Control read(Envelope envelope) throws MalformedGossipException {
        return ControlElement.read(envelope, (name, body) -> read(envelope, name, body));
    }

    private static Control read(Envelope envelope, String name, XmlReader body)
            throws MalformedEnvelopeException, MalformedGossipException {
        switch (name) {
            case "Digest" -> {
                Segment segment = ControlElement.segment(body);
                Control.Slice slice = slice(body);
                return new Control.Digest(segment, ids(body), slice);
            }
            case "IHave" -> {
                Segment segment = ControlElement.segment(body);
                int hop = (int) ControlElement.number(body, "hop", Hop.MAX_COUNT);
                boolean spare = ControlElement.flag(body, "spare");
                return new Control.IHave(segment, ids(body), hop, spare);
            }
            case "IWant" -> {
                Segment segment = ControlElement.segment(body);
                boolean graft = ControlElement.flag(body, "graft");
                return new Control.IWant(segment, ids(body), graft);
            }
            case "Summary" -> {
                Segment segment = ControlElement.segment(body);
                long after = ControlElement.number(body, "after", LARGEST_TIME);
                long until = ControlElement.number(body, "until", LARGEST_TIME);
                return new Control.Summary(segment, after, until, checksums(body));
            }
            case "PullRequest" -> {
                Segment segment = ControlElement.segment(body);
                Control.Slice slice = slice(body);
                int offered = (int) ControlElement.number(body, "offered", Integer.MAX_VALUE);
                List<MessageId> has = ids(body);
                if (offered > has.size()) {
                    throw new MalformedGossipException(
                            "offered: " + offered + " (expected: 0.." + has.size() + ", the number of ids)");
                }
                return new Control.PullRequest(segment, has, has.subList(0, offered), slice);
            }
            case "Prune" -> {
                return new Control.Prune(ControlElement.segment(body));
            }
            case "IDontWant" -> {
                Segment segment = ControlElement.segment(body);
                return new Control.IDontWant(segment, ids(body));
            }
            case "Accept" -> {
                MessageId request = request(body);
                return new Control.Accept(request, children(envelope, body.tokens()));
            }
            case "Decline" -> {
                return new Control.Decline(request(body));
            }
            case "ReplyAck" -> {
                return new Control.ReplyAck(request(body));
            }
            case "Reply" -> {
                MessageId request = request(body);
                Completeness completeness = CompletenessWords.read(body);
                EncodedPayload payload = body.nextChild() ? new EncodedPayload(body.standaloneBytes()) : null;
                return new Control.Reply(request, payload, completeness);
            }
            case "ReplyFault" -> {
                return new Control.ReplyFault(
                        request(body), ControlElement.required(body, "reason"), CompletenessWords.read(body));
            }
            case "Samples" -> {
                MessageId request = request(body);
                int number = (int) ControlElement.number(body, "number", Integer.MAX_VALUE);
                return new Control.Samples(request, number, SampleWords.read(body, addresses(envelope)));
            }
            case "SamplesAck" -> {
                return new Control.SamplesAck(
                        request(body), (int) ControlElement.number(body, "number", Integer.MAX_VALUE));
            }
            default ->
                throw new MalformedGossipException("control message: " + name
                        + " (expected: Digest, Summary, PullRequest, IHave, IWant, Prune, IDontWant, Accept, Decline, Reply,"
                        + " ReplyFault, ReplyAck, Samples or SamplesAck)");
        }
    }

    private static Control.Slice slice(XmlReader body) throws MalformedGossipException {
        return new Control.Slice((int) ControlElement.number(body, "slice", Control.Slice.MAX), (int)
                ControlElement.number(body, "of", Control.Slice.MAX));
    }

    private static AddressWords addresses(Envelope envelope) throws MalformedGossipException {
        return new AddressWords(envelope.from()
                .map(EndpointReference::address)
                .orElseThrow(() -> new MalformedGossipException("wsa:From: absent (expected: the sender)")));
    }

    private static List<PeerAddress> children(Envelope envelope, List<String> words) throws MalformedGossipException {
        if (words.isEmpty()) {
            return List.of();
        }
        if (words.size() > Control.Accept.MOST_CHILDREN) {
            throw new MalformedGossipException(
                    "children: " + words.size() + " (expected: at most " + Control.Accept.MOST_CHILDREN + ")");
        }
        AddressWords addresses = addresses(envelope);
        List<PeerAddress> children = new ArrayList<>(words.size());
        for (String word : words) {
            children.add(addresses.read(word));
        }
        return children;
    }

    private static MessageId request(XmlReader body) throws MalformedGossipException {
        return new MessageId(ControlElement.required(body, "request"));
    }

    private static List<MessageId> ids(XmlReader body) throws MalformedEnvelopeException {
        return IdList.read(body.tokens());
    }

    private static List<Long> checksums(XmlReader body) throws MalformedEnvelopeException, MalformedGossipException {
        String text = body.token();
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw new MalformedGossipException("checksums: not base64 (expected: base64 of 8 bytes for each slice)");
        }
        int count = bytes.length / Long.BYTES;
        if (bytes.length % Long.BYTES != 0 || count < 1 || count > Control.Slice.MAX) {
            throw new MalformedGossipException("checksums: " + bytes.length + " bytes (expected: 8 for each slice, 1.."
                    + Control.Slice.MAX + " slices)");
        }
        ByteBuffer longs = ByteBuffer.wrap(bytes);
        List<Long> checksums = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            checksums.add(longs.getLong());
        }
        return checksums;
    }
}
