package org.grapevine.gossip.shadow;

import org.grapevine.core.message.GossipParameters;
import org.grapevine.core.message.GossipVariant;
import org.grapevine.core.message.ReplyTerms;
import org.grapevine.gossip.header.MalformedGossipException;
import org.grapevine.policy.EffectiveGossip;
import org.grapevine.policy.EffectiveLimits;
import org.grapevine.policy.Priority;
import org.grapevine.policy.Variant;

/**
 * What a policy says to the parameters that a client has chosen. Asked at the entry only: relays take what has entered, and lower
 * fanout and rounds for themselves.
 */
public final class ClientLimits {

    private ClientLimits() {}

    /**
     * Checks a client's parameters, those included that it left to the policy.
     *
     * @param pulls whether the devices of this service pull
     * @throws MalformedGossipException with the first value beyond its limit
     */
    public static void require(EffectiveGossip policy, boolean pulls, GossipParameters asked, Priority priority)
            throws MalformedGossipException {
        EffectiveLimits limits = policy.limits();
        requireVariant(policy, pulls, asked.variant());
        require(asked.fanout() <= limits.maxFanout(), "fanout", asked.fanout(), "at most " + limits.maxFanout());
        require(asked.rounds() <= limits.maxRounds(), "rounds", asked.rounds(), "at most " + limits.maxRounds());
        long maxLifetime = limits.maxLifetime().toMillis();
        require(asked.lifetimeMillis() <= maxLifetime, "lifetime", asked.lifetimeMillis(), "at most " + maxLifetime);
        long minRepair = limits.minRepair().toMillis();
        require(
                asked.repairPeriodMillis() == 0 || asked.repairPeriodMillis() >= minRepair,
                "repair",
                asked.repairPeriodMillis(),
                "none or at least " + minRepair);
        ReplyTerms replies = asked.replies();
        if (replies != null) {
            long maxTimeout = limits.maxTimeout().toMillis();
            require(replies.timeoutMillis() <= maxTimeout, "timeout", replies.timeoutMillis(), "at most " + maxTimeout);
        }
        require(
                limits.allows(priority),
                "priority",
                priority.wireName(),
                limits.maxPriority().wireName() + " or lower");
    }

    private static void requireVariant(EffectiveGossip policy, boolean pulls, GossipVariant asked)
            throws MalformedGossipException {
        Variant variant = Variant.valueOf(asked.name());
        if (variant == policy.variant()) {
            return;
        }
        if (variant.isPulled() && !pulls) {
            throw new MalformedGossipException("g:Gossip variant: " + variant.wireName()
                    + " (expected: one that is sent, since no device of this service pulls)");
        }
        require(
                policy.limits().variants().contains(variant),
                "variant",
                variant.wireName(),
                GossipPlan.variants(policy));
    }

    private static void require(boolean within, String name, Object value, String expected)
            throws MalformedGossipException {
        if (!within) {
            throw new MalformedGossipException(
                    "g:Gossip " + name + ": " + value + " (expected: " + expected + ", by the limits of the service)");
        }
    }
}
