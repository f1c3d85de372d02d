package org.grapevine.gossip.shadow;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.grapevine.core.message.GossipMessage;
import org.grapevine.dpws.device.Device;
import org.grapevine.dpws.device.DeviceHost;
import org.grapevine.dpws.device.HostedService;
import org.grapevine.dpws.soap.EnvelopeWriter;
import org.grapevine.dpws.transport.NetworkConditions;
import org.grapevine.gossip.driver.CallWatch;
import org.grapevine.policy.GossipPolicy;
import org.grapevine.policy.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whoever watches knows which messages come to which service, and how far they have travelled. */
@Timeout(120)
class GossipWatchTest {

    private static final int DEVICES = 8;
    private static final Duration SOON = Duration.ofSeconds(20);

    private record Call(String device, String message, int hops, boolean request) {}

    /** Keeps what it is told, and leaves the hops for the service. */
    private static final class Watch implements GossipWatch {
        final List<Call> calls = new CopyOnWriteArrayList<>();
        final ThreadLocal<Integer> hops = ThreadLocal.withInitial(() -> CallWatch.UNKNOWN);

        @Override
        public void calling(Device device, HostedService service, GossipMessage message, int hopsTaken) {
            boolean request = message.parameters().replies() != null;
            calls.add(new Call(device.name(), message.id().value(), hopsTaken, request));
            hops.set(hopsTaken);
        }

        List<Call> of(String message) {
            return calls.stream().filter(call -> call.message().equals(message)).toList();
        }
    }

    private record Seen(String device, String text, int hops) {}

    /** Keeps what it was called with, and what it found on its thread. */
    private static final class Traced implements NoticeService {
        private final Village village;
        private final String name;
        private final Watch watch;
        private final List<Seen> seen;

        Traced(Village village, String name, Watch watch, List<Seen> seen) {
            this.village = village;
            this.name = name;
            this.watch = watch;
            this.seen = seen;
        }

        @Override
        public void post(String text) {
            seen.add(new Seen(name, text, watch.hops.get()));
            village.arrived(text, name);
        }

        @Override
        public int count(String of) {
            return 1;
        }

        @Override
        public String echo(String text) {
            return text;
        }
    }

    private final Watch watch = new Watch();
    private final List<Seen> seen = new CopyOnWriteArrayList<>();

    private Village village(double loss) throws Exception {
        Village village = new Village();
        for (int h = 0; h < 2; h++) {
            int seed = h;
            DeviceHost host =
                    village.host(settings -> settings.withFaults(NetworkConditions.lossy(loss, loss, 5 + seed)));
            village.extensions.get(h).setWatch(watch);
            for (int d = 0; d < DEVICES / 2; d++) {
                String name = "device " + h + "." + d;
                village.device(host, name, new Traced(village, name, watch, seen));
            }
        }
        return village;
    }

    private static EnvelopeWriter envelope(String operation, String id, String content) {
        String action = operation.equals("count") ? "countRequest" : operation;
        return EnvelopeWriter.forAction(NoticeService.NAMESPACE + ":NoticeService:" + action)
                .messageId(id)
                .body(("<n:" + operation + " xmlns:n=\"" + NoticeService.NAMESPACE + "\">" + content + "</n:"
                                + operation + ">")
                        .getBytes(UTF_8));
    }

    private static void post(Village village, String device, String id, String text) throws Exception {
        village.expect(text, DEVICES);
        village.device(device)
                .host()
                .client()
                .send(
                        village.shadow(device).address(),
                        envelope("post", id, "<text>" + text + "</text>").toBytes(),
                        SOON)
                .get(20, TimeUnit.SECONDS);
    }

    @Test
    void eachCallIsToldOnceAndTheServiceFindsItsHopsOnItsThread() throws Exception {
        try (Village village = village(0.2)) {
            village.awaitPeers();
            for (int i = 0; i < 10; i++) {
                String text = "notice " + i;
                String id = "urn:uuid:" + UUID.randomUUID();
                post(village, "device 0.1", id, text);
                assertThat(village.await(text)).as(text).isTrue();

                List<Call> calls = watch.of(id);
                assertThat(calls).extracting(Call::device).hasSize(DEVICES).doesNotHaveDuplicates();
                assertThat(calls).noneMatch(Call::request);
                assertThat(calls).allSatisfy(call -> {
                    // First copies come over ways on which no device is twice.
                    int least = call.device().equals("device 0.1") ? 0 : 1;
                    int most = call.device().equals("device 0.1") ? 0 : DEVICES - 1;
                    assertThat(call.hops()).as("%s", call).isBetween(least, most);
                    assertThat(seen).contains(new Seen(call.device(), text, call.hops()));
                });
            }
        }
    }

    @Test
    void soAreRequests() throws Exception {
        try (Village village = village(0)) {
            village.awaitPeers();
            String id = "urn:uuid:" + UUID.randomUUID();
            village.hosts
                    .get(0)
                    .client()
                    .call(
                            village.shadow("device 1.2").address(),
                            envelope("count", id, "<of>all</of>").toBytes(),
                            SOON)
                    .get(20, TimeUnit.SECONDS);

            List<Call> calls = watch.of(id);
            assertThat(calls).extracting(Call::device).hasSize(DEVICES).doesNotHaveDuplicates();
            assertThat(calls).allMatch(Call::request);
            assertThat(calls)
                    .allMatch(call -> call.device().equals("device 1.2") ? call.hops() == 0 : call.hops() >= 1);
        }
    }

    @Test
    void theHopsAreKnownOfMessagesThatWaitForThoseBeforeThem() throws Exception {
        try (Village village = village(0.2)) {
            GossipPolicy policy = GossipPolicy.builder()
                    .order(Order.ORIGIN)
                    .repair(Duration.ofMillis(200))
                    .lifetime(Duration.ofSeconds(60))
                    .build();
            for (Device device : village.devices.values()) {
                device.gossip(device.hostedServices().get(0), policy).get(20, TimeUnit.SECONDS);
            }
            village.awaitPeers();
            for (int i = 0; i < 20; i++) {
                post(village, "device 0.0", "urn:uuid:" + UUID.randomUUID(), "notice " + i);
            }
            for (int i = 0; i < 20; i++) {
                assertThat(village.await("notice " + i)).as("notice %s", i).isTrue();
            }
            assertThat(watch.calls).hasSize(20 * DEVICES);
            assertThat(watch.calls)
                    .allMatch(call -> call.device().equals("device 0.0") ? call.hops() == 0 : call.hops() >= 1);
        }
    }
}
