package org.grapevine.cli.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.grapevine.cli.CommandLineRun;
import org.grapevine.cli.LiveRun;
import org.grapevine.dpws.device.Device;
import org.grapevine.dpws.device.DeviceHost;
import org.grapevine.dpws.device.HostSettings;
import org.grapevine.dpws.discovery.DiscoveryMode;
import org.grapevine.dpws.discovery.DiscoveryTiming;
import org.grapevine.dpws.discovery.WsDiscovery;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A proxy, a device that is told to it, and a client, each with a discovery port of its own: no multicast connects them. */
@Timeout(60)
class ProxyCommandTest {

    private static final Pattern ADDRESS = Pattern.compile("\"address\":\"([^\"]+)\"");

    private static int freePort() throws Exception {
        try (DatagramSocket free = new DatagramSocket(0)) {
            return free.getLocalPort();
        }
    }

    @Test
    void tellsWhoComesAndGoesAndLetsClientsFindThemWithoutMulticast(@TempDir Path folder) throws Exception {
        Path state = folder.resolve("proxy.state");
        LiveRun proxy = LiveRun.of(
                "proxy",
                "--json",
                "--state",
                state.toString(),
                "--capacity",
                "10",
                "--for",
                "10",
                "--discovery-port",
                Integer.toString(freePort()));
        Matcher address = ADDRESS.matcher(proxy.await("\"step\":\"proxy\""));
        assertThat(address.find()).isTrue();
        URI where = URI.create(address.group(1));

        HostSettings settings = HostSettings.on(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 7)
                .withDiscovery(
                        new InetSocketAddress(WsDiscovery.IPV4_GROUP, freePort()),
                        DiscoveryTiming.defaults().withAppMaxDelayMs(10));
        try (DeviceHost host = DeviceHost.start(settings)) {
            host.discovery().operate(DiscoveryMode.proxyAt(where)).join();
            Device device = Device.named("Lamp").start(host);
            String epr = device.epr().address();
            assertThat(proxy.await("\"step\":\"came\""))
                    .contains(epr, device.address().toString());

            CommandLineRun found = CommandLineRun.of(
                    "discover",
                    "--types",
                    "dpws:Device",
                    "--json",
                    "--proxy",
                    where.toString(),
                    "--discovery-port",
                    Integer.toString(freePort()));
            assertThat(found.exitCode()).isZero();
            assertThat(found.text()).contains(epr, "\"sentMulticast\":0", "\"found\":1");

            device.stop().join();
            assertThat(proxy.await("\"step\":\"left\"")).contains(epr);
        }
        assertThat(proxy.exitCode()).isZero();
        assertThat(proxy.err()).isEmpty();
        assertThat(Files.exists(state)).isTrue();
    }

    @Test
    void saysWhichFileCannotBeItsState(@TempDir Path folder) throws Exception {
        CommandLineRun run = CommandLineRun.of(
                "proxy", "--state", folder.toString(), "--for", "1", "--discovery-port", Integer.toString(freePort()));

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).singleElement().asString().contains(folder.toString());
    }
}
