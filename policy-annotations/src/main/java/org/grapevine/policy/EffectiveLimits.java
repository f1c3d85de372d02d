package org.grapevine.policy;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Limits with every value resolved; what nothing named is as wide as the range of the value itself.
 *
 * @param variants variants that a client may choose beside the policy's own; default all
 * @param maxFanout default 64
 * @param maxRounds default 255
 * @param maxLifetime default 24 h
 * @param minRepair default 50 ms
 * @param maxTimeout default 10 min
 * @param maxPriority default {@link Priority#ALARM}
 */
public record EffectiveLimits(
        List<Variant> variants,
        int maxFanout,
        int maxRounds,
        Duration maxLifetime,
        Duration minRepair,
        Duration maxTimeout,
        Priority maxPriority) {

    public EffectiveLimits {
        variants = List.copyOf(variants);
    }

    static EffectiveLimits of(GossipLimits limits) {
        return new EffectiveLimits(
                orElse(limits.variants(), List.of(Variant.values())),
                orElse(limits.maxFanout(), Ranges.MAX_FANOUT),
                orElse(limits.maxRounds(), Ranges.MAX_ROUNDS),
                orElse(limits.maxLifetime(), Ranges.MAX_LIFETIME),
                orElse(limits.minRepair(), Ranges.SHORTEST),
                orElse(limits.maxTimeout(), Ranges.MAX_TIMEOUT),
                orElse(limits.maxPriority(), Priority.ALARM));
    }

    private static <T> T orElse(@Nullable T value, T fallback) {
        return value != null ? value : fallback;
    }

    /** True if a client may ask for that priority. */
    public boolean allows(Priority priority) {
        return priority.compareTo(maxPriority) >= 0;
    }

    GossipLimits asLimits() {
        return new GossipLimits(variants, maxFanout, maxRounds, maxLifetime, minRepair, maxTimeout, maxPriority);
    }
}
