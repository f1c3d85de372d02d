package org.grapevine.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.grapevine.gossip.client.ClientMessage;
import org.grapevine.gossip.client.GossipAnswer;
import org.grapevine.gossip.client.GossipChoice;
import org.grapevine.gossip.client.GossipClient;
import org.grapevine.gossip.client.GossipEntry;
import org.grapevine.gossip.driver.StylesheetText;
import org.grapevine.grid.device.GridPayloads;
import org.grapevine.grid.energy.EnergyNeeds;
import org.grapevine.grid.sample.GridDevice;
import org.grapevine.grid.sample.SampleGrid;

/**
 * How long it takes to add up the energy needs of the demo's 205 devices, through the reply tree and by calling each device; with all
 * of them healthy, with a twentieth silent, dying meanwhile, and gone. All on this computer, through real sockets of the loopback
 * interface. The devices that die run in a process of their own.
 */
public final class AggregationSpeed {

    /** That of the demo: 1 IS, 4 SSC, 40 SM, 160 IED. */
    private static final SampleGrid LAYOUT = new SampleGrid("speed", 4, 40, 160);

    private static final int RUNS = 50;
    private static final int BUDGET_MILLIS = 2_000;

    /** What waits for silent devices one by one takes ten seconds each time. */
    private static final int SLOW_RUNS = 3;

    /** A device keeps only so many texts of strangers. */
    private static final int UNKNOWN_RUNS = 10;

    /** A twentieth of the devices. */
    private static final int DEAD_METERS = 2;

    private static final int DEAD_APPLIANCES = 8;
    private static final int AT_ONCE = 32;
    private static final String TREE = "reply tree";
    private static final String ONE = "one by one";
    private static final String MANY = AT_ONCE + " at a time";
    private static final Duration HTTP_TIMEOUT = Duration.ofSeconds(1);
    private static final int WARM_UP_RUNS = 60;

    /** So many answers in a row must count everybody before the devices have found each other. */
    private static final int WHOLE_IN_A_ROW = 5;

    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(120);

    /** A device that dies while it is asked does so within this time. */
    private static final int DEATH_WITHIN_MILLIS = 100;

    private final Trial trial;
    private final ChildJvm doomed;
    /** Devices that do not die, and those of them that gossip can get to then. */
    private final int live;

    private final int reachable;
    private final List<URI> addresses = new ArrayList<>();
    private final GossipClient client;
    private final GossipEntry entry;
    private final ClientMessage question;
    private final DirectCalls direct;
    private final List<Long> truth;
    private final Random random = new Random(1);

    /**
     * What is measured.
     *
     * @param deadMeters of the devices that die
     * @param runs of each row
     * @param budgetMillis of a request, ms
     * @param warmUpRuns before
     */
    record Trial(SampleGrid layout, int deadMeters, int deadAppliances, int runs, int budgetMillis, int warmUpRuns) {}

    private AggregationSpeed(Trial trial, SpeedGrid grid, ChildJvm doomed, Set<String> dead) throws Exception {
        this.trial = trial;
        this.doomed = doomed;
        this.live = trial.layout().devices().size() - dead.size();
        this.reachable = SpeedGrid.reachable(trial.layout(), dead).size();
        this.client = GossipClient.of(grid.host());
        URI shadow = grid.shadow(trial.layout().informationSystem().name()).address();
        this.entry = client.entry(shadow, Duration.ofSeconds(10)).get(20, TimeUnit.SECONDS);
        this.question = ClientMessage.of(GridPayloads.needsRequest(SpeedGrid.DAY))
                .with(GossipChoice.NONE.withTimeout(Duration.ofMillis(trial.budgetMillis())));
        this.direct = new DirectCalls(
                grid.host(), entry.portType().operations().get(0).action(), HTTP_TIMEOUT);
        addresses.addAll(grid.addresses().values());
        List<String> words = doomed.ask("addresses");
        for (int i = 0; i < words.size(); i += 2) {
            addresses.add(URI.create(words.get(i + 1)));
        }
        this.truth = SpeedGrid.truth(trial.layout());
    }

    /**
     * Prints the table.
     *
     * @param args runs of each row, and the budget of a request in ms; {@value #RUNS} and {@value #BUDGET_MILLIS} if none are given
     */
    public static void main(String[] args) throws Exception {
        Machine.quiet();
        int runs = args.length < 1 ? RUNS : Integer.parseInt(args[0]);
        int budget = args.length < 2 ? BUDGET_MILLIS : Integer.parseInt(args[1]);
        System.out.println(Machine.line() + "; load " + load());
        run(new Trial(LAYOUT, DEAD_METERS, DEAD_APPLIANCES, runs, budget, WARM_UP_RUNS));
        System.out.println("\nload " + load());
    }

    static void run(Trial trial) throws Exception {
        Set<String> dead = drawn(trial, new Random(1));
        LoopbackNet net = LoopbackNet.open();
        try (SpeedGrid grid = SpeedGrid.start(net, trial.layout(), name -> !dead.contains(name));
                ChildJvm doomed = ChildJvm.grid(net, trial.layout(), dead)) {
            AggregationSpeed speed = new AggregationSpeed(trial, grid, doomed, dead);
            speed.awaitAll();
            for (int i = 0; i < trial.warmUpRuns(); i++) {
                speed.gossip();
                speed.direct(AT_ONCE);
                speed.direct(1);
            }
            System.out.printf(
                    Locale.ROOT,
                    "%d devices, %d of them in a process of their own, which dies; budget %,d ms, HTTP timeout %,d ms%n%n",
                    trial.layout().devices().size(),
                    dead.size(),
                    trial.budgetMillis(),
                    HTTP_TIMEOUT.toMillis());
            SpeedRow.header();
            speed.healthy();
            speed.unknown();
            speed.silent();
            speed.dying();
            speed.gone();
        }
    }

    /** Meters whose appliances nobody reaches then, and appliances behind others. */
    private static Set<String> drawn(Trial trial, Random random) {
        SampleGrid layout = trial.layout();
        Set<String> drawn = new LinkedHashSet<>();
        while (drawn.size() < trial.deadMeters()) {
            drawn.add(layout.meter(1 + random.nextInt(layout.meters())).name());
        }
        Set<String> cutOff = new LinkedHashSet<>(drawn);
        while (drawn.size() < trial.deadMeters() + trial.deadAppliances()) {
            GridDevice appliance = layout.appliance(1 + random.nextInt(layout.appliances()));
            if (!cutOff.contains(
                    layout.meter(layout.meterOf(appliance.number())).name())) {
                drawn.add(appliance.name());
            }
        }
        return drawn;
    }

    private SpeedRow.Outcome gossip() throws Exception {
        return gossip(question);
    }

    private SpeedRow.Outcome gossip(ClientMessage asked) throws Exception {
        long began = System.nanoTime();
        try {
            GossipAnswer answer = client.ask(List.of(entry), asked).get(60, TimeUnit.SECONDS);
            double millis = since(began);
            return new SpeedRow.Outcome(
                    millis,
                    answer.completeness().counted(),
                    GridPayloads.needs(answer.value().orElseThrow()).wattHours().equals(truth));
        } catch (ExecutionException e) {
            return new SpeedRow.Outcome(since(began), 0, false);
        }
    }

    private SpeedRow.Outcome direct(int atOnce) throws Exception {
        long began = System.nanoTime();
        DirectCalls.Sum sum = direct.sum(addresses, atOnce);
        return new SpeedRow.Outcome(since(began), sum.counted(), sum.wattHours().equals(truth));
    }

    private void awaitAll() throws Exception {
        long end = System.nanoTime() + PATIENCE_NANOS;
        int whole = 0;
        while (whole < WHOLE_IN_A_ROW) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException("devices: not all counted (expected: " + addresses.size() + ")");
            }
            whole = gossip().counted() == addresses.size() ? whole + 1 : 0;
        }
    }

    private void healthy() throws Exception {
        SpeedRow tree = new SpeedRow(TREE, "healthy", addresses.size());
        SpeedRow one = new SpeedRow(ONE, "healthy", addresses.size());
        SpeedRow many = new SpeedRow(MANY, "healthy", addresses.size());
        for (int i = 0; i < trial.runs(); i++) {
            tree.measure(this::gossip);
            one.measure(() -> direct(1));
            many.measure(() -> direct(AT_ONCE));
        }
        print(tree, one, many);
    }

    /** A stylesheet that no device has seen: it comes with the question, goes from device to device, and runs in a small JVM. */
    private void unknown() throws Exception {
        SpeedRow first = new SpeedRow("first use", "healthy", addresses.size());
        SpeedRow second = new SpeedRow("second use", "healthy", addresses.size());
        for (int i = 0; i < Math.min(trial.runs(), UNKNOWN_RUNS); i++) {
            ClientMessage asked = question.withStylesheet(StylesheetText.unsigned(ownStylesheet()));
            first.measure(() -> gossip(asked));
            second.measure(() -> gossip(asked));
        }
        print(first, second);
    }

    /** The maker's own with another comment at its end each time, which makes another text of it. */
    private byte[] ownStylesheet() throws IOException {
        try (InputStream text = Objects.requireNonNull(EnergyNeeds.class.getResourceAsStream("sum-by-period.xsl"))) {
            return (new String(text.readAllBytes(), UTF_8) + "<!-- " + random.nextLong() + " -->").getBytes(UTF_8);
        }
    }

    /** Silent from before the question until after the answer, and nobody knows yet. */
    private void silent() throws Exception {
        SpeedRow tree = new SpeedRow(TREE, "5 % silent", reachable);
        for (int i = 0; i < trial.runs(); i++) {
            doomed.freeze();
            tree.measure(this::gossip);
            doomed.thaw();
            awaitAll();
        }
        SpeedRow one = new SpeedRow(ONE, "5 % silent", live);
        SpeedRow many = new SpeedRow(MANY, "5 % silent", live);
        doomed.freeze();
        for (int i = 0; i < Math.min(trial.runs(), SLOW_RUNS); i++) {
            one.measure(() -> direct(1));
            many.measure(() -> direct(AT_ONCE));
        }
        doomed.thaw();
        awaitAll();
        print(tree, one, many);
    }

    /** They fall silent while the request is under way, maybe after they have accepted it, maybe after they have answered. */
    private void dying() throws Exception {
        SpeedRow tree = new SpeedRow(TREE, "5 % dying", reachable);
        for (int i = 0; i < trial.runs(); i++) {
            Thread death = new Thread(this::freezeSoon, "death");
            tree.measure(() -> {
                death.start();
                return gossip();
            });
            death.join();
            doomed.thaw();
            awaitAll();
        }
        print(tree);
    }

    private void freezeSoon() {
        Machine.pause(random.nextInt(DEATH_WITHIN_MILLIS));
        try {
            doomed.freeze();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Killed: their sockets are gone, and the computer refuses whatever is sent to them. */
    private void gone() throws Exception {
        SpeedRow tree = new SpeedRow(TREE, "5 % gone", reachable);
        SpeedRow one = new SpeedRow(ONE, "5 % gone", live);
        SpeedRow many = new SpeedRow(MANY, "5 % gone", live);
        doomed.kill();
        for (int i = 0; i < trial.runs(); i++) {
            tree.measure(this::gossip);
        }
        for (int i = 0; i < trial.runs(); i++) {
            one.measure(() -> direct(1));
            many.measure(() -> direct(AT_ONCE));
        }
        print(tree, one, many);
    }

    private void print(SpeedRow... rows) {
        for (SpeedRow row : rows) {
            row.print(trial.budgetMillis());
        }
    }

    private static double since(long nanos) {
        return (System.nanoTime() - nanos) / 1e6;
    }

    private static String load() {
        return String.format(
                Locale.ROOT,
                "%.1f",
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
    }
}
