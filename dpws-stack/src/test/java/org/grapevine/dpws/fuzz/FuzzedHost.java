package org.grapevine.dpws.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.grapevine.dpws.device.Device;
import org.grapevine.dpws.device.DeviceHost;
import org.grapevine.dpws.device.Loopback;
import org.grapevine.dpws.discovery.DiscoveryTiming;
import org.grapevine.dpws.eventing.EventingLimits;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.soap.Namespaces;
import org.grapevine.dpws.transport.EventLoop;
import org.slf4j.LoggerFactory;

/** A host with devices on loopback, and the questions of which the answers must stay right whatever is thrown at it. */
final class FuzzedHost implements AutoCloseable {

    static final int DEVICES = 3;
    static final String EPR_PREFIX = "urn:uuid:f0220001-0000-4000-8000-00000000000";
    static final String DEVICE_PATH = "/fuzz-one";
    static final String SERVICE_PATH = "/fuzz-one/meter";

    /** Short, so that what is only kept for a while is soon gone. */
    private static final DiscoveryTiming TIMING = new DiscoveryTiming(5, 10_000, 1, 1, 5, 10, 10);

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** Few, so that a short run comes to the limit as well; and no name of a sink is looked up. */
    private static final EventingLimits EVENTING =
            EventingLimits.defaults().withSubscriptions(40, 40).withoutSinkNames();

    /** Small, so that a short run fills it as well. */
    private static final int KNOWN_DEVICES = 200;

    /**
     * What must not grow.
     *
     * @param heapBytes after garbage collection
     * @param threads alive
     * @param descriptors open, or -1 where they cannot be counted
     */
    record Footprint(long heapBytes, int threads, long descriptors) {

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT, "heap %.2f MB, %d threads, %d descriptors", heapBytes / 1e6, threads, descriptors);
        }
    }

    /** Whatever is logged as an error is one: nothing that a stranger sends is worth that. */
    private static final class Errors extends AppenderBase<ILoggingEvent> {

        private final Queue<String> errors = new ConcurrentLinkedQueue<>();

        @Override
        protected void append(ILoggingEvent event) {
            if (event.getLevel().isGreaterOrEqual(Level.ERROR) && errors.size() < 10) {
                String trace = event.getThrowableProxy() == null
                        ? ""
                        : "\n" + ThrowableProxyUtil.asString(event.getThrowableProxy());
                errors.add(event.getLoggerName() + ": " + event.getFormattedMessage() + trace);
            }
        }
    }

    final Loopback net = new Loopback();
    final DeviceHost host;
    private final Errors errors = new Errors();

    FuzzedHost() throws Exception {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        errors.setContext(context);
        errors.start();
        context.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(errors);
        this.host = net.hostWith(settings ->
                settings.withDiscovery(net.group, TIMING).withEventing(EVENTING).withMaxKnownDevices(KNOWN_DEVICES));
        List<String> names = List.of("Fuzz one", "Fuzz two", "Fuzz three");
        for (int i = 0; i < DEVICES; i++) {
            Device device = Device.named(names.get(i))
                    .endpoint(EPR_PREFIX + (i + 1))
                    .scopes(
                            "http://127.0.0.1:9/a/b/c",
                            "urn:uuid:00000000-0000-0000-0000-0000000" + "0000" + i,
                            "ldap:///ou=x,o=y")
                    .host(new Meter.Forgetful())
                    .start(host);
            assertThat(device.path()).isIn(DEVICE_PATH, "/fuzz-two", "/fuzz-three");
        }
        assertThat(host.paths()).contains(DEVICE_PATH, SERVICE_PATH);
        // The host hears its own Hellos, which must not be taken for what is thrown at it later.
        await(() -> host.udp().counters().receivedMulticast() >= DEVICES * (1L + TIMING.multicastRepeat()));
        requireAnswers();
    }

    InetSocketAddress udpAddress() {
        return host.udp().localAddress();
    }

    InetSocketAddress httpAddress() {
        URI address = host.httpAddress("/");
        return new InetSocketAddress(address.getHost(), address.getPort());
    }

    /** Datagrams that one multicast question may be answered by. */
    static int mostAnswersToProbe() {
        return DEVICES * mostAnswersToResolve();
    }

    static int mostAnswersToResolve() {
        return 1 + TIMING.unicastRepeat();
    }

    long datagramsTaken() {
        var counters = host.udp().counters();
        return counters.received() + counters.receiveTooLarge();
    }

    long datagramFailures() {
        return host.udp().counters().handlerFailures() + loopFailures();
    }

    private long loopFailures() {
        return host.loops().all().stream()
                .mapToLong(loop -> loop.counters().failures())
                .sum();
    }

    int waitingTasks() {
        return host.loops().all().stream()
                .mapToInt(loop -> loop.counters().waitingTasks())
                .max()
                .orElse(0);
    }

    /** Nothing failed inside so far. */
    void requireNoFailures() {
        assertThat(new ArrayList<>(errors.errors)).as("logged as errors").isEmpty();
        assertThat(host.udp().counters().handlerFailures())
                .as("failures of the datagram handler")
                .isZero();
        assertThat(host.udp().counters().receiveErrors()).as("receive errors").isZero();
        for (EventLoop loop : host.loops().all()) {
            assertThat(loop.counters().failures())
                    .as("failures on an event loop")
                    .isZero();
            assertThat(loop.counters().refusedTasks())
                    .as("tasks that found no room")
                    .isZero();
        }
    }

    /** The devices answer good questions: Probe, Resolve, Get, GetMetadata and calls. */
    void requireAnswers() throws Exception {
        requireNoFailures();
        assertThat(UdpQuestions.probe(net.group, udpAddress(), DEVICES))
                .as("devices that answered a Probe")
                .hasSize(DEVICES);
        HttpResponse<byte[]> get = post(DEVICE_PATH, Namespaces.WXF + "/Get", "");
        assertThat(answer(get).action()).contains(Namespaces.WXF + "/GetResponse");
        HttpResponse<byte[]> metadata = post(
                SERVICE_PATH,
                Namespaces.WSX + "/GetMetadata/Request",
                "<x:GetMetadata xmlns:x='" + Namespaces.WSX + "'/>");
        assertThat(answer(metadata).action()).contains(Namespaces.WSX + "/GetMetadata/Response");
        HttpResponse<byte[]> call = post(
                SERVICE_PATH,
                "urn:test:meter/echo",
                "<m:echo xmlns:m='" + Meter.NAMESPACE + "'><text>still there</text></m:echo>");
        assertThat(new String(answer(call).bodyElement(), UTF_8)).contains("still there");
        HttpResponse<byte[]> oneWay = post(
                SERVICE_PATH,
                "urn:test:meter/dim",
                "<m:dim xmlns:m='" + Meter.NAMESPACE + "'><percent>7</percent></m:dim>");
        assertThat(oneWay.statusCode()).isEqualTo(202);
    }

    /** Tells something to all who subscribed, most of whom are not there. */
    void fireEvents() {
        for (Device device : host.devices()) {
            device.hostedServices().forEach(service -> service.events()
                    .orElseThrow()
                    .proxy(Meter.MeterEvents.class)
                    .changed(1));
        }
    }

    private HttpResponse<byte[]> post(String path, String action, String body) throws Exception {
        return net.post(host.httpAddress(path), Loopback.SOAP, Loopback.soap(Loopback.request(action), body));
    }

    private static Envelope answer(HttpResponse<byte[]> response) throws Exception {
        assertThat(response.statusCode()).isEqualTo(200);
        Envelope envelope = Loopback.envelope(response);
        assertThat(envelope.relatesTo()).contains("urn:uuid:request");
        return envelope;
    }

    /** Measures when what is under way has come to its end and what is kept for a while is forgotten. */
    Footprint footprint() throws Exception {
        await(() -> waitingTasks() == 0);
        LockSupport.parkNanos(Duration.ofMillis(200).toNanos());
        requireAnswers();
        long heap = Long.MAX_VALUE;
        for (int i = 0; i < 4; i++) {
            System.gc();
            heap = Math.min(
                    heap,
                    ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
        }
        return new Footprint(heap, ManagementFactory.getThreadMXBean().getThreadCount(), descriptors());
    }

    static long descriptors() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                ? unix.getOpenFileDescriptorCount()
                : -1;
    }

    /** Processor time of all threads, or -1 where it cannot be told. */
    static double cpuSeconds() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                ? unix.getProcessCpuTime() / 1e9
                : -1;
    }

    /** Waits for what follows by itself; fails if it does not. */
    static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("nothing came of it within " + PATIENCE);
            }
            LockSupport.parkNanos(100_000);
        }
    }

    @Override
    public void close() {
        net.close();
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.getLogger(Logger.ROOT_LOGGER_NAME).detachAppender(errors);
    }
}
