package org.grapevine.simulation.check;

import java.util.List;
import org.grapevine.core.engine.GossipConfig;
import org.grapevine.core.message.GossipVariant;
import org.grapevine.simulation.scenario.DeviceGroup;
import org.grapevine.simulation.scenario.Fault;
import org.grapevine.simulation.scenario.Latency;
import org.grapevine.simulation.scenario.Link;
import org.grapevine.simulation.scenario.Scenario;
import org.grapevine.simulation.scenario.SegmentKind;
import org.grapevine.simulation.scenario.Source;
import org.grapevine.simulation.scenario.Workload;

/** Small networks over one perfect link of 1 ms. */
final class Networks {

    private static final Link LINK = Link.perfect("link", new Latency.Constant(1_000));

    private Networks() {}

    /** Devices 0 to count - 1, all in one segment. */
    static Scenario lan(int count, Workload... workload) {
        return network(List.of("lan"), List.of(DeviceGroup.of("node", count, "lan")), List.of(workload));
    }

    /** Device 0 in both segments, 1 and 2 in the left one, 3 and 4 in the right one. */
    static Scenario twoSegments(Workload... workload) {
        return network(
                List.of("left", "right"),
                List.of(
                        DeviceGroup.of("node", 1, "left", "right"),
                        DeviceGroup.of("lefty", 2, "left"),
                        DeviceGroup.of("righty", 2, "right")),
                List.of(workload));
    }

    private static Scenario network(List<String> segments, List<DeviceGroup> groups, List<Workload> workload) {
        return new Scenario(
                "test",
                "",
                List.of(LINK),
                segments.stream().map(name -> new SegmentKind(name, "link")).toList(),
                groups,
                GossipConfig.defaults(),
                0,
                1_000,
                1_000,
                false,
                workload,
                List.<Fault>of(),
                0);
    }

    /** From device 0 after 10 ms: to two peers, for three rounds, without repair. */
    static Workload push() {
        return push(2, 3, 20_000, 0);
    }

    static Workload push(int fanout, int rounds, long lifetimeMillis, long repairMillis) {
        return new Workload.Push(
                10_000,
                Source.first("node"),
                Workload.Repetition.once(),
                100,
                Workload.Spread.eager(fanout, rounds),
                lifetimeMillis,
                repairMillis);
    }

    /** From device 0 after 10 ms and twice more, 1 ms after each other: to everybody, by a variant. */
    static Workload pushes(GossipVariant variant, boolean ordered) {
        return new Workload.Push(
                10_000,
                Source.first("node"),
                new Workload.Repetition(3, 1_000, 0),
                100,
                Workload.Spread.of(variant).withEagerHops(0).withOrder(ordered),
                20_000,
                1_000);
    }

    /** From device 0 after 10 ms: to everybody, with a timeout of 30 s and a margin of 1 s. */
    static Workload request() {
        return request(0);
    }

    static Workload request(int minReplies) {
        return request(Workload.Replies.merged(30_000).withMargin(1_000).withMinReplies(minReplies, false));
    }

    static Workload request(Workload.Replies replies) {
        return new Workload.Request(
                10_000,
                Source.first("node"),
                Workload.Repetition.once(),
                100,
                10,
                Workload.Spread.eager(0, 0),
                20_000,
                replies);
    }
}
