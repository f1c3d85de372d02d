package org.grapevine.cli.client;

import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import org.grapevine.cli.console.Fields;
import org.grapevine.core.membership.MembershipStats;
import org.grapevine.core.membership.Standing;
import org.grapevine.peer.service.ViewReport;

/**
 * What a device tells of its view of one segment, for one port type.
 *
 * @param device its friendly name, or its endpoint
 * @param endpoint its stable identity
 */
record DeviceView(String device, String endpoint, ViewReport report) {

    /** Names of the cells of {@link #row}. */
    static final List<String> HEADING =
            List.of("device", "view", "links", "entries", "suspected", "size", "oldest", "dropped");

    String scope() {
        return report.segment().scope();
    }

    /** By which others know the shadow. */
    String address() {
        return report.self().address().value();
    }

    List<Standing> standings() {
        return report.status().standings();
    }

    MembershipStats stats() {
        return report.status().stats();
    }

    String kind() {
        return word(report.status().kind());
    }

    /** Of the oldest entry, in shuffle periods; 0 if there is none. */
    private int oldest() {
        return standings().stream()
                .mapToInt(standing -> standing.peer().age())
                .max()
                .orElse(0);
    }

    private long dropped() {
        return stats().dropped().values().stream().mapToLong(Long::longValue).sum();
    }

    List<String> row() {
        return List.of(
                device,
                kind(),
                Integer.toString(stats().links()),
                Integer.toString(stats().entries()),
                Integer.toString(stats().suspects()),
                Integer.toString(stats().size()),
                Integer.toString(oldest()),
                Long.toString(dropped()));
    }

    Fields fields() {
        Fields drops = Fields.nested();
        new TreeMap<>(stats().dropped()).forEach((reason, count) -> drops.and(word(reason), count));
        return Fields.step("view")
                .and("device", device)
                .and("endpoint", endpoint)
                .and("segment", scope())
                .and("portType", report.portType().toString())
                .and("kind", kind())
                .and("address", address())
                .and("links", stats().links())
                .and("entries", stats().entries())
                .and("suspected", stats().suspects())
                .and("contacts", stats().contacts())
                .and("size", stats().size())
                .and("oldest", oldest())
                .and("sent", stats().sent())
                .and("received", stats().received())
                .and("probes", stats().probes())
                .and("unanswered", stats().unanswered())
                .and("declaredDead", stats().declaredDead())
                .and("contradicted", stats().contradicted())
                .and("dropped", drops)
                .and("peers", standings().stream().map(DeviceView::fields).toList());
    }

    private static Fields fields(Standing standing) {
        return Fields.nested()
                .and("address", standing.peer().address().value())
                .and("httpPort", standing.peer().httpPort())
                .and("age", standing.peer().age())
                .and("linked", standing.linked())
                .and("suspected", standing.suspected());
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
