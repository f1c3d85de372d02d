package org.grapevine.simulation.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.grapevine.core.message.GossipMessage;
import org.grapevine.simulation.scenario.Scenario;
import org.grapevine.simulation.scenario.Source;
import org.grapevine.simulation.scenario.Workload;
import org.grapevine.simulation.world.Device;
import org.grapevine.simulation.world.Observer;
import org.grapevine.simulation.world.World;
import org.junit.jupiter.api.Test;

class SightingsTest {

    private final Sightings sightings = new Sightings();

    private World run(Scenario scenario, Observer... more) {
        List<Observer> observers = new ArrayList<>(List.of(sightings));
        observers.addAll(List.of(more));
        World world = World.of(scenario, 7, observers);
        world.run((virtualMicros, events, waiting) -> {});
        return world;
    }

    @Test
    void aDeviceKnowsAMessageThroughItsFirstCopy() {
        World world = run(Networks.lan(2, Networks.push(1, 3, 20_000, 0)));

        int slot = sightings.find(0, world.device(1));

        assertThat(sightings.from(slot)).isZero();
        assertThat(sightings.isThrough(slot, 0)).isTrue();
        assertThat(sightings.left(slot)).isEqualTo(2);
        assertThat(sightings.hop(slot)).isEqualTo(1);
        assertThat(sightings.deliveries(slot)).isEqualTo(1);
        assertThat(sightings.deliveredAtMillis(slot)).isEqualTo(11);
    }

    @Test
    void itsPublisherKnowsItFromHere() {
        World world = run(Networks.lan(2, Networks.request()));

        int slot = sightings.find(0, world.device(0));

        assertThat(sightings.from(slot)).isEqualTo(Sightings.HERE);
        assertThat(sightings.budgetMillis(slot)).isEqualTo(30_000);
        assertThat(sightings.publishedAtMicros(0)).isEqualTo(10_000);
    }

    @Test
    void aRequestBringsItsBudget() {
        World world = run(Networks.lan(2, Networks.request()));

        assertThat(sightings.budgetMillis(sightings.find(0, world.device(1)))).isEqualTo(29_000);
    }

    @Test
    void thousandsOfPairsAreKeptApartWhileTheyLive() {
        Workload each = new Workload.Push(
                0,
                new Source("node", Source.Pick.EACH, 0),
                new Workload.Repetition(40, 10_000, 1_000),
                10,
                Workload.Spread.eager(0, 0),
                60_000,
                0);

        World world = run(Networks.lan(20, each), new Observer() {
            @Override
            public void delivered(long now, Device device, GossipMessage message) {
                int slot = sightings.find(sightings.number(message), device);
                assertThat(sightings.deliveries(slot)).isEqualTo(1);
            }
        });

        int known = 0;
        for (int message = 0; message < 800; message++) {
            for (int device = 0; device < 20; device++) {
                known += sightings.find(message, world.device(device)) >= 0 ? 1 : 0;
            }
        }
        assertThat(known).isEqualTo(16_000);
    }

    @Test
    void whatIsOverMakesRoom() {
        Workload seldom = new Workload.Push(
                0,
                Source.first("node"),
                new Workload.Repetition(2_000, 1_000_000, 0),
                10,
                Workload.Spread.eager(0, 0),
                1_000,
                0);

        World world = run(Networks.lan(10, seldom));

        assertThat(sightings.find(0, world.device(1))).isNegative();
        assertThat(sightings.find(1_999, world.device(1))).isNotNegative();
    }
}
