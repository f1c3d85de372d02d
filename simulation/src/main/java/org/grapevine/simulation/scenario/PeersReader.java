package org.grapevine.simulation.scenario;

import java.util.List;
import java.util.Set;
import org.grapevine.core.membership.MembershipConfig;
import org.grapevine.core.membership.MembershipConfig.Detection;
import org.grapevine.core.membership.MembershipConfig.Estimate;
import org.grapevine.core.membership.MembershipConfig.Kind;
import org.grapevine.core.membership.MembershipConfig.View;
import org.grapevine.yaml.YamlMap;

/** Reads the {@code peers} of a scenario file. */
final class PeersReader {

    static final String ALL = "all";

    private static final Set<String> KEYS = Set.of(
            "view",
            "contacts",
            "lattice",
            "links",
            "entries",
            "join-walk",
            "passive-walk",
            "shuffle-walk",
            "shuffle-links",
            "shuffle-entries",
            "shuffle",
            "tend",
            "retry",
            "old-contacts",
            "entries-per-message",
            "probe",
            "ping",
            "indirect",
            "suspicion",
            "suspicion-spread",
            "health-limit",
            "rumours-per-message",
            "rumours",
            "average",
            "cycles",
            "counts");

    private PeersReader() {}

    static Peers of(YamlMap file) {
        YamlMap peers = file.mapOrEmpty("peers", KEYS);
        String view = peers.text("view", ALL);
        if (view.equals(ALL)) {
            return Peers.ALL;
        }
        for (Kind kind : Kind.values()) {
            if (Values.name(kind).equals(view)) {
                return of(peers, Peers.defaults(kind));
            }
        }
        throw peers.error("view", YamlMap.quoted(view), "one of " + String.join(", ", names()));
    }

    private static List<String> names() {
        return List.of(ALL, Values.name(Kind.FULL), Values.name(Kind.HYPARVIEW), Values.name(Kind.CYCLON));
    }

    private static Peers of(YamlMap peers, MembershipConfig absent) {
        int contacts = Values.integer(peers, "contacts", Peers.CONTACTS);
        boolean lattice = peers.flag("lattice", false);
        return peers.checked(() -> new Peers(
                new MembershipConfig(
                        absent.kind(),
                        view(peers, absent.view()),
                        detection(peers, absent.detection()),
                        estimate(peers, absent.estimate())),
                contacts,
                lattice));
    }

    private static long period(YamlMap peers, String key, long absent) {
        long millis = Values.millis(peers, key, absent);
        if (millis == 0) {
            throw peers.error(key, YamlMap.quoted(peers.text(key)), "1 ms..24 h");
        }
        return millis;
    }

    private static View view(YamlMap peers, View absent) {
        return new View(
                Values.integer(peers, "links", absent.links()),
                Values.integer(peers, "entries", absent.entries()),
                Values.integer(peers, "join-walk", absent.joinWalk()),
                Values.integer(peers, "passive-walk", absent.passiveWalk()),
                Values.integer(peers, "shuffle-walk", absent.shuffleWalk()),
                Values.integer(peers, "shuffle-links", absent.shuffleLinks()),
                Values.integer(peers, "shuffle-entries", absent.shuffleEntries()),
                period(peers, "shuffle", absent.shuffleMillis()),
                period(peers, "tend", absent.tendMillis()),
                period(peers, "retry", absent.contactMillis()),
                Values.integer(peers, "old-contacts", absent.contacts()),
                Values.integer(peers, "entries-per-message", absent.entriesPerMessage()));
    }

    private static Detection detection(YamlMap peers, Detection absent) {
        long probe = Values.millisOr(Values.NONE, peers, "probe", absent.probeMillis());
        long ping = Values.millis(peers, "ping", Peers.pingMillis(probe, absent));
        if (probe > 0 && (ping < 1 || ping >= probe)) {
            throw peers.error("ping", ping + " ms", "1 ms to below probe");
        }
        return new Detection(
                probe,
                ping,
                Values.integer(peers, "indirect", absent.indirect()),
                Values.integer(peers, "suspicion", absent.suspicion()),
                Values.integer(peers, "suspicion-spread", absent.suspicionSpread()),
                Values.integer(peers, "health-limit", absent.healthLimit()),
                Values.integer(peers, "rumours-per-message", absent.rumoursPerMessage()),
                Values.integer(peers, "rumours", absent.rumours()));
    }

    private static Estimate estimate(YamlMap peers, Estimate absent) {
        return new Estimate(
                Values.millisOr(Values.NONE, peers, "average", absent.averageMillis()),
                Values.integer(peers, "cycles", absent.cycles()),
                Values.integer(peers, "counts", absent.counts()));
    }
}
