package org.grapevine.simulation.world;

import java.util.List;
import org.grapevine.simulation.kernel.SeededRandom;
import org.grapevine.simulation.scenario.Link;

/** Decides when, how often and whether something sent through a channel arrives. */
final class Network {

    private static final double MICROS_PER_BIT_UNIT = 8e6;

    private final World world;
    private final SeededRandom random;
    private final Observer[] observers;

    Network(World world, SeededRandom random, Observer[] observers) {
        this.world = world;
        this.random = random;
        this.observers = observers;
    }

    void send(Transit transit, Channel channel) {
        long now = world.nowMicros();
        for (Observer observer : observers) {
            observer.sent(now, transit);
        }
        Channel.Medium medium = channel.medium;
        Link link = medium.asBuilt;
        if (World.isCut(transit.from(), transit.to())) {
            lost(now, transit, Loss.CUT);
            return;
        }
        long departs = departure(now, transit, channel, link);
        if (departs < 0) {
            lost(now, transit, Loss.OVERFLOW);
            return;
        }
        onTheWay(now, departs, transit, medium);
    }

    /** Sends what one multicast becomes: it waits for the line once, and is lost or held up for each receiver by itself. */
    void multicast(List<Transit.Copy> copies, Channel channel) {
        if (copies.isEmpty()) {
            return;
        }
        long now = world.nowMicros();
        Channel.Medium medium = channel.medium;
        long departs = departure(now, copies.get(0), channel, medium.asBuilt);
        for (Transit.Copy copy : copies) {
            for (Observer observer : observers) {
                observer.sent(now, copy);
            }
            if (World.isCut(copy.from(), copy.to())) {
                lost(now, copy, Loss.CUT);
            } else if (departs < 0) {
                lost(now, copy, Loss.OVERFLOW);
            } else {
                onTheWay(now, departs, copy, medium);
            }
        }
    }

    private void onTheWay(long now, long departs, Transit transit, Channel.Medium medium) {
        double duplication = medium.asBuilt.duplication();
        if (duplication > 0 && random.nextDouble() < duplication) {
            for (Observer observer : observers) {
                observer.duplicated(now, transit);
            }
            carry(now, departs, transit, medium);
        }
        carry(now, departs, transit, medium);
    }

    private void carry(long now, long departs, Transit transit, Channel.Medium medium) {
        if (medium.loss > 0 && random.nextDouble() < medium.loss) {
            lost(now, transit, Loss.LINK);
            return;
        }
        Link link = medium.asBuilt;
        long delay = link.latency().draw(random);
        if (medium.slowdown > 1) {
            delay = Math.round(delay * medium.slowdown);
        }
        if (link.reordering() > 0 && random.nextDouble() < link.reordering()) {
            delay += link.heldBackMicros();
        }
        world.at(departs + delay, transit);
    }

    /** When the last bit has left the sender, µs; -1 if the queue before the line has no room. */
    private static long departure(long now, Transit transit, Channel channel, Link link) {
        if (link.bitsPerSecond() == 0) {
            return now;
        }
        long free = busyUntil(transit, channel, link);
        long waiting = Math.max(0, free - now);
        if (waiting * (link.bitsPerSecond() / MICROS_PER_BIT_UNIT) > link.queueBytes()) {
            return -1;
        }
        long departs = Math.max(now, free) + Math.round(transit.bytes() * MICROS_PER_BIT_UNIT / link.bitsPerSecond());
        if (link.shared()) {
            channel.busyUntilMicros = departs;
        } else {
            Device from = transit.from();
            long[] lines = from.busyUntilMicros;
            if (lines == null) {
                lines = new long[from.channels.length];
                from.busyUntilMicros = lines;
            }
            lines[Math.max(0, from.slotOf(channel))] = departs;
        }
        return departs;
    }

    private static long busyUntil(Transit transit, Channel channel, Link link) {
        if (link.shared()) {
            return channel.busyUntilMicros;
        }
        long[] lines = transit.from().busyUntilMicros;
        return lines == null ? 0 : lines[Math.max(0, transit.from().slotOf(channel))];
    }

    void lost(long now, Transit transit, Loss why) {
        for (Observer observer : observers) {
            observer.lost(now, transit, why);
        }
    }
}
