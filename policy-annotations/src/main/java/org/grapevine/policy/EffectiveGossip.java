package org.grapevine.policy;

import java.time.Duration;
import java.util.List;
import javax.xml.namespace.QName;
import org.jspecify.annotations.Nullable;

/**
 * A policy with every value resolved; what nothing named has the framework default. Where a default is longer than a lifetime
 * that was set, the default yields, so that a short lifetime alone is no contradiction.
 *
 * @param variant default {@link Variant#EAGER_PUSH}
 * @param fanout default {@link Gossip#AUTO}
 * @param rounds default {@link Gossip#AUTO}
 * @param scopes default null: the segments of the device
 * @param types default empty: the port type of the service
 * @param binding default {@link Binding#SOAP_UDP}
 * @param priority default {@link Priority#NORMAL}
 * @param lifetime default 30 s
 * @param repair default 1 s; {@link GossipPolicy#NO_REPAIR} for none
 * @param period default 1 s
 * @param replies default {@link Replies#NONE}
 * @param aggregation default null: answers are not merged
 * @param minReplies default 0
 * @param timeout default 2 s
 * @param peers default null: the device's own Peer Service
 * @param trust default {@link Trust#NONE}
 */
public record EffectiveGossip(
        Variant variant,
        int fanout,
        int rounds,
        @Nullable Scopes scopes,
        List<QName> types,
        Binding binding,
        Priority priority,
        Duration lifetime,
        Duration repair,
        Duration period,
        Replies replies,
        @Nullable String aggregation,
        int minReplies,
        Duration timeout,
        @Nullable String peers,
        Trust trust) {

    private static final Duration DEFAULT_LIFETIME = Duration.ofSeconds(30);
    private static final Duration DEFAULT_REPAIR = Duration.ofSeconds(1);
    private static final Duration DEFAULT_PERIOD = Duration.ofSeconds(1);
    private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(2);

    public EffectiveGossip {
        types = List.copyOf(types);
        Ranges.requireFanout(fanout);
        Ranges.requireRounds(rounds);
        Ranges.requireLifetime(lifetime);
        Ranges.requireRepair(repair, lifetime);
        Ranges.requirePeriod(period);
        Ranges.requireMinReplies(minReplies);
        Ranges.requireTimeout(timeout, lifetime);
        if (replies == Replies.AGGREGATE && aggregation == null) {
            throw new PolicyException("aggregation", "unset", Ranges.FUNCTION + ", because replies is aggregate");
        }
    }

    /** What applies where nothing says anything. */
    public static EffectiveGossip defaults() {
        return of(GossipPolicy.UNSET);
    }

    static EffectiveGossip of(GossipPolicy policy) {
        Duration lifetime = orElse(policy.lifetime(), DEFAULT_LIFETIME);
        return new EffectiveGossip(
                orElse(policy.variant(), Variant.EAGER_PUSH),
                orElse(policy.fanout(), Gossip.AUTO),
                orElse(policy.rounds(), Gossip.AUTO),
                policy.scopes(),
                orElse(policy.types(), List.of()),
                orElse(policy.binding(), Binding.SOAP_UDP),
                orElse(policy.priority(), Priority.NORMAL),
                lifetime,
                orElse(policy.repair(), defaultRepair(lifetime)),
                orElse(policy.period(), DEFAULT_PERIOD),
                orElse(policy.replies(), Replies.NONE),
                policy.aggregation(),
                orElse(policy.minReplies(), 0),
                orElse(policy.timeout(), Ranges.shorter(DEFAULT_TIMEOUT, Ranges.longestTimeout(lifetime))),
                policy.peers(),
                orElse(policy.trust(), Trust.NONE));
    }

    private static Duration defaultRepair(Duration lifetime) {
        return lifetime.compareTo(Ranges.SHORTEST) < 0
                ? GossipPolicy.NO_REPAIR
                : Ranges.shorter(DEFAULT_REPAIR, lifetime);
    }

    private static <T> T orElse(@Nullable T value, T fallback) {
        return value != null ? value : fallback;
    }
}
