package org.grapevine.simulation.validation;

import static org.grapevine.core.message.GossipVariant.PULL;
import static org.grapevine.core.message.GossipVariant.PUSH_PULL;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.grapevine.core.message.GossipVariant;
import org.jspecify.annotations.Nullable;

/** The tables: what is published, as docs/references.md has it, and how often each row is simulated. */
final class Tables {

    private static final int UNLIMITED = 255;
    private static final int LARGE = 10_000;
    private static final int HUGE = 100_000;

    private static final double[] LAN_LOSSES = {0.01, 0.1, 0.3};

    /** Devices in all runs of the model on an array together. What error this leaves is in the tolerance. */
    private static final int MODELLED_DEVICES = 2_000_000;

    private static final int REQUEST_RUNS = 400;

    /** One push in 3,100 dies out within a hop or two; fewer runs would have its mean decided by one or two of them. */
    private static final int RUNS_WHERE_PUSHES_RARELY_DIE_OUT = 10_000;

    /** A few runs with all devices alive make most of the mean. */
    private static final int EQUAL_DEADLINE_RUNS = 1_000;

    private Tables() {}

    static List<Table> all() {
        List<Table> all = new ArrayList<>(spreading());
        all.addAll(AggregationTables.all());
        all.addAll(OverlayTables.all());
        return List.copyOf(all);
    }

    private static List<Table> spreading() {
        return List.of(
                fanout(),
                finalShare(),
                push(),
                loss(),
                rounds(),
                pull(),
                plumtree(),
                plumtreeAfterFailures(),
                plumtreeRepaired(),
                lazy(),
                multicast(),
                multicastRepaired(),
                tree(),
                shrinking(),
                shrinkingMore(),
                equal(),
                repeated(),
                requests());
    }

    // Push

    static Table fanout() {
        int devices = 1097;
        String[] limits = {"0.066", "0.368", "0.692", "0.873", "0.951", "0.982", "0.993", "0.998", "0.999"};
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < limits.length; i++) {
            Settings settings = Settings.of(devices, 6 + i);
            rows.add(Row.of(
                    settings,
                    2_000,
                    Check.of(Figure.EVERYBODY, Expected.formula(limits[i]), new Reached(settings)::everybody)));
        }
        return new Table(
                "Fanout ln n + c",
                "1.1",
                "push",
                "1,097 devices, for ln 1,097 is 7.00: fanouts 6 to 14 are c = -1 to 7. Expected: the limit exp(-exp(-c)).",
                rows,
                List.of(
                        "The limit is one for n without bound and for targets drawn with repetition; the figures by the rule are"
                                + " exact for 1,097 devices and targets that are all different."));
    }

    static Table finalShare() {
        String[] shares = {"0.797", "0.940", "0.980", "0.9930", "0.9975", "0.9991", "0.9997", "0.9999", "0.99995"};
        List<Row> rows = new ArrayList<>();
        rows.add(finalShare(1, "0", 400));
        for (int i = 0; i < shares.length; i++) {
            rows.add(finalShare(2 + i, shares[i], 60));
        }
        return new Table(
                "Final share",
                "1.1",
                "push",
                "The share p of the devices that a push reaches in a large network, p = 1 - exp(-fanout p).",
                rows,
                List.of(
                        "With fanout 1 a message walks from device to device until it meets one that has it: 0 in the limit,"
                                + " about sqrt(pi n / 2) of n devices. Rounds end after 255 hops, which few walks reach.",
                        "A fanout is a whole number here, so there is no row for 1.5."));
    }

    private static Row finalShare(int fanout, String published, int runs) {
        Settings settings = Settings.of(LARGE, fanout);
        return Row.of(
                settings,
                runs,
                Check.of(Figure.COVERAGE, Expected.formula(published), new Reached(settings)::coverage));
    }

    static Table push() {
        return new Table(
                "Push",
                "1.2",
                "push",
                "Nothing is lost, rounds do not run out.",
                List.of(
                        push(100, 3, "0.944", "0.004", "7.0", "2.83"),
                        push(100, 5, "0.9940", "0.555", "4.8", "4.97"),
                        push(100, 8, "0.9997", "0.974", "3.7", "8.0"),
                        push(100, 11, "1.0000", "0.999", "3.0", "11.0"),
                        push(1_000, 3, "0.941", "0", "10.6", "2.82"),
                        push(1_000, 5, "0.9931", "0.001", "7.0", "4.97"),
                        push(1_000, 7, "0.9991", "0.410", "5.6", "6.99"),
                        push(1_000, 11, "1.0000", "0.987", "4.2", "11.0"),
                        push(LARGE, 5, "0.9930", "0", "9.1", "4.97"),
                        push(LARGE, 9, "0.9999", "0.305", "6.1", "9.0"),
                        push(LARGE, 11, "1.0000", null, "5.8", "11.0"),
                        push(LARGE, 13, "1.0000", "0.978", "5.0", "13.0")),
                List.of(
                        "Last hop: forwarding hops until nobody new is reached.",
                        "10,000 devices, fanout 11: the published simulations of P(everybody) lie between 0.835 and 0.868, so the"
                                + " formula is given."));
    }

    /** @param everybody null for the formula's */
    private static Row push(
            int devices, int fanout, String coverage, @Nullable String everybody, String lastHop, String copies) {
        int publishedRuns = devices == LARGE ? 400 : 2_000;
        Settings settings = Settings.of(devices, fanout);
        Reached reached = new Reached(settings);
        Supplier<Expected> modelled = () -> Expected.modelled(
                PushModel.of(devices, fanout, UNLIMITED, true, MODELLED_DEVICES / devices)
                        .lastHop(),
                2);
        return Row.of(
                settings,
                devices == LARGE ? 200 : 2_000,
                Check.of(Figure.COVERAGE, Expected.published(coverage, publishedRuns), reached::coverage),
                Check.of(
                        Figure.EVERYBODY,
                        everybody == null ? Expected.formula("0.846") : Expected.published(everybody, publishedRuns),
                        reached::everybody),
                Check.of(Figure.LAST_HOP, Expected.published(lastHop, publishedRuns), modelled),
                Check.of(Figure.COPIES, Expected.published(copies, publishedRuns), reached::copies));
    }

    static Table loss() {
        List<Row> rows = new ArrayList<>();
        int[] fanouts = {5, 7, 9, 11, 13};
        loss(
                rows, 0.01, fanouts, "0.9929", "0.001", "0.9990", "0.387", "0.9999", "0.883", "1.0000", "0.982",
                "1.0000", "0.999");
        loss(
                rows, 0.05, fanouts, "0.9910", "0", "0.9987", "0.282", "0.9998", "0.832", "1.0000", "0.966", "1.0000",
                "0.993");
        loss(
                rows, 0.2, fanouts, "0.9798", "0", "0.9964", "0.029", "0.9993", "0.464", "0.9999", "0.875", "1.0000",
                "0.981");
        loss(rows, 0.5, fanouts, "0.858", "0", "0.958", "0", "0.986", "0", "0.996", "0.020", "0.9985", "0.219");
        return new Table(
                "Push under loss",
                "1.3",
                "push",
                "Each copy is lost with a probability.",
                rows,
                List.of(
                        "Fanout 5 at 20 %: one push in 3,100 dies out at its beginning. Hence the many runs: in 1,000 of them, one"
                                + " such push more or less moves the mean by half of the tolerance."));
    }

    /** @param published coverage and P(everybody) for each fanout */
    private static void loss(List<Row> rows, double loss, int[] fanouts, String... published) {
        for (int i = 0; i < fanouts.length; i++) {
            Settings settings = Settings.of(1_000, fanouts[i]).withLoss(loss);
            Reached reached = new Reached(settings);
            rows.add(Row.of(
                    settings,
                    fanouts[i] == 5 && loss == 0.2 ? RUNS_WHERE_PUSHES_RARELY_DIE_OUT : 1_000,
                    Check.of(Figure.COVERAGE, Expected.published(published[2 * i], 1_500), reached::coverage),
                    Check.of(Figure.EVERYBODY, Expected.published(published[2 * i + 1], 1_500), reached::everybody)));
        }
    }

    static Table rounds() {
        List<Row> rows = new ArrayList<>();
        rounds(rows, 100, 5, "0.274", "0.761", "0.980", "0.993", "0.994", "0.994", "0.994");
        rounds(rows, 100, 8, "0.533", "0.988", "0.9998", "0.9997");
        rounds(rows, 1_000, 5, "0.031", "0.144", "0.514", "0.923", "0.990", "0.993", "0.993");
        rounds(rows, 1_000, 8, "0.071", "0.436", "0.970", "0.9996", "0.9997");
        rounds(rows, 1_000, 11, "0.125", "0.751", "0.9998", "1.000");
        rounds(rows, LARGE, 5, "0.003", "0.015", "0.074", "0.311", "0.788", "0.981", "0.992");
        rounds(rows, LARGE, 8, "0.007", "0.057", "0.365", "0.946", "0.9995", "0.9997");
        rounds(rows, LARGE, 11, "0.013", "0.136", "0.775", "0.9998", "1.000");
        return new Table("Rounds", "1.4", "push", "A copy travels so many hops at the most.", rows, List.of());
    }

    /** @param published coverage for 2, 3, 4 and so on rounds */
    private static void rounds(List<Row> rows, int devices, int fanout, String... published) {
        int limit = 2;
        for (String figure : published) {
            int at = limit++;
            Supplier<Expected> modelled = () -> Expected.modelled(
                    PushModel.of(devices, fanout, at, true, MODELLED_DEVICES / devices)
                            .coverage(),
                    4);
            rows.add(Row.of(
                    Settings.of(devices, fanout).withRounds(at),
                    devices == LARGE ? 100 : 500,
                    Check.of(Figure.COVERAGE, Expected.published(figure, devices == LARGE ? 100 : 500), modelled)));
        }
    }

    /** Who is reached in the end, by the engine's rule; worked out once for all figures of a row. */
    private static final class Reached {
        private final Settings settings;
        private @Nullable FinalSize size;

        Reached(Settings settings) {
            this.settings = settings;
        }

        private synchronized FinalSize size() {
            FinalSize known = size;
            if (known == null) {
                known = FinalSize.of(settings.devices(), settings.fanout(), settings.loss(), true);
                size = known;
            }
            return known;
        }

        Expected coverage() {
            return Expected.exact(size().coverage(), size().deviation(), Figure.COVERAGE.decimals);
        }

        Expected everybody() {
            return Expected.exact(size().everybody(), 0, Figure.EVERYBODY.decimals);
        }

        Expected copies() {
            int fanout = settings.fanout();
            return Expected.exact(size().coverage() * fanout, size().deviation() * fanout, Figure.COPIES.decimals);
        }
    }

    // Pull

    static Table pull() {
        return new Table(
                "Pull and push-pull",
                "1.5",
                "pull",
                "Every device asks one other in each round, all at the same instant; nobody ever stops.",
                List.of(
                        pull(100, PULL, 400, "9.7", "3.1"),
                        pull(100, PUSH_PULL, 400, "6.5", "4.4"),
                        pull(1_000, PULL, 200, "13.8", "3.7"),
                        pull(1_000, PUSH_PULL, 200, "9.2", "5.6"),
                        pull(LARGE, PULL, 60, "17.6", "4.2"),
                        pull(LARGE, PUSH_PULL, 60, "11.6", "6.2"),
                        pull(HUGE, PULL, 8, "21.0", "4.4"),
                        pull(HUGE, PUSH_PULL, 8, "14.0", "6.7")),
                List.of(
                        "Transmissions: what the model counts, calls in which a side that has the message speaks, whether the other"
                                + " one has it too or not. Devices compare ids first, so that what really is sent is one payload for"
                                + " each device.",
                        "By the rule: the random phone call on an array.",
                        "There is no row for push alone. Devices that repair do push without end, and a device that has nothing"
                                + " compares with nobody; but their pauses are drawn anew each time, between half a period and a whole"
                                + " one, so they have no rounds."));
    }

    private static Row pull(int devices, GossipVariant variant, int runs, String rounds, String transmissions) {
        int publishedRuns = devices == HUGE ? 30 : 200;
        boolean pushing = variant == PUSH_PULL;
        int modelled = Math.max(30, MODELLED_DEVICES / devices);
        return Row.of(
                Settings.of(devices, 0).withVariant(variant),
                runs,
                Check.of(
                        Figure.ROUNDS,
                        Expected.published(rounds, publishedRuns),
                        () -> Expected.modelled(
                                PhoneCallModel.of(devices, pushing, modelled).rounds(), 2)),
                Check.of(
                        Figure.CONTACTS,
                        Expected.published(transmissions, publishedRuns),
                        () -> Expected.modelled(
                                PhoneCallModel.of(devices, pushing, modelled).transmissions(), 3)));
    }

    // Tree

    static Table plumtree() {
        return new Table(
                "Tree (Plumtree)",
                "1.6",
                "plumtree",
                "Messages of one sender, nothing lost, nobody fails.",
                List.of(plumtree(1_000, 40, "5.2"), plumtree(LARGE, 4, "6.0")),
                List.of(
                        "Redundancy: copies received for each delivery, less one. An eager push with fanout f has f - 1.",
                        "The first message goes to as many peers as an eager push would take, since there is no tree yet.",
                        "Last hop: at most one more than that of an eager push in section 1.2, 4.2 with 1,000 devices and fanout 11,"
                                + " 5.0 with 10,000 and fanout 13."));
    }

    private static Row plumtree(int devices, int runs, String lastHop) {
        return Row.of(
                Settings.of(devices, 0),
                runs,
                Check.of(Figure.REDUNDANCY, Expected.atMost("0.001")),
                Check.of(Figure.TREE_LAST_HOP, Expected.atMost(lastHop)),
                Check.of(Figure.LAST_AFTER, Expected.atLeast("1")));
    }

    static Table plumtreeAfterFailures() {
        List<Row> rows = new ArrayList<>();
        for (int percent : new int[] {10, 20, 30, 40, 50}) {
            rows.add(failing(1_000, percent, 40, "0.99"));
        }
        return new Table(
                "Tree after failures",
                "1.6",
                "plumtree",
                "A share of the devices crashes at once and stays in all views; nothing but the tree brings messages, without repair.",
                rows,
                List.of());
    }

    private static Row failing(int devices, int percent, int runs, String coverage) {
        return Row.of(
                Settings.of(devices, 0).withFailed(percent / 100.0),
                runs,
                Check.of(Figure.FIRST_AFTER, Expected.atLeast(coverage)),
                Check.of(Figure.LAST_AFTER, Expected.atLeast(coverage)),
                Check.of(Figure.REDUNDANCY_AFTER, Expected.atMost("0.01")));
    }

    static Table plumtreeRepaired() {
        List<Row> rows = new ArrayList<>();
        for (int percent : new int[] {10, 30, 50, 60, 70, 80}) {
            rows.add(Row.of(
                    Settings.of(1_000, 0).withFailed(percent / 100.0),
                    10,
                    Check.of(Figure.FIRST_AFTER, Expected.atLeast("0.99")),
                    Check.of(Figure.LAST_AFTER, Expected.atLeast("0.99"))));
        }
        return new Table(
                "Tree after failures, with repair",
                "1.6",
                "plumtree-repaired",
                "The same with repair once a second; a message lives for 20 s.",
                rows,
                List.of(
                        "In the published experiments a membership protocol replaces dead links. Here the dead stay in all views, so"
                                + " above half of the devices it is repair that reaches the rest."));
    }

    // Lazy push

    static Table lazy() {
        return new Table(
                "Lazy push",
                "1.7",
                "lazy",
                "Fanout 11, every transit takes one unit of time: an eager hop one, a lazy hop three (id, request, payload).",
                List.of(
                        lazy(100, EAGER, "11.1", "0", "2.1", "3.0"),
                        lazy(100, 3, "8.5", "2.7", "2.1", "3.0"),
                        lazy(100, 2, "1.58", "9.8", "2.6", "5.0"),
                        lazy(100, 1, "1.00", "11.0", "4.4", "7.0"),
                        lazy(100, 0, "1.00", "11.1", "6.4", "9.1"),
                        lazy(1_000, EAGER, "11.0", "0", "3.1", "4.2"),
                        lazy(1_000, 3, "1.63", "9.6", "3.6", "6.6"),
                        lazy(1_000, 2, "1.01", "10.9", "5.4", "8.7"),
                        lazy(1_000, 0, "1.00", "11.0", "9.3", "12.6")),
                List.of(
                        "The published model lets devices send to the origin and to whom they have the message from; ours do not. By"
                                + " the rule: the same model on an array with that rule.",
                        "There are no rows for Flat(p), eager with a probability: it is not a variant here, since eager first hops"
                                + " cost less for the same delay at every p that was published."));
    }

    private static final int EAGER = -1;

    private static Row lazy(int devices, int eagerHops, String payloads, String ids, String mean, String last) {
        Settings settings = eagerHops == EAGER
                ? Settings.of(devices, 11).withVariant(GossipVariant.EAGER_PUSH)
                : Settings.of(devices, 11).withVariant(GossipVariant.LAZY_PUSH).withEagerHops(eagerHops);
        int hops = eagerHops == EAGER ? UNLIMITED : eagerHops;
        Modelled modelled = new Modelled(() -> LazyModel.of(devices, 11, hops, 2 * MODELLED_DEVICES / (10 * devices)));
        return Row.of(
                settings,
                devices == 100 ? 2_000 : 300,
                Check.of(
                        Figure.PAYLOADS,
                        Expected.published(payloads, 300),
                        () -> modelled.of(LazyModel.Outcome::payloads)),
                Check.of(Figure.IDS, Expected.published(ids, 300)),
                Check.of(
                        Figure.MEAN_DELAY,
                        Expected.published(mean, 300),
                        () -> modelled.of(LazyModel.Outcome::meanDelay)),
                Check.of(
                        Figure.LAST_DELAY,
                        Expected.published(last, 300),
                        () -> modelled.of(LazyModel.Outcome::lastDelay)));
    }

    /** Runs of a model that all figures of a row share. */
    private static final class Modelled {
        private final Supplier<LazyModel.Outcome> model;
        private LazyModel.@Nullable Outcome outcome;

        Modelled(Supplier<LazyModel.Outcome> model) {
            this.model = model;
        }

        synchronized Expected of(Function<LazyModel.Outcome, Sample> figure) {
            LazyModel.Outcome known = outcome;
            if (known == null) {
                known = model.get();
                outcome = known;
            }
            return Expected.modelled(figure.apply(known), 3);
        }
    }

    // Multicast

    static Table multicast() {
        List<Row> rows = new ArrayList<>();
        for (int devices : new int[] {100, 1_000}) {
            for (double loss : LAN_LOSSES) {
                double others = devices - 1.0;
                double coverage = (1 + others * (1 - loss)) / devices;
                double deviation = StrictMath.sqrt(others * loss * (1 - loss)) / devices;
                rows.add(Row.of(
                        Settings.of(devices, 0).withLoss(loss),
                        400,
                        Check.of(Figure.COVERAGE, Expected.exact(coverage, deviation, Figure.COVERAGE.decimals)),
                        Check.of(Figure.COPIES, Expected.exact(1.0 / devices, 0, Figure.COPIES.decimals + 1))));
            }
        }
        return new Table(
                "Multicast",
                "1.8",
                "multicast",
                "One multicast in a LAN; each receiver loses it by itself. Without repair.",
                rows,
                List.of("One copy is sent, whoever hears it: 1/n for each device."));
    }

    static Table multicastRepaired() {
        List<Row> rows = new ArrayList<>();
        for (int devices : new int[] {100, 1_000}) {
            for (double loss : LAN_LOSSES) {
                rows.add(Row.of(
                        Settings.of(devices, 0).withLoss(loss), 100, Check.of(Figure.COVERAGE, Expected.atLeast("1"))));
            }
        }
        return new Table(
                "Multicast, with repair",
                "1.8",
                "multicast-repaired",
                "The same with repair once a second.",
                rows,
                List.of());
    }

    // Requests

    static Table tree() {
        return new Table(
                "Shape of the tree",
                "2.4",
                "tree",
                "A request goes from device to device; whoever asked first is the parent, all others are declined.",
                List.of(
                        tree(Settings.of(100, 5), "0.9935", "0.80", "2.9", "4.8", "0.56"),
                        tree(Settings.of(100, 8), "0.9999", "0.88", "2.4", "3.7", "0.67"),
                        tree(Settings.of(1_000, 3), "0.941", "0.67", "6.1", "10.7", "0.41"),
                        tree(Settings.of(1_000, 5), "0.993", "0.80", "4.4", "7.0", "0.55"),
                        tree(Settings.of(1_000, 8), "0.9997", "0.88", "3.5", "5.1", "0.66"),
                        tree(Settings.of(1_000, 11), "1.0000", "0.91", "3.1", "4.2", "0.73"),
                        tree(Settings.of(LARGE, 8), "0.9996", "0.88", "4.6", "6.7", "0.66"),
                        tree(Settings.of(1_000, 5).withDead(0.1), "0.988", "0.70", "4.6", "7.3", "0.52")),
                List.of(
                        "Reached: of the devices that are up. Duplicate requests: of those sent. Leaves: of the devices reached.",
                        "Each device tells its parent with an Accept that it is now a child. The published model has no such message;"
                                + " it makes no difference to the tree."));
    }

    private static Row tree(
            Settings settings, String reached, String duplicates, String mean, String max, String leaves) {
        int published = 100;
        Expected everyone = Expected.published(reached, published);
        return Row.of(
                settings,
                settings.devices() == LARGE ? 40 : 400,
                settings.dead() > 0
                        ? Check.of(Figure.REACHED, everyone)
                        : Check.of(Figure.REACHED, everyone, new Reached(settings)::coverage),
                Check.of(Figure.DUPLICATES, Expected.published(duplicates, published)),
                Check.of(Figure.MEAN_DEPTH, Expected.published(mean, published)),
                Check.of(Figure.MAX_DEPTH, Expected.published(max, published)),
                Check.of(Figure.LEAVES, Expected.published(leaves, published)));
    }

    private static final List<Settings> FAULTS = List.of(
            Settings.of(200, 5),
            Settings.of(200, 5).withDead(0.01),
            Settings.of(200, 5).withLoss(0.01),
            Settings.of(1_000, 5),
            Settings.of(1_000, 5).withDead(0.01),
            Settings.of(1_000, 5).withDead(0.1),
            Settings.of(1_000, 5).withLoss(0.01),
            Settings.of(1_000, 5).withLoss(0.05));

    static Table shrinking() {
        String about = "The root has 2,000 ms; each level of the tree answers 100 ms before its parent stops waiting.";
        String[] published = {"0.994", "0.993", "0.954", "0.993", "0.993", "0.989", "0.950", "0.778"};
        return deadlines(
                "Deadlines, 100 ms for each level",
                100,
                REQUEST_RUNS,
                about,
                published,
                List.of(
                        "Counted: devices whose value is in the answer, of those that are up. With fanout 5 some are never asked: about 0.7 %."));
    }

    static Table shrinkingMore() {
        String about = "The same with 200 ms for each level.";
        String[] published = {"0.994", "0.992", "0.955", "0.993", "0.993", "0.988", "0.943", "0.770"};
        return deadlines(
                "Deadlines, 200 ms for each level",
                200,
                REQUEST_RUNS,
                about,
                published,
                List.of(
                        "A device whose own peers would be left with less than a margin asks nobody. Here this ends the tree after nine hops,"
                                + " which 1,000 devices reach in half of the runs: the answer comes some milliseconds sooner, and almost nobody"
                                + " is missing. So the time until the answer is compared in the two other tables only."));
    }

    static Table equal() {
        String about =
                "The same with 1 ms for each level, the least that a request can ask for: as good as no decrement.";
        String[] published = {"0.993", "0.297", "0.049", "0.993", "0.013", "0.001", "0.001", "0.001"};
        return deadlines(
                "Deadlines, the same for each level",
                1,
                EQUAL_DEADLINE_RUNS,
                about,
                published,
                List.of(
                        "This is how not to do it. One silent device makes its parent wait for the whole time, and by then the grandparent has left. A test without faults does not show it.",
                        "Few runs make most of the mean, those in which almost nobody is dead: with a fixed number of dead devices in place of a drawn one it would be far lower."));
    }

    private static Table deadlines(
            String title, long margin, int runs, String about, String[] published, List<String> notes) {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < FAULTS.size(); i++) {
            Settings settings = FAULTS.get(i);
            List<Check> checks = new ArrayList<>();
            checks.add(Check.of(Figure.COUNTED, Expected.published(published[i], 100)));
            if (settings.loss() == 0 && settings.dead() == 0 && margin < 200) {
                String elapsed = settings.devices() == 200 ? "182" : "224";
                checks.add(Check.of(Figure.ELAPSED, Expected.published(elapsed, 100)));
            }
            rows.add(new Row(settings.withMargin(margin), runs, checks));
        }
        return new Table(title, "2.2", "deadlines", about, rows, notes);
    }

    static Table repeated() {
        // What repetition cannot bring is who is never asked: loss has to leave no trace.
        String[] counted = {"0.994", "0.993", "0.994", "0.993", "0.993", "0.989", "0.993", "0.993"};
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < FAULTS.size(); i++) {
            rows.add(Row.of(
                    FAULTS.get(i).withMargin(100),
                    REQUEST_RUNS,
                    Check.of(Figure.COUNTED_OF_REACHED, Expected.atLeast("0.99")),
                    Check.of(Figure.COUNTED, Expected.published(counted[i], 100))));
        }
        return new Table(
                "Deadlines, with repetition",
                "2.2",
                "deadlines-repeated",
                "100 ms for each level, and requests and replies repeated until answered, as devices do by default.",
                rows,
                List.of("Counted of the live: expected is the figure without loss, for what is lost is repeated."));
    }

    static Table requests() {
        List<Row> rows = new ArrayList<>();
        for (GossipVariant variant : GossipVariant.values()) {
            rows.add(requests(variant, 0, "0.999"));
            rows.add(requests(variant, 0.05, "0.999"));
        }
        return new Table(
                "Requests by variant",
                "2.5",
                "requests",
                "One request to 200 devices of a LAN with all that devices have by default, by each variant.",
                rows,
                List.of(
                        "Counted: devices whose value is in the answer. Pulls come twice a second, and the answer is due after 20 s."));
    }

    private static Row requests(GossipVariant variant, double loss, String counted) {
        return Row.of(
                Settings.of(200, 0).withVariant(variant).withLoss(loss),
                100,
                Check.of(Figure.COUNTED, Expected.atLeast(counted)));
    }
}
