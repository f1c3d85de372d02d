package org.grapevine.policy;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What one attachment says about the wishes of clients, who may put parameters of their own into the gossip header; null where it
 * says nothing. An entry refuses what is beyond a limit. The policy's own values keep to the limits, too.
 *
 * @param variants variants that a client may choose beside the policy's own; at least one
 * @param maxFanout highest fanout that a client may ask for, 1..64; devices lower what comes from elsewhere, and {@code auto}, to it
 * @param maxRounds the same for rounds, 1..255
 * @param maxLifetime longest lifetime, more than 0, at most 24 h
 * @param minRepair shortest pause between two exchanges of digests, 50 ms to 24 h; to ask for none is always allowed
 * @param maxTimeout longest time for all replies together, 50 ms to 10 min
 * @param maxPriority highest priority
 */
public record GossipLimits(
        @Nullable List<Variant> variants,
        @Nullable Integer maxFanout,
        @Nullable Integer maxRounds,
        @Nullable Duration maxLifetime,
        @Nullable Duration minRepair,
        @Nullable Duration maxTimeout,
        @Nullable Priority maxPriority) {

    /** Leaves every limit to wider attachments and the framework. */
    public static final GossipLimits UNSET = new GossipLimits(null, null, null, null, null, null, null);

    public GossipLimits {
        if (variants != null) {
            variants = List.copyOf(variants);
            if (variants.isEmpty()) {
                throw new PolicyException(
                        "limits variants", "none", "one or more of " + WireNamed.names(Variant.class));
            }
        }
        if (maxFanout != null) {
            Ranges.require(
                    maxFanout >= 1 && maxFanout <= Ranges.MAX_FANOUT,
                    "limits maxFanout",
                    maxFanout,
                    "1.." + Ranges.MAX_FANOUT);
        }
        if (maxRounds != null) {
            Ranges.require(
                    maxRounds >= 1 && maxRounds <= Ranges.MAX_ROUNDS,
                    "limits maxRounds",
                    maxRounds,
                    "1.." + Ranges.MAX_ROUNDS);
        }
        if (maxLifetime != null) {
            Ranges.requireLifetime("limits maxLifetime", maxLifetime);
        }
        if (minRepair != null) {
            Ranges.requireBetween("limits minRepair", minRepair, Ranges.SHORTEST, Ranges.MAX_LIFETIME);
        }
        if (maxTimeout != null) {
            Ranges.requireBetween("limits maxTimeout", maxTimeout, Ranges.SHORTEST, Ranges.MAX_TIMEOUT);
        }
    }

    static GossipLimits of(Gossip.Limits annotation) {
        return new GossipLimits(
                annotation.variants().length == 0 ? null : List.of(annotation.variants()),
                annotation.maxFanout() == Gossip.UNSET ? null : annotation.maxFanout(),
                annotation.maxRounds() == Gossip.UNSET ? null : annotation.maxRounds(),
                GossipPolicy.duration("limits maxLifetime", annotation.maxLifetime()),
                GossipPolicy.duration("limits minRepair", annotation.minRepair()),
                GossipPolicy.duration("limits maxTimeout", annotation.maxTimeout()),
                GossipPolicy.single(annotation.maxPriority(), Priority.class, "limits maxPriority"));
    }

    /** Lays these limits over wider ones: each is this one's if set, else the wider one's. */
    public GossipLimits over(GossipLimits wider) {
        return new GossipLimits(
                variants != null ? variants : wider.variants,
                maxFanout != null ? maxFanout : wider.maxFanout,
                maxRounds != null ? maxRounds : wider.maxRounds,
                maxLifetime != null ? maxLifetime : wider.maxLifetime,
                minRepair != null ? minRepair : wider.minRepair,
                maxTimeout != null ? maxTimeout : wider.maxTimeout,
                maxPriority != null ? maxPriority : wider.maxPriority);
    }

    /** The limits that are set, in the words of the policy assertion, by name and in its order. */
    Map<String, String> words() {
        Map<String, String> words = new LinkedHashMap<>();
        if (variants != null) {
            words.put("variants", variants.stream().map(Variant::wireName).collect(Collectors.joining(" ")));
        }
        put(words, "maxFanout", maxFanout);
        put(words, "maxRounds", maxRounds);
        put(words, "maxLifetime", maxLifetime);
        put(words, "minRepair", minRepair);
        put(words, "maxTimeout", maxTimeout);
        put(words, "maxPriority", maxPriority == null ? null : maxPriority.wireName());
        return words;
    }

    private static void put(Map<String, String> words, String name, @Nullable Object value) {
        if (value != null) {
            words.put(name, value.toString());
        }
    }
}
