package org.grapevine.cli.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.DatagramSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.grapevine.cli.Certificate;
import org.grapevine.cli.CommandLineRun;
import org.grapevine.cli.LiveRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Devices from a file that speak HTTPS to clients with a certificate only. */
@Timeout(60)
class SecureDevicesTest {

    private static final Pattern DEVICE = Pattern.compile("\"xAddr\":\"([^\"]+)\"");

    private String port = "";

    private CommandLineRun run(String... args) {
        List<String> all = new ArrayList<>(List.of(args));
        all.addAll(List.of("--discovery-port", port));
        return CommandLineRun.of(all.toArray(String[]::new));
    }

    @Test
    void areFoundByAnybodyAndSpeakToWhomTheyTrust(@TempDir Path folder) throws Exception {
        try (DatagramSocket free = new DatagramSocket(0)) {
            port = Integer.toString(free.getLocalPort());
        }
        Certificate own = Certificate.in(folder);
        Path file = Files.writeString(
                folder.resolve("devices.yaml"),
                """
                grid: safe
                interfaces: [loopback]
                state: devices.state
                tls: {certificate: own.pem, key: own-key.pem, trust: [own.pem], client-auth: needed}
                devices:
                  - {role: is, name: is, scopes: ['grid:safe']}
                """);

        LiveRun devices = LiveRun.of(
                "device",
                file.toString(),
                "--json",
                "--for",
                "12",
                "--discovery-port",
                port,
                "--interface",
                "127.0.0.1");
        Matcher address = DEVICE.matcher(devices.await("\"step\":\"shadow\""));
        assertThat(address.find()).isTrue();
        String where = address.group(1);
        devices.await("\"step\":\"ready\"");

        assertThat(where).startsWith("https://127.0.0.1:");
        assertThat(Files.exists(folder.resolve("devices.state"))).isTrue();
        String certificate = own.certificate().toString();
        String key = own.key().toString();
        CommandLineRun known = run("inspect", where, "--trust", certificate, "--cert", certificate, "--key", key);
        assertThat(known.err()).isEmpty();
        assertThat(known.out()).contains("  address     " + where);
        assertThat(run("discover", "--metadata", "--trust", certificate, "--cert", certificate, "--key", key)
                        .text())
                .contains(where, "  service     https://")
                .doesNotContain("failed");

        CommandLineRun withoutTrust = run("inspect", where);
        CommandLineRun withoutCertificate = run("inspect", where, "--trust", certificate);
        assertThat(withoutTrust.exitCode()).isEqualTo(1);
        assertThat(withoutTrust.err()).singleElement().asString().contains(where);
        assertThat(withoutCertificate.exitCode()).isEqualTo(1);
        assertThat(devices.exitCode()).isZero();
    }

    @Test
    void needTheFilesThatTheirFileNames(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(
                folder.resolve("devices.yaml"), "grid: safe\nsample: {}\ntls: {certificate: none.pem}\n");

        CommandLineRun run = CommandLineRun.of("device", file.toString());

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err())
                .containsExactly("grapevine: " + file + ": tls.key: none (expected: the key of "
                        + folder.resolve("none.pem") + ", or a .p12 that has both)");
    }

    @Test
    void refuseAnInterfaceThatIsNotThere(@TempDir Path folder) throws Exception {
        Path file =
                Files.writeString(folder.resolve("devices.yaml"), "grid: safe\nsample: {}\ninterfaces: [192.0.2.99]\n");

        CommandLineRun run = CommandLineRun.of("device", file.toString());

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err())
                .singleElement()
                .asString()
                .startsWith("grapevine: " + file + ": interface: 192.0.2.99 (expected: ");
    }
}
