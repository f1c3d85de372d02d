package org.grapevine.gossip.shadow;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.grapevine.core.membership.MembershipConfig;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.dpws.device.DatagramRecogniser;
import org.grapevine.dpws.device.DeviceHost;
import org.grapevine.dpws.transport.EventLoop;
import org.grapevine.peer.LinkGraph;
import org.grapevine.peer.SegmentView;
import org.grapevine.policy.View;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A hundred devices on ten hosts, on real sockets, whose shadows keep partial views. With the periods here a dead link is found within
 * 3 s, in one of five probes, and is out after 3 to 6 s more, in which it might contradict.
 */
@Timeout(120)
class HundredDevicesTest {

    private static final int HOSTS = 10;
    private static final int DEVICES_EACH = 10;
    private static final int DEVICES = HOSTS * DEVICES_EACH;

    /** Far more than all of this takes on a machine that has time for it. */
    private static final int PATIENCE_SECONDS = 60;

    /** For what leaves the overlay as it was. */
    private static @Nullable Village open;

    /** Periods of a fraction of a second, so that what takes some of them does not take long. */
    private static PeerOptions quick() {
        return PeerOptions.defaults()
                .withDefaultView(View.HYPARVIEW)
                .withTimes(1_000, 300, 1_000)
                .withDetection(new MembershipConfig.Detection(500, 250, 3, 3, 2, 8, 6, 64))
                .withEstimate(new MembershipConfig.Estimate(500, 10, 5));
    }

    private static Village village() throws Exception {
        Village village = new Village(quick());
        for (int h = 0; h < HOSTS; h++) {
            DeviceHost host = village.host(settings -> settings.withEventLoops(2, 20_000, 20_000));
            for (int d = 0; d < DEVICES_EACH; d++) {
                String name = "device " + h + "." + d;
                village.device(host, name, new Village.Notices(village, name));
            }
        }
        awaitConnected(village);
        return village;
    }

    @BeforeAll
    static void open() throws Exception {
        open = village();
    }

    @AfterAll
    static void close() {
        Village last = open;
        open = null;
        if (last != null) {
            last.close();
        }
    }

    private static Village shared() throws Exception {
        Village village = Objects.requireNonNull(open);
        awaitConnected(village);
        return village;
    }

    private interface Condition {
        boolean holds() throws Exception;
    }

    private interface Words {
        String say() throws Exception;
    }

    private static void await(Condition condition, Words missing) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!condition.holds()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("after " + PATIENCE_SECONDS + " s " + missing.say());
            }
        }
    }

    /** The links of the shadows of these hosts. */
    private static LinkGraph links(List<GossipExtension> hosts) throws Exception {
        List<SegmentView> views = new ArrayList<>();
        hosts.forEach(host -> views.addAll(host.views().all()));
        return LinkGraph.of(views).get(20, TimeUnit.SECONDS);
    }

    private static void awaitConnected(Village village) throws Exception {
        int devices = village.devices.size();
        await(
                () -> {
                    LinkGraph links = links(village.extensions);
                    return links.links().size() == devices && links.isConnected();
                },
                () -> "there is no way from each of " + devices + " to all others: " + links(village.extensions));
    }

    private static Set<PeerAddress> addressesOf(List<GossipExtension> hosts) {
        Set<PeerAddress> addresses = new LinkedHashSet<>();
        hosts.forEach(host -> host.shadows().forEach(shadow -> addresses.add(shadow.peerAddress())));
        return addresses;
    }

    /** Waits until no link leads from the shadows of some hosts to any of these. */
    private static void awaitNoLinks(List<GossipExtension> from, Set<PeerAddress> to) throws Exception {
        await(() -> linksBetween(from, to) == 0, () -> linksBetween(from, to) + " links are left to them");
    }

    private static long linksBetween(List<GossipExtension> from, Set<PeerAddress> to) throws Exception {
        return links(from).links().values().stream()
                .flatMap(Set::stream)
                .filter(to::contains)
                .count();
    }

    private static void awaitEverywhere(Village village, String entry, String text, int devices) throws Exception {
        village.expect(text, devices);
        village.post(entry, text);
        assertThat(village.await(text))
                .as("'%s' came to %d of %d", text, village.timesArrived(text), devices)
                .isTrue();
    }

    @Test
    void joinOneOverlayInWhichEverythingComesToAllExactlyOnce() throws Exception {
        Village shared = shared();
        for (Set<PeerAddress> own : links(shared.extensions).links().values()) {
            assertThat(own).hasSizeBetween(1, 16);
        }
        for (int i = 0; i < 5; i++) {
            awaitEverywhere(shared, "device " + i + ".0", "news " + i, DEVICES);
        }
        for (int i = 0; i < 5; i++) {
            assertThat(shared.timesArrived("news " + i))
                    .as("times of news %d", i)
                    .isEqualTo(DEVICES);
        }
    }

    @Test
    void loseThirtyThatCrashFromAllLinks() throws Exception {
        try (Village village = village()) {
            Set<PeerAddress> crashed = addressesOf(village.extensions.subList(HOSTS - 3, HOSTS));
            for (int h = HOSTS - 1; h >= HOSTS - 3; h--) {
                village.crash(h);
            }

            awaitNoLinks(village.extensions, crashed);

            awaitConnected(village);
            awaitEverywhere(village, "device 5.5", "to the living", DEVICES - crashed.size());
            assertThat(village.timesArrived("to the living")).isEqualTo(DEVICES - crashed.size());
        }
    }

    @Test
    void becomeOneAgainAfterAPartitionThatDiscoveryDoesNotKnowOf() throws Exception {
        Village shared = shared();
        List<GossipExtension> left = shared.extensions.subList(0, HOSTS / 2);
        List<GossipExtension> right = shared.extensions.subList(HOSTS / 2, HOSTS);
        LongAdder news = new LongAdder();
        for (DeviceHost host : shared.hosts) {
            host.discovery().listen(event -> news.increment());
            host.discovery().known().get(20, TimeUnit.SECONDS);
        }
        long before = news.sum();

        for (int h = 0; h < HOSTS; h++) {
            boolean isLeft = h < HOSTS / 2;
            cut(
                    shared.hosts.get(h),
                    recogniser(shared.extensions.get(h)),
                    isLeft ? shared.hosts.subList(HOSTS / 2, HOSTS) : shared.hosts.subList(0, HOSTS / 2));
        }
        awaitNoLinks(left, addressesOf(right));
        awaitNoLinks(right, addressesOf(left));
        awaitEverywhere(shared, "device 0.1", "to the left", DEVICES / 2);
        awaitEverywhere(shared, "device 9.1", "to the right", DEVICES / 2);
        assertThat(shared.timesArrived("to the left")).isEqualTo(DEVICES / 2);

        for (int h = 0; h < HOSTS; h++) {
            shared.hosts.get(h).recogniseDatagrams(recogniser(shared.extensions.get(h)));
        }
        awaitConnected(shared);
        awaitEverywhere(shared, "device 0.2", "to both", DEVICES);
        assertThat(shared.timesArrived("to both")).isEqualTo(DEVICES);
        assertThat(news.sum()).as("news of discovery").isEqualTo(before);
    }

    private static DatagramRecogniser recogniser(GossipExtension host) {
        return host.gossip().orElseThrow().recogniser();
    }

    /** From now on no datagram of the others reaches the host. */
    private static void cut(DeviceHost host, DatagramRecogniser recogniser, List<DeviceHost> others) {
        Set<Integer> ports = new LinkedHashSet<>();
        others.forEach(other -> ports.add(other.udp().localAddress().getPort()));
        host.recogniseDatagrams((bytes, offset, length, from) ->
                ports.contains(from.getPort()) || recogniser.take(bytes, offset, length, from));
    }

    @Test
    void takeThoseBackThatStoodStillUntilNobodyHadThem() throws Exception {
        Village shared = shared();
        List<GossipExtension> others = shared.extensions.subList(1, HOSTS);
        Set<PeerAddress> paused = addressesOf(shared.extensions.subList(0, 1));
        CountDownLatch goOn = new CountDownLatch(1);
        try {
            for (EventLoop loop : shared.hosts.get(0).loops().all()) {
                assertThat(loop.offer(() -> standStill(goOn))).isTrue();
            }
            awaitNoLinks(others, paused);
        } finally {
            goOn.countDown();
        }

        awaitConnected(shared);
        awaitEverywhere(shared, "device 0.3", "from one who is back", DEVICES);
        awaitEverywhere(shared, "device 7.3", "to one who is back", DEVICES);
        List<Long> times = new ArrayList<>();
        times.add(shared.timesArrived("from one who is back"));
        times.add(shared.timesArrived("to one who is back"));
        assertThat(times).containsOnly((long) DEVICES);
    }

    private static void standStill(CountDownLatch until) {
        try {
            boolean unused = until.await(2 * PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
