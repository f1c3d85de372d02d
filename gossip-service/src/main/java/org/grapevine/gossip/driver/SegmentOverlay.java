package org.grapevine.gossip.driver;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import javax.xml.namespace.QName;
import org.grapevine.core.membership.Membership;
import org.grapevine.core.membership.MembershipAction;
import org.grapevine.core.membership.MembershipEvent;
import org.grapevine.core.membership.PeerEntry;
import org.grapevine.core.memory.RecentlyUsed;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.core.message.Segment;
import org.grapevine.gossip.header.PeerMessageCodec;
import org.grapevine.peer.SegmentView;

/**
 * One engine at work: a shadow's part in the overlay of one segment. All on the event loop of the shadow, but for what {@link
 * SegmentView} lets anybody call.
 */
final class SegmentOverlay implements SegmentView {

    /** Timers that found the loop full, and are asked for again. */
    private static final int MOST_OWED = 64;

    /** HTTP ports of peers that have acknowledged a ping: of those that may be answered without being links. */
    private static final int MOST_TOLD = 64;

    private final OverlayDriver driver;
    private final Segment segment;
    private final OverlayChoice choice;
    private final Membership engine;
    private final List<GossipDriver> fed = new ArrayList<>(1);
    private final Map<PeerAddress, PeerEntry> links = new LinkedHashMap<>(); // the engine's own, quicker to ask
    private final Map<PeerAddress, Integer> met = new LinkedHashMap<>();
    private final List<MembershipAction.Schedule> owed = new ArrayList<>(0);
    private final Map<PeerAddress, Integer> told = new RecentlyUsed<>(MOST_TOLD);
    private int size;
    private boolean ended;

    SegmentOverlay(OverlayDriver driver, Segment segment, OverlayChoice choice, Membership engine) {
        this.driver = driver;
        this.segment = segment;
        this.choice = choice;
        this.engine = engine;
    }

    OverlayChoice choice() {
        return choice;
    }

    // The loop's own

    /** Those whose views it keeps. */
    List<GossipDriver> fed() {
        return List.copyOf(fed);
    }

    boolean feedsNobody() {
        return fed.isEmpty();
    }

    List<PeerEntry> entries() {
        return engine.standings().stream().map(standing -> standing.peer()).toList();
    }

    OverlayDriver.Kept kept() {
        return new OverlayDriver.Kept(choice.config(), engine.stats().entries());
    }

    boolean isLinked(PeerAddress peer) {
        return links.containsKey(peer);
    }

    /** Port at which a peer takes HTTP; 0 if that is not known. */
    int httpPort(PeerAddress peer) {
        PeerEntry link = links.get(peer);
        return link == null ? told.getOrDefault(peer, 0) : link.httpPort();
    }

    /** Keeps one more view, beginning with all that it knows. */
    void feed(GossipDriver view) {
        if (fed.contains(view)) {
            return;
        }
        fed.add(view);
        links.values().forEach(link -> link(view, link));
        met.forEach((peer, port) -> view.met(segment, peer, driver.addresses().http(peer, port)));
        if (size > 0 && !choice.leaf()) {
            view.sized(segment, size);
        }
    }

    /** Takes out of a view what it put there. */
    void unfeed(GossipDriver view) {
        if (fed.remove(view)) {
            links.keySet().forEach(link -> unlink(view, link));
            met.keySet().forEach(peer -> view.forgot(segment, peer));
        }
    }

    void handle(MembershipEvent event) {
        if (ended) {
            return;
        }
        pay();
        perform(engine.handle(driver.nowMillis(), event));
    }

    void received(PeerAddress from, PeerMessageCodec.InSegment message) {
        if (message.httpPort() > 0) {
            told.put(from, message.httpPort());
        }
        handle(new MembershipEvent.Received(from, message.message()));
    }

    /** Tells the others, and does nothing any more. */
    void end() {
        if (!ended) {
            fed().forEach(this::unfeed);
            perform(engine.handle(driver.nowMillis(), new MembershipEvent.Leaving()));
            ended = true;
        }
    }

    private void perform(List<MembershipAction> actions) {
        for (MembershipAction action : actions) {
            if (action instanceof MembershipAction.Send send) {
                driver.send(segment, send, isLinked(send.to()));
            } else if (action instanceof MembershipAction.Linked linked) {
                links.put(linked.peer().address(), linked.peer());
                fed.forEach(view -> link(view, linked.peer()));
            } else if (action instanceof MembershipAction.Unlinked unlinked) {
                links.remove(unlinked.peer());
                fed.forEach(view -> unlink(view, unlinked.peer()));
            } else if (action instanceof MembershipAction.Met now) {
                int port = httpPort(now.peer());
                met.put(now.peer(), port);
                fed.forEach(
                        view -> view.met(segment, now.peer(), driver.addresses().http(now.peer(), port)));
            } else if (action instanceof MembershipAction.Forgot forgot) {
                met.remove(forgot.peer());
                fed.forEach(view -> view.forgot(segment, forgot.peer()));
            } else if (action instanceof MembershipAction.Sized sized) {
                size = sized.devices();
                if (!choice.leaf()) {
                    fed.forEach(view -> view.sized(segment, size));
                }
            } else if (action instanceof MembershipAction.Schedule schedule) {
                schedule(schedule);
            } else {
                throw new AssertionError("unhandled: " + action);
            }
        }
    }

    /** Whom a leaf sends to, somebody else says; its own links it answers. */
    private void link(GossipDriver view, PeerEntry link) {
        if (choice.leaf()) {
            view.met(segment, link.address(), driver.addresses().http(link.address(), link.httpPort()));
        } else {
            view.linked(segment, link.address(), driver.addresses().http(link.address(), link.httpPort()));
        }
    }

    private void unlink(GossipDriver view, PeerAddress peer) {
        if (!choice.leaf()) {
            view.unlinked(segment, peer);
        } else if (!met.containsKey(peer)) {
            view.forgot(segment, peer);
        }
    }

    private void schedule(MembershipAction.Schedule schedule) {
        boolean scheduled =
                driver.schedule(schedule.delayMillis(), () -> handle(new MembershipEvent.TimerFired(schedule.timer())));
        if (!scheduled && owed.size() < MOST_OWED) {
            owed.add(schedule);
        }
    }

    /** A period that is lost would never begin again. */
    private void pay() {
        if (!owed.isEmpty()) {
            List<MembershipAction.Schedule> again = List.copyOf(owed);
            owed.clear();
            again.forEach(this::schedule);
        }
    }

    // Anybody's

    @Override
    public QName portType() {
        return driver.portType();
    }

    @Override
    public Segment segment() {
        return segment;
    }

    @Override
    public PeerEntry self() {
        return engine.self();
    }

    @Override
    public CompletableFuture<Status> status() {
        return driver.ask(() -> new Status(choice.config().kind(), engine.standings(), engine.stats()));
    }

    @Override
    public CompletableFuture<List<PeerEntry>> draw(int count, Set<PeerAddress> exclude) {
        Set<PeerAddress> not = Set.copyOf(exclude);
        return driver.ask(() -> engine.draw(count, not));
    }

    @Override
    public void contacts(List<PeerEntry> peers) {
        MembershipEvent event = new MembershipEvent.Contacts(peers);
        driver.offer(() -> handle(event));
    }
}
