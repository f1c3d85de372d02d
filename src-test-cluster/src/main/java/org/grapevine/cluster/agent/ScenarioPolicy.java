package org.grapevine.cluster.agent;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import javax.xml.namespace.QName;
import org.grapevine.core.membership.MembershipConfig;
import org.grapevine.core.message.GossipVariant;
import org.grapevine.core.message.ReplyMode;
import org.grapevine.gossip.client.GossipChoice;
import org.grapevine.gossip.shadow.PeerOptions;
import org.grapevine.peer.FeedOptions;
import org.grapevine.policy.GossipLimits;
import org.grapevine.policy.GossipPolicy;
import org.grapevine.policy.PortGossip;
import org.grapevine.policy.Priority;
import org.grapevine.policy.Replies;
import org.grapevine.policy.Scopes;
import org.grapevine.policy.Variant;
import org.grapevine.simulation.scenario.Layout;
import org.grapevine.simulation.scenario.Scenario;
import org.grapevine.simulation.scenario.Workload;

/** What a scenario comes to in the words of real devices: scopes, policies, and the parameters of a client. */
final class ScenarioPolicy {

    /** Type of each device. */
    static final QName DEVICE_TYPE = new QName(ClusterService.NAMESPACE, "ClusterDevice");

    private static final String SCOPE = "urn:grapevine:segment:";
    private static final long SHORTEST_PULL_MILLIS = 50;
    private static final long SHORTEST_REPAIR_MILLIS = 50;
    private static final long SHORTEST_TIMEOUT_MILLIS = 50;
    private static final long LONGEST_TIMEOUT_MILLIS = 600_000;

    /** Nobody asks the devices of a cluster but the cluster: all of them may be asked who they are at once. */
    private static final FeedOptions FEED =
            FeedOptions.defaults().withRate(5_000, 5_000).withSpreadMillis(100);

    private ScenarioPolicy() {}

    /** The scope that names a segment to real devices. */
    static String scope(Layout layout, int segment) {
        return SCOPE + layout.scope(segment);
    }

    /**
     * The policy of each device's service.
     *
     * @throws IllegalArgumentException for a value that policies cannot have
     */
    static PortGossip policy(Scenario scenario) {
        long pull = scenario.config().variants().pullMillis();
        List<Variant> variants = new ArrayList<>(Arrays.asList(Variant.values()));
        if (pull == 0) {
            variants.removeIf(Variant::isPulled);
        } else if (pull < SHORTEST_PULL_MILLIS) {
            throw new IllegalArgumentException("engine.pull: " + pull + " ms (expected: none or at least "
                    + SHORTEST_PULL_MILLIS + " ms, for policies allow no less)");
        }
        scenario.workload().forEach(ScenarioPolicy::requirePossible);
        Layout layout = new Layout(scenario);
        List<String> lans = IntStream.range(0, layout.segments())
                .filter(layout::isLan)
                .mapToObj(segment -> scope(layout, segment))
                .toList();
        GossipPolicy all = GossipPolicy.builder()
                .variant(pull == 0 ? Variant.EAGER_PUSH : Variant.PUSH_PULL)
                .period(pull == 0 ? null : Duration.ofMillis(pull))
                .types(scenario.peers().membership() == null ? List.of(DEVICE_TYPE) : null)
                .lan(lans.isEmpty() ? null : new Scopes(lans, null))
                .lifetime(Duration.ofHours(24))
                .limits(new GossipLimits(variants, null, null, null, null, null, Priority.NORMAL))
                .build();
        GossipPolicy asked = GossipPolicy.builder()
                .replies(Replies.AGGREGATE)
                .aggregation(DeviceSets.URI)
                .build();
        return new PortGossip(all, Map.of(ClusterService.ASK, asked), null);
    }

    private static void requirePossible(Workload workload) {
        if (workload instanceof Workload.Push push
                && push.repairMillis() > 0
                && push.repairMillis() < SHORTEST_REPAIR_MILLIS) {
            throw new IllegalArgumentException("push.repair: " + push.repairMillis()
                    + " ms (expected: none or at least " + SHORTEST_REPAIR_MILLIS + " ms, for policies allow no less)");
        }
        if (workload instanceof Workload.Request request) {
            long timeout = request.replies().timeoutMillis();
            if (timeout < SHORTEST_TIMEOUT_MILLIS || timeout > LONGEST_TIMEOUT_MILLIS) {
                throw new IllegalArgumentException("request.timeout: " + timeout + " ms (expected: "
                        + SHORTEST_TIMEOUT_MILLIS + ".." + LONGEST_TIMEOUT_MILLIS + " ms, as policies allow)");
            }
        }
    }

    /** How shadows keep their views. */
    static PeerOptions peers(Scenario scenario) {
        PeerOptions options = PeerOptions.defaults().withFeed(FEED);
        MembershipConfig membership = scenario.peers().membership();
        return membership == null ? options : options.withMembership(membership);
    }

    /** What a client sets for a push. */
    static GossipChoice choice(Workload.Push push) {
        GossipChoice choice = spread(push.spread(), push.lifetimeMillis())
                .withRepair(push.repairMillis() == 0 ? null : Duration.ofMillis(push.repairMillis()));
        return push.spread().ordered() ? choice.with("order", "origin") : choice;
    }

    /** What a client sets for a request. */
    static GossipChoice choice(Workload.Request request) {
        Workload.Replies replies = request.replies();
        GossipChoice choice = spread(request.spread(), request.lifetimeMillis())
                .withRepair(null)
                .withReplies(Replies.valueOf(replies.mode().name()))
                .withTimeout(Duration.ofMillis(replies.timeoutMillis()))
                .withMinReplies(replies.minReplies())
                .withPartial(replies.partial());
        if (replies.mode() == ReplyMode.FIRST) {
            choice = choice.withEnough(replies.enough());
        }
        return replies.marginMillis() == 0 ? choice : choice.with("margin", Long.toString(replies.marginMillis()));
    }

    private static GossipChoice spread(Workload.Spread spread, long lifetimeMillis) {
        GossipChoice choice = GossipChoice.NONE
                .withVariant(spread.variant())
                .withFanout(spread.fanout())
                .withRounds(spread.rounds())
                .withLifetime(Duration.ofMillis(lifetimeMillis));
        return spread.variant() == GossipVariant.LAZY_PUSH ? choice.withEagerHops(spread.eagerHops()) : choice;
    }
}
