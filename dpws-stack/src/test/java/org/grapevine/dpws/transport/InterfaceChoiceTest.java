package org.grapevine.dpws.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which addresses the words of a user stand for. */
class InterfaceChoiceTest {

    private static final String MACHINE = "lo (127.0.0.1, ::1), eth0 (192.0.2.2, 192.0.2.3, fe80::2, fd00::2),"
            + " eth1 (198.51.100.4, fe80::2), eth2 (down, 203.0.113.1), tun0 (10.8.0.1), wlan0 (no address)";

    private final List<LocalInterface> machine = new ArrayList<>();
    private final InterfaceChoice choice = new InterfaceChoice(() -> machine);

    InterfaceChoiceTest() throws Exception {
        machine.add(new LocalInterface("lo", true, false, true, false, addresses("127.0.0.1", "::1")));
        machine.add(new LocalInterface(
                "eth0",
                true,
                true,
                false,
                false,
                List.of(address("192.0.2.2"), address("192.0.2.3"), linkLocal("fe80::2", 2), address("fd00::2"))));
        machine.add(new LocalInterface(
                "eth1", true, true, false, false, List.of(address("198.51.100.4"), linkLocal("fe80::2", 3))));
        machine.add(new LocalInterface("eth2", false, true, false, false, addresses("203.0.113.1")));
        machine.add(new LocalInterface("tun0", true, true, false, true, addresses("10.8.0.1")));
        machine.add(new LocalInterface("wlan0", true, true, false, false, List.of()));
    }

    private static InetAddress address(String literal) throws UnknownHostException {
        return InetAddress.getByName(literal);
    }

    private static InetAddress linkLocal(String literal, int zone) throws UnknownHostException {
        return Inet6Address.getByAddress(null, address(literal).getAddress(), zone);
    }

    private static List<InetAddress> addresses(String... literals) throws UnknownHostException {
        List<InetAddress> all = new ArrayList<>();
        for (String literal : literals) {
            all.add(address(literal));
        }
        return all;
    }

    @Nested
    class AWord {

        @Test
        void thatNamesAnInterfaceMeansOneAddressOfEachIpVersion() throws Exception {
            assertThat(choice.choose("eth0")).isEqualTo(addresses("192.0.2.2", "fd00::2"));
        }

        @Test
        void thatNamesAnInterfaceWithoutAFarReachingAddressMeansTheLinkLocalOneWithItsZone() throws Exception {
            List<InetAddress> chosen = choice.choose("eth1");
            assertThat(chosen).isEqualTo(addresses("198.51.100.4", "fe80::2"));
            assertThat(((Inet6Address) chosen.get(1)).getScopeId()).isEqualTo(3);
        }

        @Test
        void thatIsAnAddressMeansIt() throws Exception {
            assertThat(choice.choose("192.0.2.3")).isEqualTo(addresses("192.0.2.3"));
            assertThat(choice.choose("FD00:0::2")).isEqualTo(addresses("fd00::2"));
        }

        @Test
        void thatIsALinkLocalAddressGetsTheZoneOfItsInterface() {
            assertThat(((Inet6Address) choice.choose("fe80::2").get(0)).getScopeId())
                    .isEqualTo(2);
            assertThat(((Inet6Address) choice.choose("fe80::2%3").get(0)).getScopeId())
                    .isEqualTo(3);
            assertThat(choice.choose("fe80::2%2,fe80::2%3")).hasSize(2);
        }

        @Test
        void thatIsAnyAddressOfIpv4LoopbackMeansIt() throws Exception {
            assertThat(choice.choose("127.0.0.2")).isEqualTo(addresses("127.0.0.2"));
        }

        @Test
        void loopbackMeansBothIpVersionsOfIt() throws Exception {
            assertThat(choice.choose("loopback")).isEqualTo(addresses("127.0.0.1", "::1"));
        }

        @Test
        void allMeansWhatIsUpAndDoesMulticastButLoopbackAndTunnels_U8() throws Exception {
            assertThat(choice.choose("all")).isEqualTo(addresses("192.0.2.2", "fd00::2", "198.51.100.4", "fe80::2"));
        }

        @Test
        void mayNameATunnel() throws Exception {
            assertThat(choice.choose("tun0")).isEqualTo(addresses("10.8.0.1"));
        }
    }

    @Test
    void severalWordsMeanEachAddressOnceInTheirOrder() throws Exception {
        assertThat(choice.choose("127.0.0.1, eth1 ,loopback,198.51.100.4"))
                .isEqualTo(addresses("127.0.0.1", "198.51.100.4", "fe80::2", "::1"));
    }

    @Nested
    class AnError {

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "eth9",
                    "eth2",
                    "wlan0",
                    "203.0.113.1",
                    "203.0.113.9",
                    "999.1.1.1",
                    "::2",
                    "fe80::2%nope",
                    "0.0.0.0",
                    "239.255.255.250",
                    "localhost",
                    "xyz:1",
                    "ALL"
                })
        void namesTheWordAndWhatThisMachineHas(String word) {
            assertThatThrownBy(() -> choice.choose("lo," + word))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("interface: " + word
                            + " (expected: all, loopback, or the name or an address of an interface that is up;"
                            + " this machine has " + MACHINE + ")");
        }

        @Test
        void atAnEmptyWordOrOneThatCannotBePrintedShowsIt() {
            assertThatThrownBy(() -> choice.choose("")).hasMessageStartingWith("interface: '' (expected: all, ");
            assertThatThrownBy(() -> choice.choose("lo,")).hasMessageStartingWith("interface: '' (expected: all, ");
            assertThatThrownBy(() -> choice.choose("\u001b[2Jé" + "x".repeat(500)))
                    .hasMessageStartingWith("interface: ?[2J?" + "x".repeat(75) + " (expected: ");
        }

        @Test
        void whereNothingDoesMulticastSaysWhatAllWouldNeed() {
            machine.removeIf(each -> !each.loopback());
            assertThatThrownBy(() -> choice.choose("all"))
                    .hasMessage("interface: all (expected: an interface that is up and does multicast;"
                            + " this machine has lo (127.0.0.1, ::1))");
            machine.clear();
            assertThatThrownBy(() -> choice.choose("loopback")).hasMessageEndingWith("; this machine has none)");
        }

        @Test
        void isMoreAddressesThanThereMayBeLinks() {
            String words = "127.0.1.1";
            for (int i = 2; i <= 65; i++) {
                words += ",127.0.1." + i;
            }
            String tooMany = words;
            assertThatThrownBy(() -> choice.choose(tooMany))
                    .hasMessage("interface: 65 addresses (expected: at most 64)");
        }

        @Test
        void isAMachineThatDoesNotSay() {
            InterfaceChoice blind = new InterfaceChoice(() -> {
                throw new SocketException("on purpose");
            });
            assertThatThrownBy(() -> blind.choose("all"))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("interfaces: not listed by this machine: on purpose");
        }
    }

    @Nested
    class ThisMachine {

        private final InterfaceChoice real = InterfaceChoice.ofThisMachine();

        @Test
        void listsItsLoopback() {
            assertThat(real.interfaces()).anySatisfy(each -> {
                assertThat(each.loopback()).isTrue();
                assertThat(each.up()).isTrue();
                assertThat(each.addresses()).anyMatch(InetAddress::isLoopbackAddress);
            });
        }

        @Test
        void letsEveryLoopbackAddressBeBound() throws Exception {
            int port = LoopbackAddresses.freePort();
            LinkOptions options = LinkOptions.of(
                    new InetSocketAddress("239.255.255.250", port), new InetSocketAddress("FF02::C", port));
            try (Links links = Links.open(options, (link, bytes, from, multicast) -> {})) {
                for (InetAddress address : real.choose("loopback")) {
                    assertThat(links.add(new InetSocketAddress(address, 0)).address())
                            .isEqualTo(address);
                }
            }
        }
    }
}
