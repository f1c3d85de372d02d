package org.grapevine.simulation.world;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.grapevine.core.contract.GossipAction;
import org.grapevine.core.message.GossipMessage;
import org.grapevine.core.message.MessageId;
import org.grapevine.simulation.scenario.Scenario;
import org.grapevine.simulation.scenario.ScenarioFile;

/** Small scenarios written down where they are used, and an observer that keeps what it sees. */
final class Scenes {

    private Scenes() {}

    /** A scenario with one segment {@code all}, its link and these devices, and more lines of YAML. */
    static Scenario flat(String link, int devices, String... more) {
        return ScenarioFile.read(
                "scenario: scene\nlinks: { line: " + link + " }\nsegments: { all: { link: line } }\n"
                        + "devices: { node: { count: " + devices + ", in: [all] } }\n" + String.join("\n", more) + "\n",
                "scene.yaml");
    }

    static Seen run(Scenario scenario) {
        return run(scenario, 1);
    }

    static Seen run(Scenario scenario, long seed) {
        Seen seen = new Seen();
        seen.world = World.of(scenario, seed, List.of(seen));
        seen.world.run((now, events, waiting) -> {});
        return seen;
    }

    /** What happened, in its order. */
    static final class Seen implements Observer {
        World world = World.of(flat("{ latency: { constant: 1ms } }", 1), 0, List.of());
        final List<Transit> sent = new ArrayList<>();
        final List<Long> sentAt = new ArrayList<>();
        final List<Long> arrivedAt = new ArrayList<>();
        final Map<Loss, Integer> lost = new TreeMap<>();
        final Map<Integer, Long> deliveredAt = new TreeMap<>();
        final Map<Integer, Integer> deliveries = new TreeMap<>();
        final List<GossipAction.Complete> completed = new ArrayList<>();
        final List<GossipAction.Fail> failed = new ArrayList<>();
        final List<Integer> gaveUp = new ArrayList<>();
        final List<String> comings = new ArrayList<>();
        int duplicated;
        long endedAt;

        @Override
        public void started(long now, Device device) {
            comings.add(device.index() + " up " + now);
        }

        @Override
        public void stopped(long now, Device device) {
            comings.add(device.index() + " down " + now);
        }

        @Override
        public void sent(long now, Transit transit) {
            sent.add(transit);
            sentAt.add(now);
        }

        @Override
        public void duplicated(long now, Transit transit) {
            duplicated++;
        }

        @Override
        public void lost(long now, Transit transit, Loss why) {
            lost.merge(why, 1, Integer::sum);
        }

        @Override
        public void arrived(long now, Transit transit) {
            arrivedAt.add(now);
        }

        @Override
        public void delivered(long now, Device device, GossipMessage message) {
            deliveredAt.putIfAbsent(device.index(), now);
            deliveries.merge(device.index(), 1, Integer::sum);
        }

        @Override
        public void completed(long now, Device initiator, GossipAction.Complete outcome) {
            completed.add(outcome);
        }

        @Override
        public void failed(long now, Device initiator, GossipAction.Fail outcome) {
            failed.add(outcome);
        }

        @Override
        public void gaveUp(long now, Device subscriber, MessageId message) {
            gaveUp.add(subscriber.index());
        }

        @Override
        public void ended(long now, World over) {
            endedAt = now;
        }

        long lostInAll() {
            return lost.values().stream().mapToLong(each -> each).sum();
        }
    }
}
