package org.grapevine.simulation.validation;

import java.util.ArrayList;
import java.util.List;
import org.grapevine.core.membership.MembershipConfig.Kind;
import org.grapevine.core.message.GossipVariant;

/** The tables of membership: views, their cost, and what travels over them. */
final class OverlayTables {

    private static final int LARGE = 10_000;

    private OverlayTables() {}

    static List<Table> all() {
        return List.of(cyclon(), crash(), size(), sizeUnderChurn(), liars(), spread(), requests());
    }

    /** A run goes on for minutes of virtual time, and its figures are means over many devices already. */
    private static int runs(int devices) {
        return devices >= 1_000 ? 1 : 3;
    }

    static Table cyclon() {
        return new Table(
                "Cyclon from a ring",
                "5.2",
                "overlay-cyclon",
                "Each device knows the next 20 in a ring, and exchanges 8 entries with its oldest one in each cycle.",
                List.of(
                        cyclon(200, 20, "0.22"),
                        cyclon(1_000, 20, "0.044"),
                        cyclon(1_000, 100, "0.044"),
                        cyclon(LARGE, 10, "0.124"),
                        cyclon(LARGE, 20, "0.0086"),
                        cyclon(LARGE, 50, "0.0044")),
                List.of(
                        "In-degree: expected is what a random graph has, with a standard deviation of the square root of 20.",
                        "Clustering: expected is that of a random graph, 40/n, and a tenth more; after 10 and 20 cycles of 10,000"
                                + " devices, when the ring still shows, twice the figure of the one published run. Devices here"
                                + " exchange at times of their own, not one after the other in each cycle, and their last entries"
                                + " are under way when the figures are taken."));
    }

    private static Row cyclon(int devices, int cycles, String clustering) {
        return Row.of(
                Settings.of(devices, 0).withCycles(cycles),
                runs(devices),
                Check.of(Figure.IN_DEGREE, Expected.atLeast("19.9")),
                Check.of(Figure.IN_DEGREE_DEVIATION, Expected.atMost("4.5")),
                Check.of(Figure.IN_DEGREE_LEAST, Expected.atLeast("1")),
                Check.of(Figure.IN_DEGREE_MOST, Expected.atMost("60")),
                Check.of(Figure.CLUSTERING, Expected.atMost(clustering)));
    }

    static Table crash() {
        return new Table(
                "Entries of the dead",
                "5.3",
                "overlay-crash",
                "Half of the devices crash at once, after twelve cycles of shuffles. The figures are those five cycles later, or ten.",
                List.of(
                        crash(Settings.of(200, 0).withView(Kind.HYPARVIEW).withCycles(17), "0.01"),
                        crash(Settings.of(1_000, 0).withView(Kind.HYPARVIEW).withCycles(17), "0.01"),
                        crash(Settings.of(1_000, 0).withView(Kind.CYCLON).withCycles(17), "0.2"),
                        crash(Settings.of(1_000, 0).withView(Kind.CYCLON).withCycles(22), "0.01")),
                List.of(
                        "Five cycles are asked of HyParView. Cyclon needs twice as long, for each of its twenty entries is a link, one"
                                + " of them is probed in a second, and a suspect stays as long as it may contradict."));
    }

    private static Row crash(Settings settings, String share) {
        return Row.of(
                settings,
                runs(settings.devices()),
                Check.of(Figure.DEAD_ENTRIES, Expected.atMost(share)),
                Check.of(Figure.DEAD_LINKS, Expected.atMost(share)));
    }

    static Table size() {
        return new Table(
                "Size of a segment",
                "5.3",
                "overlay-size",
                "Every device estimates how many there are, by push-pull averaging over the links of HyParView.",
                List.of(size(200), size(1_000), size(LARGE)),
                List.of("Mean and most are over all devices."));
    }

    private static Row size(int devices) {
        return Row.of(
                Settings.of(devices, 0),
                runs(devices),
                Check.of(Figure.SIZE_ERROR, Expected.atMost("0.1")),
                Check.of(Figure.SIZE_ERROR_MOST, Expected.atMost("0.1")));
    }

    static Table sizeUnderChurn() {
        return new Table(
                "Size of a segment under churn",
                "5.3",
                "overlay-size-churn",
                "The same while one device in a hundred crashes in each cycle of exchanges and comes back with nothing remembered.",
                List.of(sizeUnderChurn(200), sizeUnderChurn(1_000)),
                List.of(
                        "A device that has just come back and heard of nobody's estimate yet knows no better than what is in its view."));
    }

    private static Row sizeUnderChurn(int devices) {
        return Row.of(Settings.of(devices, 0), runs(devices), Check.of(Figure.SIZE_ERROR, Expected.atMost("0.25")));
    }

    static Table liars() {
        return new Table(
                "Liars",
                "5.3",
                "overlay-liars",
                "One device in ten names only other liars, as many as it may each time. Their share of the entries of honest devices after"
                        + " thirty cycles.",
                List.of(
                        liars(Settings.of(200, 0).withView(Kind.HYPARVIEW), "0.2"),
                        liars(Settings.of(1_000, 0).withView(Kind.HYPARVIEW), "0.2"),
                        liars(Settings.of(1_000, 0).withView(Kind.CYCLON), "1")),
                List.of(
                        "Nothing is promised for Cyclon, whose cache takes what is newest: it is for networks where all devices are"
                                + " trusted."));
    }

    private static Row liars(Settings settings, String share) {
        return Row.of(settings, runs(settings.devices()), Check.of(Figure.LYING_ENTRIES, Expected.atMost(share)));
    }

    static Table spread() {
        List<Row> rows = new ArrayList<>();
        for (GossipVariant variant :
                new GossipVariant[] {GossipVariant.EAGER_PUSH, GossipVariant.TREE, GossipVariant.PULL}) {
            rows.add(Row.of(
                    Settings.of(200, 0).withVariant(variant),
                    runs(200),
                    Check.of(Figure.DELIVERED, Expected.atLeast("1"))));
        }
        return new Table(
                "Messages over views",
                "5.3",
                "overlay-spread",
                "Three messages over the links of HyParView, 30 % loss; 30 % of the devices crash while they are on their way.",
                rows,
                List.of());
    }

    static Table requests() {
        List<Row> rows = new ArrayList<>();
        for (Kind view : Kind.values()) {
            rows.add(Row.of(
                    Settings.of(200, 0).withView(view), runs(200), Check.of(Figure.COUNTED, Expected.atLeast("1"))));
        }
        rows.add(Row.of(Settings.of(1_000, 0), runs(1_000), Check.of(Figure.COUNTED, Expected.atLeast("1"))));
        return new Table(
                "Requests over views",
                "5.3",
                "overlay-requests",
                "One request over the links of each kind of view, without faults.",
                rows,
                List.of());
    }
}
