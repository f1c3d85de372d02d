package org.grapevine.policy;

import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import javax.xml.namespace.QName;
import org.jspecify.annotations.Nullable;

/**
 * What one attachment says about gossip; null where it says nothing. Values are checked when the record is built, those that
 * limit each other as soon as both are set.
 *
 * @param variant how messages spread
 * @param fanout peers per push, 1..64, or {@link Gossip#AUTO}
 * @param rounds hops inside one segment, 1..255, or {@link Gossip#AUTO}
 * @param eagerHops of a lazy push, hops that take the payload at once, 0..255, or {@link Gossip#AUTO_EAGER_HOPS}
 * @param scopes scopes into which messages go
 * @param types device types that peers must have; 1..32
 * @param lan scopes of segments that are one LAN each
 * @param binding transport from peer to peer
 * @param priority queue that messages wait in
 * @param order which messages may overtake each other
 * @param lifetime how long a message is worth delivering, more than 0, at most 24 h
 * @param repair pause between two exchanges of digests, 50 ms to the lifetime, or {@link #NO_REPAIR}
 * @param period pause between two pulls, 50 ms to 24 h
 * @param replies how answers come back
 * @param aggregation what merges answers: a function's name, a class path resource or {@code urn:sha256:...}, with parameters if it
 *     takes any ({@code top-k?k=5}, {@code urn:sha256:...?=k=5}). A WSDL carries the last form only: see {@link #withAggregation}
 * @param minReplies devices that must be in an answer, 0 or more
 * @param partial whether an answer below that floor is given all the same
 * @param enough of {@link Replies#FIRST}: how many answers end the request, 1 or more
 * @param timeout time for all replies together, 50 ms to the lifetime, at most 10 min
 * @param view whom a shadow keeps in mind of a segment
 * @param peers address of a remote Peer Service
 * @param maxAge age from which an answer of the remote Peer Service is asked for again, 50 ms to 24 h
 * @param trust what a device wants to see before it takes a message
 * @param limits what a client's own header may ask for
 */
public record GossipPolicy(
        @Nullable Variant variant,
        @Nullable Integer fanout,
        @Nullable Integer rounds,
        @Nullable Integer eagerHops,
        @Nullable Scopes scopes,
        @Nullable List<QName> types,
        @Nullable Scopes lan,
        @Nullable Binding binding,
        @Nullable Priority priority,
        @Nullable Order order,
        @Nullable Duration lifetime,
        @Nullable Duration repair,
        @Nullable Duration period,
        @Nullable Replies replies,
        @Nullable String aggregation,
        @Nullable Integer minReplies,
        @Nullable Boolean partial,
        @Nullable Integer enough,
        @Nullable Duration timeout,
        @Nullable View view,
        @Nullable String peers,
        @Nullable Duration maxAge,
        @Nullable Trust trust,
        GossipLimits limits) {

    /** {@link #repair} of zero: no repair. */
    public static final Duration NO_REPAIR = Duration.ZERO;

    /** Says that there is gossip, and leaves every value to wider attachments and the framework. */
    public static final GossipPolicy UNSET = builder().build();

    private static final int MAX_TYPES = 32;
    private static final String LIMITS = "limits.";

    public GossipPolicy {
        if (fanout != null) {
            Ranges.requireFanout(fanout);
        }
        if (rounds != null) {
            Ranges.requireRounds(rounds);
        }
        if (eagerHops != null) {
            Ranges.requireEagerHops(eagerHops);
        }
        if (types != null) {
            types = List.copyOf(types);
            if (types.isEmpty() || types.size() > MAX_TYPES) {
                throw new PolicyException("types", types.size() + " types", "1.." + MAX_TYPES);
            }
        }
        if (lifetime != null) {
            Ranges.requireLifetime("lifetime", lifetime);
        }
        Duration longest = lifetime == null ? Ranges.MAX_LIFETIME : lifetime;
        if (repair != null) {
            Ranges.requireRepair(repair, longest);
        }
        if (period != null) {
            Ranges.requirePeriod(period);
        }
        if (aggregation != null) {
            Ranges.requireFunction(aggregation);
        }
        if (minReplies != null) {
            Ranges.requireMinReplies(minReplies);
        }
        if (enough != null) {
            Ranges.requireEnough(enough);
        }
        if (timeout != null) {
            Ranges.requireTimeout(timeout, longest);
        }
        if (peers != null) {
            Ranges.requireAddress("peers", peers);
        }
        if (maxAge != null) {
            Ranges.requireMaxAge(maxAge);
        }
    }

    /**
     * Takes an annotation's values over.
     *
     * @throws PolicyException if one of them is impossible
     */
    public static GossipPolicy of(Gossip annotation) {
        Builder builder = builder()
                .variant(single(annotation.variant(), Variant.class, "variant"))
                .binding(single(annotation.binding(), Binding.class, "binding"))
                .priority(single(annotation.priority(), Priority.class, "priority"))
                .lifetime(duration("lifetime", annotation.lifetime()))
                .repair(annotation.repair().equals(Ranges.NONE) ? NO_REPAIR : duration("repair", annotation.repair()))
                .period(duration("period", annotation.period()))
                .replies(single(annotation.replies(), Replies.class, "replies"))
                .timeout(duration("timeout", annotation.timeout()))
                .trust(single(annotation.trust(), Trust.class, "trust"))
                .order(single(annotation.order(), Order.class, "order"))
                .view(single(annotation.view(), View.class, "view"))
                .maxAge(duration("maxAge", annotation.maxAge()))
                .limits(GossipLimits.of(annotation.limits()));
        if (annotation.fanout() != Gossip.UNSET) {
            builder.fanout(annotation.fanout());
        }
        if (annotation.rounds() != Gossip.UNSET) {
            builder.rounds(annotation.rounds());
        }
        if (annotation.eagerHops() != Gossip.UNSET) {
            builder.eagerHops(annotation.eagerHops());
        }
        String matchBy = annotation.matchBy().isEmpty() ? null : annotation.matchBy();
        if (annotation.scopes().length > 0) {
            builder.scopes(new Scopes(List.of(annotation.scopes()), matchBy));
        }
        if (annotation.lan().length > 0) {
            builder.lan(Scopes.named("lan", List.of(annotation.lan()), matchBy));
        }
        if (matchBy != null && annotation.scopes().length == 0 && annotation.lan().length == 0) {
            throw new PolicyException("matchBy", matchBy, "unset, since there are neither scopes nor lan beside it");
        }
        if (annotation.types().length > 0) {
            builder.types(
                    Arrays.stream(annotation.types()).map(GossipPolicy::type).toList());
        }
        if (!annotation.aggregation().isEmpty()) {
            builder.aggregation(annotation.aggregation());
        }
        if (annotation.minReplies() != Gossip.UNSET) {
            builder.minReplies(annotation.minReplies());
        }
        if (annotation.partial().length > 0) {
            builder.partial(onlyOne(annotation.partial()));
        }
        if (annotation.enough() != Gossip.UNSET) {
            builder.enough(annotation.enough());
        }
        if (!annotation.peers().isEmpty()) {
            builder.peers(annotation.peers());
        }
        return builder.build();
    }

    /**
     * Lays this policy over a wider one: each value is this one's if set, else the wider one's.
     *
     * @throws PolicyException if the values of both contradict each other, such as a repair period over the lifetime
     */
    public GossipPolicy over(GossipPolicy wider) {
        return new GossipPolicy(
                narrowest(variant, wider.variant),
                narrowest(fanout, wider.fanout),
                narrowest(rounds, wider.rounds),
                narrowest(eagerHops, wider.eagerHops),
                narrowest(scopes, wider.scopes),
                narrowest(types, wider.types),
                narrowest(lan, wider.lan),
                narrowest(binding, wider.binding),
                narrowest(priority, wider.priority),
                narrowest(order, wider.order),
                narrowest(lifetime, wider.lifetime),
                narrowest(repair, wider.repair),
                narrowest(period, wider.period),
                narrowest(replies, wider.replies),
                narrowest(aggregation, wider.aggregation),
                narrowest(minReplies, wider.minReplies),
                narrowest(partial, wider.partial),
                narrowest(enough, wider.enough),
                narrowest(timeout, wider.timeout),
                narrowest(view, wider.view),
                narrowest(peers, wider.peers),
                narrowest(maxAge, wider.maxAge),
                narrowest(trust, wider.trust),
                limits.over(wider.limits));
    }

    /** The same policy with another aggregation function: the hash URI of what a maker named, before it goes into a WSDL. */
    public GossipPolicy withAggregation(String function) {
        return builder().aggregation(function).build().over(this);
    }

    /**
     * Fills what is unset with the framework defaults.
     *
     * @throws PolicyException if the whole is impossible
     */
    public EffectiveGossip effective() {
        return EffectiveGossip.of(this);
    }

    /**
     * The values that are set, by name, in the words of the policy assertion and in its order: {@code fanout} is {@code auto} or a
     * number, {@code repair} is {@code none} or a duration. For whoever shows a policy.
     */
    public Map<String, String> words() {
        Map<String, String> words = new LinkedHashMap<>();
        put(words, "variant", variant, Variant::wireName);
        put(words, "fanout", fanout, GossipPolicy::orAuto);
        put(words, "rounds", rounds, GossipPolicy::orAuto);
        put(words, "eagerHops", eagerHops, GossipPolicy::hopsOrAuto);
        put(words, "scopes", scopes, Scopes::words);
        put(words, "types", types, list -> list.stream().map(QName::toString).collect(Collectors.joining(" ")));
        put(words, "lan", lan, Scopes::words);
        put(words, "binding", binding, Binding::wireName);
        put(words, "priority", priority, Priority::wireName);
        put(words, "order", order, Order::wireName);
        put(words, "lifetime", lifetime, Duration::toString);
        put(words, "repair", repair, GossipPolicy::orNone);
        put(words, "period", period, Duration::toString);
        put(words, "replies", replies, Replies::wireName);
        put(words, "aggregation", aggregation, function -> function);
        put(words, "minReplies", minReplies, count -> Integer.toString(count));
        put(words, "partial", partial, wanted -> Boolean.toString(wanted));
        put(words, "enough", enough, count -> Integer.toString(count));
        put(words, "timeout", timeout, Duration::toString);
        put(words, "view", view, View::wireName);
        put(words, "peers", peers, address -> address);
        put(words, "maxAge", maxAge, Duration::toString);
        put(words, "trust", trust, Trust::wireName);
        limits.words().forEach((name, value) -> words.put(LIMITS + name, value));
        return words;
    }

    private static <T> void put(
            Map<String, String> words, String name, @Nullable T value, Function<? super T, String> word) {
        if (value != null) {
            words.put(name, word.apply(value));
        }
    }

    static String orAuto(int number) {
        return number == Gossip.AUTO ? Ranges.AUTO : Integer.toString(number);
    }

    static String hopsOrAuto(int hops) {
        return hops == Gossip.AUTO_EAGER_HOPS ? Ranges.AUTO : Integer.toString(hops);
    }

    static String orNone(Duration pause) {
        return pause.isZero() ? Ranges.NONE : pause.toString();
    }

    public static Builder builder() {
        return new Builder();
    }

    private static <T> @Nullable T narrowest(@Nullable T narrower, @Nullable T wider) {
        return narrower != null ? narrower : wider;
    }

    static QName type(String text) {
        try {
            QName type = QName.valueOf(text);
            if (type.getLocalPart().matches("[^\\s{}:]+")) {
                return type;
            }
        } catch (IllegalArgumentException e) {
            throw new PolicyException("types", text, "{namespace}name", e);
        }
        throw new PolicyException("types", text, "{namespace}name");
    }

    private static boolean onlyOne(boolean[] values) {
        if (values.length > 1) {
            throw new PolicyException("partial", Arrays.toString(values), "true or false");
        }
        return values[0];
    }

    static @Nullable Duration duration(String name, String text) {
        return text.isEmpty() ? null : Ranges.duration(name, text);
    }

    static <E extends Enum<E> & WireNamed> @Nullable E single(E[] constants, Class<E> type, String name) {
        if (constants.length > 1) {
            throw new PolicyException(
                    name,
                    Arrays.stream(constants).map(WireNamed::wireName).collect(Collectors.joining(", ")),
                    "one of " + WireNamed.names(type));
        }
        return constants.length == 0 ? null : constants[0];
    }

    /** Sets values one by one; what is not set, or set to null, stays unset. For one thread. */
    public static final class Builder {

        private @Nullable Variant variant;
        private @Nullable Integer fanout;
        private @Nullable Integer rounds;
        private @Nullable Integer eagerHops;
        private @Nullable Scopes scopes;
        private @Nullable List<QName> types;
        private @Nullable Scopes lan;
        private @Nullable Binding binding;
        private @Nullable Priority priority;
        private @Nullable Order order;
        private @Nullable Duration lifetime;
        private @Nullable Duration repair;
        private @Nullable Duration period;
        private @Nullable Replies replies;
        private @Nullable String aggregation;
        private @Nullable Integer minReplies;
        private @Nullable Boolean partial;
        private @Nullable Integer enough;
        private @Nullable Duration timeout;
        private @Nullable View view;
        private @Nullable String peers;
        private @Nullable Duration maxAge;
        private @Nullable Trust trust;
        private GossipLimits limits = GossipLimits.UNSET;

        private Builder() {}

        public Builder variant(@Nullable Variant value) {
            variant = value;
            return this;
        }

        public Builder fanout(@Nullable Integer value) {
            fanout = value;
            return this;
        }

        public Builder rounds(@Nullable Integer value) {
            rounds = value;
            return this;
        }

        public Builder eagerHops(@Nullable Integer value) {
            eagerHops = value;
            return this;
        }

        public Builder scopes(@Nullable Scopes value) {
            scopes = value;
            return this;
        }

        public Builder types(@Nullable List<QName> value) {
            types = value;
            return this;
        }

        public Builder lan(@Nullable Scopes value) {
            lan = value;
            return this;
        }

        public Builder binding(@Nullable Binding value) {
            binding = value;
            return this;
        }

        public Builder priority(@Nullable Priority value) {
            priority = value;
            return this;
        }

        public Builder order(@Nullable Order value) {
            order = value;
            return this;
        }

        public Builder lifetime(@Nullable Duration value) {
            lifetime = value;
            return this;
        }

        public Builder repair(@Nullable Duration value) {
            repair = value;
            return this;
        }

        public Builder period(@Nullable Duration value) {
            period = value;
            return this;
        }

        public Builder replies(@Nullable Replies value) {
            replies = value;
            return this;
        }

        public Builder aggregation(@Nullable String value) {
            aggregation = value;
            return this;
        }

        public Builder minReplies(@Nullable Integer value) {
            minReplies = value;
            return this;
        }

        public Builder partial(@Nullable Boolean value) {
            partial = value;
            return this;
        }

        public Builder enough(@Nullable Integer value) {
            enough = value;
            return this;
        }

        public Builder timeout(@Nullable Duration value) {
            timeout = value;
            return this;
        }

        public Builder view(@Nullable View value) {
            view = value;
            return this;
        }

        public Builder peers(@Nullable String value) {
            peers = value;
            return this;
        }

        public Builder maxAge(@Nullable Duration value) {
            maxAge = value;
            return this;
        }

        public Builder trust(@Nullable Trust value) {
            trust = value;
            return this;
        }

        public Builder limits(GossipLimits value) {
            limits = value;
            return this;
        }

        /**
         * Sets a value by its name and in the words of {@link GossipPolicy#words}: {@code fanout} to {@code auto}, {@code limits.maxFanout}
         * to {@code 8}. For whoever reads a policy from a file.
         *
         * @throws PolicyException if there is no such name, or the value is impossible
         */
        public Builder word(String name, String text) {
            if (name.startsWith(LIMITS)) {
                return limits(
                        GossipWords.limit(name.substring(LIMITS.length()), text).over(limits));
            }
            GossipWords.set(this, name, text);
            return this;
        }

        /**
         * Checks and builds.
         *
         * @throws PolicyException if a value is impossible
         */
        public GossipPolicy build() {
            return new GossipPolicy(
                    variant,
                    fanout,
                    rounds,
                    eagerHops,
                    scopes,
                    types,
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
                    limits);
        }
    }
}
