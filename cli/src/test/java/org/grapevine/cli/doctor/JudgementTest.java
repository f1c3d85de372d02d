package org.grapevine.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.grapevine.dpws.transport.LocalInterface;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JudgementTest {

    private static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");
    private static final Duration SECOND = Duration.ofSeconds(1);

    private static LocalInterface networkInterface(String name, boolean up, boolean multicast, String... addresses)
            throws Exception {
        List<InetAddress> all = new ArrayList<>();
        for (String address : addresses) {
            all.add(InetAddress.getByName(address));
        }
        return new LocalInterface(name, up, multicast, name.equals("lo"), false, all);
    }

    @Test
    void aJdkBefore17IsTooOld() {
        assertThat(Judgement.java(16).status()).isEqualTo(Finding.Status.FAIL);
        assertThat(Judgement.java(17).status()).isEqualTo(Finding.Status.OK);
    }

    @Test
    void aClockThatWasNeverSetFails() {
        assertThat(Judgement.clock(Instant.EPOCH, Instant.EPOCH.plus(SECOND), SECOND))
                .isEqualTo(Finding.fail(
                        "clock",
                        "system",
                        "1970-01-01T00:00:01Z, which is past",
                        "set the clock, or start a time service (NTP)"));
    }

    @Test
    void aClockBeyond32BitsOfSecondsFails() {
        Instant late = Instant.ofEpochSecond(1L << 32);

        assertThat(Judgement.clock(late, late, Duration.ZERO).what()).endsWith("which InstanceId cannot count to");
        assertThat(Judgement.clock(late.minusSeconds(1), late.minusSeconds(1), Duration.ZERO)
                        .status())
                .isEqualTo(Finding.Status.OK);
    }

    @Test
    void aClockThatJumpsIsAWarning() {
        assertThat(Judgement.clock(NOW, NOW.minusSeconds(9), SECOND).what())
                .isEqualTo("jumped by -10000 ms within 1000 ms");
        assertThat(Judgement.clock(NOW, NOW.plus(SECOND), SECOND).status()).isEqualTo(Finding.Status.OK);
    }

    @Test
    void anInterfaceIsJudgedByItsFlagsAndAddresses() throws Exception {
        assertThat(Judgement.networkInterface(networkInterface("eth0", true, true, "192.0.2.2")))
                .isEqualTo(Finding.ok("interface", "eth0", "up, multicast, 192.0.2.2"));
        assertThat(Judgement.networkInterface(networkInterface("lo", true, false, "127.0.0.1")))
                .isEqualTo(Finding.ok("interface", "lo", "up, loopback, 127.0.0.1"));
        assertThat(Judgement.networkInterface(networkInterface("eth0", false, true, "192.0.2.2")))
                .isEqualTo(Finding.fail("interface", "eth0", "down", "'ip link set eth0 up'"));
        assertThat(Judgement.networkInterface(networkInterface("eth0", true, true))
                        .status())
                .isEqualTo(Finding.Status.FAIL);
        assertThat(Judgement.networkInterface(networkInterface("eth0", true, false, "192.0.2.2")))
                .isEqualTo(Finding.warn(
                        "interface", "eth0", "up, no multicast, 192.0.2.2", "'ip link set eth0 multicast on'"));
    }

    @Test
    void interfacesThatAreNotUsedAreNamed() throws Exception {
        LocalInterface loopback = networkInterface("lo", true, false, "127.0.0.1");
        LocalInterface wired = networkInterface("eth0", true, true, "192.0.2.2");
        LocalInterface radio = networkInterface("wlan0", true, true, "198.51.100.2");
        LocalInterface off = networkInterface("eth1", false, true, "203.0.113.2");
        List<LocalInterface> all = List.of(loopback, wired, radio, off);

        assertThat(Judgement.elsewhere(all, List.of("lo")))
                .contains(Finding.warn(
                        "interface",
                        "others",
                        "only loopback is used, not eth0 (192.0.2.2), wlan0 (198.51.100.2)",
                        "--interface all, or one of them, to reach devices on networks"));
        assertThat(Judgement.elsewhere(all, List.of("lo", "eth0")))
                .contains(Finding.ok("interface", "others", "not used: wlan0 (198.51.100.2)"));
        assertThat(Judgement.elsewhere(all, List.of("eth0", "wlan0"))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "true, false, FAIL, the system refused to send to G",
        "false, false, FAIL, 'sent to G, and did not come back within 1000 ms'",
        "false, true, OK, 'sent to G, and came back'"
    })
    void aMulticastHasToComeBack(boolean refused, boolean heard, Finding.Status status, String what) {
        Finding finding = Judgement.multicast("eth0", "G", refused, heard, SECOND);

        assertThat(finding.status()).isEqualTo(status);
        assertThat(finding.what()).isEqualTo(what);
        assertThat(finding.remedy().isEmpty()).isEqualTo(status == Finding.Status.OK);
    }

    @Test
    void theSystemMayGrantLessThanWasAskedFor() {
        assertThat(Judgement.receiveBuffer("eth0", 4_000, 200))
                .isEqualTo(Finding.warn(
                        "receive buffer",
                        "eth0",
                        "200 of 4000 bytes; bursts of answers may be lost",
                        "'sysctl -w net.core.rmem_max=4000'"));
        assertThat(Judgement.receiveBuffer("eth0", 4_000, 8_000).status()).isEqualTo(Finding.Status.OK);
        assertThat(Judgement.ttl("eth0", 1, 1).what()).isEqualTo("1, so multicasts stay on the link");
        assertThat(Judgement.ttl("eth0", 4, 1).what()).isEqualTo("1 in place of 4");
    }

    @Test
    void aCertificateThatSoonExpiresIsAWarning() {
        assertThat(Judgement.certificate(NOW, Optional.of(NOW.plus(Duration.ofDays(29)))))
                .isEqualTo(
                        Finding.warn("tls", "files", "the own certificate expires on 2026-12-20", "a new certificate"));
        assertThat(Judgement.certificate(NOW, Optional.of(NOW.plus(Duration.ofDays(31))))
                        .status())
                .isEqualTo(Finding.Status.OK);
        assertThat(Judgement.certificate(NOW, Optional.empty()).what()).isEqualTo("read; no own certificate");
    }
}
