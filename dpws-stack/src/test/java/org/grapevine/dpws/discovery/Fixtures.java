package org.grapevine.dpws.discovery;

import java.util.List;
import java.util.Optional;
import javax.xml.namespace.QName;
import org.grapevine.dpws.addressing.EndpointReference;
import org.grapevine.dpws.addressing.MessageIds;
import org.grapevine.dpws.addressing.SoapUdpAddress;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.soap.EnvelopeLimits;
import org.grapevine.dpws.soap.EnvelopeReader;
import org.grapevine.dpws.soap.MalformedEnvelopeException;

/** Values that the tests of this package share. */
final class Fixtures {

    static final QName SMART_METER = new QName("urn:example:meter", "SmartMeter");
    static final EndpointReference METER = EndpointReference.of("urn:uuid:aaaaaaaa-0000-0000-0000-000000000001");
    static final EndpointReference OTHER = EndpointReference.of("urn:uuid:bbbbbbbb-0000-0000-0000-000000000002");
    static final SoapUdpAddress CLIENT = SoapUdpAddress.of("192.0.2.1", 50_000);
    static final EnvelopeReader READER = new EnvelopeReader(EnvelopeLimits.udp());

    private Fixtures() {}

    static DeviceAnnouncement meter(long version) {
        return new DeviceAnnouncement(
                METER,
                List.of(WsDiscovery.DEVICE_TYPE, SMART_METER),
                List.of("http://grid.example/fan/ssc-3", "grid:wan"),
                List.of("http://192.0.2.17:8080/m"),
                version);
    }

    static DeviceAnnouncement other(EndpointReference epr, long version) {
        return new DeviceAnnouncement(epr, List.of(), List.of(), List.of(), version);
    }

    static Envelope envelope(byte[] bytes) throws MalformedEnvelopeException {
        return READER.readWhole(bytes);
    }

    static DiscoveryMessage message(byte[] bytes) throws MalformedEnvelopeException {
        return DiscoveryCodec.read(envelope(bytes)).orElseThrow();
    }

    static Envelope multicast(DiscoveryMessage message, String id) throws MalformedEnvelopeException {
        return envelope(DiscoveryCodec.multicast(message, id));
    }

    static Optional<AppSequence> sequence(long instance, long number) {
        return Optional.of(AppSequence.of(instance, number));
    }

    /** Ids that count: urn:id:1, urn:id:2 and so on. */
    static MessageIds countingIds() {
        int[] count = {0};
        return () -> {
            count[0]++;
            return "urn:id:" + count[0];
        };
    }
}
