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
        return List.of(
                healing(),
                cyclon(),
                churn(),
                crash(),
                firstPing(),
                falseDetections(),
                averaging(),
                size(),
                sizeUnderChurn(),
                liars(),
                rest(),
                spread(),
                requests());
    }

    /** A run goes on for minutes of virtual time, and its figures are means over many devices already. */
    private static int runs(int devices) {
        return devices >= 1_000 ? 1 : 3;
    }

    static Table healing() {
        List<Row> rows = new ArrayList<>();
        rows.add(healing(200, 50, runs(200), "0.9995"));
        int[] percent = {10, 30, 50, 60, 70, 80, 90, 95};
        String[] published = {"0.9995", "0.9995", "0.9995", "0.9995", "0.9995", "0.9995", "0.989", "0.748"};
        for (int i = 0; i < percent.length; i++) {
            rows.add(healing(LARGE, percent[i], 1, published[i]));
        }
        return new Table(
                "HyParView after failures",
                "5.1",
                "overlay-healing",
                "A share of the devices crashes at once; a message floods the links of those that are left, every ten seconds.",
                rows,
                List.of(
                        "Expected: what a random graph gives after one pass of repair, 1.000 to its last digit up to 80 %.",
                        "Healed: when a message first reaches 99 % of those that the last one reaches, from the failure on. A cycle of"
                                + " shuffles takes 10 s. Most of the time is that of the failure detector, which gives each suspect"
                                + " time to contradict.",
                        "A device of which all links and all other entries have crashed has nobody left to ask but discovery: at 95 %"
                                + " these are some in a thousand."));
    }

    private static Row healing(int devices, int percent, int runs, String reliability) {
        return Row.of(
                Settings.of(devices, 0).withFailed(percent / 100.0),
                runs,
                Check.of(Figure.BEFORE, Expected.atLeast("1")),
                Check.of(Figure.HEALED, Expected.atLeast(reliability)),
                Check.of(Figure.HEALING, Expected.atMost("120")));
    }

    static Table cyclon() {
        return new Table(
                "Cyclon from a ring",
                "5.2",
                "overlay-cyclon",
                "Each device knows the next 20 in a ring, and exchanges 8 entries with its oldest one in each cycle.",
                List.of(
                        cyclon(200, 20, "4.0", "8", "36", "0.22"),
                        cyclon(1_000, 20, "3.2", "11", "33", "0.044"),
                        cyclon(1_000, 100, "2.8", "10", "31", "0.044"),
                        cyclon(LARGE, 10, "4.2", "6", "40", "0.124"),
                        cyclon(LARGE, 20, "3.0", "10", "36", "0.0086"),
                        cyclon(LARGE, 50, "1.8", "13", "28", "0.0044")),
                List.of(
                        "In-degree: the published figures are each of one run; expected is that a run is at most about a tenth wider.",
                        "Clustering: expected is that of a random graph, 40/n, and a tenth more; after 10 and 20 cycles of 10,000"
                                + " devices, when the ring still shows, twice the figure of the one published run. Devices here"
                                + " exchange at times of their own, not one after the other in each cycle, and their last entries"
                                + " are under way when the figures are taken."));
    }

    private static Row cyclon(int devices, int cycles, String deviation, String least, String most, String clustering) {
        return Row.of(
                Settings.of(devices, 0).withCycles(cycles),
                runs(devices),
                Check.of(Figure.IN_DEGREE, Expected.atLeast("19.9")),
                Check.of(Figure.IN_DEGREE_DEVIATION, Expected.atMost(deviation)),
                Check.of(Figure.IN_DEGREE_LEAST, Expected.atLeast(least)),
                Check.of(Figure.IN_DEGREE_MOST, Expected.atMost(most)),
                Check.of(Figure.CLUSTERING, Expected.atMost(clustering)));
    }

    static Table churn() {
        List<Row> rows = new ArrayList<>();
        for (Kind view : new Kind[] {Kind.HYPARVIEW, Kind.CYCLON}) {
            rows.add(Row.of(
                    Settings.of(100, 0).withView(view),
                    1_000,
                    Check.of(Figure.SPLITS, Expected.atMost("0")),
                    Check.of(Figure.DEAD_LINKS, Expected.atMost("0.1"))));
        }
        return new Table(
                "Churn",
                "5.3",
                "overlay-churn",
                "In each of ten cycles one device in a hundred crashes, and comes back later with nothing remembered. Once in each"
                        + " second it is looked whether the links join all devices.",
                rows,
                List.of(
                        "Looks at an overlay in parts: how many of 125, one in each second. Devices that have started less than five seconds ago are not"
                                + " missed.",
                        "Links to the dead are those when the churn is over."));
    }

    static Table crash() {
        List<Row> rows = new ArrayList<>();
        for (Kind view : new Kind[] {Kind.HYPARVIEW, Kind.CYCLON}) {
            rows.add(crash(Settings.of(200, 0).withView(view)));
            rows.add(crash(Settings.of(1_000, 0).withView(view)));
        }
        return new Table(
                "Entries of the dead",
                "5.3",
                "overlay-crash",
                "Half of the devices crash at once, after twelve cycles of shuffles. The figures are those five cycles later.",
                rows,
                List.of());
    }

    private static Row crash(Settings settings) {
        return Row.of(
                settings,
                runs(settings.devices()),
                Check.of(Figure.DEAD_ENTRIES, Expected.atMost("0.01")),
                Check.of(Figure.DEAD_LINKS, Expected.atMost("0.01")));
    }

    static Table firstPing() {
        return new Table(
                "First ping of the dead",
                "6.1",
                "overlay-first-ping",
                "Two of 200 devices crash; everybody knows everybody, and pings one other in each period.",
                List.of(Row.of(
                        Settings.of(200, 0).withFailed(0.01),
                        100,
                        Check.of(Figure.FIRST_PING, Expected.formula("1.58")))),
                List.of("The period in which it happens counts as a whole one."));
    }

    static Table falseDetections() {
        List<Row> rows = new ArrayList<>();
        String[][] published = {
            {"0.031", "0.0012"},
            {"0.154", "0.029", "0.0053", "0.00098"},
            {"0.30", "0.10", "0.036", "0.012", "0.0042", "0.0015"}
        };
        double[] loss = {0.01, 0.05, 0.1};
        for (int i = 0; i < loss.length; i++) {
            for (int k = 0; k < published[i].length; k++) {
                rows.add(Row.of(
                        Settings.of(100, 0).withLoss(loss[i]).withIndirect(k),
                        6,
                        Check.of(Figure.FALSE_DETECTIONS, Expected.formula(published[i][k]))));
            }
        }
        return new Table(
                "False detections of SWIM",
                "6.1",
                "overlay-swim",
                "Probes of live devices that nobody answers, directly or through k others, before any suspicion.",
                rows,
                List.of(
                        "The published figure is for a device and a period; it is that of one probe, times 1.58, as often as one that is"
                                + " pinged at all is pinged on the mean.",
                        "What is expected less often than once in a thousand periods is left out: it would take millions of probes to"
                                + " see."));
    }

    static Table averaging() {
        return new Table(
                "Averaging",
                "6.2",
                "overlay-averaging",
                "Every device exchanges averages with one other in each cycle, at a time of its own.",
                List.of(
                        averaging(1_000, Kind.FULL, 5, Expected.published("0.302", 1)),
                        averaging(1_000, Kind.CYCLON, 5, Expected.atMost("0.391")),
                        averaging(LARGE, Kind.CYCLON, 1, Expected.atMost("0.396"))),
                List.of(
                        "From the fifth cycle of an epoch on, when a count has come to all devices.",
                        "The 20 links of Cyclon change all the time, so there is no published figure for them; five random links that"
                                + " stay the same are a bound.",
                        "Over the five symmetric links of HyParView, 1,000 devices, the factor is 0.596: after the 30 cycles of an epoch"
                                + " the estimates of two devices still differ by some percent in a segment of 10,000."));
    }

    private static Row averaging(int devices, Kind view, int runs, Expected factor) {
        return Row.of(Settings.of(devices, 0).withView(view), runs, Check.of(Figure.AVERAGING, factor));
    }

    static Table size() {
        return new Table(
                "Size of a segment",
                "5.3",
                "overlay-size",
                "Every device estimates how many there are, by push-pull averaging over the links of HyParView.",
                List.of(size(200), size(1_000), size(LARGE)),
                List.of(
                        "Mean and most are over all devices: the mean has to be within a tenth, and of 10,000 the worst one within a quarter."));
    }

    private static Row size(int devices) {
        return Row.of(
                Settings.of(devices, 0),
                runs(devices),
                Check.of(Figure.SIZE_ERROR, Expected.atMost("0.1")),
                Check.of(Figure.SIZE_ERROR_MOST, Expected.atMost("0.25")));
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

    static Table rest() {
        List<Row> rows = new ArrayList<>();
        for (Kind view : new Kind[] {Kind.HYPARVIEW, Kind.CYCLON}) {
            for (int devices : new int[] {100, 1_000, LARGE}) {
                rows.add(rest(Settings.of(devices, 0).withView(view)));
            }
        }
        return new Table(
                "Cost at rest",
                "5.3",
                "overlay-rest",
                "What a device sends to keep its view, to find the dead and to estimate the size, with all periods as by default and"
                        + " nothing else to do; the second of two minutes.",
                rows,
                List.of(
                        "The bound is the same for all sizes: what a device sends does not depend on how many there are. It receives as"
                                + " much as it sends, on average.",
                        "Bytes are envelopes without the headers of UDP and IP."));
    }

    private static Row rest(Settings settings) {
        return Row.of(
                settings,
                1,
                Check.of(Figure.MESSAGES, Expected.atMost("6")),
                Check.of(Figure.BYTES, Expected.atMost("6000")));
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
