package org.grapevine.simulation.check;

import org.grapevine.core.contract.GossipAction;
import org.grapevine.core.message.GossipMessage;
import org.grapevine.core.message.MessageId;
import org.grapevine.simulation.world.Device;
import org.grapevine.simulation.world.Loss;
import org.grapevine.simulation.world.Observer;
import org.grapevine.simulation.world.Transit;
import org.grapevine.simulation.world.World;

/** Virtual time never goes back, and what is down does nothing. */
final class Time implements Observer {

    static final String NAME = "time";

    private final Violations violations;
    private long last;

    Time(Violations violations) {
        this.violations = violations;
    }

    private void at(long now) {
        if (now < last) {
            long before = last;
            violations.add(NAME, now, () -> "virtual time goes back from " + before + " µs to " + now + " µs");
        }
        last = now;
    }

    private void at(long now, Device device, String what) {
        at(now);
        if (!device.isUp()) {
            violations.add(NAME, now, () -> device + " is down and " + what);
        }
    }

    @Override
    public void started(long now, Device device) {
        at(now);
    }

    @Override
    public void stopped(long now, Device device) {
        at(now);
    }

    @Override
    public void published(long now, Device device, GossipMessage message) {
        at(now, device, "publishes");
    }

    @Override
    public void sent(long now, Transit transit) {
        at(now, transit.from(), "sends");
    }

    @Override
    public void duplicated(long now, Transit transit) {
        at(now);
    }

    @Override
    public void lost(long now, Transit transit, Loss why) {
        at(now);
    }

    @Override
    public void arrived(long now, Transit transit) {
        at(now, transit.to(), "receives");
    }

    @Override
    public void delivered(long now, Device device, GossipMessage message) {
        at(now, device, "delivers");
    }

    @Override
    public void merging(long now, Device device, GossipAction.Merge merge) {
        at(now, device, "merges");
    }

    @Override
    public void completed(long now, Device initiator, GossipAction.Complete outcome) {
        at(now, initiator, "completes");
    }

    @Override
    public void failed(long now, Device initiator, GossipAction.Fail outcome) {
        at(now, initiator, "fails");
    }

    @Override
    public void gaveUp(long now, Device subscriber, MessageId message) {
        at(now);
    }

    @Override
    public void glance(long now, World world) {
        at(now);
    }

    @Override
    public void ended(long now, World world) {
        at(now);
    }
}
