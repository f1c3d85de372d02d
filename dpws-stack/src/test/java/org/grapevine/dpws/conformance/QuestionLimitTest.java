package org.grapevine.dpws.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jws.WebMethod;
import jakarta.jws.WebParam;
import jakarta.jws.WebService;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.grapevine.dpws.device.Device;
import org.grapevine.dpws.device.DeviceHost;
import org.grapevine.dpws.device.ServiceEvents;
import org.grapevine.dpws.device.Solicited;
import org.grapevine.dpws.eventing.EventSource;
import org.grapevine.dpws.soap.EnvelopeWriter;
import org.grapevine.dpws.transport.HttpReply;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Questions to subscribers, more than wait at once. */
@Timeout(60)
class QuestionLimitTest {

    private static final int AT_ONCE = 256;
    private static final Duration LONG = Duration.ofSeconds(50);
    private static final String ACTION = "urn:test:gauge:GaugeQuestions:pressureSolicit";
    private static final byte[] BODY = "<g:pressure xmlns:g='urn:test:gauge'><of>all</of></g:pressure>".getBytes(UTF_8);

    /** A service that asks. */
    @WebService(name = "Gauge", targetNamespace = "urn:test:gauge")
    @EventSource(GaugeQuestions.class)
    public interface Gauge {
        @WebMethod
        int level();
    }

    /** What it asks. */
    @WebService(name = "GaugeQuestions", targetNamespace = "urn:test:gauge")
    public interface GaugeQuestions {
        @WebMethod
        int pressure(@WebParam(name = "of") String of);
    }

    /** The maker's object. */
    public static final class Simple implements Gauge {
        @Override
        public int level() {
            return 1;
        }
    }

    private EventingNet net;
    private final CountDownLatch release = new CountDownLatch(1);

    @BeforeEach
    void start() throws Exception {
        net = new EventingNet();
    }

    @AfterEach
    void stop() {
        release.countDown();
        net.close();
    }

    @Test
    void isRefusedAndCountedUntilThereIsRoom() throws Exception {
        DeviceHost host = net.host(same -> same);
        Device device = Device.named("Gauge").host(new Simple()).start(host);
        EventingNet.Sink sink = net.sink();
        sink.answer = request -> {
            assertThat(release.await(50, TimeUnit.SECONDS)).isTrue();
            byte[] answer = "<g:pressureResponse xmlns:g='urn:test:gauge'><return>3</return></g:pressureResponse>"
                    .getBytes(UTF_8);
            return HttpReply.soap(
                    200,
                    EnvelopeWriter.forAction("urn:test:gauge:GaugeQuestions:pressureResponse")
                            .body(answer)
                            .toBytes());
        };
        assertThat(net.subscribe(device, sink, "").status()).isEqualTo(200);
        ServiceEvents events = EventingNet.eventsOf(device);
        assertThat(events.actions()).containsValue(ACTION);

        List<CompletableFuture<Solicited<byte[]>>> asked = new ArrayList<>();
        for (int i = 0; i < AT_ONCE; i++) {
            asked.add(events.solicitHere(ACTION, BODY, LONG));
        }

        assertThatThrownBy(() -> events.solicitHere(ACTION, BODY, LONG).get(20, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOf(RejectedExecutionException.class)
                .hasMessage("question " + ACTION + ": 256 wait for answers (expected: fewer)");
        assertThat(events.refused()).isEqualTo(1);
        assertThat(asked).noneMatch(CompletableFuture::isDone);

        release.countDown();
        for (CompletableFuture<Solicited<byte[]>> each : asked) {
            assertThat(each.get(40, TimeUnit.SECONDS).coverage()).isEqualTo(new Solicited.Coverage(1, 0, 0, 0));
        }
        assertThat(events.solicitHere(ACTION, BODY, LONG)
                        .get(20, TimeUnit.SECONDS)
                        .answers())
                .hasSize(1);
        assertThat(events.refused()).isEqualTo(1);
    }

    /** Nobody waits for an answer, so nothing is left behind for the time in which one could come. */
    @Test
    void isNotReachedByQuestionsThatNobodyGets() throws Exception {
        DeviceHost host = net.host(same -> same);
        Device device = Device.named("Gauge").host(new Simple()).start(host);
        ServiceEvents events = EventingNet.eventsOf(device);
        long timersBefore = timers(host);

        for (int i = 0; i < 10 * AT_ONCE; i++) {
            assertThat(events.solicitHere(ACTION, BODY, LONG)
                            .get(20, TimeUnit.SECONDS)
                            .answers())
                    .isEmpty();
        }

        assertThat(events.refused()).isZero();
        assertThat(timers(host)).isLessThan(timersBefore + AT_ONCE);
    }

    private static long timers(DeviceHost host) {
        return host.loops().all().stream()
                .mapToLong(loop -> loop.counters().pendingTimers())
                .sum();
    }
}
