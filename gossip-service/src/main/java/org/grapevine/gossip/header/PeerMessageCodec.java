package org.grapevine.gossip.header;

import java.util.List;
import java.util.Set;
import org.grapevine.core.membership.MembershipConfig;
import org.grapevine.core.membership.PeerEntry;
import org.grapevine.core.membership.PeerMessage;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.core.message.Segment;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.soap.MalformedEnvelopeException;
import org.grapevine.dpws.soap.XmlReader;
import org.grapevine.dpws.soap.XmlWriter;

/**
 * Membership messages as envelopes, of the same form as control messages: the action is the namespace, a colon and the element's name;
 * {@code wsa:From} is the sending shadow.
 *
 * <pre>{@code
 * <g:Join segment="grid:wan">entry</g:Join>    <g:ForwardJoin segment="grid:wan" walk="6">entry</g:ForwardJoin>
 * <g:Neighbour segment="grid:wan" urgent="true">entry</g:Neighbour>    <g:Disconnect segment="grid:wan"/>
 * <g:NeighbourAnswer segment="grid:wan" accepted="true">entry</g:NeighbourAnswer>    <g:Leave segment="grid:wan"/>
 * <g:Shuffle segment="grid:wan" walk="6">origin entry entry</g:Shuffle>    <g:ShuffleAnswer segment="grid:wan">entry</g:ShuffleAnswer>
 * <g:Exchange segment="grid:wan">entry entry</g:Exchange>    <g:ExchangeAnswer segment="grid:wan">entry</g:ExchangeAnswer>
 * <g:Ping segment="grid:wan" number="7" linked="true">rumour rumour</g:Ping>    <g:Ack segment="grid:wan" number="7" linked="true" http="8080"/>
 * <g:PingRequest segment="grid:wan" number="7" target="address">rumour</g:PingRequest>    <g:Nack segment="grid:wan" number="7"/>
 * <g:Average segment="grid:wan" epoch="28868" number="7" size="0">share share</g:Average>
 * <g:AverageAnswer segment="grid:wan" epoch="28868" number="7" size="0" accepted="true">share share</g:AverageAnswer>
 * }</pre>
 *
 * <p>An entry is a word {@code port,age,address}; a rumour two words, {@code state,incarnation,address} and the address of who first
 * said so; a share {@code part,address}. Addresses are shortened by what they share with the sender's. A message with all that it may
 * have fits a datagram of the default size as long as addresses have the length that those of this host have.
 */
public final class PeerMessageCodec {

    /** Entries in a message, the origin of a shuffle apart. */
    public static final int MAX_ENTRIES = 32;

    /** Rumours in a message. */
    public static final int MAX_RUMOURS = 32;

    /** Shares in a message: counts at the same time. */
    public static final int MAX_SHARES = 16;

    /** Characters of an address. */
    public static final int MAX_ADDRESS = AddressWords.MAX_LENGTH;

    private static final Set<String> NAMES = Set.of(
            "Join",
            "ForwardJoin",
            "Neighbour",
            "NeighbourAnswer",
            "Disconnect",
            "Shuffle",
            "ShuffleAnswer",
            "Exchange",
            "ExchangeAnswer",
            "Leave",
            "Ping",
            "Ack",
            "PingRequest",
            "Nack",
            "Average",
            "AverageAnswer");

    /**
     * A message, and for which overlay of the shadow it is.
     *
     * @param httpPort port at which the sender takes HTTP, told with each ack; 0 if not told
     */
    public record InSegment(Segment segment, PeerMessage message, int httpPort) {}

    private PeerMessageCodec() {}

    /** True if the action is one of a membership message. */
    public static boolean isPeerMessage(String action) {
        return ControlElement.nameIn(action).filter(NAMES::contains).isPresent();
    }

    /**
     * Writes a message.
     *
     * @param from the sending shadow
     * @param messageId id of this datagram
     * @throws IllegalArgumentException if an address in it has white space, or more than 256 characters
     */
    public static byte[] write(PeerMessage message, Segment segment, PeerAddress to, PeerEntry from, String messageId) {
        String name = message.getClass().getSimpleName();
        XmlWriter body = ControlElement.start(new XmlWriter(), name, segment);
        PeerWords words = new PeerWords(from.address().value());
        if (message instanceof PeerMessage.Ack && from.httpPort() > 0) {
            body.attribute("http", Integer.toString(from.httpPort()));
        }
        if (message instanceof PeerMessage.OfView ofView) {
            body.text(ofView(body, words, ofView));
        } else if (message instanceof PeerMessage.OfHealth ofHealth) {
            body.text(ofHealth(body, words, ofHealth));
        } else if (message instanceof PeerMessage.OfSize ofSize) {
            body.text(ofSize(body, words, ofSize));
        }
        return ControlElement.envelope(name, body.end(), to, from.address(), messageId);
    }

    /** Writes the attributes; returns the words. */
    private static String ofView(XmlWriter body, PeerWords words, PeerMessage.OfView message) {
        if (message instanceof PeerMessage.Join join) {
            return words.entries(List.of(join.self()));
        } else if (message instanceof PeerMessage.ForwardJoin forward) {
            body.attribute("walk", Integer.toString(forward.walk()));
            return words.entries(List.of(forward.newcomer()));
        } else if (message instanceof PeerMessage.Neighbour neighbour) {
            body.attribute("urgent", Boolean.toString(neighbour.urgent()));
            return words.entries(List.of(neighbour.self()));
        } else if (message instanceof PeerMessage.NeighbourAnswer answer) {
            body.attribute("accepted", Boolean.toString(answer.accepted()));
            return words.entries(List.of(answer.self()));
        } else if (message instanceof PeerMessage.Shuffle shuffle) {
            body.attribute("walk", Integer.toString(shuffle.walk()));
            String origin = words.entries(List.of(shuffle.origin()));
            return shuffle.entries().isEmpty() ? origin : origin + " " + words.entries(shuffle.entries());
        } else if (message instanceof PeerMessage.ShuffleAnswer answer) {
            return words.entries(answer.entries());
        } else if (message instanceof PeerMessage.Exchange exchange) {
            return words.entries(exchange.entries());
        } else if (message instanceof PeerMessage.ExchangeAnswer answer) {
            return words.entries(answer.entries());
        }
        return ""; // Disconnect and Leave say all by their names.
    }

    private static String ofHealth(XmlWriter body, PeerWords words, PeerMessage.OfHealth message) {
        if (message instanceof PeerMessage.Ping ping) {
            numbered(body, ping.number()).attribute("linked", Boolean.toString(ping.linked()));
            return words.rumours(ping.rumours());
        } else if (message instanceof PeerMessage.Ack ack) {
            numbered(body, ack.number()).attribute("linked", Boolean.toString(ack.linked()));
            return words.rumours(ack.rumours());
        } else if (message instanceof PeerMessage.PingRequest request) {
            numbered(body, request.number())
                    .attribute("target", words.addresses().write(request.target()));
            return words.rumours(request.rumours());
        } else if (message instanceof PeerMessage.Nack nack) {
            numbered(body, nack.number());
        }
        return "";
    }

    private static String ofSize(XmlWriter body, PeerWords words, PeerMessage.OfSize message) {
        if (message instanceof PeerMessage.Average average) {
            body.attribute("epoch", Long.toString(average.epoch()));
            numbered(body, average.number()).attribute("size", Integer.toString(average.size()));
            return words.shares(average.shares());
        } else if (message instanceof PeerMessage.AverageAnswer answer) {
            body.attribute("epoch", Long.toString(answer.epoch()));
            numbered(body, answer.number())
                    .attribute("size", Integer.toString(answer.size()))
                    .attribute("accepted", Boolean.toString(answer.accepted()));
            return words.shares(answer.shares());
        }
        return "";
    }

    private static XmlWriter numbered(XmlWriter body, long number) {
        return body.attribute("number", Long.toString(number));
    }

    /** Reads the body of an envelope whose action {@link #isPeerMessage}. */
    public static InSegment read(Envelope envelope) throws MalformedGossipException {
        String sender = envelope.from()
                .map(from -> from.address())
                .orElseThrow(() -> new MalformedGossipException("wsa:From: absent (expected: the sender)"));
        PeerWords words = new PeerWords(sender);
        return ControlElement.read(envelope, (name, body) -> {
            Segment segment = ControlElement.segment(body);
            boolean told = body.attribute("http").isPresent();
            int httpPort = told ? (int) ControlElement.number(body, "http", 65_535) : 0;
            return new InSegment(segment, read(name, body, words), httpPort);
        });
    }

    private static PeerMessage read(String name, XmlReader body, PeerWords words)
            throws MalformedEnvelopeException, MalformedGossipException {
        // The attributes first: the reader goes on with the text.
        return switch (name) {
            case "Join" -> new PeerMessage.Join(words.entry(body.tokens()));
            case "ForwardJoin" -> {
                int walk = walk(body);
                yield new PeerMessage.ForwardJoin(words.entry(body.tokens()), walk);
            }
            case "Neighbour" -> {
                boolean urgent = ControlElement.flag(body, "urgent");
                yield new PeerMessage.Neighbour(words.entry(body.tokens()), urgent);
            }
            case "NeighbourAnswer" -> {
                boolean accepted = ControlElement.flag(body, "accepted");
                yield new PeerMessage.NeighbourAnswer(words.entry(body.tokens()), accepted);
            }
            case "Disconnect" -> new PeerMessage.Disconnect();
            case "Shuffle" -> shuffle(body, words);
            case "ShuffleAnswer" -> new PeerMessage.ShuffleAnswer(words.entries(body.tokens(), MAX_ENTRIES));
            case "Exchange" -> new PeerMessage.Exchange(words.entries(body.tokens(), MAX_ENTRIES));
            case "ExchangeAnswer" -> new PeerMessage.ExchangeAnswer(words.entries(body.tokens(), MAX_ENTRIES));
            case "Leave" -> new PeerMessage.Leave();
            case "Ping" -> {
                long number = signed(body, "number");
                boolean linked = ControlElement.flag(body, "linked");
                yield new PeerMessage.Ping(number, linked, words.rumours(body.tokens(), MAX_RUMOURS));
            }
            case "Ack" -> {
                long number = signed(body, "number");
                boolean linked = ControlElement.flag(body, "linked");
                yield new PeerMessage.Ack(number, linked, words.rumours(body.tokens(), MAX_RUMOURS));
            }
            case "PingRequest" -> {
                long number = signed(body, "number");
                PeerAddress target = words.addresses().read(ControlElement.required(body, "target"));
                yield new PeerMessage.PingRequest(number, target, words.rumours(body.tokens(), MAX_RUMOURS));
            }
            case "Nack" -> new PeerMessage.Nack(signed(body, "number"));
            case "Average" -> {
                long epoch = ControlElement.number(body, "epoch", Long.MAX_VALUE);
                long number = signed(body, "number");
                int size = (int) ControlElement.number(body, "size", Integer.MAX_VALUE);
                yield new PeerMessage.Average(epoch, number, size, words.shares(body.tokens(), MAX_SHARES));
            }
            case "AverageAnswer" -> {
                long epoch = ControlElement.number(body, "epoch", Long.MAX_VALUE);
                long number = signed(body, "number");
                int size = (int) ControlElement.number(body, "size", Integer.MAX_VALUE);
                boolean accepted = ControlElement.flag(body, "accepted");
                yield new PeerMessage.AverageAnswer(
                        epoch, number, accepted, size, words.shares(body.tokens(), MAX_SHARES));
            }
            default ->
                throw new MalformedGossipException("control message: " + name + " (expected: a membership message)");
        };
    }

    private static PeerMessage shuffle(XmlReader body, PeerWords words)
            throws MalformedEnvelopeException, MalformedGossipException {
        int walk = walk(body);
        List<PeerEntry> all = words.entries(body.tokens(), 1 + MAX_ENTRIES);
        if (all.isEmpty()) {
            throw new MalformedGossipException("entries: 0 (expected: the origin's first)");
        }
        return new PeerMessage.Shuffle(all.get(0), walk, all.subList(1, all.size()));
    }

    private static int walk(XmlReader body) throws MalformedGossipException {
        return (int) ControlElement.number(body, "walk", MembershipConfig.MAX_WALK);
    }

    private static long signed(XmlReader body, String name) throws MalformedGossipException {
        String value = ControlElement.required(body, name);
        try {
            return Long.parseLong(value);
        } catch (NumberFormatException e) {
            throw new MalformedGossipException(name + ": " + value + " (expected: a whole number of 64 bits)");
        }
    }
}
