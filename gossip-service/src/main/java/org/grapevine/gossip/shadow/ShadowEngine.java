package org.grapevine.gossip.shadow;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.xml.namespace.QName;
import org.grapevine.core.engine.GossipConfig;
import org.grapevine.core.message.Segment;
import org.grapevine.dpws.addressing.EndpointReference;
import org.grapevine.gossip.driver.GossipDriver;
import org.grapevine.gossip.driver.OverlayDriver;
import org.grapevine.gossip.driver.SegmentGroups;
import org.grapevine.peer.Peer;
import org.grapevine.peer.PeerService;

/**
 * An engine of a shadow at work, with its driver, its view and the peers that this follows. A change of policy that an engine cannot
 * take makes another one; messages that were published before go on in the one that knows them.
 *
 * @param settings what it was made for
 * @param overlays which keep its view
 * @param memberships in the groups of its LANs
 * @param sinceMillis it takes the messages that were published from then on, ms since the epoch
 */
record ShadowEngine(
        Settings settings,
        long sinceMillis,
        GossipDriver driver,
        OverlayDriver overlays,
        List<PeerService.Following> followings,
        List<SegmentGroups.Membership> memberships) {

    /**
     * What an engine cannot change: another policy that comes to the same goes on with the same engine.
     *
     * @param segments into which it sends
     * @param lans those of them that are one LAN each
     * @param types device types that its peers have
     * @param asked whom it asks for its peers; empty for the host's own Peer Service
     */
    record Settings(
            GossipConfig config, List<Segment> segments, Set<Segment> lans, List<QName> types, Optional<Asked> asked) {
        Settings {
            segments = List.copyOf(segments);
            lans = Set.copyOf(lans);
            types = List.copyOf(types);
        }

        /** Whether the peers of a segment are all those that discovery finds, and not those that an overlay gives. */
        boolean isDiscovered(Segment segment) {
            return !types.isEmpty() || lans.contains(segment);
        }
    }

    /**
     * A Peer Service on another device.
     *
     * @param maxAge of its answers
     */
    record Asked(EndpointReference service, Duration maxAge) {}

    /** Brings the news of a Peer Service on another device to a view; its overlay has them for contacts only. */
    record SampleFeed(GossipDriver driver, OverlayDriver overlays, Settings settings)
            implements PeerService.PeerListener {

        @Override
        public void joined(Segment segment, Peer peer) {
            if (!settings.isDiscovered(segment)) {
                overlays.contact(segment, peer.address(), peer.http());
            }
            if (peer.types().containsAll(settings.types())) {
                driver.join(segment, peer.address(), peer.http());
            }
        }

        /** By its sample alone, a large segment would look small. */
        @Override
        public void sized(Segment segment, int devices) {
            driver.size(segment, devices);
        }

        /** It is in the sample no more, and may be there all the same. */
        @Override
        public void left(Segment segment, Peer peer) {
            driver.leave(segment, peer.address());
        }
    }

    /** Brings the Peer Service's news to a view, or to the overlay that keeps it. */
    record ViewFeed(GossipDriver driver, OverlayDriver overlays, Settings settings)
            implements PeerService.PeerListener {

        @Override
        public void joined(Segment segment, Peer peer) {
            URI http = peer.http();
            if (!settings.isDiscovered(segment)) {
                overlays.contact(segment, peer.address(), http);
            } else if (http != null && peer.types().containsAll(settings.types())) {
                driver.join(segment, peer.address(), http);
            }
        }

        @Override
        public void left(Segment segment, Peer peer) {
            if (settings.isDiscovered(segment)) {
                driver.leave(segment, peer.address());
            } else {
                overlays.gone(segment, peer.address());
            }
        }
    }

    /** The same at work, once it is known what it takes. */
    ShadowEngine since(long millis) {
        return new ShadowEngine(settings, millis, driver, overlays, followings, memberships);
    }

    void close() {
        followings.forEach(PeerService.Following::close);
        overlays.release(driver);
        memberships.forEach(SegmentGroups.Membership::close);
        driver.stop();
    }
}
