package org.grapevine.dpws.device;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import org.grapevine.dpws.addressing.SoapUdpAddress;
import org.grapevine.dpws.discovery.DatagramRepeat;
import org.grapevine.dpws.discovery.DiscoveryAction;
import org.grapevine.dpws.discovery.DiscoveryTiming;
import org.grapevine.dpws.transport.EventLoop;
import org.grapevine.dpws.transport.Link;
import org.grapevine.dpws.transport.Links;
import org.grapevine.dpws.transport.LoopTimer;
import org.jspecify.annotations.Nullable;

/** The one way out for the datagrams of discovery: when they leave, how often, and where to. On the event loop of discovery. */
final class DiscoverySender {

    private final EventLoop loop;
    private final DiscoveryTiming timing;
    private final RandomGenerator random;
    private volatile @Nullable Links links;

    DiscoverySender(EventLoop loop, DiscoveryTiming timing, RandomGenerator random) {
        this.loop = loop;
        this.timing = timing;
        this.random = random;
    }

    /** The datagrams leave on these; set once, before anything is sent. */
    void attach(Links hostLinks) {
        links = hostLinks;
    }

    /** Sends answers on the link on which the question came. */
    void send(List<DiscoveryAction> actions, Link link) {
        actions.forEach(action -> send(action, link, () -> {}));
    }

    /**
     * Sends an answer on the link on which the question came, and repeats it.
     *
     * @param wanted asked before each transmission
     */
    void answer(DiscoveryAction answer, Link link, BooleanSupplier wanted) {
        List<LoopTimer> unused = send(answer, link, wanted, () -> {});
    }

    List<LoopTimer> send(DiscoveryAction action, Runnable afterLast) {
        return send(action, null, afterLast);
    }

    /**
     * Sends and repeats.
     *
     * @param link where to; without one, a multicast goes to every link
     * @param afterLast run behind the last repetition
     * @return what is still to come
     */
    List<LoopTimer> send(DiscoveryAction action, @Nullable Link link, Runnable afterLast) {
        return send(action, link, () -> true, afterLast);
    }

    private List<LoopTimer> send(
            DiscoveryAction action, @Nullable Link link, BooleanSupplier wanted, Runnable afterLast) {
        List<Integer> offsets = new ArrayList<>();
        offsets.add(0);
        offsets.addAll(
                action instanceof DiscoveryAction.SendMulticast
                        ? DatagramRepeat.ofMulticast(timing, random)
                        : DatagramRepeat.ofUnicast(timing, random));
        List<LoopTimer> timers = new ArrayList<>();
        for (int i = 0; i < offsets.size(); i++) {
            Runnable next = i < offsets.size() - 1 ? () -> {} : afterLast;
            Runnable transmission = () -> {
                if (wanted.getAsBoolean()) {
                    transmit(action, link);
                }
                next.run();
            };
            int delay = action.delayMs() + offsets.get(i);
            Optional<LoopTimer> timer = delay == 0 ? Optional.empty() : loop.schedule(delay, transmission);
            timer.ifPresent(timers::add);
            if (timer.isEmpty()) {
                // Due already, or no timer is left: now is better than never.
                transmission.run();
            }
        }
        return timers;
    }

    private void transmit(DiscoveryAction action, @Nullable Link link) {
        Links all = links;
        if (all == null) {
            throw new IllegalStateException("discovery sends before it has a link");
        }
        if (action instanceof DiscoveryAction.SendMulticast multicast) {
            if (link == null) {
                all.sendMulticast(multicast.envelope());
            } else {
                link.sendMulticast(multicast.envelope());
            }
        } else if (action instanceof DiscoveryAction.SendTo unicast) {
            InetSocketAddress to = literal(unicast.address());
            if (link == null) {
                all.send(to, unicast.envelope());
            } else {
                link.send(to, unicast.envelope());
            }
        } else {
            throw new AssertionError("unhandled: " + action);
        }
    }

    /** Answers go where a datagram came from, which is always a literal address. */
    private static InetSocketAddress literal(SoapUdpAddress address) {
        try {
            return new InetSocketAddress(InetAddress.getByName(address.host()), address.port());
        } catch (UnknownHostException e) {
            throw new IllegalStateException("address: " + address + " (expected: a literal address)", e);
        }
    }
}
