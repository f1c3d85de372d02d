package org.grapevine.simulation.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.grapevine.core.contract.GossipAction;
import org.grapevine.core.engine.DropReason;
import org.grapevine.core.message.Completeness;
import org.grapevine.core.message.Control;
import org.grapevine.core.message.GossipMessage;
import org.grapevine.core.message.MessageId;
import org.grapevine.core.message.ReplyTerms;
import org.grapevine.core.message.Sample;
import org.grapevine.simulation.check.Violation;
import org.grapevine.simulation.world.CountedDevices;
import org.grapevine.simulation.world.Device;
import org.grapevine.simulation.world.Loss;
import org.grapevine.simulation.world.Observer;
import org.grapevine.simulation.world.SimulatedPayload;
import org.grapevine.simulation.world.Transit;
import org.grapevine.simulation.world.World;
import org.jspecify.annotations.Nullable;

/** Takes down what a run comes to while it goes. For one run. */
public final class ResultRecorder implements Observer {

    private static final int CURVE_POINTS = 100;
    private static final int CLASSES = 40;
    private static final int FAR_FROM_MEDIAN = 50;
    private static final int NOT_TOLD = -1;

    /** Kinds of what a recorded run counts. */
    private static final String COPIES = "Copy";

    private static final String CONTROLS = "Control";

    /** What is known of one publication; about five bytes for each device that it reaches. */
    private static final class Publication {
        final GossipMessage message;
        final int from;
        final long atMicros;
        /** Devices that a path joins to the publisher at publication; shared between publications where nothing changed. */
        final BitSet around;

        final int devices;
        /** Of the devices around, in their order. */
        final int[] incarnations;

        final BitSet reached = new BitSet();
        /** Time of each first delivery after publication, µs, in their order. */
        int[] times = new int[4];

        int deliveries;
        int lastHop;
        long copies;
        long received;
        long advertised;
        long contacts;
        int repaired;
        boolean isBaseline;

        // Requests only
        long duplicates;
        long depths;
        int maxDepth;
        final BitSet parents = new BitSet();

        @Nullable
        Completeness completeness;

        @Nullable
        String failure;

        long elapsedMicros = -1;
        /** Devices whose values came one by one. */
        @Nullable
        BitSet collected;

        int samples;
        int stayed;
        int stayedInside;

        Publication(GossipMessage message, int from, long atMicros, BitSet around, int[] incarnations) {
            this.message = message;
            this.from = from;
            this.atMicros = atMicros;
            this.around = around;
            this.devices = around.cardinality();
            this.incarnations = incarnations;
        }

        boolean isRequest() {
            return message.parameters().replies() != null;
        }
    }

    private final List<Publication> publications = new ArrayList<>();
    private @Nullable World world;
    private BitSet around = new BitSet();
    private int[] incarnations = new int[0];
    private long topology = -1;

    private int[] sent = new int[0];
    private int[] received = new int[0];
    private long[] bytes = new long[0];
    private long sentInAll;
    private long multipliedInAll;
    private long multicasts;
    private long duplicatedInAll;
    private long receivedInAll;
    private long bytesInAll;
    private final Map<Loss, Long> lost = new EnumMap<>(Loss.class);
    private final Map<String, Long> sentByKind = new TreeMap<>();
    private final OverlayRecorder overlay = new OverlayRecorder();
    private long copiesOfMessages;
    private long copiesOfRequests;
    private long copiesInAll;

    /** Pulled messages that not everybody has, by number. */
    private final BitSet spreading = new BitSet();

    private long[] hops = new long[8];
    private Transit.@Nullable Copy arriving;
    private int came = NOT_TOLD;
    private final BitSet counted = new BitSet();
    private final Map<DropReason, Long> dropsOfTheStopped = new EnumMap<>(DropReason.class);

    @Override
    public void begins(World begun) {
        world = begun;
        overlay.begins(begun);
        sent = new int[begun.size()];
        received = new int[begun.size()];
        bytes = new long[begun.size()];
    }

    @Override
    public void published(long now, Device at, GossipMessage message) {
        World here = world;
        if (here == null) {
            throw new IllegalStateException("published before the run began");
        }
        if (here.topology() != topology || !around.get(at.index())) {
            topology = here.topology();
            around = here.reachable(at);
            incarnations = around.stream()
                    .map(index -> here.device(index).incarnation())
                    .toArray();
        }
        if (message.parameters().variant().isPulled()) {
            spreading.set(publications.size());
        }
        publications.add(new Publication(message, at.index(), now, around, incarnations));
        arriving = null;
    }

    private Publication publication(GossipMessage message) {
        return publications.get(((SimulatedPayload) message.payload()).index());
    }

    @Override
    public void multicast(long now, Device from, GossipAction.Multicast multicast, int size, int receivers) {
        countSent(from, size);
        multicasts++;
        multipliedInAll += receivers - 1;
        publication(multicast.message()).copies++;
    }

    private void countSent(Device from, int size) {
        sent[from.index()]++;
        bytes[from.index()] += size;
        sentInAll++;
        bytesInAll += size;
    }

    @Override
    public void sent(long now, Transit transit) {
        if (transit instanceof Transit.Copy copy && copy.isMulticast()) {
            return; // Counted once for all receivers.
        }
        countSent(transit.from(), transit.bytes());
        overlay.sent(now, transit);
        if (transit instanceof Transit.Copy copy) {
            Publication publication = publication(copy.message());
            publication.copies++;
            if (publication.isRequest()) {
                copiesOfRequests++;
            } else {
                copiesOfMessages++;
            }
        } else {
            sentByKind.merge(transit.kind(), 1L, Long::sum);
            if (transit instanceof Transit.Notification notification && !notification.isAcknowledgement()) {
                Publication publication = publications.get(world(transit).indexOf(notification.id()));
                publication.copies++;
                publication.isBaseline = true;
            } else if (transit instanceof Transit.Order order) {
                countOrder(order);
            }
        }
    }

    private void countOrder(Transit.Order order) {
        World here = world(order);
        if (order.control() instanceof Control.Accept accept) {
            publications
                    .get(here.indexOf(accept.request()))
                    .parents
                    .set(order.to().index());
        } else if (order.control() instanceof Control.IHave iHave) {
            for (MessageId id : iHave.ids()) {
                int index = here.indexOf(id);
                if (index >= 0) {
                    publications.get(index).advertised++;
                }
            }
        }
    }

    /** A pull is a contact for each of its two sides that holds a message which not everybody has. */
    private void countContacts(Transit.Order order, Control.PullRequest pull) {
        for (int i = spreading.nextSetBit(0); i >= 0; i = spreading.nextSetBit(i + 1)) {
            Publication publication = publications.get(i);
            if (publication.deliveries == publication.devices) {
                spreading.clear(i);
                continue;
            }
            if (pull.offered().contains(publication.message.id())) {
                publication.contacts++;
            }
            if (publication.reached.get(order.to().index())) {
                publication.contacts++;
            }
        }
    }

    private World world(Object needing) {
        World here = world;
        if (here == null) {
            throw new IllegalStateException(needing + " before the run began");
        }
        return here;
    }

    @Override
    public void duplicated(long now, Transit transit) {
        duplicatedInAll++;
    }

    @Override
    public void lost(long now, Transit transit, Loss why) {
        lost.merge(why, 1L, Long::sum);
    }

    @Override
    public void arrived(long now, Transit transit) {
        received[transit.to().index()]++;
        receivedInAll++;
        arriving = null;
        if (transit instanceof Transit.Copy copy) {
            arriving = copy;
            Publication publication = publication(copy.message());
            publication.received++;
            if (publication.isRequest() && publication.reached.get(copy.to().index())) {
                publication.duplicates++;
            }
        } else if (transit instanceof Transit.Notification notification && !notification.isAcknowledgement()) {
            publications.get(world(transit).indexOf(notification.id())).received++;
        } else if (transit instanceof Transit.Order order && order.control() instanceof Control.PullRequest pull) {
            countContacts(order, pull);
        }
    }

    @Override
    public void came(long now, Device device, GossipMessage message, int hopCount) {
        came = hopCount;
    }

    @Override
    public void counted(Device device, long copies, long controls) {
        int all = (int) Math.min(Integer.MAX_VALUE, copies + controls);
        sent[device.index()] = all;
        sentInAll += all;
        copiesInAll += copies;
        counted.set(device.index());
        sentByKind.merge(COPIES, copies, Long::sum);
        sentByKind.merge(CONTROLS, controls, Long::sum);
    }

    @Override
    public void delivered(long now, Device device, GossipMessage message) {
        int told = came;
        came = NOT_TOLD;
        Publication publication = publication(message);
        int index = device.index();
        if (publication.reached.get(index)) {
            return; // After a restart; the checkers say whether that was right.
        }
        publication.reached.set(index);
        if (publication.around.get(index)) {
            if (publication.deliveries == publication.times.length) {
                int more = Math.min(publication.devices, Math.max(8, publication.deliveries * 2));
                publication.times = Arrays.copyOf(publication.times, more);
            }
            publication.times[publication.deliveries++] = (int) Math.min(Integer.MAX_VALUE, now - publication.atMicros);
        }
        if (told > 0) {
            countHop(publication, told);
            return;
        }
        Transit.Copy copy = arriving;
        boolean byCopy =
                copy != null && copy.to() == device && copy.message().id().equals(message.id());
        if (copy == null || !byCopy) {
            return; // At the publisher, or offered again after a refusal: no hop to tell.
        }
        if (copy.isAsked()) {
            publication.repaired++;
        }
        countHop(publication, copy.hop().hop());
    }

    private void countHop(Publication publication, int hop) {
        publication.lastHop = Math.max(publication.lastHop, hop);
        if (hop >= hops.length) {
            hops = Arrays.copyOf(hops, Math.max(hop + 1, 2 * hops.length));
        }
        hops[hop]++;
        publication.depths += hop;
        publication.maxDepth = Math.max(publication.maxDepth, hop);
    }

    @Override
    public void completed(long now, Device initiator, GossipAction.Complete outcome) {
        Publication publication = over(now, outcome.request(), outcome.completeness(), null);
        if (outcome.value().orElse(null) instanceof CountedDevices value) {
            countStayed(publication, value.who());
        } else {
            countStayed(publication, publication.collected);
        }
    }

    @Override
    public void failed(long now, Device initiator, GossipAction.Fail outcome) {
        countStayed(over(now, outcome.request(), outcome.completeness(), outcome.reason()), null);
    }

    @Override
    public void collected(long now, Device initiator, GossipAction.Collected values) {
        Publication publication = publications.get(world(values).indexOf(values.request()));
        BitSet inside = publication.collected == null ? new BitSet() : publication.collected;
        publication.collected = inside;
        publication.samples += values.samples().size();
        for (Sample sample : values.samples()) {
            inside.set(world(values).device(sample.device()).index());
        }
    }

    private void countStayed(Publication publication, @Nullable BitSet inside) {
        World here = world(publication);
        BitSet before = publication.around;
        int position = 0;
        for (int i = before.nextSetBit(0); i >= 0; i = before.nextSetBit(i + 1)) {
            Device device = here.device(i);
            if (device.incarnation() == publication.incarnations[position++] && device.isUp()) {
                publication.stayed++;
                publication.stayedInside += inside != null && inside.get(i) ? 1 : 0;
            }
        }
    }

    private Publication over(long now, MessageId request, Completeness completeness, @Nullable String failure) {
        Publication publication = publications.get(world(request).indexOf(request));
        publication.completeness = completeness;
        publication.failure = failure;
        publication.elapsedMicros = now - publication.atMicros;
        return publication;
    }

    @Override
    public void started(long now, Device device) {
        overlay.started(now, device);
    }

    @Override
    public void stopped(long now, Device device) {
        overlay.stopped(now, device);
        device.stats().dropped().forEach((reason, count) -> dropsOfTheStopped.merge(reason, count, Long::sum));
    }

    @Override
    public void look(long now, World here) {
        overlay.look(now, here);
    }

    // The result

    /**
     * What the run came to, once it has ended.
     *
     * @param wallNanos real time that it took, ns
     */
    public RunResult result(World ended, long wallNanos, List<Violation> violations, long violationsInAll) {
        if (ended.isRecorded()) {
            forgetUnseen();
        }
        List<SpreadResult> spreads = new ArrayList<>();
        List<RequestResult> requests = new ArrayList<>();
        for (Publication publication : publications) {
            if (publication.isRequest()) {
                requests.add(request(publication));
            } else {
                spreads.add(spread(publication, ended));
            }
        }
        Map<DropReason, Long> drops = new EnumMap<>(dropsOfTheStopped);
        for (int i = 0; i < ended.size(); i++) {
            ended.device(i).stats().dropped().forEach((reason, count) -> drops.merge(reason, count, Long::sum));
        }
        return new RunResult(
                ended.scenario(),
                ended.seed(),
                ended.size(),
                ended.nowMicros(),
                ended.events(),
                wallNanos,
                ended.traceHash(),
                spreads,
                requests,
                infection(),
                hopCurve(),
                latency(),
                ended.isRecorded() ? countedLoad() : load(toLongs(sent)),
                ended.isRecorded() ? Load.UNSEEN : load(toLongs(received)),
                ended.isRecorded() ? Load.UNSEEN : load(bytes),
                ended.isRecorded() ? recordedTraffic() : traffic(),
                drops,
                overlay.result(ended),
                violations,
                violationsInAll);
    }

    /** Of a recorded run: nobody saw what each message took, but where there was one only, it took all. */
    private void forgetUnseen() {
        for (Publication publication : publications) {
            publication.copies = publications.size() == 1 && !counted.isEmpty() ? copiesInAll : RunResult.UNSEEN;
            publication.received = RunResult.UNSEEN;
            publication.advertised = RunResult.UNSEEN;
            publication.contacts = RunResult.UNSEEN;
            publication.repaired = RunResult.UNSEEN;
            publication.duplicates = RunResult.UNSEEN;
        }
    }

    /** Over devices that were counted; those that were gone at the end were not. */
    private Load countedLoad() {
        return counted.isEmpty()
                ? Load.UNSEEN
                : load(counted.stream().mapToLong(index -> sent[index]).toArray());
    }

    private Traffic recordedTraffic() {
        return new Traffic(
                sentInAll,
                0,
                0,
                RunResult.UNSEEN,
                Map.of(),
                RunResult.UNSEEN,
                RunResult.UNSEEN,
                new TreeMap<>(sentByKind));
    }

    private SpreadResult spread(Publication publication, World ended) {
        int owed = 0;
        int reachedOfOwed = 0;
        BitSet around = publication.around;
        int position = 0;
        for (int i = around.nextSetBit(0); i >= 0; i = around.nextSetBit(i + 1)) {
            Device device = ended.device(i);
            if (device.incarnation() == publication.incarnations[position++] && device.isUp()) {
                owed++;
                reachedOfOwed += publication.reached.get(i) ? 1 : 0;
            }
        }
        return new SpreadResult(
                publication.message.id().value(),
                publication.from,
                publication.atMicros,
                publication.devices,
                publication.deliveries,
                owed,
                reachedOfOwed,
                timeUntil(publication, 0.5),
                timeUntil(publication, 0.99),
                timeUntil(publication, 1),
                publication.lastHop,
                publication.copies,
                publication.repaired,
                effort(publication));
    }

    private SpreadResult.Effort effort(Publication publication) {
        double micros = 0;
        for (int i = 0; i < publication.deliveries; i++) {
            micros += publication.times[i];
        }
        return new SpreadResult.Effort(
                publication.isBaseline ? null : publication.message.parameters().variant(),
                publication.received,
                publication.advertised,
                publication.contacts,
                publication.deliveries <= 1 ? 0 : micros / (publication.deliveries - 1),
                publication.deliveries == 0 ? 0 : publication.times[publication.deliveries - 1]);
    }

    private static long timeUntil(Publication publication, double share) {
        int wanted = (int) Math.max(1, StrictMath.ceil(share * publication.devices));
        return wanted <= publication.deliveries ? publication.times[wanted - 1] : -1;
    }

    private static RequestResult request(Publication publication) {
        ReplyTerms terms =
                Objects.requireNonNull(publication.message.parameters().replies(), "no request");
        int others = Math.max(0, publication.reached.cardinality() - 1);
        BitSet leaves = (BitSet) publication.reached.clone();
        leaves.andNot(publication.parents);
        boolean treeIsSeen = publication.duplicates != RunResult.UNSEEN;
        return new RequestResult(
                publication.message.id().value(),
                publication.from,
                publication.atMicros,
                terms.mode(),
                publication.devices,
                publication.deliveries,
                publication.stayed,
                publication.stayedInside,
                publication.samples,
                publication.completeness,
                publication.failure,
                publication.elapsedMicros,
                publication.copies,
                publication.duplicates,
                others == 0 ? 0 : (double) publication.depths / others,
                publication.maxDepth,
                treeIsSeen ? leaves.cardinality() : RunResult.UNSEEN);
    }

    /** Messages only: requests have their own table. */
    private List<Publication> messages() {
        return publications.stream().filter(each -> !each.isRequest()).toList();
    }

    private int longest() {
        int longest = 0;
        for (Publication publication : messages()) {
            if (publication.deliveries > 0) {
                longest = Math.max(longest, publication.times[publication.deliveries - 1]);
            }
        }
        return longest;
    }

    private Curve infection() {
        List<Publication> messages = messages();
        double longest = longest();
        double[] x = new double[messages.isEmpty() ? 0 : CURVE_POINTS + 1];
        double[] y = new double[x.length];
        long devices = messages.stream().mapToLong(each -> each.devices).sum();
        for (int i = 0; i < x.length; i++) {
            double micros = longest * i / CURVE_POINTS;
            long reached = 0;
            for (Publication publication : messages) {
                reached += countUpTo(publication, micros);
            }
            x[i] = micros / 1_000;
            y[i] = devices == 0 ? 0 : (double) reached / devices;
        }
        return new Curve(x, y);
    }

    private static int countUpTo(Publication publication, double micros) {
        int found = Arrays.binarySearch(publication.times, 0, publication.deliveries, (int) micros);
        int count = found < 0 ? -found - 1 : found;
        while (count < publication.deliveries && publication.times[count] <= micros) {
            count++;
        }
        return count;
    }

    private Curve hopCurve() {
        int last = hops.length - 1;
        while (last > 0 && hops[last] == 0) {
            last--;
        }
        double[] x = new double[last];
        double[] y = new double[last];
        for (int hop = 1; hop <= last; hop++) {
            x[hop - 1] = hop;
            y[hop - 1] = hops[hop];
        }
        return new Curve(x, y);
    }

    private Curve latency() {
        long width = Math.max(1, (longest() + CLASSES) / CLASSES);
        double[] x = new double[publications.isEmpty() ? 0 : CLASSES];
        double[] y = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            x[i] = (i + 1) * width / 1_000.0;
        }
        for (Publication publication : messages()) {
            for (int i = 0; i < publication.deliveries; i++) {
                y[(int) Math.min(CLASSES - 1, publication.times[i] / width)]++;
            }
        }
        return new Curve(x, y);
    }

    private static long[] toLongs(int[] values) {
        return Arrays.stream(values).asLongStream().toArray();
    }

    private static Load load(long[] values) {
        if (values.length == 0) {
            return new Load(0, 0, 0, 0, new Curve(new double[0], new double[0]));
        }
        long[] sorted = values.clone();
        Arrays.sort(sorted);
        long median = sorted[(sorted.length - 1) / 2];
        long max = sorted[sorted.length - 1];
        double sum = 0;
        for (long value : sorted) {
            sum += value;
        }
        return new Load(
                sum / sorted.length,
                median,
                sorted[(int) StrictMath.ceil(0.99 * sorted.length) - 1],
                max,
                histogram(sorted, max > FAR_FROM_MEDIAN * Math.max(1, median) ? steps(max) : evenly(sorted[0], max)));
    }

    /** Lower bounds of classes of equal width. */
    private static long[] evenly(long least, long max) {
        long width = Math.max(1, (max - least + CLASSES) / CLASSES);
        long[] bounds = new long[(int) ((max - least) / width) + 1];
        Arrays.setAll(bounds, i -> least + i * width);
        return bounds;
    }

    /** 0, 1, 2, 5, 10 and so on: for few devices that have a load unlike all others. */
    private static long[] steps(long max) {
        List<Long> bounds = new ArrayList<>(List.of(0L));
        for (long decade = 1; decade <= max && decade < Long.MAX_VALUE / 10; decade *= 10) {
            for (long step : new long[] {1, 2, 5}) {
                if (step * decade <= max) {
                    bounds.add(step * decade);
                }
            }
        }
        return bounds.stream().mapToLong(each -> each).toArray();
    }

    private static Curve histogram(long[] sorted, long[] bounds) {
        double[] x = new double[bounds.length];
        double[] y = new double[bounds.length];
        Arrays.setAll(x, i -> bounds[i]);
        int current = 0;
        for (long value : sorted) {
            while (current + 1 < bounds.length && bounds[current + 1] <= value) {
                current++;
            }
            y[current]++;
        }
        return new Curve(x, y);
    }

    private Traffic traffic() {
        Map<String, Long> kinds = new TreeMap<>(sentByKind);
        if (copiesOfMessages > 0) {
            kinds.put("Message", copiesOfMessages);
        }
        if (copiesOfRequests > 0) {
            kinds.put("Request", copiesOfRequests);
        }
        if (multicasts > 0) {
            kinds.put("Multicast", multicasts);
        }
        Map<Loss, Long> losses = new EnumMap<>(Loss.class);
        long lostInAll = 0;
        for (Loss loss : Loss.values()) {
            long count = lost.getOrDefault(loss, 0L);
            losses.put(loss, count);
            lostInAll += count;
        }
        long inFlight = sentInAll + multipliedInAll + duplicatedInAll - receivedInAll - lostInAll;
        return new Traffic(
                sentInAll, multipliedInAll, duplicatedInAll, receivedInAll, losses, inFlight, bytesInAll, kinds);
    }
}
