package org.grapevine.gossip.header;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Function;
import org.grapevine.core.message.GossipParameters;
import org.grapevine.core.message.GossipVariant;
import org.grapevine.core.message.Hop;
import org.grapevine.core.message.OriginOrder;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.core.message.Segment;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.soap.HeaderBlock;
import org.grapevine.dpws.soap.Wsa;
import org.grapevine.dpws.soap.XmlWriter;
import org.grapevine.policy.Binding;
import org.grapevine.policy.Order;
import org.grapevine.policy.Priority;
import org.grapevine.policy.Variant;
import org.jspecify.annotations.Nullable;

/**
 * The two header blocks of a gossiped envelope.
 *
 * <pre>{@code
 * <g:Gossip variant="eager-push" binding="soap.udp" priority="normal" fanout="auto" rounds="6" origin-time="1732147200000"
 *           lifetime="30000" repair="1000" replies="none"/>
 * <g:Gossip variant="lazy-push" eager-hops="3" ... order="origin" sequence="17" floor="15" wait-until="1732147230000"/>
 * <g:Gossip ... replies="aggregate" aggregation="urn:sha256:..." min-replies="0" timeout="2000" margin="153"/>
 * <g:Gossip ... replies="first" enough="1" min-replies="0" timeout="2000" margin="153"/>
 * <g:Hop left="0005" hop="0001" budget="0001850" segment="grid:wan" from="soap.udp://..."/>
 * <g:Hop ... from="soap.udp://..." instead-of="soap.udp://..."/>
 * }</pre>
 *
 * <p>All durations and times are in ms. Neither block is {@code mustUnderstand}, so a plain service takes the same envelope.
 */
public final class GossipHeader {

    private static final String AUTO = "auto";
    private static final String NONE = "none";

    /** Beyond any clock and any counter, and far enough from overflow to be added up. */
    private static final long LARGEST = Long.MAX_VALUE / 2;

    // The two blocks of a copy, cut where its own values go.
    private static final byte[] TO = BlockWriter.markup("<wsa:To xmlns:wsa=\"" + Wsa.TO.getNamespaceURI() + "\">");
    private static final byte[] HOP =
            BlockWriter.markup("</wsa:To><g:Hop xmlns:g=\"" + Gossip1.NAMESPACE + "\" left=\"");
    private static final byte[] HOP_COUNT = BlockWriter.markup("\" hop=\"");
    private static final byte[] BUDGET = BlockWriter.markup("\" budget=\"");
    private static final byte[] SEGMENT = BlockWriter.markup("\" segment=\"");
    private static final byte[] FROM = BlockWriter.markup("\" from=\"");
    private static final byte[] INSTEAD_OF = BlockWriter.markup("\" instead-of=\"");
    private static final byte[] END = BlockWriter.markup("\"/>");
    private static final int MARKUP_SIZE = TO.length
            + HOP.length
            + HOP_COUNT.length
            + BUDGET.length
            + SEGMENT.length
            + FROM.length
            + END.length
            + 4
            + 4
            + 7;

    private GossipHeader() {}

    /**
     * A copy's {@code g:Hop}.
     *
     * @param from address of the shadow that sent the copy
     */
    public record Arrival(Hop hop, PeerAddress from) {}

    /**
     * Reads {@code g:Gossip}.
     *
     * @param defaults what absent attributes mean: at the entry the policy's values, between peers nothing is absent
     * @return empty if the envelope has no such block
     */
    public static Optional<GossipParameters> parameters(Envelope envelope, GossipParameters defaults)
            throws MalformedGossipException {
        Optional<HeaderBlock> found = envelope.headerBlock(Gossip1.GOSSIP);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        HeaderBlock block = found.get();
        try {
            return Optional.of(new GossipParameters(
                    variant(block, defaults.variant()),
                    (int) BlockWords.number(block, "fanout", AUTO, defaults.fanout(), 1, GossipParameters.MAX_FANOUT),
                    (int) BlockWords.number(block, "rounds", AUTO, defaults.rounds(), 1, GossipParameters.MAX_ROUNDS),
                    eagerHops(block, defaults.eagerHops()),
                    BlockWords.number(block, "origin-time", "", defaults.originTimeMillis(), 0, LARGEST),
                    BlockWords.number(
                            block, "lifetime", "", defaults.lifetimeMillis(), 1, GossipParameters.MAX_LIFETIME_MILLIS),
                    BlockWords.number(
                            block,
                            "repair",
                            NONE,
                            defaults.repairPeriodMillis(),
                            1,
                            GossipParameters.MAX_LIFETIME_MILLIS),
                    place(block),
                    ReplyWords.read(block, defaults.replies())));
        } catch (IllegalArgumentException e) {
            throw new MalformedGossipException("g:Gossip " + e.getMessage());
        }
    }

    private static GossipVariant variant(HeaderBlock block, GossipVariant absent) throws MalformedGossipException {
        Variant named = BlockWords.named(block, "variant", Variant::ofWireName);
        return named == null ? absent : GossipVariant.valueOf(named.name());
    }

    private static int eagerHops(HeaderBlock block, int absent) throws MalformedGossipException {
        Optional<String> given = block.attribute("eager-hops").map(String::strip);
        if (given.isEmpty()) {
            return absent;
        }
        if (given.get().equals(AUTO)) {
            return GossipParameters.AUTO_EAGER_HOPS;
        }
        return (int) BlockWords.number(block, "eager-hops", AUTO, -1, 0, GossipParameters.MAX_ROUNDS);
    }

    /** Who asks for order without a place in the sequence leaves the counting to the entry. */
    private static @Nullable OriginOrder place(HeaderBlock block) throws MalformedGossipException {
        if (order(block, Order.NONE) == Order.NONE
                || block.attribute("sequence").isEmpty()) {
            return null;
        }
        return new OriginOrder(
                BlockWords.number(block, "sequence", "", -1, 0, LARGEST),
                BlockWords.number(block, "floor", "", -1, 0, LARGEST),
                BlockWords.number(block, "wait-until", "", -1, 0, LARGEST));
    }

    private static Order order(HeaderBlock block, Order absent) throws MalformedGossipException {
        Order named = BlockWords.named(block, "order", Order::ofWireName);
        return named == null ? absent : named;
    }

    /** The transport that carries the copies of this message from peer to peer. */
    public static Binding binding(Envelope envelope, Binding absent) throws MalformedGossipException {
        return named(envelope, "binding", Binding::ofWireName, absent);
    }

    /** The queue that the copies of this message wait in. */
    public static Priority priority(Envelope envelope, Priority absent) throws MalformedGossipException {
        return named(envelope, "priority", Priority::ofWireName, absent);
    }

    /** Whether messages of its origin may overtake this one; its place, if it has one, is in its parameters. */
    public static Order order(Envelope envelope, Order absent) throws MalformedGossipException {
        return named(envelope, "order", Order::ofWireName, absent);
    }

    private static <T> T named(Envelope envelope, String attribute, Function<String, T> ofWireName, T absent)
            throws MalformedGossipException {
        Optional<HeaderBlock> block = envelope.headerBlock(Gossip1.GOSSIP);
        T named = block.isEmpty() ? null : BlockWords.named(block.get(), attribute, ofWireName);
        return named == null ? absent : named;
    }

    /** Reads {@code g:Hop}; empty for an envelope that comes from a client and not from a peer. */
    public static Optional<Arrival> arrival(Envelope envelope) throws MalformedGossipException {
        Optional<HeaderBlock> found = envelope.headerBlock(Gossip1.HOP);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        HeaderBlock block = found.get();
        String segment = BlockWords.required(block, "segment");
        String from = BlockWords.required(block, "from");
        Optional<String> lost = block.attribute("instead-of");
        if (lost.isPresent() && (lost.get().isBlank() || lost.get().length() > AddressWords.MAX_LENGTH)) {
            throw new MalformedGossipException("g:Hop instead-of: " + lost.get().length() + " characters (expected: 1.."
                    + AddressWords.MAX_LENGTH + ")");
        }
        Hop hop = new Hop(
                new Segment(segment),
                (int) BlockWords.number(block, "left", "", -1, 0, Hop.MAX_COUNT),
                (int) BlockWords.number(block, "hop", "", -1, 0, Hop.MAX_COUNT),
                BlockWords.number(block, "budget", "", -1, 0, Hop.MAX_BUDGET_MILLIS),
                lost.map(PeerAddress::new).orElse(null));
        return Optional.of(new Arrival(hop, new PeerAddress(from)));
    }

    /** The {@code g:Gossip} block of a message of normal priority. */
    public static byte[] gossipBlock(GossipParameters parameters, Binding binding) {
        return gossipBlock(parameters, binding, Priority.NORMAL);
    }

    /** The {@code g:Gossip} block. */
    public static byte[] gossipBlock(GossipParameters parameters, Binding binding, Priority priority) {
        XmlWriter xml = new XmlWriter()
                .start(Gossip1.GOSSIP)
                .attribute(
                        "variant", Variant.valueOf(parameters.variant().name()).wireName())
                .attribute("binding", binding.wireName())
                .attribute("priority", priority.wireName())
                .attribute("fanout", orWord(parameters.fanout(), AUTO))
                .attribute("rounds", orWord(parameters.rounds(), AUTO))
                .attribute("origin-time", Long.toString(parameters.originTimeMillis()))
                .attribute("lifetime", Long.toString(parameters.lifetimeMillis()))
                .attribute("repair", orWord(parameters.repairPeriodMillis(), NONE));
        if (parameters.variant() == GossipVariant.LAZY_PUSH) {
            int hops = parameters.eagerHops();
            xml.attribute("eager-hops", hops == GossipParameters.AUTO_EAGER_HOPS ? AUTO : Integer.toString(hops));
        }
        OriginOrder order = parameters.order();
        if (order != null) {
            xml.attribute("order", Order.ORIGIN.wireName())
                    .attribute("sequence", Long.toString(order.number()))
                    .attribute("floor", Long.toString(order.floor()))
                    .attribute("wait-until", Long.toString(order.waitUntilMillis()));
        }
        ReplyWords.write(parameters.replies(), xml);
        return xml.end().toBytes();
    }

    /**
     * The copy of an envelope for one peer: its own {@code wsa:To} and {@code g:Hop}, all else as it came. The numbers have fixed
     * width, so all copies for one peer have one size.
     *
     * @param self address of the shadow that sends it
     */
    public static byte[] copy(EnvelopePayload payload, PeerAddress to, Hop hop, PeerAddress self) {
        return payload.splice().with(ownBlocks(to, hop, self));
    }

    /**
     * What {@link #ownBlocks} wrote.
     *
     * @param to the receiving shadow
     * @param end offset behind the blocks
     */
    public record OwnBlocks(PeerAddress to, Arrival arrival, int end) {}

    /** True if what stands at that offset may be what {@link #ownBlocks} wrote. */
    public static boolean mayBeOwnBlocks(byte[] bytes, int at, int end) {
        return matches(bytes, at, end, TO);
    }

    /**
     * Reads the blocks of a copy, if they are written just as {@link #ownBlocks} writes them.
     *
     * @return empty if anything about them is different, which says nothing against them
     */
    public static Optional<OwnBlocks> readOwnBlocks(byte[] bytes, int at, int end) {
        int toStart = at + TO.length;
        int toEnd = valueEnd(bytes, toStart, end, HOP);
        int left = toEnd + HOP.length;
        int count = left + 4 + HOP_COUNT.length;
        int budget = count + 4 + BUDGET.length;
        int segment = budget + 7 + SEGMENT.length;
        boolean framed = matches(bytes, at, end, TO)
                && toEnd > toStart
                && matches(bytes, left + 4, end, HOP_COUNT)
                && matches(bytes, count + 4, end, BUDGET)
                && matches(bytes, budget + 7, end, SEGMENT);
        if (!framed) {
            return Optional.empty();
        }
        int segmentEnd = valueEnd(bytes, segment, end, FROM);
        int from = segmentEnd + FROM.length;
        int fromEnd = segmentEnd <= segment ? -1 : valueEnd(bytes, from, end, END);
        int leftNumber = digits(bytes, left, 4);
        int countNumber = digits(bytes, count, 4);
        int budgetNumber = digits(bytes, budget, 7);
        if (fromEnd <= from || leftNumber < 0 || countNumber < 0 || budgetNumber < 0) {
            return Optional.empty();
        }
        Hop hop = new Hop(new Segment(ascii(bytes, segment, segmentEnd)), leftNumber, countNumber, budgetNumber);
        return Optional.of(new OwnBlocks(
                new PeerAddress(ascii(bytes, toStart, toEnd)),
                new Arrival(hop, new PeerAddress(ascii(bytes, from, fromEnd))),
                fromEnd + END.length));
    }

    private static boolean matches(byte[] bytes, int at, int end, byte[] markup) {
        return at >= 0
                && end - at >= markup.length
                && Arrays.equals(bytes, at, at + markup.length, markup, 0, markup.length);
    }

    /** Where a value of plain characters ends, before that markup; -1 if it does not end so. */
    private static int valueEnd(byte[] bytes, int start, int end, byte[] markup) {
        int at = start;
        while (at < end && bytes[at] > ' ' && bytes[at] != '&' && bytes[at] != '<' && bytes[at] != '"') {
            at++;
        }
        return matches(bytes, at, end, markup) ? at : -1;
    }

    private static int digits(byte[] bytes, int start, int width) {
        int number = 0;
        for (int i = start; i < start + width; i++) {
            if (bytes[i] < '0' || bytes[i] > '9') {
                return -1;
            }
            number = 10 * number + (bytes[i] - '0');
        }
        return number;
    }

    private static String ascii(byte[] bytes, int start, int end) {
        return new String(bytes, start, end - start, StandardCharsets.ISO_8859_1);
    }

    /** What a copy has of its own; with it, {@link EnvelopePayload#splice} gives the copy. */
    public static byte[] ownBlocks(PeerAddress to, Hop hop, PeerAddress self) {
        int expected = MARKUP_SIZE
                + to.value().length()
                + hop.segment().scope().length()
                + self.value().length();
        BlockWriter blocks = new BlockWriter(expected)
                .raw(TO)
                .value(to.value())
                .raw(HOP)
                .digits(hop.left(), 4)
                .raw(HOP_COUNT)
                .digits(hop.hop(), 4)
                .raw(BUDGET)
                .digits(hop.budgetMillis(), 7)
                .raw(SEGMENT)
                .value(hop.segment().scope())
                .raw(FROM)
                .value(self.value());
        if (hop.insteadOf() != null) {
            blocks.raw(INSTEAD_OF).value(hop.insteadOf().value());
        }
        return blocks.raw(END).toBytes();
    }

    private static String orWord(long number, String wordForZero) {
        return number == 0 ? wordForZero : Long.toString(number);
    }
}
