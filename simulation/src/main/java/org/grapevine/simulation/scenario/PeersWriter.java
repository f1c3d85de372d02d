package org.grapevine.simulation.scenario;

import static org.grapevine.simulation.scenario.ScenarioWriter.count;
import static org.grapevine.simulation.scenario.ScenarioWriter.millis;
import static org.grapevine.simulation.scenario.ScenarioWriter.orNone;

import org.grapevine.core.membership.MembershipConfig;
import org.grapevine.core.membership.MembershipConfig.Detection;
import org.grapevine.core.membership.MembershipConfig.Estimate;
import org.grapevine.core.membership.MembershipConfig.View;

/** Writes the {@code peers} of a scenario file. */
final class PeersWriter {

    private PeersWriter() {}

    static Flow flow(Peers peers) {
        Flow flow = new Flow();
        MembershipConfig config = peers.membership();
        if (config == null) {
            return flow.with("view", PeersReader.ALL);
        }
        MembershipConfig absent = Peers.defaults(config.kind());
        flow.with("view", Values.name(config.kind()));
        count(flow, "contacts", peers.contacts(), Peers.CONTACTS);
        flow.with("lattice", "true", !peers.lattice());
        view(flow, config.view(), absent.view());
        detection(flow, config.detection(), absent.detection());
        Estimate estimate = config.estimate();
        Estimate usual = absent.estimate();
        flow.with("average", orNone(estimate.averageMillis()), estimate.averageMillis() == usual.averageMillis());
        count(flow, "cycles", estimate.cycles(), usual.cycles());
        return count(flow, "counts", estimate.counts(), usual.counts());
    }

    private static void view(Flow flow, View view, View absent) {
        count(flow, "links", view.links(), absent.links());
        count(flow, "entries", view.entries(), absent.entries());
        count(flow, "join-walk", view.joinWalk(), absent.joinWalk());
        count(flow, "passive-walk", view.passiveWalk(), absent.passiveWalk());
        count(flow, "shuffle-walk", view.shuffleWalk(), absent.shuffleWalk());
        count(flow, "shuffle-links", view.shuffleLinks(), absent.shuffleLinks());
        count(flow, "shuffle-entries", view.shuffleEntries(), absent.shuffleEntries());
        millis(flow, "shuffle", view.shuffleMillis(), absent.shuffleMillis());
        millis(flow, "tend", view.tendMillis(), absent.tendMillis());
        millis(flow, "retry", view.contactMillis(), absent.contactMillis());
        count(flow, "old-contacts", view.contacts(), absent.contacts());
        count(flow, "entries-per-message", view.entriesPerMessage(), absent.entriesPerMessage());
    }

    private static void detection(Flow flow, Detection detection, Detection absent) {
        flow.with("probe", orNone(detection.probeMillis()), detection.probeMillis() == absent.probeMillis());
        millis(flow, "ping", detection.pingMillis(), Peers.pingMillis(detection.probeMillis(), absent));
        count(flow, "indirect", detection.indirect(), absent.indirect());
        count(flow, "suspicion", detection.suspicion(), absent.suspicion());
        count(flow, "suspicion-spread", detection.suspicionSpread(), absent.suspicionSpread());
        count(flow, "health-limit", detection.healthLimit(), absent.healthLimit());
        count(flow, "rumours-per-message", detection.rumoursPerMessage(), absent.rumoursPerMessage());
        count(flow, "rumours", detection.rumours(), absent.rumours());
    }
}
