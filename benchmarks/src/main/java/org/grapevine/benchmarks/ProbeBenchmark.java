package org.grapevine.benchmarks;

import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import javax.xml.namespace.QName;
import org.grapevine.dpws.addressing.EndpointReference;
import org.grapevine.dpws.addressing.MessageIds;
import org.grapevine.dpws.addressing.SoapUdpAddress;
import org.grapevine.dpws.discovery.DeviceAnnouncement;
import org.grapevine.dpws.discovery.DiscoveryAction;
import org.grapevine.dpws.discovery.DiscoveryCodec;
import org.grapevine.dpws.discovery.DiscoveryMessage;
import org.grapevine.dpws.discovery.DiscoveryTiming;
import org.grapevine.dpws.discovery.Probe;
import org.grapevine.dpws.discovery.TargetService;
import org.grapevine.dpws.discovery.TargetServices;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.soap.EnvelopeLimits;
import org.grapevine.dpws.soap.EnvelopeReader;
import org.grapevine.dpws.soap.MalformedEnvelopeException;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * What a host spends on one Probe from the octets of the datagram to those of the answer: reads the header as the receive thread does,
 * the whole as the event loop does, and asks its devices. Sockets, timers and the filter of duplicates are not in it.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ProbeBenchmark {

    private static final EnvelopeReader HEADER = new EnvelopeReader(EnvelopeLimits.udp());
    private static final EnvelopeReader WHOLE =
            new EnvelopeReader(EnvelopeLimits.udp(EnvelopeLimits.MAX_ENVELOPE_SIZE));
    private static final SoapUdpAddress SOURCE = SoapUdpAddress.of("192.0.2.9", 40_000);

    private final TargetServices targets = new TargetServices();
    private final byte[] strangeType = probe(List.of(new QName(BenchLamp.NAMESPACE, "Toaster")), List.of());
    private final byte[] strangeScope = probe(List.of(BenchLamp.DEVICE_TYPE), List.of("http://example.org/attic"));
    private final byte[] oneDevice = probe(List.of(BenchLamp.DEVICE_TYPE), List.of("http://example.org/rooms/0"));

    /** Devices on the host; one of them matches. */
    @Param({"1", "1000"})
    public int devices;

    /** Starts the devices. */
    @Setup
    public void start() {
        Random random = new Random(1);
        for (int i = 0; i < devices; i++) {
            String room = "http://example.org/rooms/" + i;
            TargetService device = new TargetService(
                    new DeviceAnnouncement(
                            EndpointReference.of("urn:uuid:00000000-0000-0000-0000-%012d".formatted(i)),
                            List.of(BenchLamp.DEVICE_TYPE),
                            List.of(room),
                            List.of("http://192.0.2.1:8080/lamp-" + i),
                            1),
                    1,
                    DiscoveryTiming.defaults(),
                    MessageIds.uuids(random),
                    random);
            targets.add(device);
            device.start();
        }
    }

    /** No device has the type. */
    @Benchmark
    public List<DiscoveryAction> refusedByType() throws MalformedEnvelopeException {
        return answer(strangeType);
    }

    /** All devices have the type, and none the scope. */
    @Benchmark
    public List<DiscoveryAction> refusedByScope() throws MalformedEnvelopeException {
        return answer(strangeScope);
    }

    /** One device has the type and the scope: its answer is written. */
    @Benchmark
    public List<DiscoveryAction> matched() throws MalformedEnvelopeException {
        return answer(oneDevice);
    }

    private List<DiscoveryAction> answer(byte[] datagram) throws MalformedEnvelopeException {
        Envelope header = HEADER.index(datagram);
        Envelope whole = WHOLE.readWhole(header.bytes(), header.offset(), header.length());
        Optional<DiscoveryMessage> message = DiscoveryCodec.read(whole);
        return targets.onMessage(header, message.orElseThrow(), SOURCE);
    }

    private static byte[] probe(List<QName> types, List<String> scopes) {
        return DiscoveryCodec.multicast(Probe.of(types, scopes), "urn:uuid:0f8fad5b-d9cb-469f-a165-70867728950e");
    }
}
