package org.grapevine.cli.client;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.xml.namespace.QName;
import org.grapevine.cli.console.Fields;
import org.grapevine.cli.console.Reporter;
import org.grapevine.core.membership.Standing;
import org.grapevine.simulation.report.OverlayGraph;
import org.grapevine.simulation.report.OverlayGraph.Link;
import org.grapevine.simulation.report.OverlayGraph.Node;
import org.grapevine.simulation.report.OverlayGraph.State;

/** The views that devices have of one segment for one port type, side by side. */
final class OverlayReport {

    /** Addresses that a device may name though nobody is there; what is beyond would not be seen in a picture either. */
    private static final int MOST_SILENT = 1_000;

    private static final int MOST_NAMED = 5;

    private final String scope;
    private final QName portType;
    private final List<DeviceView> views;
    private final OverlayGraph graph;
    private final OverlayGraph.Figures figures;

    private OverlayReport(String scope, QName portType, List<DeviceView> views) {
        this.scope = scope;
        this.portType = portType;
        this.views = views;
        this.graph = graph(scope + " " + portType.getLocalPart(), views);
        this.figures = graph.figures();
    }

    /** Puts views of the same segment and port type together; those of most devices first. */
    static List<OverlayReport> of(Collection<DeviceView> views) {
        Map<List<String>, List<DeviceView>> together = views.stream()
                .collect(Collectors.groupingBy(
                        view -> List.of(view.scope(), view.report().portType().toString()),
                        LinkedHashMap::new,
                        Collectors.toList()));
        return together.values().stream()
                .map(all -> all.stream()
                        .sorted(Comparator.comparing(DeviceView::device).thenComparing(DeviceView::address))
                        .toList())
                .map(all -> new OverlayReport(
                        all.get(0).scope(), all.get(0).report().portType(), all))
                .sorted(Comparator.comparing((OverlayReport each) -> -each.views.size())
                        .thenComparing(each -> each.scope)
                        .thenComparing(each -> each.portType.toString()))
                .toList();
    }

    private static OverlayGraph graph(String title, List<DeviceView> views) {
        // A shadow whose policy has just changed has two views; and nobody can be kept from claiming another one's
        // address.
        Map<String, Integer> index = new LinkedHashMap<>();
        Map<String, String> names = new LinkedHashMap<>();
        views.forEach(view -> names.putIfAbsent(view.address(), view.device()));
        names.keySet().forEach(address -> index.put(address, index.size()));
        Set<String> suspected = new HashSet<>();
        Map<List<Integer>, Boolean> links = new LinkedHashMap<>();
        for (DeviceView view : views) {
            for (Standing standing : view.standings()) {
                String peer = standing.peer().address().value();
                if (standing.suspected()) {
                    suspected.add(peer);
                }
                if (!standing.linked() || peer.equals(view.address())) {
                    continue;
                }
                if (index.size() < names.size() + MOST_SILENT) {
                    index.putIfAbsent(peer, index.size());
                }
                Integer from = index.get(view.address());
                Integer to = index.get(peer);
                if (from != null && to != null) {
                    links.merge(List.of(from, to), standing.suspected(), Boolean::logicalOr);
                }
            }
        }
        List<Node> nodes = new ArrayList<>();
        index.forEach((address, at) -> {
            String name = names.get(address);
            State state = name == null ? State.SILENT : suspected.contains(address) ? State.SUSPECTED : State.ANSWERED;
            nodes.add(new Node(name == null ? address : name, state));
        });
        List<Link> all = new ArrayList<>();
        links.forEach((ends, doubted) -> all.add(new Link(ends.get(0), ends.get(1), doubted)));
        return new OverlayGraph(title, nodes, all);
    }

    String title() {
        return graph.title();
    }

    OverlayGraph graph() {
        return graph;
    }

    /** Parts between which there is no link; 1 if all is well. */
    int pieces() {
        return figures.pieces().size();
    }

    private List<String> silent() {
        return graph.nodes().stream()
                .filter(node -> node.state() == State.SILENT)
                .map(Node::name)
                .toList();
    }

    void tell(Reporter reporter) {
        views.forEach(view -> reporter.json(view.fields()));
        reporter.json(fields());
        reporter.line("segment " + scope + "  " + portType);
        List<List<String>> rows = new ArrayList<>();
        rows.add(DeviceView.HEADING);
        views.forEach(view -> rows.add(view.row()));
        reporter.table("  ", rows);
        reporter.line("  " + inWords());
        if (!silent().isEmpty()) {
            reporter.line("  " + silent().size() + " more have links to them and told nothing: "
                    + String.join(" ", silent().subList(0, Math.min(MOST_NAMED, silent().size())))
                    + (silent().size() > MOST_NAMED ? " ..." : ""));
        }
    }

    private String inWords() {
        int devices = figures.pieces().stream().mapToInt(Integer::intValue).sum();
        String whole = devices == 1
                ? "alone"
                : pieces() == 1
                        ? "connected"
                        : "in " + pieces() + " pieces of "
                                + figures.pieces().stream().map(String::valueOf).collect(Collectors.joining(", "));
        return devices + (devices == 1 ? " device, " : " devices, ") + whole + "; links to each "
                + figures.inDegreeLeast() + " to " + figures.inDegreeMost() + ", mean "
                + rounded(figures.inDegreeMean()) + "; " + figures.oneSided() + " of " + figures.links()
                + " links of one side only; clustering " + rounded(figures.clustering());
    }

    private Fields fields() {
        Map<String, Long> kinds =
                views.stream().collect(Collectors.groupingBy(DeviceView::kind, TreeMap::new, Collectors.counting()));
        List<Integer> sizes =
                views.stream().map(view -> view.stats().size()).sorted().toList();
        return Fields.step("segment")
                .and("segment", scope)
                .and("portType", portType.toString())
                .and("kinds", List.copyOf(kinds.keySet()))
                .and(
                        "devices",
                        figures.pieces().stream().mapToInt(Integer::intValue).sum())
                .and("connected", pieces() == 1)
                .and("pieces", figures.pieces())
                .and("links", figures.links())
                .and("oneSided", figures.oneSided())
                .and("inDegreeMin", figures.inDegreeLeast())
                .and("inDegreeMean", rounded(figures.inDegreeMean()))
                .and("inDegreeMax", figures.inDegreeMost())
                .and("clustering", rounded(figures.clustering()))
                .and("sizeMin", sizes.get(0))
                .and("sizeMedian", sizes.get(sizes.size() / 2))
                .and("sizeMax", sizes.get(sizes.size() - 1))
                .and("silent", silent());
    }

    private static BigDecimal rounded(double number) {
        return BigDecimal.valueOf(number).setScale(2, RoundingMode.HALF_EVEN);
    }
}
