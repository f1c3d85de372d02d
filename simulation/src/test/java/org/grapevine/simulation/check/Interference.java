package org.grapevine.simulation.check;

import java.util.List;
import java.util.Objects;
import org.grapevine.core.contract.GossipAction;
import org.grapevine.core.message.GossipMessage;
import org.grapevine.simulation.scenario.Scenario;
import org.grapevine.simulation.world.Device;
import org.grapevine.simulation.world.Loss;
import org.grapevine.simulation.world.Observer;
import org.grapevine.simulation.world.Transit;
import org.grapevine.simulation.world.World;
import org.jspecify.annotations.Nullable;

/**
 * Stands between a real world and the checkers and tells them what it likes. As it is, it passes everything on; tests override what
 * they want to be told otherwise, {@code super} being the checkers.
 */
class Interference implements Observer {

    private final Violations violations = new Violations();
    private final List<Observer> checkers = Checkers.all(violations);
    private @Nullable World world;

    /** Runs a scenario; returns what the checkers found. */
    List<Violation> in(Scenario scenario) {
        World.of(scenario, 1, List.of(this)).run((virtualMicros, events, waiting) -> {});
        return violations.first();
    }

    World world() {
        return Objects.requireNonNull(world);
    }

    Device device(int index) {
        return world().device(index);
    }

    @Override
    public void begins(World begun) {
        world = begun;
        checkers.forEach(checker -> checker.begins(begun));
    }

    @Override
    public void started(long now, Device device) {
        checkers.forEach(checker -> checker.started(now, device));
    }

    @Override
    public void stopped(long now, Device device) {
        checkers.forEach(checker -> checker.stopped(now, device));
    }

    @Override
    public void published(long now, Device at, GossipMessage message) {
        checkers.forEach(checker -> checker.published(now, at, message));
    }

    @Override
    public void sent(long now, Transit transit) {
        checkers.forEach(checker -> checker.sent(now, transit));
    }

    @Override
    public void multicast(long now, Device from, GossipAction.Multicast multicast, int bytes, int receivers) {
        checkers.forEach(checker -> checker.multicast(now, from, multicast, bytes, receivers));
    }

    @Override
    public void duplicated(long now, Transit transit) {
        checkers.forEach(checker -> checker.duplicated(now, transit));
    }

    @Override
    public void lost(long now, Transit transit, Loss why) {
        checkers.forEach(checker -> checker.lost(now, transit, why));
    }

    @Override
    public void arrived(long now, Transit transit) {
        checkers.forEach(checker -> checker.arrived(now, transit));
    }

    @Override
    public void delivered(long now, Device device, GossipMessage message) {
        checkers.forEach(checker -> checker.delivered(now, device, message));
    }

    @Override
    public void merging(long now, Device device, GossipAction.Merge merge) {
        checkers.forEach(checker -> checker.merging(now, device, merge));
    }

    @Override
    public void collected(long now, Device initiator, GossipAction.Collected values) {
        checkers.forEach(checker -> checker.collected(now, initiator, values));
    }

    @Override
    public void completed(long now, Device initiator, GossipAction.Complete outcome) {
        checkers.forEach(checker -> checker.completed(now, initiator, outcome));
    }

    @Override
    public void failed(long now, Device initiator, GossipAction.Fail outcome) {
        checkers.forEach(checker -> checker.failed(now, initiator, outcome));
    }

    @Override
    public void glance(long now, World current) {
        checkers.forEach(checker -> checker.glance(now, current));
    }

    @Override
    public void look(long now, World current) {
        checkers.forEach(checker -> checker.look(now, current));
    }

    @Override
    public void ended(long now, World current) {
        checkers.forEach(checker -> checker.ended(now, current));
    }
}
