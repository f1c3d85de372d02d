package org.grapevine.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import org.grapevine.cli.CommandLineRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** On loopback, where everything works. */
@Timeout(60)
class DoctorCommandTest {

    @Test
    void checksEachChosenInterface() {
        CommandLineRun run = CommandLineRun.of("doctor");

        assertThat(run.err()).isEmpty();
        assertThat(run.exitCode()).isZero();
        assertThat(run.out())
                .anyMatch(line -> line.matches("ok    java            JDK: version [0-9]+"))
                .anyMatch(line -> line.matches("ok    interface       [a-z0-9]+: up, .*127.0.0.1.*"))
                .anyMatch(line ->
                        line.matches("ok    multicast       [a-z0-9]+ 127.0.0.1: sent to 239.255.255.250:[0-9]+, and"
                                + " came back"))
                .anyMatch(line ->
                        line.matches("ok    discovery port  [a-z0-9]+ 127.0.0.1: 239.255.255.250:3702 can be heard"))
                .anyMatch(line -> line.matches("ok    http port       [a-z0-9]+ 127.0.0.1: a free port, now [0-9]+"))
                .anyMatch(line ->
                        line.matches("ok    ttl             [a-z0-9]+ 127.0.0.1: 1, so multicasts stay on the link"))
                .anyMatch(line -> line.matches("(ok  |warn)  receive buffer  [a-z0-9]+ 127.0.0.1: [0-9]+ .*bytes.*"))
                .anyMatch(line -> line.matches("ok    clock           system: 20.*Z"));
    }

    @Test
    void writesAnObjectForEachCheckAndOneForTheEnd() {
        CommandLineRun run = CommandLineRun.of("doctor", "--json", "--interface", "127.0.0.1,127.0.0.2");

        assertThat(run.out())
                .allMatch(line -> line.startsWith("{\"step\":\"check\",\"status\":\"")
                        || line.startsWith("{\"step\":\"doctor\",\"failed\":0,"))
                .anyMatch(line -> line.contains("127.0.0.2"));
    }

    @Test
    void failsIfThePortIsTaken() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            CommandLineRun run = CommandLineRun.of("doctor", "--port", Integer.toString(taken.getLocalPort()));

            assertThat(run.exitCode()).isEqualTo(1);
            assertThat(run.err()).containsExactly("grapevine: 1 check failed");
            assertThat(run.out())
                    .anyMatch(line -> line.startsWith("fail  http port "))
                    .anyMatch(line -> line.matches(" +try +another --port, .*"));
        }
    }

    @Test
    void failsIfACertificateCannotBeRead() {
        CommandLineRun run = CommandLineRun.of("doctor", "--trust", "no.pem");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out()).anyMatch(line -> line.startsWith("fail  tls             files: no.pem"));
    }
}
