package org.grapevine.gossip.shadow;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.xml.namespace.QName;
import org.grapevine.core.engine.GossipConfig;
import org.grapevine.core.engine.VariantConfig;
import org.grapevine.core.message.GossipParameters;
import org.grapevine.core.message.GossipVariant;
import org.grapevine.core.message.ReplyMode;
import org.grapevine.core.message.ReplyTerms;
import org.grapevine.core.message.Segment;
import org.grapevine.core.reply.AggregationException;
import org.grapevine.core.reply.AggregationFunction;
import org.grapevine.dpws.addressing.EndpointReference;
import org.grapevine.dpws.device.HostedService;
import org.grapevine.dpws.device.ServiceEvents;
import org.grapevine.dpws.discovery.ScopeRule;
import org.grapevine.dpws.hosting.Operation;
import org.grapevine.gossip.driver.Aggregations;
import org.grapevine.gossip.driver.OverlayChoice;
import org.grapevine.policy.EffectiveGossip;
import org.grapevine.policy.Gossip;
import org.grapevine.policy.GossipPolicy;
import org.grapevine.policy.PolicyException;
import org.grapevine.policy.PortGossip;
import org.grapevine.policy.Replies;
import org.grapevine.policy.Scopes;
import org.grapevine.policy.Trust;
import org.grapevine.policy.Variant;
import org.grapevine.policy.View;
import org.jspecify.annotations.Nullable;

/**
 * What the policy of a hosted service comes to, operation by operation. Made when the service is deployed, so that a policy which
 * this version cannot keep refuses the deployment and not a message.
 *
 * @param policies by port type, the policies as its WSDLs publish them, functions named by hash: of the service, and of its events
 * @param operations what applies to each operation that gossips, by {@link #key}
 */
record GossipPlan(Map<QName, PortGossip> policies, Map<String, EffectiveGossip> operations) {

    private static final String HASH = "urn:sha256:";

    GossipPlan {
        policies = Map.copyOf(policies);
        operations = Map.copyOf(operations);
    }

    /** Names an operation: one of the service and one of its events may have the same name. */
    static String key(Operation operation) {
        return operation.isEvent() ? "event " + operation.name() : operation.name();
    }

    /** What applies to an operation; empty if it does not gossip. */
    Optional<EffectiveGossip> of(Operation operation) {
        return Optional.ofNullable(operations.get(key(operation)));
    }

    /**
     * Reads the annotations of a service and of its events or, if neither has any, the policy that its own WSDL carries.
     *
     * @return empty if it does not gossip
     * @throws PolicyException if a value is impossible, or not supported
     */
    static Optional<GossipPlan> of(HostedService service, Aggregations aggregations) {
        Class<?> maker = service.serviceInterface();
        Optional<PortGossip> ofService = annotated(maker, service.operations(), aggregations);
        Optional<PortGossip> ofEvents =
                service.events().flatMap(events -> annotated(events.type(), events.operations(), aggregations));
        if (ofService.isEmpty() && ofEvents.isEmpty()) {
            return service.ownPolicy().map(policy -> of(service, policy, aggregations));
        }
        return Optional.of(plan(service, ofService, ofEvents));
    }

    private static GossipPlan plan(
            HostedService service, Optional<PortGossip> ofService, Optional<PortGossip> ofEvents) {
        Map<QName, PortGossip> policies = new LinkedHashMap<>();
        Map<String, EffectiveGossip> operations = new LinkedHashMap<>();
        ofService.ifPresent(policy -> {
            policies.put(service.portType(), policy);
            operations.putAll(resolve(service.portType(), service.operations(), policy));
        });
        if (ofEvents.isPresent()) {
            ServiceEvents events = service.events().orElseThrow();
            operations.putAll(resolve(events.portType(), events.operations(), ofEvents.get()));
            policies.merge(
                    events.portType(),
                    events.portType().equals(service.portType())
                            ? each(events.operations(), ofEvents.get())
                            : ofEvents.get(),
                    (own, also) -> together(each(service.operations(), own), also));
        }
        requireOneView(service, operations);
        return new GossipPlan(policies, operations);
    }

    private static Optional<PortGossip> annotated(
            Class<?> maker, List<Operation> operations, Aggregations aggregations) {
        return PortGossip.of(maker, method -> operations.stream()
                        .filter(operation -> operation.method().equals(method))
                        .map(Operation::name)
                        .findFirst()
                        .orElse(null))
                .map(policy -> policy.map(each -> named(each, maker, aggregations)));
    }

    /**
     * Works out a policy for a service and its events.
     *
     * @throws PolicyException if a value is impossible, or not supported, or it names an operation that neither of them has
     */
    static GossipPlan of(HostedService service, PortGossip policy, Aggregations aggregations) {
        List<Operation> events = service.events().map(ServiceEvents::operations).orElse(List.of());
        List<String> known = Stream.concat(service.operations().stream(), events.stream())
                .map(Operation::name)
                .toList();
        for (String operation : policy.operations().keySet()) {
            if (!known.contains(operation)) {
                throw new PolicyException("operation of " + service.portType(), operation, "one of " + known);
            }
        }
        Class<?> maker = service.serviceInterface();
        return plan(
                service,
                part(policy, service.operations()).map(own -> own.map(each -> named(each, maker, aggregations))),
                part(policy, events).map(own -> own.map(each -> named(each, maker, aggregations))));
    }

    /** What a policy says of some operations. What it was attached to before says nothing of where it is now. */
    private static Optional<PortGossip> part(PortGossip policy, List<Operation> operations) {
        Map<String, GossipPolicy> single = new LinkedHashMap<>();
        for (Operation operation : operations) {
            GossipPolicy own = policy.operations().get(operation.name());
            if (own != null) {
                single.put(operation.name(), own);
            }
        }
        boolean says = !operations.isEmpty() && (policy.policy() != null || !single.isEmpty());
        return says ? Optional.of(new PortGossip(policy.policy(), single, null)) : Optional.empty();
    }

    /** The same, said of each operation: it shares a port type with others. */
    private static PortGossip each(List<Operation> operations, PortGossip policy) {
        Map<String, GossipPolicy> byName = new LinkedHashMap<>();
        operations.forEach(
                operation -> policy.forOperation(operation.name()).ifPresent(own -> byName.put(operation.name(), own)));
        return new PortGossip(null, byName, null);
    }

    private static PortGossip together(PortGossip one, PortGossip other) {
        Map<String, GossipPolicy> both = new LinkedHashMap<>(one.operations());
        both.putAll(other.operations());
        return new PortGossip(null, both, null);
    }

    private static GossipPolicy named(GossipPolicy policy, Class<?> maker, Aggregations aggregations) {
        String function = policy.aggregation();
        if (function == null) {
            return policy;
        }
        try {
            if (function.startsWith(HASH)) {
                // Named already, in a WSDL or by whoever attaches the policy; whether it is known here is found out
                // now.
                AggregationFunction unused = aggregations.byUri(function);
                return policy;
            }
            return policy.withAggregation(aggregations.uriOf(function, maker));
        } catch (AggregationException e) {
            throw new PolicyException("aggregation of " + maker.getName(), function, e.getMessage());
        }
    }

    private static Map<String, EffectiveGossip> resolve(QName portType, List<Operation> all, PortGossip policy) {
        Map<String, EffectiveGossip> operations = new LinkedHashMap<>();
        for (Operation operation : all) {
            Optional<GossipPolicy> own = policy.forOperation(operation.name());
            if (own.isPresent()) {
                EffectiveGossip effective = own.get().effective();
                requireSupported(portType + "." + operation.name(), operation, effective);
                // A request whose answers nobody collects has nothing to gossip; it is passed to the original, or to
                // the
                // subscribers of the service itself.
                if (!operation.isAnswered() || effective.replies() != Replies.NONE) {
                    operations.put(key(operation), effective);
                }
            }
        }
        return operations;
    }

    private static void requireOneView(HostedService service, Map<String, EffectiveGossip> operations) {
        for (String name : List.of("scopes", "types", "lan", "view", "peers", "maxAge")) {
            requireSame(service, name, operations);
        }
    }

    /** A shadow has one view of its peers, whichever operation a message is for. */
    private static void requireSame(HostedService service, String name, Map<String, EffectiveGossip> operations) {
        Map<String, String> words = new LinkedHashMap<>();
        operations.forEach(
                (operation, gossip) -> words.put(operation, gossip.words().get(name)));
        if (Set.copyOf(words.values()).size() > 1) {
            throw new PolicyException(
                    name + " of " + service.portType(), words.toString(), "the same for all operations that gossip");
        }
    }

    /** What an engine needs to know. */
    ShadowEngine.Settings settings(GossipConfig host, List<String> deviceScopes) {
        Optional<EffectiveGossip> any = operations.values().stream().findFirst();
        Scopes scopes = any.map(EffectiveGossip::scopes).orElse(null);
        Scopes lan = any.map(EffectiveGossip::lan).orElse(null);
        List<Segment> segments = new ArrayList<>();
        Set<Segment> lans = new LinkedHashSet<>();
        for (String scope : deviceScopes) {
            // A device's scopes are its segments, unless the policy names some.
            if (any.isPresent() && (scopes == null || isIn(scope, scopes))) {
                Segment segment = new Segment(scope);
                segments.add(segment);
                if (lan != null && isIn(scope, lan)) {
                    lans.add(segment);
                }
            }
        }
        int maxFanout = most(gossip -> gossip.limits().maxFanout(), GossipParameters.MAX_FANOUT);
        int maxRounds = most(gossip -> gossip.limits().maxRounds(), GossipParameters.MAX_ROUNDS);
        VariantConfig variants = host.variants();
        GossipConfig config =
                host.atMost(maxFanout, maxRounds).withVariants(variants.withPull(pullMillis(), variants.pullSpread()));
        return new ShadowEngine.Settings(
                config,
                segments,
                lans,
                any.map(EffectiveGossip::types).orElse(List.of()),
                any.flatMap(GossipPlan::asked));
    }

    /**
     * In which overlays a shadow takes part, and how. The peers of a LAN, and those of certain device types, are the ones that discovery
     * finds.
     */
    Map<Segment, OverlayChoice> overlays(ShadowEngine.Settings settings, PeerOptions options) {
        View view = operations.values().stream()
                .findFirst()
                .map(EffectiveGossip::view)
                .orElse(options.defaultView());
        int fanout = most(EffectiveGossip::fanout, Gossip.AUTO);
        Map<Segment, OverlayChoice> choices = new LinkedHashMap<>();
        for (Segment segment : settings.segments()) {
            if (!settings.isDiscovered(segment)) {
                choices.put(
                        segment,
                        settings.asked().isPresent()
                                ? new OverlayChoice(options.leaf(), true)
                                : new OverlayChoice(options.config(view, fanout), false));
            }
        }
        return choices;
    }

    private static Optional<ShadowEngine.Asked> asked(EffectiveGossip gossip) {
        return Optional.ofNullable(gossip.peers())
                .map(address -> new ShadowEngine.Asked(EndpointReference.of(address), gossip.maxAge()));
    }

    private int most(ToIntFunction<EffectiveGossip> limit, int otherwise) {
        return operations.values().stream().mapToInt(limit).max().orElse(otherwise);
    }

    private static boolean isIn(String scope, Scopes wanted) {
        String matchBy = wanted.matchBy() == null ? ScopeRule.RFC3986.uri() : wanted.matchBy();
        return ScopeRule.of(matchBy)
                .map(rule -> wanted.uris().stream().anyMatch(uri -> rule.matches(List.of(scope), List.of(uri))))
                .orElseThrow(() -> new PolicyException("scopes MatchBy", matchBy, "one of " + ScopeRule.uris()));
    }

    /** How often the devices of this service pull, ms: the shortest period of the operations that are pulled; 0 for never. */
    long pullMillis() {
        return operations.values().stream()
                .filter(gossip -> gossip.variant().isPulled())
                .mapToLong(gossip -> millis(gossip.period()))
                .min()
                .orElse(0);
    }

    /** The variants that a client may choose, in words. */
    static String variants(EffectiveGossip policy) {
        Set<Variant> allowed = new LinkedHashSet<>(Set.of(policy.variant()));
        allowed.addAll(policy.limits().variants());
        return allowed.stream().map(Variant::wireName).collect(Collectors.joining(" or "));
    }

    /** Values of the policy that later versions will know; better refused than silently not kept. */
    private static void requireSupported(String where, Operation operation, EffectiveGossip gossip) {
        if (gossip.replies() == Replies.COLLECT && gossip.aggregation() == null) {
            throw new PolicyException(
                    "aggregation of " + where,
                    "unset",
                    "a function, because replies is collect, and a client that knows nothing of gossip gets one answer");
        }
        require(
                gossip.replies() == Replies.NONE || operation.isAnswered(),
                "replies of " + where,
                gossip.replies().wireName(),
                "none, since nobody answers the operation");
        require(
                gossip.trust() == Trust.NONE,
                "trust of " + where,
                gossip.trust().wireName(),
                "none");
        String peers = gossip.peers();
        if (peers != null && !isHttp(peers)) {
            throw new PolicyException(
                    "peers of " + where, peers, "the http:// or https:// address of a Peer Service, or unset");
        }
    }

    private static boolean isHttp(String address) {
        URI uri = URI.create(address);
        boolean http = "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
        return http && uri.getHost() != null;
    }

    private static void require(boolean supported, String name, String value, String expected) {
        if (!supported) {
            throw new PolicyException(name, value, expected + " in this version");
        }
    }

    /** What a message has that names no parameters of its own. */
    static GossipParameters parameters(EffectiveGossip gossip, long nowMillis) {
        return new GossipParameters(
                GossipVariant.valueOf(gossip.variant().name()),
                gossip.fanout(),
                gossip.rounds(),
                gossip.eagerHops() == Gossip.AUTO_EAGER_HOPS ? GossipParameters.AUTO_EAGER_HOPS : gossip.eagerHops(),
                nowMillis,
                gossip.lifetime().toMillis(),
                gossip.repair().equals(GossipPolicy.NO_REPAIR) ? 0 : millis(gossip.repair()),
                null,
                terms(gossip));
    }

    private static @Nullable ReplyTerms terms(EffectiveGossip gossip) {
        if (gossip.replies() == Replies.NONE) {
            return null;
        }
        String function = gossip.aggregation();
        long timeout = millis(gossip.timeout());
        ReplyMode mode = ReplyMode.valueOf(gossip.replies().name());
        return new ReplyTerms(
                mode,
                function == null ? ReplyTerms.NO_FUNCTION : function,
                gossip.minReplies(),
                gossip.partial(),
                mode == ReplyMode.FIRST ? gossip.enough() : 1,
                timeout,
                ReplyTerms.defaultMargin(timeout));
    }

    private static long millis(Duration duration) {
        return Math.max(1, duration.toMillis());
    }
}
