package org.grapevine.cli.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.grapevine.cli.client.Diagnosis.Facts;
import org.grapevine.cli.client.Diagnosis.Finding;
import org.grapevine.cli.client.Diagnosis.Looked;
import org.grapevine.dpws.device.Discovery;
import org.grapevine.dpws.transport.DatagramDrop;
import org.grapevine.dpws.transport.LinkCounters;
import org.junit.jupiter.api.Test;

/** Each reason comes from a number, and each number gives its reason. */
class DiagnosisTest {

    private static final Discovery.Dropped NOTHING = new Discovery.Dropped(0, 0, 0, 0, 0, 0, 0, 0, 0);

    private static Looked looked(
            String name,
            String address,
            boolean multicast,
            long sent,
            long heard,
            long heardFromGroup,
            DatagramDrop... dropped)
            throws UnknownHostException {
        Map<DatagramDrop, Long> drops = new EnumMap<>(DatagramDrop.class);
        for (DatagramDrop why : dropped) {
            drops.merge(why, 1L, Long::sum);
        }
        LinkCounters counters = new LinkCounters(sent, sent, heard, heardFromGroup, drops);
        return new Looked(name, InetAddress.getByName(address), multicast, counters);
    }

    private static Looked eth0(long sent, long heard, long heardFromGroup, DatagramDrop... dropped)
            throws UnknownHostException {
        return looked("eth0", "192.0.2.2", true, sent, heard, heardFromGroup, dropped);
    }

    private static Facts facts(Looked... looked) {
        return new Facts(
                List.of(looked), List.of(), NOTHING, Duration.ofSeconds(3), 0, 0, Optional.empty(), Map.of(), false);
    }

    private static Finding only(Facts facts) {
        List<Finding> findings = Diagnosis.of(facts);
        assertThat(findings).hasSize(1);
        return findings.get(0);
    }

    @Test
    void nothingButTheOwnProbeCameBack() throws Exception {
        assertThat(only(facts(eth0(2, 2, 2))))
                .isEqualTo(
                        new Finding(
                                "no-answer",
                                "the Probe left on eth0 (192.0.2.2), and nothing of anybody else came in",
                                "is the device on, on this network, and behind no firewall that stops UDP? --at asks it directly"));
    }

    @Test
    void notEvenTheOwnProbeCameBack() throws Exception {
        Finding finding = only(facts(eth0(2, 0, 0)));

        assertThat(finding.reason()).isEqualTo("no-echo");
        assertThat(finding.what()).endsWith("multicast does not work there");
        assertThat(finding.remedy()).contains("'grapevine doctor --interface eth0'");
    }

    @Test
    void theSystemRefusedToSend() throws Exception {
        Finding finding = only(facts(eth0(0, 0, 0, DatagramDrop.SEND_ERROR, DatagramDrop.SEND_ERROR)));

        assertThat(finding.reason()).isEqualTo("not-sent");
        assertThat(finding.what())
                .isEqualTo(
                        "the system refused 2 datagrams on eth0 (192.0.2.2): no multicast route, a firewall, or it went down");
        assertThat(finding.remedy())
                .startsWith("'ip route add 239.255.255.250/32 dev eth0'")
                .contains("--at", "--proxy");
    }

    @Test
    void noProbeLeftAtAll() throws Exception {
        assertThat(only(facts(eth0(0, 3, 3, DatagramDrop.SEND_BUFFER_FULL))).what())
                .isEqualTo("no Probe left on eth0 (192.0.2.2); 1 datagram met a full buffer");
    }

    @Test
    void othersWereHeardButNoneWithAnAnswer() throws Exception {
        assertThat(only(facts(eth0(2, 5, 4))).what())
                .isEqualTo("3 datagrams of others came in on eth0 (192.0.2.2), none an answer that counts");
    }

    @Test
    void anInterfaceSaysThatItDoesNoMulticast() throws Exception {
        assertThat(Diagnosis.of(facts(looked("tun0", "192.0.2.2", false, 2, 2, 2))))
                .extracting(Finding::reason)
                .containsExactly("no-multicast", "no-answer");
        assertThat(Diagnosis.of(facts(looked("lo", "127.0.0.1", false, 2, 2, 2))))
                .extracting(Finding::reason)
                .containsExactly("no-answer");
    }

    @Test
    void eachLinkHasItsOwnReason() throws Exception {
        assertThat(Diagnosis.of(facts(eth0(2, 2, 2), looked("eth1", "198.51.100.2", true, 2, 0, 0))))
                .extracting(Finding::reason)
                .containsExactly("no-answer", "no-echo");
    }

    @Test
    void whatCouldNotBeReadOrCameTooLateIsCounted() throws Exception {
        Facts facts = new Facts(
                List.of(eth0(2, 5, 2, DatagramDrop.MALFORMED, DatagramDrop.RECEIVE_TOO_LARGE)),
                List.of(),
                new Discovery.Dropped(2, 0, 4, 0, 0, 0, 1, 0, 0),
                Duration.ofSeconds(3),
                0,
                0,
                Optional.empty(),
                Map.of(),
                false);

        assertThat(Diagnosis.of(facts))
                .extracting(Finding::what)
                .containsExactly(
                        "3 datagrams of others came in on eth0 (192.0.2.2), none an answer that counts",
                        "1 datagram on eth0 (192.0.2.2) had more than the 4,096 octets of DPWS",
                        "3 datagrams could not be read as a message of discovery",
                        "4 answers came to another question, or too late",
                        "a Discovery Proxy announced itself, and was not believed");
    }

    @Test
    void devicesOfOtherTypesAndOfTheOlderGenerationComeFirst() throws Exception {
        Facts facts = new Facts(
                List.of(eth0(2, 2, 2)),
                List.of(),
                NOTHING,
                Duration.ofSeconds(3),
                1,
                2,
                Optional.empty(),
                Map.of(),
                false);

        assertThat(Diagnosis.of(facts))
                .extracting(Finding::what)
                .startsWith(
                        "1 device answers a Probe without --types and --scopes, none this one",
                        "2 devices speak WS-Discovery 2005/04, which was not asked for");
    }

    @Test
    void lookingOnLoopbackOnlyIsNamedWithTheOtherInterfaces() throws Exception {
        Facts facts = new Facts(
                List.of(looked("lo", "127.0.0.1", false, 2, 2, 2)),
                List.of("eth0", "wlan0"),
                NOTHING,
                Duration.ofMillis(500),
                0,
                0,
                Optional.empty(),
                Map.of(),
                false);

        assertThat(Diagnosis.of(facts))
                .extracting(Finding::reason)
                .containsExactly("no-answer", "wrong-interface", "short-wait");
        assertThat(Diagnosis.of(facts).get(1).remedy()).isEqualTo("--interface all, or one of eth0, wlan0");
        assertThat(Diagnosis.of(facts).get(2).what()).isEqualTo("waited 0.5 s; a device may take 2.5 s to answer");
    }

    @Test
    void aProxyWasSilentOrKnowsNobody() throws Exception {
        assertThat(Diagnosis.of(withProxy(eth0(2, 2, 2))))
                .extracting(Finding::reason)
                .containsExactly("proxy-silent", "no-answer");
        assertThat(Diagnosis.of(withProxy(eth0(0, 0, 0))))
                .extracting(Finding::reason)
                .containsExactly("proxy-empty");
    }

    private static Facts withProxy(Looked looked) {
        return new Facts(
                List.of(looked),
                List.of(),
                NOTHING,
                Duration.ofSeconds(3),
                0,
                0,
                Optional.of("http://p/"),
                Map.of(),
                false);
    }

    @Test
    void addressesThatWereAskedOneByOneSayTheirOwnReasons() throws Exception {
        assertThat(Diagnosis.of(directed(Map.of("http://b/", "b refused", "http://a/", "a refused"))))
                .extracting(Finding::what)
                .containsExactly("a refused", "b refused");
        assertThat(only(directed(Map.of())).reason()).isEqualTo("no-match");
    }

    private static Facts directed(Map<String, String> unreached) throws UnknownHostException {
        return new Facts(
                List.of(eth0(0, 0, 0)),
                List.of("eth1"),
                NOTHING,
                Duration.ofSeconds(1),
                0,
                0,
                Optional.empty(),
                unreached,
                true);
    }
}
