package org.grapevine.dpws.transport;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.BindException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** A host on several networks at once (SOAP-over-UDP 1.1; rows U6 to U8). */
class LinksTest {

    private static final int SECONDS = 10;

    private LinkOptions options;
    private Links links;
    private final BlockingQueue<Arrival> inbox = new LinkedBlockingQueue<>();

    private record Arrival(Link link, String text, InetSocketAddress from, boolean multicast) {}

    @BeforeEach
    void openLinks() throws Exception {
        int port = LoopbackAddresses.freePort();
        options =
                LinkOptions.of(new InetSocketAddress("239.255.255.250", port), new InetSocketAddress("FF02::C", port));
        links = open();
    }

    @AfterEach
    void close() {
        links.close();
    }

    private Links open() throws IOException {
        return Links.open(
                options,
                (link, bytes, from, multicast) ->
                        inbox.add(new Arrival(link, new String(bytes, UTF_8), from, multicast)));
    }

    private static InetSocketAddress at(InetAddress address) {
        return new InetSocketAddress(address, 0);
    }

    private Arrival next() throws InterruptedException {
        Arrival arrival = inbox.poll(SECONDS, TimeUnit.SECONDS);
        assertThat(arrival).as("a datagram within %s s", SECONDS).isNotNull();
        return arrival;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    @Nested
    class AMulticast {

        @Test
        void leavesOnEveryLinkFromItsOwnAddress_U8() throws Exception {
            Link first = links.add(at(LoopbackAddresses.ipv4(1)));
            Link second = links.add(at(LoopbackAddresses.ipv4(2)));
            try (Links elsewhere = open()) {
                Link listener = elsewhere.add(at(LoopbackAddresses.ipv4(3)));
                links.sendMulticast(bytes("to all"));
                Set<InetSocketAddress> senders = heardBy(listener, 2);
                assertThat(senders)
                        .containsExactlyInAnyOrder(
                                first.udp().localAddress(), second.udp().localAddress());
            }
            assertThat(first.counters().sentMulticast()).isEqualTo(1);
            assertThat(second.counters().sentMulticast()).isEqualTo(1);
        }

        private Set<InetSocketAddress> heardBy(Link listener, int count) throws InterruptedException {
            return Stream.generate(this::nextQuietly)
                    .filter(arrival -> arrival.link() == listener)
                    .limit(count)
                    .map(Arrival::from)
                    .collect(Collectors.toSet());
        }

        private Arrival nextQuietly() {
            try {
                return next();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError(e);
            }
        }

        @Test
        void leavesInBothIpVersionsToTheGroupOfEach_U8() throws Exception {
            InetAddress ipv6 = LoopbackAddresses.ipv6WithMulticast();
            Link four = links.add(at(LoopbackAddresses.ipv4(1)));
            Link six = links.add(at(ipv6));
            links.sendMulticast(bytes("to all"));
            List<Arrival> heard = List.of(next(), next());
            assertThat(heard)
                    .allMatch(Arrival::multicast)
                    .allMatch(arrival ->
                            arrival.from().equals(arrival.link().udp().localAddress()))
                    .extracting(Arrival::link)
                    .containsExactlyInAnyOrder(four, six);
        }

        @Test
        void mayLeaveOnOneLinkOnly() throws Exception {
            Link first = links.add(at(LoopbackAddresses.ipv4(1)));
            Link second = links.add(at(LoopbackAddresses.ipv4(2)));
            second.sendMulticast(bytes("here"));
            assertThat(next().from()).isEqualTo(second.udp().localAddress());
            assertThat(next().from()).isEqualTo(second.udp().localAddress());
            assertThat(first.counters().sentMulticast()).isZero();
            assertThat(first.counters().receivedMulticast()).isEqualTo(1);
        }

        @Test
        void isNotStoppedByALinkThatCannotSend() throws Exception {
            Link broken = links.add(at(LoopbackAddresses.ipv4(2)));
            Link sound = links.add(at(LoopbackAddresses.ipv4(1)));
            broken.udp().close();
            links.sendMulticast(bytes("to all"));
            assertThat(next().link()).isEqualTo(sound);
            assertThat(broken.counters().dropped()).containsEntry(DatagramDrop.SEND_ERROR, 1L);
        }

        @Test
        void staysOnTheLinkUnlessMoreIsAskedFor_U7() throws Exception {
            assertThat(links.add(at(LoopbackAddresses.ipv4(1))).udp().multicastTtl())
                    .isEqualTo(1);
            try (Links far = Links.open(options.withMulticastTtl(9), (link, bytes, from, multicast) -> {})) {
                assertThat(far.add(at(LoopbackAddresses.ipv4(1))).udp().multicastTtl())
                        .isEqualTo(9);
            }
        }
    }

    @Nested
    class AUnicast {

        @Test
        void isAnsweredFromTheLinkItCameInOnToThePortItCameFrom_U6() throws Exception {
            links.add(at(LoopbackAddresses.ipv4(1)));
            Link second = links.add(at(LoopbackAddresses.ipv4(2)));
            try (DatagramSocket client = new DatagramSocket(at(LoopbackAddresses.ipv4(1)))) {
                client.setSoTimeout(SECONDS * 1_000);
                client.send(
                        new DatagramPacket(bytes("question"), 8, second.udp().localAddress()));
                Arrival question = next();
                assertThat(question.link()).isEqualTo(second);
                assertThat(question.multicast()).isFalse();
                question.link().send(question.from(), bytes("answer"));
                DatagramPacket answer = new DatagramPacket(new byte[100], 100);
                client.receive(answer);
                assertThat(answer.getSocketAddress()).isEqualTo(second.udp().localAddress());
            }
        }

        @Test
        void ofAMulticastQuestionComesFromAUnicastAddress_U6() throws Exception {
            Link link = links.add(at(LoopbackAddresses.ipv4(1)));
            try (Links asker = open()) {
                Link from = asker.add(at(LoopbackAddresses.ipv4(1)));
                from.sendMulticast(bytes("question"));
                Arrival question = next();
                while (question.link() != link) {
                    question = next();
                }
                question.link().send(question.from(), bytes("answer"));
                Arrival answer = next();
                while (!answer.text().equals("answer")) {
                    answer = next();
                }
                assertThat(answer)
                        .isEqualTo(new Arrival(from, "answer", link.udp().localAddress(), false));
            }
        }

        @Test
        void withoutALinkGoesOutOnTheFirstOfItsIpVersion() throws Exception {
            Link six = links.add(at(LoopbackAddresses.ipv6()));
            Link four = links.add(at(LoopbackAddresses.ipv4(1)));
            links.send(four.udp().localAddress(), bytes("4"));
            assertThat(next()).isEqualTo(new Arrival(four, "4", four.udp().localAddress(), false));
            links.send(six.udp().localAddress(), bytes("6"));
            assertThat(next().link()).isEqualTo(six);
            assertThat(four.counters().sent()).isEqualTo(1);
            assertThat(six.counters().sent()).isEqualTo(1);
        }

        @Test
        void thatNoLinkLeadsToIsCountedAsAnError() throws Exception {
            links.send(InetSocketAddress.createUnresolved("nowhere.invalid", 1), bytes("lost"));
            Link four = links.add(at(LoopbackAddresses.ipv4(1)));
            InetAddress elsewhere = Inet6Address.getByAddress(
                    null, InetAddress.getByName("fe80::1").getAddress(), 12_345);
            links.send(new InetSocketAddress(elsewhere, 1), bytes("lost"));
            assertThat(four.counters().dropped()).containsEntry(DatagramDrop.SEND_ERROR, 1L);
        }
    }

    @Nested
    class ALink {

        @Test
        void comesAndGoesWhileOthersStay() throws Exception {
            Link first = links.add(at(LoopbackAddresses.ipv4(1)));
            Link second = links.add(at(LoopbackAddresses.ipv4(2)));
            assertThat(links.all()).containsExactly(first, second);
            assertThat(links.at(LoopbackAddresses.ipv4(2))).contains(second);

            assertThat(links.remove(second)).isTrue();
            assertThat(links.remove(second)).isFalse();

            assertThat(links.all()).containsExactly(first);
            links.sendMulticast(bytes("still here"));
            assertThat(next())
                    .isEqualTo(new Arrival(first, "still here", first.udp().localAddress(), true));
            assertThat(inbox).isEmpty();
        }

        @Test
        void thatWentHasFreedItsPorts() throws Exception {
            links.add(at(LoopbackAddresses.ipv4(1)));
            for (int i = 0; i < 20; i++) {
                Link link = links.add(at(LoopbackAddresses.ipv4(2)));
                InetSocketAddress taken = link.udp().localAddress();
                links.remove(link);
                try (DatagramSocket free = new DatagramSocket(taken)) {
                    assertThat(free.isBound()).isTrue();
                }
            }
        }

        @Test
        void costsNoThread() throws Exception {
            links.add(at(LoopbackAddresses.ipv4(1)));
            long before = receiveThreads();
            for (int i = 2; i < 12; i++) {
                links.add(at(LoopbackAddresses.ipv4(i)));
            }
            assertThat(receiveThreads()).isEqualTo(before);
        }

        private long receiveThreads() {
            return Thread.getAllStackTraces().keySet().stream()
                    .filter(thread -> thread.isAlive() && thread.getName().equals("udp"))
                    .count();
        }

        @Test
        void countsApartFromOthersAndNamesEveryReason() throws Exception {
            Link first = links.add(at(LoopbackAddresses.ipv4(1)));
            Link second = links.add(at(LoopbackAddresses.ipv4(2)));
            first.send(second.udp().localAddress(), bytes("hello"));
            Arrival arrival = next();
            arrival.link().countMalformed();
            arrival.link().countMisaddressed();
            first.send(second.udp().localAddress(), new byte[4_097]);

            assertThat(first.counters().sent()).isEqualTo(1);
            assertThat(first.counters().dropped())
                    .containsOnlyKeys(DatagramDrop.values())
                    .containsEntry(DatagramDrop.SEND_TOO_LARGE, 1L)
                    .containsEntry(DatagramDrop.MALFORMED, 0L);
            assertThat(second.counters().received()).isEqualTo(1);
            assertThat(second.counters().receivedMulticast()).isZero();
            assertThat(second.counters().dropped())
                    .containsEntry(DatagramDrop.SEND_TOO_LARGE, 0L)
                    .containsEntry(DatagramDrop.MALFORMED, 1L)
                    .containsEntry(DatagramDrop.MISADDRESSED, 1L);
        }

        @Test
        void drawsFaultsOfItsOwn() throws Exception {
            links.close();
            options = options.withFaults(NetworkConditions.lossy(0.5, 0, 42));
            links = open();
            Link first = links.add(at(LoopbackAddresses.ipv4(1)));
            Link second = links.add(at(LoopbackAddresses.ipv4(2)));
            StringBuilder ofFirst = new StringBuilder();
            StringBuilder ofSecond = new StringBuilder();
            for (int i = 0; i < 64; i++) {
                links.sendMulticast(bytes("x"));
                ofFirst.append(first.counters().sent()).append(' ');
                ofSecond.append(second.counters().sent()).append(' ');
            }
            assertThat(ofFirst.toString()).isNotEqualTo(ofSecond.toString());
        }

        @Test
        void knowsWhoIsOnTheSameNetwork() throws Exception {
            Link first = links.add(at(LoopbackAddresses.ipv4(1)));
            Link second = links.add(at(LoopbackAddresses.ipv4(2)));
            assertThat(first.isOnTheNetworkOf(second)).isTrue();
            assertThat(first).hasToString("127.0.0.1 on " + first.interfaceName());
            Link six = links.add(at(LoopbackAddresses.ipv6()));
            assertThat(first.isOnTheNetworkOf(six)).isFalse();
            assertThat(six).hasToString("::1 on " + six.interfaceName());
        }

        @Test
        void thatIsImpossibleNamesWhatIsWrong() throws Exception {
            Link first = links.add(at(LoopbackAddresses.ipv4(1)));
            assertThatThrownBy(() -> links.add(at(LoopbackAddresses.ipv4(1))))
                    .hasMessage("link: 127.0.0.1 (expected: an address that is no link yet)");
            assertThatThrownBy(() -> links.add(at(InetAddress.getByName("198.51.100.1"))))
                    .isInstanceOf(BindException.class)
                    .hasMessage(
                            "udp bind address: 198.51.100.1 (expected: an address of an interface of this machine)");
            assertThatThrownBy(() -> links.add(new InetSocketAddress(
                            LoopbackAddresses.ipv4(1),
                            first.udp().localAddress().getPort())))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThat(links.all()).containsExactly(first);
        }

        @Test
        void beyondTheMostThatMayBeIsRefused() throws Exception {
            for (int i = 1; i <= Links.MAX_LINKS; i++) {
                links.add(at(LoopbackAddresses.ipv4(i)));
            }
            assertThatThrownBy(() -> links.add(at(LoopbackAddresses.ipv4(200))))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("links: 65 (expected: at most 64)");
        }

        @Test
        void afterTheCloseIsRefused() throws Exception {
            Link link = links.add(at(LoopbackAddresses.ipv4(1)));
            links.close();
            links.close();
            assertThat(links.all()).isEmpty();
            assertThatThrownBy(() -> links.add(at(LoopbackAddresses.ipv4(1))))
                    .isInstanceOf(ClosedChannelException.class);
            links.sendMulticast(bytes("nobody sends this"));
            link.sendMulticast(bytes("nor this"));
            assertThat(link.counters().dropped()).containsEntry(DatagramDrop.SEND_ERROR, 1L);
        }
    }

    @Nested
    class Options {

        @Test
        void nameAGroupOfTheWrongKind() {
            InetSocketAddress four = options.ipv4Group();
            InetSocketAddress six = options.ipv6Group();
            assertThatThrownBy(() -> LinkOptions.of(six, six))
                    .hasMessageStartingWith("ipv4Group: ")
                    .hasMessageEndingWith("(expected: a multicast address of IPv4)");
            assertThatThrownBy(() -> LinkOptions.of(four, four))
                    .hasMessageStartingWith("ipv6Group: ")
                    .hasMessageEndingWith("(expected: a multicast address of IPv6)");
        }
    }
}
