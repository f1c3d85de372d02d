package org.grapevine.gossip.client;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.grapevine.core.message.GossipParameters;
import org.grapevine.core.message.GossipVariant;
import org.grapevine.core.message.Hop;
import org.grapevine.policy.Binding;
import org.grapevine.policy.Replies;
import org.jspecify.annotations.Nullable;

/**
 * The parameters that a client sets for one message; what it leaves out has the value of the service's policy. Immutable: each
 * {@code with} gives another one. Whether a shadow takes them is found out when the message is sent, by the policy of that shadow.
 */
public final class GossipChoice {

    /** Leaves everything to the policy. */
    public static final GossipChoice NONE = new GossipChoice(Map.of());

    private static final String AUTO = "auto";

    private final Map<String, String> attributes;

    private GossipChoice(Map<String, String> attributes) {
        this.attributes = Collections.unmodifiableMap(new LinkedHashMap<>(attributes));
    }

    /**
     * A choice in the words of the wire.
     *
     * @param attributes names and values of attributes of {@code g:Gossip}; they are checked when the message is sent
     */
    public static GossipChoice of(Map<String, String> attributes) {
        return new GossipChoice(attributes);
    }

    /** Attributes of {@code g:Gossip}, in the order in which they were set. */
    public Map<String, String> attributes() {
        return attributes;
    }

    /** The same with one more attribute, which wins over one of that name. */
    public GossipChoice with(String attribute, String value) {
        Map<String, String> more = new LinkedHashMap<>(attributes);
        more.put(attribute, value);
        return new GossipChoice(more);
    }

    /** The same, and where both say something, what the other one says. */
    public GossipChoice over(GossipChoice wider) {
        Map<String, String> all = new LinkedHashMap<>(wider.attributes);
        all.putAll(attributes);
        return new GossipChoice(all);
    }

    public GossipChoice withVariant(GossipVariant variant) {
        return with("variant", variant.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-'));
    }

    /**
     * Sets the peers per push.
     *
     * @throws IllegalArgumentException unless 1..64 or {@link GossipParameters#AUTO}
     */
    public GossipChoice withFanout(int fanout) {
        require("fanout", fanout, 1, GossipParameters.MAX_FANOUT, fanout == GossipParameters.AUTO, " or auto");
        return with("fanout", fanout == GossipParameters.AUTO ? AUTO : Integer.toString(fanout));
    }

    /**
     * Sets the hops inside one segment.
     *
     * @throws IllegalArgumentException unless 1..255 or {@link GossipParameters#AUTO}
     */
    public GossipChoice withRounds(int rounds) {
        require("rounds", rounds, 1, GossipParameters.MAX_ROUNDS, rounds == GossipParameters.AUTO, " or auto");
        return with("rounds", rounds == GossipParameters.AUTO ? AUTO : Integer.toString(rounds));
    }

    /**
     * Sets the hops after which a lazy push advertises before it sends.
     *
     * @throws IllegalArgumentException unless 0..255 or {@link GossipParameters#AUTO_EAGER_HOPS}
     */
    public GossipChoice withEagerHops(int hops) {
        boolean auto = hops == GossipParameters.AUTO_EAGER_HOPS;
        require("eager-hops", hops, 0, GossipParameters.MAX_ROUNDS, auto, " or auto");
        return with("eager-hops", auto ? AUTO : Integer.toString(hops));
    }

    /**
     * Sets how long the message is worth delivering.
     *
     * @throws IllegalArgumentException unless 1 ms to a day
     */
    public GossipChoice withLifetime(Duration lifetime) {
        require("lifetime", lifetime.toMillis(), 1, GossipParameters.MAX_LIFETIME_MILLIS, false, " ms");
        return with("lifetime", Long.toString(lifetime.toMillis()));
    }

    /**
     * Sets the pause between two comparisons of digests.
     *
     * @param repair null for no repair
     * @throws IllegalArgumentException unless 1 ms to a day
     */
    public GossipChoice withRepair(@Nullable Duration repair) {
        if (repair == null) {
            return with("repair", "none");
        }
        require("repair", repair.toMillis(), 1, GossipParameters.MAX_LIFETIME_MILLIS, false, " ms");
        return with("repair", Long.toString(repair.toMillis()));
    }

    /** Sets what carries the copies from peer to peer. */
    public GossipChoice withBinding(Binding binding) {
        return with("binding", binding.wireName());
    }

    /**
     * Sets the time for all replies together.
     *
     * @throws IllegalArgumentException unless 1 to 9,999,999 ms
     */
    public GossipChoice withTimeout(Duration timeout) {
        require("timeout", timeout.toMillis(), 1, Hop.MAX_BUDGET_MILLIS, false, " ms");
        return with("timeout", Long.toString(timeout.toMillis()));
    }

    /**
     * Sets how many devices must be in the answer for it to be no fault.
     *
     * @throws IllegalArgumentException if negative
     */
    public GossipChoice withMinReplies(int minReplies) {
        require("min-replies", minReplies, 0, Integer.MAX_VALUE, false, "");
        return with("min-replies", Integer.toString(minReplies));
    }

    /** Sets what becomes of the answers on their way. */
    public GossipChoice withReplies(Replies replies) {
        return with("replies", replies.wireName());
    }

    /** Sets whether an answer with fewer devices than {@link #withMinReplies} asks for is given all the same. */
    public GossipChoice withPartial(boolean partial) {
        return with("partial", Boolean.toString(partial));
    }

    /**
     * Sets how many answers end the question, where the first ones do.
     *
     * @throws IllegalArgumentException if below 1
     */
    public GossipChoice withEnough(int enough) {
        require("enough", enough, 1, Integer.MAX_VALUE, false, "");
        return with("enough", Integer.toString(enough));
    }

    /**
     * Sets the function that merges the answers.
     *
     * @param uri its hash, {@code urn:sha256:...}
     */
    public GossipChoice withAggregation(String uri) {
        return with("aggregation", uri);
    }

    Optional<String> get(String attribute) {
        return Optional.ofNullable(attributes.get(attribute));
    }

    private static void require(String name, long value, long min, long max, boolean word, String more) {
        if (!word && (value < min || value > max)) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: " + min + ".." + max + more + ")");
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof GossipChoice that && attributes.equals(that.attributes);
    }

    @Override
    public int hashCode() {
        return attributes.hashCode();
    }

    @Override
    public String toString() {
        return attributes.toString();
    }
}
