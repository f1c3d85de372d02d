package org.grapevine.gossip.header;

import java.util.Optional;
import org.grapevine.core.message.Hop;
import org.grapevine.core.message.ReplyMode;
import org.grapevine.core.message.ReplyTerms;
import org.grapevine.dpws.soap.HeaderBlock;
import org.grapevine.dpws.soap.XmlWriter;
import org.grapevine.policy.Replies;
import org.jspecify.annotations.Nullable;

/**
 * The terms of a reply as attributes of {@code g:Gossip}:
 *
 * <pre>{@code
 * replies="none"
 * replies="aggregate" aggregation="urn:sha256:..." min-replies="0" timeout="2000" margin="153"
 * replies="aggregate" aggregation="urn:sha256:...?=k=5" min-replies="10" partial="true" timeout="2000" margin="153"
 * replies="first" enough="1" min-replies="0" timeout="2000" margin="153"
 * replies="collect" min-replies="0" timeout="2000" margin="153"
 * }</pre>
 *
 * <p>{@code aggregation} is absent where nothing is merged on the way, {@code partial} where it is false, {@code enough} in all modes
 * but the one that it is of.
 */
final class ReplyWords {

    /** Longest name of a function, parameters included. */
    private ReplyWords() {}

    /**
     * Reads the terms.
     *
     * @param defaults what absent attributes mean; null if the policy wants no replies, or what is read comes from a peer
     * @return null if no replies are wanted
     */
    static @Nullable ReplyTerms read(HeaderBlock block, @Nullable ReplyTerms defaults) throws MalformedGossipException {
        Replies named = BlockWords.named(block, "replies", Replies::ofWireName);
        if (named == Replies.NONE || (named == null && defaults == null)) {
            return null;
        }
        ReplyMode usual = defaults == null ? ReplyMode.AGGREGATE : defaults.mode();
        ReplyMode mode = named == null ? usual : ReplyMode.valueOf(named.name());
        String function = function(block, defaults);
        int enough = mode == ReplyMode.FIRST ? enough(block, defaults) : 1;
        if (function.equals(ReplyTerms.NO_FUNCTION) && (mode == ReplyMode.AGGREGATE || enough > 1)) {
            throw new MalformedGossipException("g:Gossip aggregation: absent (expected: urn:sha256:...)");
        }
        long timeout = BlockWords.number(
                block, "timeout", "", defaults == null ? 2_000 : defaults.timeoutMillis(), 1, Hop.MAX_BUDGET_MILLIS);
        return new ReplyTerms(
                mode,
                function,
                minReplies(block, defaults, mode, enough),
                BlockWords.flag(block, "partial", defaults != null && defaults.partial()),
                enough,
                timeout,
                BlockWords.number(block, "margin", "", ReplyTerms.defaultMargin(timeout), 1, timeout));
    }

    private static String function(HeaderBlock block, @Nullable ReplyTerms defaults) throws MalformedGossipException {
        Optional<String> given = block.attribute("aggregation");
        if (given.isEmpty()) {
            return defaults == null ? ReplyTerms.NO_FUNCTION : defaults.aggregation();
        }
        String name = given.get();
        if (name.isEmpty()
                || name.length() > ReplyTerms.LONGEST_AGGREGATION
                || name.chars().anyMatch(c -> c <= ' ' || c >= 0x7F)) {
            throw new MalformedGossipException("g:Gossip aggregation: '" + name + "' (expected: 1.."
                    + ReplyTerms.LONGEST_AGGREGATION + " visible characters of ASCII)");
        }
        return name;
    }

    private static int enough(HeaderBlock block, @Nullable ReplyTerms defaults) throws MalformedGossipException {
        return (int)
                BlockWords.number(block, "enough", "", defaults == null ? 1 : defaults.enough(), 1, Integer.MAX_VALUE);
    }

    /** A request that ends with so many answers cannot have more of them. */
    private static int minReplies(HeaderBlock block, @Nullable ReplyTerms defaults, ReplyMode mode, int enough)
            throws MalformedGossipException {
        int most = mode == ReplyMode.FIRST ? enough : Integer.MAX_VALUE;
        int usual = defaults == null ? 0 : Math.min(most, defaults.minReplies());
        return (int) BlockWords.number(block, "min-replies", "", usual, 0, most);
    }

    /** Writes the attributes into the start tag of {@code g:Gossip}. */
    static void write(@Nullable ReplyTerms terms, XmlWriter xml) {
        if (terms == null) {
            xml.attribute("replies", Replies.NONE.wireName());
            return;
        }
        xml.attribute("replies", Replies.valueOf(terms.mode().name()).wireName());
        if (!terms.aggregation().equals(ReplyTerms.NO_FUNCTION)) {
            xml.attribute("aggregation", terms.aggregation());
        }
        if (terms.mode() == ReplyMode.FIRST) {
            xml.attribute("enough", Integer.toString(terms.enough()));
        }
        xml.attribute("min-replies", Integer.toString(terms.minReplies()));
        if (terms.partial()) {
            xml.attribute("partial", "true");
        }
        xml.attribute("timeout", Long.toString(terms.timeoutMillis()))
                .attribute("margin", Long.toString(terms.marginMillis()));
    }
}
