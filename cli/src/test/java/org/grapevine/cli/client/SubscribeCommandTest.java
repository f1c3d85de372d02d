package org.grapevine.cli.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.grapevine.cli.Certificate;
import org.grapevine.cli.CommandLineRun;
import org.grapevine.cli.LiveRun;
import org.grapevine.dpws.device.Device;
import org.grapevine.dpws.device.DeviceHost;
import org.grapevine.dpws.device.HostSettings;
import org.grapevine.dpws.discovery.DiscoveryTiming;
import org.grapevine.dpws.discovery.WsDiscovery;
import org.grapevine.dpws.transport.TlsSettings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class SubscribeCommandTest {

    private DeviceHost host;
    private Device device;
    private String address = "";
    private String port = "";

    @BeforeEach
    void aLamp() throws IOException {
        int discoveryPort = Neighbourhood.freePort();
        port = Integer.toString(discoveryPort);
        host = DeviceHost.start(HostSettings.on(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 7)
                .withDiscovery(
                        new InetSocketAddress(WsDiscovery.IPV4_GROUP, discoveryPort),
                        DiscoveryTiming.defaults().withAppMaxDelayMs(10)));
        device = Device.named("Lamp").host((Lamp) () -> 42).start(host);
        address = device.hostedServices().get(0).address().toString();
    }

    @AfterEach
    void stop() {
        host.close();
    }

    private LiveRun subscribe(String... more) {
        String[] args = new String[more.length + 4];
        args[0] = "subscribe";
        args[1] = address;
        System.arraycopy(more, 0, args, 2, more.length);
        args[more.length + 2] = "--discovery-port";
        args[more.length + 3] = port;
        return LiveRun.of(args);
    }

    @Test
    void printsEachNotificationAndEndsAfterSoMany() throws Exception {
        LiveRun run = subscribe("--count", "2", "--expires", "PT10M");
        run.await("subscribed to " + address + " for 600 s, renewed until Ctrl-C");

        device.events(Lamp.Events.class).switched(true);
        device.events(Lamp.Events.class).switched(false);

        run.await(Lamp.SWITCHED);
        run.await("<on>true</on>");
        run.await("<on>false</on>");
        run.await("2 notifications");
        assertThat(run.exitCode()).isZero();
        assertThat(run.err()).isEmpty();
    }

    @Test
    void writesAnObjectForEachNotificationAndOneForEachEnd() throws Exception {
        LiveRun run = subscribe("--count", "1", "--json", "--action", Lamp.SWITCHED);
        assertThat(run.await("subscribed"))
                .matches("\\{\"step\":\"subscribed\",\"address\":\"http://.*\",\"manager\":\"http://.*\",\"sink\":"
                        + "\"http://127.0.0.1:[0-9]+/notifications\",\"grantedMs\":[0-9]+}");

        device.events(Lamp.Events.class).switched(true);

        assertThat(run.await("notification"))
                .matches("\\{\"step\":\"notification\",\"number\":1,\"action\":\"" + Lamp.SWITCHED
                        + "\",\"messageId\":\"urn:uuid:.*\",\"body\":\"<.*<on>true</on>.*\"}");
        assertThat(run.await("ended"))
                .isEqualTo("{\"step\":\"ended\",\"why\":\"count\",\"notifications\":1,\"unsubscribed\":true}");
        assertThat(run.exitCode()).isZero();
    }

    @Test
    void failsAndSaysWhyIfTheSourceEndsIt() throws Exception {
        LiveRun run = subscribe("--count", "1");
        run.await("subscribed to");

        device.stop().join();

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err())
                .startsWith("grapevine: " + address
                        + ": the subscription ended after 0 notifications: source-shutting-down");
    }

    @Test
    void failsIfTooFewCameInTime() throws Exception {
        LiveRun run = subscribe("--count", "1", "--for", "0.3");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).startsWith("grapevine: 0 notifications within 0.3 s (expected: 1)");
    }

    @Test
    void failsIfTheServiceHasNoSuchEvent() throws Exception {
        LiveRun run = subscribe("--action", "urn:nope");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).startsWith("grapevine: " + address + " answered with a fault: ");
    }

    @Test
    void unsubscribesWhenTheProcessIsToldToEnd() throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "org.grapevine.cli.Main",
                        "subscribe",
                        address,
                        "--json",
                        "--discovery-port",
                        port)
                .redirectErrorStream(true)
                .start();
        try (BufferedReader out = process.inputReader(UTF_8)) {
            assertThat(out.readLine()).contains("\"step\":\"subscribed\"");

            // Unlike the process itself, its handle leaves the streams open.
            assertThat(process.toHandle().destroy()).isTrue();

            assertThat(out.readLine())
                    .isEqualTo(
                            "{\"step\":\"ended\",\"why\":\"interrupted\",\"notifications\":0,\"unsubscribed\":true}");
            assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void takesNotificationsByHttpsFromServicesThatSpeakIt(@TempDir Path folder) throws Exception {
        Certificate own = Certificate.in(folder);
        TlsSettings tls = TlsSettings.none()
                .withIdentityFromPem(own.certificate(), own.key())
                .withTrustFromPem(own.certificate())
                .withClientAuthentication(TlsSettings.ClientAuthentication.NEEDED);
        try (DeviceHost secure = DeviceHost.start(host.settings().withTls(tls))) {
            Device lamp = Device.named("Safe").host((Lamp) () -> 42).start(secure);
            address = lamp.hostedServices().get(0).address().toString();
            String certificate = own.certificate().toString();
            LiveRun run = subscribe(
                    "--json",
                    "--count",
                    "1",
                    "--cert",
                    certificate,
                    "--key",
                    own.key().toString(),
                    "--trust",
                    certificate);
            assertThat(run.await("subscribed")).contains("\"sink\":\"https://127.0.0.1:");

            lamp.events(Lamp.Events.class).switched(true);

            run.await("<on>true</on>");
            assertThat(run.exitCode()).isZero();
        }
    }

    @Test
    void inspectShowsTheEventsToSubscribeTo() {
        CommandLineRun people = CommandLineRun.of("inspect", address, "--discovery-port", port);
        CommandLineRun programs = CommandLineRun.of("inspect", address, "--json", "--discovery-port", port);

        assertThat(people.out())
                .contains("  event       switched  notification  " + Lamp.SWITCHED)
                .anyMatch(line ->
                        line.matches("  operation   level +request-response +urn:example:lamp:Lamp:levelRequest"));
        assertThat(programs.text()).contains("\"eventSources\":[\"{urn:example:lamp}LampEvents\"]");
    }
}
