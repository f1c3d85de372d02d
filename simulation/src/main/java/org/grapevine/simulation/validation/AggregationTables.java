package org.grapevine.simulation.validation;

import java.util.ArrayList;
import java.util.List;
import org.grapevine.core.message.ReplyMode;

/** The tables of answers: who is inside when devices are dead, die or lose messages, and what each way of replies costs. */
final class AggregationTables {

    private static final int[] SIZES = {200, 1_000};

    /** Nobody is waited for who is not there: less than the published model takes with one dead device. */
    private static final String WITHOUT_FAULT = "400";

    private static final String WITH_DEAD = "1500";
    private static final String BUDGET = "2000";

    private AggregationTables() {}

    static List<Table> all() {
        return List.of(counted(), exact(), doubled(), dying(), modes());
    }

    private static int runs(Settings settings) {
        return settings.devices() == 1_000 ? 50 : 100;
    }

    private static Check atLeast(Figure figure, String value) {
        return Check.of(figure, Expected.atLeast(value));
    }

    private static Check atMost(Figure figure, String value) {
        return Check.of(figure, Expected.atMost(value));
    }

    static Table counted() {
        List<Row> rows = new ArrayList<>();
        for (int devices : SIZES) {
            Settings settings = Settings.of(devices, 0).withReplies(ReplyMode.AGGREGATE);
            rows.add(counted(settings, WITHOUT_FAULT));
            for (double dead : new double[] {0.01, 0.05, 0.1}) {
                rows.add(counted(settings.withDead(dead), WITH_DEAD));
            }
            for (double loss : new double[] {0.01, 0.05}) {
                rows.add(counted(settings.withLoss(loss), BUDGET));
            }
            rows.add(counted(settings.withLoss(0.05).withDead(0.1), BUDGET));
        }
        return new Table(
                "Counted under faults",
                "2.2",
                "aggregation",
                "A budget of 2,000 ms, with all that devices have by default: fanout by the rule for requests, what is lost is"
                        + " repeated, silent devices are given up.",
                rows,
                List.of(
                        "The dead do not answer at all, so nobody can tell whether they are there: the answer comes when those who"
                                + " asked them have given them up, and says how many requests stayed without an answer.",
                        "Without a fault two devices that ask each other decline each other and wait for nothing."));
    }

    private static Row counted(Settings settings, String elapsed) {
        return Row.of(
                settings,
                runs(settings),
                atLeast(Figure.COUNTED, "0.99"),
                atMost(Figure.WRONG, "0"),
                atMost(Figure.ELAPSED, elapsed));
    }

    static Table exact() {
        List<Row> rows = new ArrayList<>();
        for (int devices : SIZES) {
            Settings settings = Settings.of(devices, 5).withReplies(ReplyMode.AGGREGATE);
            rows.add(Row.of(
                    settings,
                    runs(settings),
                    atLeast(Figure.COUNTED_OF_REACHED, "1"),
                    atMost(Figure.COUNTED_OF_REACHED, "1")));
            rows.add(Row.of(settings.withLoss(0.01), runs(settings), atLeast(Figure.COUNTED_OF_REACHED, "0.99")));
            rows.add(Row.of(settings.withDead(0.01), runs(settings), atLeast(Figure.COUNTED, "0.98")));
            rows.add(Row.of(settings.withDead(0.1), runs(settings), atLeast(Figure.COUNTED, "0.98")));
        }
        return new Table(
                "Counted with fanout 5",
                "2.2",
                "aggregation",
                "The same with fanout 5, at which some devices are never asked. Without a fault the count is that of the devices that"
                        + " were asked, exactly, though each is asked five times.",
                rows,
                List.of(
                        "Sums are checked in each run: that of an answer is what the values of the devices inside add up to."));
    }

    static Table doubled() {
        List<Row> rows = new ArrayList<>();
        for (int devices : SIZES) {
            Settings settings = Settings.of(devices, 0);
            rows.add(Row.of(
                    settings,
                    runs(settings),
                    atLeast(Figure.COUNTED, "1"),
                    atMost(Figure.COUNTED, "1"),
                    atLeast(Figure.WHOLE, "1")));
        }
        return new Table(
                "Doubled and reordered",
                "2.2",
                "aggregation-doubled",
                "Three in ten messages come twice, three in ten up to 300 ms late, some of them after the end.",
                rows,
                List.of());
    }

    static Table dying() {
        List<Row> rows = new ArrayList<>();
        for (int devices : SIZES) {
            Settings settings = Settings.of(devices, 0);
            rows.add(dying(settings.withDying(0.01), "0.99"));
            rows.add(dying(settings.withDying(0.05), "0.99"));
            rows.add(dying(settings.withDying(0.1), "0.95"));
            rows.add(dying(settings.withDying(0.2), "0.85"));
        }
        return new Table(
                "Crash after Accept",
                "2.7",
                "aggregation-dying",
                "Devices die evenly over two seconds while a request is answered, whose services need 500 ms: most of them after"
                        + " they have said that a reply will follow. Whoever asked them asks their children in their place.",
                rows,
                List.of(
                        "Nobody is inside twice: that is checked in each run.",
                        "With the same engine but for Accepts that name no children, so that lost subtrees stay lost: 0.989, 0.939,"
                                + " 0.847 and 0.686 of 200 devices, 0.984, 0.901, 0.763 and 0.492 of 1,000."));
    }

    private static Row dying(Settings settings, String counted) {
        return Row.of(
                settings,
                runs(settings),
                atLeast(Figure.COUNTED_OF_STAYED, counted),
                atMost(Figure.WRONG, "0"),
                atMost(Figure.ELAPSED, "4000"));
    }

    static Table modes() {
        List<Row> rows = new ArrayList<>();
        for (int devices : SIZES) {
            for (double loss : new double[] {0, 0.05}) {
                Settings settings = Settings.of(devices, 0).withLoss(loss);
                rows.add(mode(settings.withReplies(ReplyMode.AGGREGATE), atLeast(Figure.COUNTED, "0.99")));
                rows.add(mode(settings.withReplies(ReplyMode.FIRST), atLeast(Figure.DEVICES_COUNTED, "10")));
                rows.add(mode(settings.withReplies(ReplyMode.COLLECT), atLeast(Figure.COUNTED, "0.99")));
            }
        }
        return new Table(
                "Replies by mode",
                "2.7",
                "aggregation",
                "Merged on their way, the first ten, and each as it is; a budget of 2,000 ms.",
                rows,
                List.of("The first ten end the request at the initiator; what is under way then runs out by itself."));
    }

    private static Row mode(Settings settings, Check counted) {
        return Row.of(
                settings,
                runs(settings),
                counted,
                atMost(Figure.ELAPSED, BUDGET),
                atMost(Figure.REQUEST_MESSAGES, "60"));
    }
}
