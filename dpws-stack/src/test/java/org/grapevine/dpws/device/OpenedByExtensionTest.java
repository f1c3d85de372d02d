package org.grapevine.dpws.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.grapevine.dpws.addressing.EndpointReference;
import org.grapevine.dpws.metadata.Hosted;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A service that an extension opens on every device that has a lamp, and takes away with the last one. */
class OpenedByExtensionTest {

    private static final Duration SOON = Duration.ofSeconds(10);

    private Loopback net;
    private DeviceHost host;

    /** Counts the lamps of a device. */
    static final class Counting implements Lamp.OtherLamp {
        private final Device device;

        Counting(Device device) {
            this.device = device;
        }

        @Override
        public int count() {
            return device.hostedServices().size();
        }
    }

    /** Adds a counter where there is something to count. */
    private static final class Counters implements DeviceExtension {
        @Override
        public List<Addition> extend(Device device) {
            return extendAgain(device, List.of());
        }

        @Override
        public List<Addition> extendAgain(Device device, List<Addition> had) {
            if (device.scopes().contains("test:broken")) {
                throw new IllegalStateException("no counter");
            }
            if (device.hostedServices().isEmpty()) {
                return List.of();
            }
            return had.isEmpty() ? List.of(device.open(new Counting(device))) : had;
        }
    }

    @BeforeEach
    void start() throws Exception {
        net = new Loopback();
        host = net.host(new Counters());
    }

    @AfterEach
    void close() throws Exception {
        net.close();
    }

    private static List<String> serviceIds(Device device) {
        return device.metadata().relationship().orElseThrow().hosted().stream()
                .map(Hosted::serviceId)
                .toList();
    }

    private String count(String path) throws Exception {
        return new String(
                host.client()
                        .blocking()
                        .call(
                                EndpointReference.of(host.httpAddress(path).toString()),
                                "http://example.org/lamps/Lamp/countRequest",
                                "<l:count xmlns:l=\"http://example.org/lamps/\"/>".getBytes(StandardCharsets.UTF_8),
                                SOON)
                        .bodyElement(),
                StandardCharsets.UTF_8);
    }

    @Test
    void answersHasAWsdlAndIsToldWithTheDevice() throws Exception {
        Device device = Device.named("hall").host(new Lamp.Simple()).start(host);

        assertThat(serviceIds(device)).containsExactly("urn:test:lamp:Lamp", "http://example.org/lamps/Lamp");
        assertThat(device.hostedServices()).hasSize(1);
        assertThat(host.paths()).containsExactlyInAnyOrder("/hall", "/hall/lamp", "/hall/lamp-2");
        assertThat(count("/hall/lamp-2")).contains("<return>1</return>");
        URI address = host.httpAddress("/hall/lamp-2");
        assertThat(new String(host.client().blocking().wsdl(address, SOON), StandardCharsets.UTF_8))
                .contains("http://example.org/lamps/");

        device.stop().join();
        assertThat(host.paths()).isEmpty();
    }

    @Test
    void comesAndGoesWithWhatItIsFor() throws Exception {
        Device device = Device.named("hall").start(host);
        assertThat(serviceIds(device)).isEmpty();

        HostedService first = device.add(new Lamp.Simple());
        HostedService second = device.add(new Lamp.Simple());
        assertThat(serviceIds(device)).contains("http://example.org/lamps/Lamp").hasSize(3);
        assertThat(second.path()).isEqualTo("/hall/lamp-3");
        assertThat(count("/hall/lamp-2")).contains("<return>2</return>");

        device.remove(first);
        assertThat(count("/hall/lamp-2")).contains("<return>1</return>");

        device.remove(second);
        assertThat(serviceIds(device)).isEmpty();
        assertThat(host.paths()).containsExactly("/hall");
    }

    @Test
    void doesNotKeepTheMakersServicesFromComingIfItFails() throws Exception {
        assertThatThrownBy(() -> Device.named("hall").scopes("test:broken").start(host))
                .hasMessage("no counter");
        Device device = Device.named("hall").start(host);
        device.change(words -> words.scopes(List.of("test:broken"))).join();

        device.add(new Lamp.Simple());

        assertThat(serviceIds(device)).containsExactly("urn:test:lamp:Lamp");
    }

    @Test
    void isRefusedIfItIsNoService() throws Exception {
        Device device = Device.named("hall").start(host);

        assertThatThrownBy(() -> device.open("no service"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("java.lang.String");
        assertThat(host.paths()).containsExactly("/hall");
    }
}
