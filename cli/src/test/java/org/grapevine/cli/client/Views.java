package org.grapevine.cli.client;

import java.util.List;
import java.util.Map;
import javax.xml.namespace.QName;
import org.grapevine.core.membership.MembershipConfig;
import org.grapevine.core.membership.MembershipDrop;
import org.grapevine.core.membership.MembershipStats;
import org.grapevine.core.membership.PeerEntry;
import org.grapevine.core.membership.Standing;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.core.message.Segment;
import org.grapevine.peer.SegmentView;
import org.grapevine.peer.service.ViewReport;

/** Views as devices tell them, for tests. */
final class Views {

    static final QName LAMP = new QName("urn:example", "Lamp");

    private Views() {}

    static String address(String name) {
        return "soap.udp://192.0.2.1:4000/" + name;
    }

    static PeerEntry entry(String name, int age) {
        return new PeerEntry(new PeerAddress(address(name)), 4001, age);
    }

    static Standing link(String to) {
        return new Standing(entry(to, 0), true, false);
    }

    static DeviceView of(String name, String scope, Standing... peers) {
        return of(name, scope, LAMP, peers);
    }

    static DeviceView of(String name, String scope, QName portType, Standing... peers) {
        List<Standing> all = List.of(peers);
        MembershipStats stats = new MembershipStats(
                (int) all.stream().filter(Standing::linked).count(),
                all.size(),
                (int) all.stream().filter(Standing::suspected).count(),
                4,
                3,
                5,
                6,
                7,
                8,
                9,
                10,
                Map.of(MembershipDrop.OWN_ENTRY, 2L, MembershipDrop.STALE_ENTRY, 1L));
        return new DeviceView(
                name,
                "urn:uuid:" + name,
                new ViewReport(
                        portType,
                        new Segment(scope),
                        entry(name, 0),
                        new SegmentView.Status(MembershipConfig.Kind.HYPARVIEW, all, stats)));
    }
}
