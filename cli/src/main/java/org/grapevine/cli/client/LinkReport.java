package org.grapevine.cli.client;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.grapevine.cli.console.Fields;
import org.grapevine.cli.console.Reporter;
import org.grapevine.dpws.transport.AddressText;
import org.grapevine.dpws.transport.DatagramDrop;
import org.grapevine.dpws.transport.Link;
import org.grapevine.dpws.transport.LinkCounters;

/** What went over the links of a host, as people and programs see it. */
final class LinkReport {

    private LinkReport() {}

    /** One object for each link. */
    static void json(Reporter reporter, List<Link> links) {
        for (Link link : links) {
            LinkCounters counters = link.counters();
            Fields dropped = Fields.nested();
            new TreeMap<>(counters.dropped())
                    .forEach((why, times) -> dropped.and(why.name().toLowerCase(Locale.ROOT), times));
            reporter.json(Fields.step("link")
                    .and("interface", link.interfaceName())
                    .and("address", AddressText.of(link.address()))
                    .and("group", AddressText.authority(link.group()))
                    .and("sent", counters.sent())
                    .and("sentMulticast", counters.sentMulticast())
                    .and("received", counters.received())
                    .and("receivedMulticast", counters.receivedMulticast())
                    .and("dropped", dropped));
        }
    }

    /** A row for each link. */
    static void text(Reporter reporter, List<Link> links) {
        List<List<String>> rows = new ArrayList<>();
        for (Link link : links) {
            LinkCounters counters = link.counters();
            rows.add(List.of(
                    link.interfaceName(),
                    AddressText.of(link.address()),
                    "sent " + counters.sent() + " (" + counters.sentMulticast() + " to the group)",
                    "received " + counters.received() + " (" + counters.receivedMulticast() + " from the group)",
                    dropped(counters.dropped())));
        }
        reporter.table("  link        ", rows);
    }

    private static String dropped(Map<DatagramDrop, Long> dropped) {
        List<String> reasons = new ArrayList<>();
        new TreeMap<>(dropped).forEach((why, times) -> {
            if (times > 0) {
                reasons.add(times + " " + why.name().toLowerCase(Locale.ROOT).replace('_', ' '));
            }
        });
        return "dropped " + (reasons.isEmpty() ? "0" : String.join(", ", reasons));
    }
}
