package org.grapevine.gossip.driver;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.URI;
import org.grapevine.core.membership.PeerEntry;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.gossip.header.PeerMessageCodec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LiteralAddressesTest {

    private static LiteralAddresses at(String own) throws Exception {
        return new LiteralAddresses(InetAddress.getByName(own), "http");
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.1, soap.udp://10.0.0.2:40000/a/gossip",
        "10.0.0.1, soap.udp://192.168.7.9:1/a",
        "127.0.0.1, soap.udp://127.0.0.1:65535/a-b/c_d/gossip",
        "fe80::1, soap.udp://[fe80::2]:40000/a/gossip",
        "::1, soap.udp://[::1]:40000/a/gossip"
    })
    void whatAShadowWritesOfItselfCanBeAPeer(String own, String address) throws Exception {
        assertThat(at(own).accepts(new PeerAddress(address))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "gossip",
                "http://10.0.0.2:40000/a",
                "soap.udp://10.0.0.2/a",
                "soap.udp://10.0.0.2:0/a",
                "soap.udp://10.0.0.2:65536/a",
                "soap.udp://10.0.0.2:40000",
                "soap.udp://10.0.0.2:40000/",
                "soap.udp://meter:40000/a",
                "soap.udp://239.255.255.250:3702/a",
                "soap.udp://255.255.255.255:40000/a",
                "soap.udp://240.0.0.1:40000/a",
                "soap.udp://0.0.0.0:40000/a",
                "soap.udp://0.1.2.3:40000/a",
                "soap.udp://127.0.0.1:40000/a",
                "soap.udp://[fe80::2]:40000/a",
                "soap.udp://[ff02::c]:3702/a",
                "soap.udp://[::ffff:10.0.0.2]:40000/a",
                "SOAP.UDP://10.0.0.2:40000/a",
                "soap.udp://10.2:40000/a",
                "soap.udp://10.0.0.02:40000/a",
                "soap.udp://10.0.0.2:040000/a",
                "soap.udp://10.0.0.2:40000/a/../b",
                "soap.udp://10.0.0.2:40000//a",
                "soap.udp://10.0.0.2:40000/a?b",
                "soap.udp://10.0.0.2:40000/a#b",
                "soap.udp://10.0.0.2:40000/a b",
                "soap.udp://10.0.0.2:40000/<a>"
            })
    void whatCanBeNobodysOrIsWrittenInAnotherWayCannot(String address) throws Exception {
        LiteralAddresses addresses = at("10.0.0.1");

        assertThat(addresses.accepts(new PeerAddress(address))).isFalse();
        assertThat(addresses.accepts(new PeerAddress(address))).as("once more").isFalse();
        assertThat(addresses.http(new PeerAddress(address), 80)).isNull();
    }

    @Test
    void anAddressThatIsTooLongToBeToldIsNone() throws Exception {
        String longest = "soap.udp://10.0.0.2:40000/" + "a".repeat(PeerMessageCodec.MAX_ADDRESS - 26);

        assertThat(at("10.0.0.1").accepts(new PeerAddress(longest))).isTrue();
        assertThat(at("10.0.0.1").accepts(new PeerAddress(longest + "a"))).isFalse();
    }

    @Test
    void httpIsTakenAtTheSameHostAndPath() throws Exception {
        LiteralAddresses addresses = at("10.0.0.1");
        PeerAddress peer = new PeerAddress("soap.udp://10.0.0.2:40000/a/gossip");

        assertThat(addresses.http(peer, 8_080)).isEqualTo(URI.create("http://10.0.0.2:8080/a/gossip"));
        assertThat(addresses.http(peer, 0)).isNull();
        assertThat(addresses.entry(peer, URI.create("http://10.0.0.2:8080/a/gossip")))
                .isEqualTo(new PeerEntry(peer, 8_080, 0));
        assertThat(at("::1").http(new PeerAddress("soap.udp://[::1]:9/a"), 80))
                .isEqualTo(URI.create("http://[::1]:80/a"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://10.0.0.3:8080/a/gossip",
                "http://10.0.0.2:8080/b",
                "https://10.0.0.2:8080/a/gossip",
                "http://10.0.0.2/a/gossip"
            })
    void anHttpAddressThatOthersCouldNotWorkOutIsNotTold(String http) throws Exception {
        PeerAddress peer = new PeerAddress("soap.udp://10.0.0.2:40000/a/gossip");

        assertThat(at("10.0.0.1").entry(peer, URI.create(http)).httpPort()).isZero();
        assertThat(at("10.0.0.1").entry(peer, null).httpPort()).isZero();
    }
}
