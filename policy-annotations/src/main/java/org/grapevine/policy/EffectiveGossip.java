package org.grapevine.policy;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import javax.xml.namespace.QName;
import org.jspecify.annotations.Nullable;

/**
 * A policy with every value resolved; what nothing named has the framework default. Where a default is beyond a lifetime or a limit
 * that was set, the default yields, so that a short lifetime alone is no contradiction.
 *
 * @param variant default {@link Variant#EAGER_PUSH}
 * @param fanout default {@link Gossip#AUTO}
 * @param rounds default {@link Gossip#AUTO}
 * @param eagerHops default {@link Gossip#AUTO_EAGER_HOPS}
 * @param scopes default null: the segments of the device
 * @param types default empty: devices of any type that have the port type
 * @param lan default null: no segment is known to be one LAN
 * @param binding default {@link Binding#SOAP_UDP}
 * @param priority default {@link Priority#NORMAL}
 * @param order default {@link Order#NONE}
 * @param lifetime default 30 s
 * @param repair default 1 s; {@link GossipPolicy#NO_REPAIR} for none
 * @param period default 1 s
 * @param replies default {@link Replies#NONE}
 * @param aggregation default null: answers are not merged
 * @param minReplies default 0
 * @param partial default false
 * @param enough default 1
 * @param timeout default 2 s
 * @param view default null: what the host of the device is told
 * @param peers default null: the device's own Peer Service
 * @param maxAge default 30 s
 * @param trust default {@link Trust#NONE}
 * @param limits default the whole range of each value
 */
public record EffectiveGossip(
        Variant variant,
        int fanout,
        int rounds,
        int eagerHops,
        @Nullable Scopes scopes,
        List<QName> types,
        @Nullable Scopes lan,
        Binding binding,
        Priority priority,
        Order order,
        Duration lifetime,
        Duration repair,
        Duration period,
        Replies replies,
        @Nullable String aggregation,
        int minReplies,
        boolean partial,
        int enough,
        Duration timeout,
        @Nullable View view,
        @Nullable String peers,
        Duration maxAge,
        Trust trust,
        EffectiveLimits limits) {

    private static final List<String> NAMES = List.of(
            "variant",
            "fanout",
            "rounds",
            "eagerHops",
            "scopes",
            "types",
            "lan",
            "binding",
            "priority",
            "order",
            "lifetime",
            "repair",
            "period",
            "replies",
            "aggregation",
            "minReplies",
            "partial",
            "enough",
            "timeout",
            "view",
            "peers",
            "maxAge",
            "trust",
            "limits.variants",
            "limits.maxFanout",
            "limits.maxRounds",
            "limits.maxLifetime",
            "limits.minRepair",
            "limits.maxTimeout",
            "limits.maxPriority");

    private static final Map<String, String> ABSENT =
            Map.of("scopes", "the device's own", "types", "any", "view", "the host's own", "peers", "the device's own");

    private static final Duration DEFAULT_LIFETIME = Duration.ofSeconds(30);
    private static final Duration DEFAULT_REPAIR = Duration.ofSeconds(1);
    private static final Duration DEFAULT_PERIOD = Duration.ofSeconds(1);
    private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration DEFAULT_MAX_AGE = Duration.ofSeconds(30);

    public EffectiveGossip {
        types = List.copyOf(types);
        Ranges.requireFanout(fanout);
        Ranges.requireRounds(rounds);
        Ranges.requireEagerHops(eagerHops);
        Ranges.requireLifetime("lifetime", lifetime);
        Ranges.requireRepair(repair, lifetime);
        Ranges.requirePeriod(period);
        Ranges.requireMinReplies(minReplies);
        Ranges.requireEnough(enough);
        Ranges.requireTimeout(timeout, lifetime);
        Ranges.requireMaxAge(maxAge);
        if (replies == Replies.AGGREGATE && aggregation == null) {
            throw new PolicyException("aggregation", "unset", Ranges.FUNCTION + ", because replies is aggregate");
        }
        if (replies == Replies.FIRST) {
            requireFirst(aggregation, minReplies, enough);
        }
        requireWithin(fanout <= limits.maxFanout(), "fanout", fanout, "at most " + limits.maxFanout());
        requireWithin(rounds <= limits.maxRounds(), "rounds", rounds, "at most " + limits.maxRounds());
        requireWithin(
                lifetime.compareTo(limits.maxLifetime()) <= 0, "lifetime", lifetime, "at most " + limits.maxLifetime());
        requireWithin(
                repair.isZero() || repair.compareTo(limits.minRepair()) >= 0,
                "repair",
                repair,
                "none or at least " + limits.minRepair());
        requireWithin(
                replies == Replies.NONE || timeout.compareTo(limits.maxTimeout()) <= 0,
                "timeout",
                timeout,
                "at most " + limits.maxTimeout());
        requireWithin(
                limits.allows(priority),
                "priority",
                priority.wireName(),
                limits.maxPriority().wireName() + " or lower");
    }

    private static void requireFirst(@Nullable String aggregation, int minReplies, int enough) {
        if (enough > 1 && aggregation == null) {
            throw new PolicyException("aggregation", "unset", Ranges.FUNCTION + ", because enough is over 1");
        }
        Ranges.require(
                minReplies <= enough,
                "minReplies",
                minReplies,
                "at most " + enough + ", which is enough, because replies is first");
    }

    private static void requireWithin(boolean within, String name, Object value, String expected) {
        Ranges.require(within, name, value, expected + ", by the limits beside it");
    }

    /** What applies where nothing says anything. */
    public static EffectiveGossip defaults() {
        return of(GossipPolicy.UNSET);
    }

    static EffectiveGossip of(GossipPolicy policy) {
        EffectiveLimits limits = EffectiveLimits.of(policy.limits());
        Duration lifetime = orElse(policy.lifetime(), Ranges.shorter(DEFAULT_LIFETIME, limits.maxLifetime()));
        Duration longestTimeout = Ranges.shorter(Ranges.longestTimeout(lifetime), limits.maxTimeout());
        Priority defaultPriority = limits.allows(Priority.NORMAL) ? Priority.NORMAL : limits.maxPriority();
        return new EffectiveGossip(
                orElse(policy.variant(), Variant.EAGER_PUSH),
                orElse(policy.fanout(), Gossip.AUTO),
                orElse(policy.rounds(), Gossip.AUTO),
                orElse(policy.eagerHops(), Gossip.AUTO_EAGER_HOPS),
                policy.scopes(),
                orElse(policy.types(), List.of()),
                policy.lan(),
                orElse(policy.binding(), Binding.SOAP_UDP),
                orElse(policy.priority(), defaultPriority),
                orElse(policy.order(), Order.NONE),
                lifetime,
                orElse(policy.repair(), defaultRepair(lifetime, limits)),
                orElse(policy.period(), DEFAULT_PERIOD),
                orElse(policy.replies(), Replies.NONE),
                policy.aggregation(),
                orElse(policy.minReplies(), 0),
                orElse(policy.partial(), false),
                orElse(policy.enough(), 1),
                orElse(policy.timeout(), Ranges.shorter(DEFAULT_TIMEOUT, longestTimeout)),
                policy.view(),
                policy.peers(),
                orElse(policy.maxAge(), DEFAULT_MAX_AGE),
                orElse(policy.trust(), Trust.NONE),
                limits);
    }

    private static Duration defaultRepair(Duration lifetime, EffectiveLimits limits) {
        Duration pause = Ranges.longer(Ranges.shorter(DEFAULT_REPAIR, lifetime), limits.minRepair());
        return pause.compareTo(lifetime) > 0 ? GossipPolicy.NO_REPAIR : pause;
    }

    /**
     * Every value by name, in the words of {@link GossipPolicy#words}; what has no value says what holds instead, such as {@code
     * the device's own} for scopes.
     */
    public Map<String, String> words() {
        Map<String, String> words = new LinkedHashMap<>(new GossipPolicy(
                        variant,
                        fanout,
                        rounds,
                        eagerHops,
                        scopes,
                        null,
                        lan,
                        binding,
                        priority,
                        order,
                        lifetime,
                        repair,
                        period,
                        replies,
                        aggregation,
                        minReplies,
                        partial,
                        enough,
                        timeout,
                        view,
                        peers,
                        maxAge,
                        trust,
                        limits.asLimits())
                .words());
        Map<String, String> all = new LinkedHashMap<>();
        for (String name : NAMES) {
            all.put(name, words.getOrDefault(name, ABSENT.getOrDefault(name, "none")));
        }
        if (!types.isEmpty()) {
            all.put("types", types.stream().map(QName::toString).collect(Collectors.joining(" ")));
        }
        return all;
    }

    private static <T> T orElse(@Nullable T value, T fallback) {
        return value != null ? value : fallback;
    }
}
