package org.grapevine.gossip.shadow;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.grapevine.core.message.GossipParameters;
import org.grapevine.core.message.GossipVariant;
import org.grapevine.core.message.ReplyTerms;
import org.grapevine.core.reply.AggregationException;
import org.grapevine.dpws.device.HostedService;
import org.grapevine.dpws.hosting.Operation;
import org.grapevine.gossip.driver.Aggregations;
import org.grapevine.policy.EffectiveGossip;
import org.grapevine.policy.GossipPolicy;
import org.grapevine.policy.PolicyException;
import org.grapevine.policy.PortGossip;
import org.grapevine.policy.Replies;
import org.grapevine.policy.Trust;
import org.jspecify.annotations.Nullable;

/**
 * What the policy of a hosted service comes to, operation by operation. Made when the service is deployed, so that a policy which
 * this version cannot keep refuses the deployment and not a message.
 *
 * @param policy the policy as its WSDLs publish it, functions named by hash
 * @param operations what applies to each operation that gossips, by name
 */
record GossipPlan(PortGossip policy, Map<String, EffectiveGossip> operations) {

    GossipPlan {
        operations = Map.copyOf(operations);
    }

    /**
     * Reads the annotations of a service.
     *
     * @return empty if it does not gossip
     * @throws PolicyException if a value is impossible, or not supported
     */
    static Optional<GossipPlan> of(HostedService service, Aggregations aggregations) {
        Optional<PortGossip> annotated =
                PortGossip.of(service.serviceInterface(), method -> service.operations().stream()
                        .filter(operation -> operation.method().equals(method))
                        .map(Operation::name)
                        .findFirst()
                        .orElse(null));
        return annotated.map(
                policy -> resolve(service, policy.map(each -> named(each, service.serviceInterface(), aggregations))));
    }

    private static GossipPolicy named(GossipPolicy policy, Class<?> maker, Aggregations aggregations) {
        String function = policy.aggregation();
        if (function == null) {
            return policy;
        }
        try {
            return policy.withAggregation(aggregations.uriOf(function, maker));
        } catch (AggregationException e) {
            throw new PolicyException("aggregation of " + maker.getName(), function, e.getMessage());
        }
    }

    private static GossipPlan resolve(HostedService service, PortGossip policy) {
        Map<String, EffectiveGossip> operations = new LinkedHashMap<>();
        for (Operation operation : service.operations()) {
            Optional<GossipPolicy> own = policy.forOperation(operation.name());
            if (own.isPresent()) {
                EffectiveGossip effective = own.get().effective();
                requireSupported(service.portType() + "." + operation.name(), operation, effective);
                // A request whose answers nobody collects has nothing to gossip; it is passed to the original.
                boolean aggregated = effective.replies() == Replies.AGGREGATE;
                if (operation.style() == Operation.Style.ONE_WAY || aggregated) {
                    operations.put(operation.name(), effective);
                }
            }
        }
        return new GossipPlan(policy, operations);
    }

    /** Values of the policy that later versions will know; better refused than silently not kept. */
    private static void requireSupported(String where, Operation operation, EffectiveGossip gossip) {
        require(
                gossip.replies() == Replies.NONE || gossip.replies() == Replies.AGGREGATE,
                "replies of " + where,
                gossip.replies().wireName(),
                "none or aggregate");
        require(
                gossip.replies() == Replies.NONE || operation.style() == Operation.Style.REQUEST_RESPONSE,
                "replies of " + where,
                gossip.replies().wireName(),
                "none, since the operation is one-way");
        require(
                gossip.trust() == Trust.NONE,
                "trust of " + where,
                gossip.trust().wireName(),
                "none");
        require(
                gossip.peers() == null,
                "peers of " + where,
                String.valueOf(gossip.peers()),
                "unset: the local Peer Service");
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
                GossipParameters.AUTO_EAGER_HOPS,
                nowMillis,
                gossip.lifetime().toMillis(),
                gossip.repair().equals(GossipPolicy.NO_REPAIR) ? 0 : millis(gossip.repair()),
                null,
                terms(gossip));
    }

    private static @Nullable ReplyTerms terms(EffectiveGossip gossip) {
        String aggregation = gossip.aggregation();
        if (gossip.replies() != Replies.AGGREGATE || aggregation == null) {
            return null;
        }
        return ReplyTerms.of(aggregation, gossip.minReplies(), millis(gossip.timeout()));
    }

    private static long millis(Duration duration) {
        return Math.max(1, duration.toMillis());
    }
}
