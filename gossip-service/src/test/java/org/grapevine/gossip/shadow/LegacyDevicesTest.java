package org.grapevine.gossip.shadow;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.grapevine.dpws.device.Device;
import org.grapevine.dpws.device.DeviceHost;
import org.grapevine.dpws.soap.EnvelopeWriter;
import org.grapevine.gossip.legacy.LegacyCare;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Devices of the segment that offer the port type and know nothing of gossip. */
@Timeout(180)
class LegacyDevicesTest {

    private static final Duration SOON = Duration.ofSeconds(15);

    /** What a plain device got, in the order of arrival. */
    private static final class Plain implements NoticeService {
        private final BlockingQueue<String> texts = new LinkedBlockingQueue<>();
        private final List<String> all = java.util.Collections.synchronizedList(new ArrayList<>());

        @Override
        public void post(String text) {
            all.add(text);
            texts.add(text);
        }

        @Override
        public int count(String of) {
            return 1;
        }

        @Override
        public String echo(String text) {
            return text;
        }

        String next() throws InterruptedException {
            String next = texts.poll(40, TimeUnit.SECONDS);
            if (next == null) {
                throw new AssertionError("nothing came but " + all);
            }
            return next;
        }
    }

    private static void post(Village village, String entry, String text) throws Exception {
        byte[] envelope = EnvelopeWriter.forAction(NoticeService.NAMESPACE + ":NoticeService:post")
                .messageId("urn:uuid:" + UUID.randomUUID())
                .body(("<n:post xmlns:n=\"" + NoticeService.NAMESPACE + "\"><text>" + text + "</text></n:post>")
                        .getBytes(UTF_8))
                .toBytes();
        village.hosts.get(0).client().blocking().send(village.shadow(entry).address(), envelope, SOON);
    }

    private static LegacyCare.Counters counters(ShadowService shadow) throws Exception {
        return shadow.legacy().counters().get(10, TimeUnit.SECONDS);
    }

    /** Looks again and again until the shadows' counters are as wanted. */
    private static void await(Village village, String what, Predicate<List<LegacyCare.Counters>> wanted)
            throws Exception {
        CountDownLatch reached = new CountDownLatch(1);
        ScheduledExecutorService looking = Executors.newSingleThreadScheduledExecutor();
        try {
            var unused = looking.scheduleWithFixedDelay(
                    () -> {
                        List<CompletableFuture<LegacyCare.Counters>> asked = village.shadows().stream()
                                .map(shadow -> shadow.legacy().counters())
                                .toList();
                        if (wanted.test(
                                asked.stream().map(CompletableFuture::join).toList())) {
                            reached.countDown();
                        }
                    },
                    0,
                    20,
                    TimeUnit.MILLISECONDS);
            assertThat(reached.await(40, TimeUnit.SECONDS)).as(what).isTrue();
        } finally {
            looking.shutdownNow();
        }
    }

    /** Until each shadow knows so many, and they are adopted once each. */
    private static void awaitAdopted(Village village, int services) throws Exception {
        await(
                village,
                services + " adopted",
                all -> all.stream().allMatch(each -> each.known() == services)
                        && all.stream().mapToInt(LegacyCare.Counters::adopted).sum() == services);
    }

    private static ShadowService adopter(Village village) throws Exception {
        for (ShadowService shadow : village.shadows()) {
            if (counters(shadow).adopted() > 0) {
                return shadow;
            }
        }
        throw new AssertionError("nobody has adopted it");
    }

    @Test
    void getEachMessageOnceAndWithoutTheHeadersOfGossip() throws Exception {
        try (Village village = Village.ofNotices(3, settings -> settings)) {
            DeviceHost host = village.plainHost();
            List<Plain> plain = List.of(new Plain(), new Plain(), new Plain());
            for (int i = 0; i < plain.size(); i++) {
                village.device(host, "plain " + i, plain.get(i));
            }
            awaitAdopted(village, plain.size());

            for (int i = 0; i < 10; i++) {
                village.expect("notice " + i, 6);
                post(village, "device " + i % 2 + "." + i % 3, "notice " + i);
                assertThat(village.await("notice " + i)).isTrue();
            }

            for (Plain each : plain) {
                List<String> got = new ArrayList<>();
                for (int i = 0; i < 10; i++) {
                    got.add(each.next());
                }
                assertThat(got).doesNotHaveDuplicates().hasSize(10);
                assertThat(each.texts).isEmpty();
            }
            await(
                    village,
                    "counted",
                    all -> all.stream()
                                    .mapToLong(LegacyCare.Counters::delivered)
                                    .sum()
                            == 30);
        }
    }

    @Test
    void areHandedOverByAnAdopterThatSaysBye() throws Exception {
        try (Village village = Village.ofNotices(2, settings -> settings)) {
            Plain plain = new Plain();
            village.device(village.plainHost(), "plain", plain);
            awaitAdopted(village, 1);
            post(village, "device 0.0", "before");
            assertThat(plain.next()).isEqualTo("before");
            ShadowService first = adopter(village);

            first.device().stop().get(20, TimeUnit.SECONDS);
            awaitAdopted(village, 1);
            post(village, village.shadows().get(0).device().name(), "after");

            // What came before is not told again.
            assertThat(plain.next()).isEqualTo("after");
            assertThat(adopter(village)).isNotSameAs(first);
        }
    }

    @Test
    void getWhatIsStillLiveFromTheNextOneWhenTheAdopterVanishes() throws Exception {
        try (Village village = Village.ofNotices(3, settings -> settings)) {
            Plain plain = new Plain();
            village.device(village.plainHost(), "plain", plain);
            awaitAdopted(village, 1);
            ShadowService first = adopter(village);
            ShadowService other = village.shadows().stream()
                    .filter(shadow -> shadow != first)
                    .findFirst()
                    .orElseThrow();

            // It is not there any more, and nobody has heard Bye.
            first.legacy().close();
            first.device().host().unroute(first.address().getPath());
            post(village, other.device().name(), "while nobody cares");

            assertThat(plain.next()).isEqualTo("while nobody cares");
            await(
                    village,
                    "taken over",
                    all -> all.stream().mapToInt(LegacyCare.Counters::adopted).sum() == 1);
            post(village, other.device().name(), "as before");
            assertThat(plain.next()).isEqualTo("as before");
        }
    }

    @Test
    void haveOneAdopterStillWhenDevicesJoin() throws Exception {
        try (Village village = Village.ofNotices(1, settings -> settings)) {
            DeviceHost host = village.plainHost();
            List<Plain> plain = List.of(new Plain(), new Plain(), new Plain(), new Plain());
            for (int i = 0; i < plain.size(); i++) {
                village.device(host, "plain " + i, plain.get(i));
            }
            awaitAdopted(village, 4);
            for (int i = 0; i < 6; i++) {
                String name = "newcomer " + i;
                village.device(village.hosts.get(i % 2), name, new Village.Notices(village, name));
            }
            awaitAdopted(village, 4);

            post(village, "device 0.0", "to all");

            for (Plain each : plain) {
                assertThat(each.next()).isEqualTo("to all");
            }
        }
    }

    @Test
    void thatAreDeadOrSlowHoldUpNobody() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        BlockingQueue<String> slow = new LinkedBlockingQueue<>();
        try (Village village = Village.ofNotices(2, settings -> settings)) {
            Plain quick = new Plain();
            DeviceHost host = village.plainHost();
            village.device(host, "quick", quick);
            village.device(host, "slow", new Village.Blocking(release, slow::add));
            Device dead = village.device(host, "dead", new Plain());
            awaitAdopted(village, 3);
            host.unroute(dead.hostedServices().get(0).path());

            for (int i = 0; i < 5; i++) {
                village.expect("notice " + i, 4);
                post(village, "device 1.1", "notice " + i);
                assertThat(village.await("notice " + i)).isTrue();
                assertThat(quick.next()).isEqualTo("notice " + i);
            }
            assertThat(slow).isEmpty();
            release.countDown();

            assertThat(slow.poll(40, TimeUnit.SECONDS)).isEqualTo("notice 0");
            // Nothing answers there but the server: 404 means that it does not want them.
            await(
                    village,
                    "refused",
                    all -> all.stream().mapToLong(LegacyCare.Counters::refused).sum() >= 5);
        }
    }

    @Test
    void areNotAskedByRequests() throws Exception {
        try (Village village = Village.ofNotices(2, settings -> settings)) {
            village.device(village.plainHost(), "plain", new Plain());
            awaitAdopted(village, 1);
            byte[] count = EnvelopeWriter.forAction(NoticeService.NAMESPACE + ":NoticeService:countRequest")
                    .messageId("urn:uuid:" + UUID.randomUUID())
                    .body(("<n:count xmlns:n=\"" + NoticeService.NAMESPACE + "\"><of>all</of></n:count>")
                            .getBytes(UTF_8))
                    .toBytes();

            String answer = new String(
                    village.hosts
                            .get(0)
                            .client()
                            .blocking()
                            .call(village.shadow("device 0.0").address(), count, SOON)
                            .bodyElement(),
                    UTF_8);

            assertThat(answer).contains("<count>4</count>");
        }
    }
}
