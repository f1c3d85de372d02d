package org.grapevine.dpws.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.grapevine.dpws.device.Device;
import org.grapevine.dpws.device.DeviceHost;
import org.grapevine.dpws.device.HostedService;
import org.grapevine.dpws.device.Loopback;
import org.grapevine.dpws.device.Notification;
import org.grapevine.dpws.device.NotificationSink;
import org.grapevine.dpws.device.Subscription;
import org.grapevine.dpws.device.SubscriptionOptions;
import org.grapevine.dpws.transport.TestCertificates;
import org.grapevine.dpws.transport.TlsSettings;
import org.grapevine.dpws.transport.TlsSettings.ClientAuthentication;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The secure channel of DPWS 1.1, where events go both ways. The rest of it is in SecureDeviceTest. */
@Timeout(60)
class SecurityRowsTest {

    @Test
    void s10_eventsGoOverTlsWithCertificatesOnBothSides(@TempDir Path directory) throws Exception {
        TestCertificates certificates = new TestCertificates(directory);
        TlsSettings source = certificates.settings("source").withClientAuthentication(ClientAuthentication.NEEDED);
        TlsSettings subscriber =
                certificates.settings("subscriber").withClientAuthentication(ClientAuthentication.NEEDED);
        try (Loopback net = new Loopback()) {
            Device lamp = Device.named("Lamp")
                    .host(new LampService.Simple())
                    .start(net.hostWith(settings -> settings.withTls(source)));
            DeviceHost client = net.hostWith(settings -> settings.withTls(subscriber));
            HostedService service = lamp.hostedServices().get(0);
            BlockingQueue<Notification> events = new LinkedBlockingQueue<>();
            try (NotificationSink sink = NotificationSink.open(client, "/sink")) {
                assertThat(List.of(service.address(), sink.address()))
                        .extracting(URI::getScheme)
                        .containsOnly("https");
                Subscription subscription =
                        LoopbackLink.get(sink.subscribe(service.address(), SubscriptionOptions.toAll(), events::add));
                assertThat(subscription.manager().address()).startsWith("https://");
                lamp.events(LampService.LampEvents.class).switched(true);
                assertThat(Peer.await(events, event -> true).action()).isEqualTo(LampService.SWITCHED);
                LoopbackLink.get(lamp.stop());
                assertThat(LoopbackLink.get(subscription.ended()).reason())
                        .isEqualTo(Subscription.Reason.SOURCE_SHUTTING_DOWN);
            }
        }
    }
}
