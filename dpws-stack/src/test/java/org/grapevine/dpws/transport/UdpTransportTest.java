package org.grapevine.dpws.transport;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.BindException;
import java.net.DatagramSocket;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class UdpTransportTest {

    private static final int SECONDS = 10;
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    private final List<UdpTransport> opened = new ArrayList<>();
    private final LinkedBlockingQueue<Datagram> inbox = new LinkedBlockingQueue<>();

    private record Datagram(String text, InetSocketAddress from, boolean multicast) {}

    @AfterEach
    void closeAll() {
        opened.forEach(UdpTransport::close);
    }

    @Nested
    class Unicast {

        @Test
        void arrivesWholeWithItsSender() throws Exception {
            UdpTransport a = open(UdpOptions.on(LOOPBACK));
            UdpTransport b = open(UdpOptions.on(LOOPBACK));

            b.send(a.localAddress(), "hello".getBytes(UTF_8));

            assertThat(next()).isEqualTo(new Datagram("hello", b.localAddress(), false));
            assertThat(b.counters().sent()).isEqualTo(1);
            assertThat(b.counters().sentBytes()).isEqualTo(5);
            assertThat(a.counters().received()).isEqualTo(1);
            assertThat(a.counters().receivedBytes()).isEqualTo(5);
        }

        @Test
        void mayBeEmpty() throws Exception {
            UdpTransport a = open(UdpOptions.on(LOOPBACK));

            a.send(a.localAddress(), new byte[0]);

            assertThat(next().text()).isEmpty();
            assertThat(a.counters().sent()).isEqualTo(1);
        }

        @Test
        void upToTheLimitIsSentAndAboveItCounted() throws Exception {
            UdpTransport a = open(UdpOptions.on(LOOPBACK).withMaxDatagramBytes(100));

            a.send(a.localAddress(), new byte[101]);
            a.send(a.localAddress(), new byte[100]);

            assertThat(next().text()).hasSize(100);
            assertThat(a.counters().sendTooLarge()).isEqualTo(1);
            assertThat(a.counters().sent()).isEqualTo(1);
        }

        @Test
        void aboveTheReceiversLimitIsDroppedAndCounted() throws Exception {
            UdpTransport small = open(UdpOptions.on(LOOPBACK).withMaxDatagramBytes(100));
            UdpTransport large = open(UdpOptions.on(LOOPBACK).withMaxDatagramBytes(65_507));

            large.send(small.localAddress(), new byte[101]);
            large.send(small.localAddress(), new byte[65_507]);
            large.send(small.localAddress(), new byte[100]);

            assertThat(next().text()).hasSize(100);
            assertThat(small.counters().receiveTooLarge()).isEqualTo(2);
            assertThat(small.counters().received()).isEqualTo(1);
        }

        @Test
        void toAPeerThatCannotBeReachedThrowsNothing() throws Exception {
            UdpTransport a = open(UdpOptions.on(LOOPBACK));
            int free;
            try (DatagramSocket socket = new DatagramSocket(0, LOOPBACK)) {
                free = socket.getLocalPort();
            }

            a.send(new InetSocketAddress(LOOPBACK, free), new byte[1]);
            a.send(InetSocketAddress.createUnresolved("nowhere.invalid", 1), new byte[1]);
            a.send(a.localAddress(), "still alive".getBytes(UTF_8));

            assertThat(next().text()).isEqualTo("still alive");
            assertThat(a.counters().sendErrors()).isEqualTo(1);
        }

        @Test
        void afterCloseIsCountedAsAnError() throws Exception {
            UdpTransport a = open(UdpOptions.on(LOOPBACK));
            a.close();
            a.close();

            a.send(a.localAddress(), new byte[1]);

            assertThat(a.counters().sendErrors()).isEqualTo(1);
            assertThat(a.counters().sent()).isZero();
        }

        @Test
        void worksOverIpVersion6() throws Exception {
            InetAddress loopback6 = LoopbackAddresses.ipv6();
            UdpTransport a = open(UdpOptions.on(loopback6));
            UdpTransport b = open(UdpOptions.on(loopback6));

            b.send(a.localAddress(), "six".getBytes(UTF_8));

            Datagram datagram = next();
            assertThat(datagram.text()).isEqualTo("six");
            assertThat(datagram.from().getAddress()).isInstanceOf(Inet6Address.class);
            assertThat(datagram.from().getPort()).isEqualTo(b.localAddress().getPort());
        }
    }

    @Nested
    class Multicast {

        @Test
        void reachesEveryMemberOnceAndNamesTheUnicastAddressOfItsSender() throws Exception {
            InetSocketAddress group = group();
            UdpTransport a = open(UdpOptions.on(LOOPBACK));
            UdpTransport b = open(UdpOptions.on(LOOPBACK));
            a.join(group);
            b.join(group);
            b.join(group);
            UdpTransport sender = open(UdpOptions.on(LOOPBACK));

            sender.sendMulticast(group, "to all".getBytes(UTF_8));

            Datagram expected = new Datagram("to all", sender.localAddress(), true);
            assertThat(next()).isEqualTo(expected);
            assertThat(next()).isEqualTo(expected);
            sender.sendMulticast(group, "end".getBytes(UTF_8));
            assertThat(next().text()).isEqualTo("end");
            assertThat(next().text()).isEqualTo("end");
            assertThat(a.counters().receivedMulticast() + b.counters().receivedMulticast())
                    .isEqualTo(4);
        }

        @Test
        void comesBackToASenderThatIsAMember() throws Exception {
            InetSocketAddress group = group();
            UdpTransport a = open(UdpOptions.on(LOOPBACK));
            a.join(group);

            a.sendMulticast(group, "echo".getBytes(UTF_8));

            assertThat(next()).isEqualTo(new Datagram("echo", a.localAddress(), true));
        }

        @Test
        void goesToTheHandlerOfItsGroupUntilThatIsLeft() throws Exception {
            InetSocketAddress group = group();
            UdpTransport a = open(UdpOptions.on(LOOPBACK));
            java.util.concurrent.BlockingQueue<String> own = new java.util.concurrent.LinkedBlockingQueue<>();
            a.join(group, (bytes, from, multicast) -> own.add(new String(bytes, UTF_8)));

            a.sendMulticast(group, "to the group".getBytes(UTF_8));
            assertThat(own.poll(10, java.util.concurrent.TimeUnit.SECONDS)).isEqualTo("to the group");
            assertThat(a.leave(group)).isTrue();
            assertThat(a.leave(group)).isFalse();
            a.sendMulticast(group, "to nobody".getBytes(UTF_8));
            a.send(a.localAddress(), "end".getBytes(UTF_8));

            assertThat(next().text()).isEqualTo("end");
            assertThat(own).isEmpty();
        }

        @Test
        void listenersDoNotTakeUnicastsToThePort() throws Exception {
            InetSocketAddress group = group();
            UdpTransport listener = open(UdpOptions.on(LOOPBACK));
            listener.join(group);
            UdpTransport owner =
                    open(UdpOptions.on(LOOPBACK).withBind(new InetSocketAddress(LOOPBACK, group.getPort())));

            listener.send(owner.localAddress(), "for the owner".getBytes(UTF_8));

            assertThat(next()).isEqualTo(new Datagram("for the owner", listener.localAddress(), false));
            assertThat(owner.counters().received()).isEqualTo(1);
            assertThat(listener.counters().received()).isZero();
        }

        @Test
        void staysOnTheLinkUnlessMoreRoutersAreAllowed_U7() throws Exception {
            assertThat(open(UdpOptions.on(LOOPBACK)).multicastTtl()).isEqualTo(1);
            for (int ttl : new int[] {0, 4, 255}) {
                assertThat(open(UdpOptions.on(LOOPBACK).withMulticastTtl(ttl)).multicastTtl())
                        .isEqualTo(ttl);
            }
            assertThatThrownBy(() -> UdpOptions.on(LOOPBACK).withMulticastTtl(256))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("multicastTtl: 256 (expected: 0..255)");
            assertThatThrownBy(() -> UdpOptions.on(LOOPBACK).withMulticastTtl(-1))
                    .hasMessage("multicastTtl: -1 (expected: 0..255)");
        }

        @Test
        void hasTheHopLimitOfIpVersion6Too_U7() throws Exception {
            InetAddress six = LoopbackAddresses.ipv6();
            assertThat(open(UdpOptions.on(six)).multicastTtl()).isEqualTo(1);
            assertThat(open(UdpOptions.on(six).withMulticastTtl(4)).multicastTtl())
                    .isEqualTo(4);
        }

        @Test
        void toTheLinkLocalGroupNeedsNoZoneFromTheCaller_U8() throws Exception {
            InetAddress six = LoopbackAddresses.ipv6WithMulticast();
            InetSocketAddress group = new InetSocketAddress("FF02::C", LoopbackAddresses.freePort());
            UdpTransport a = open(UdpOptions.on(six));
            a.join(group);

            a.sendMulticast(group, "six".getBytes(UTF_8));

            assertThat(next()).isEqualTo(new Datagram("six", a.localAddress(), true));
            assertThat(a.counters().sentMulticast()).isEqualTo(1);
        }

        @Test
        void toAnAddressThatIsNoGroupCannotBeJoined() throws Exception {
            UdpTransport a = open(UdpOptions.on(LOOPBACK));

            assertThatThrownBy(() -> a.join(new InetSocketAddress(LOOPBACK, 3702)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("(expected: a multicast address)");
        }

        @Test
        void cannotBeJoinedAfterClose() throws Exception {
            UdpTransport a = open(UdpOptions.on(LOOPBACK));
            a.close();

            assertThatThrownBy(() -> a.join(group())).isInstanceOf(IOException.class);
        }

        /** A free port, found by binding one: the tests of other processes use the well-known one. */
        private InetSocketAddress group() throws IOException {
            try (DatagramSocket socket = new DatagramSocket(0, LOOPBACK)) {
                return new InetSocketAddress(
                        InetAddress.getByAddress(new byte[] {(byte) 239, (byte) 255, (byte) 255, (byte) 250}),
                        socket.getLocalPort());
            }
        }
    }

    @Nested
    class AHandlerThatThrows {

        @Test
        void isCountedAndTheNextDatagramArrives() throws Exception {
            UdpTransport a = UdpTransport.open(UdpOptions.on(LOOPBACK), (bytes, from, multicast) -> {
                String text = new String(bytes, UTF_8);
                if (text.equals("exception")) {
                    throw new IllegalStateException("meant to be logged");
                }
                if (text.equals("error")) {
                    throw new StackOverflowError();
                }
                inbox.add(new Datagram(text, from, multicast));
            });
            opened.add(a);

            a.send(a.localAddress(), "exception".getBytes(UTF_8));
            a.send(a.localAddress(), "error".getBytes(UTF_8));
            a.send(a.localAddress(), "good".getBytes(UTF_8));

            assertThat(next().text()).isEqualTo("good");
            assertThat(a.counters().handlerFailures()).isEqualTo(2);
        }

        @Test
        void mayCloseTheTransport() throws Exception {
            List<UdpTransport> self = new ArrayList<>();
            UdpTransport a = UdpTransport.open(UdpOptions.on(LOOPBACK), (bytes, from, multicast) -> {
                self.get(0).close();
                inbox.add(new Datagram("closed", from, multicast));
            });
            opened.add(a);
            self.add(a);

            a.send(a.localAddress(), new byte[1]);

            assertThat(next().text()).isEqualTo("closed");
        }
    }

    @Nested
    class Faults {

        @Test
        void loseAndDuplicateTheSameDatagramsForTheSameSeed() throws Exception {
            UdpTransport receiver = open(UdpOptions.on(LOOPBACK));
            List<String> first = receivedWith(NetworkConditions.lossy(0.3, 0.3, 42), receiver);
            List<String> again = receivedWith(NetworkConditions.lossy(0.3, 0.3, 42), receiver);
            List<String> other = receivedWith(NetworkConditions.lossy(0.3, 0.3, 43), receiver);

            assertThat(again).isEqualTo(first);
            assertThat(other).isNotEqualTo(first);
        }

        @Test
        void areCountedApart() throws Exception {
            UdpTransport a = open(UdpOptions.on(LOOPBACK).withFaults(NetworkConditions.lossy(0.5, 0.5, 7)));
            for (int i = 0; i < 100; i++) {
                a.send(a.localAddress(), new byte[] {1});
            }

            UdpCounters counters = a.counters();
            assertThat(counters.faultLost()).isBetween(30L, 70L);
            assertThat(counters.faultDuplicated()).isBetween(10L, 40L);
            assertThat(counters.sent()).isEqualTo(100 - counters.faultLost() + counters.faultDuplicated());
        }

        private List<String> receivedWith(TransportFaults faults, UdpTransport receiver) throws Exception {
            List<String> received = new ArrayList<>();
            try (UdpTransport sender = UdpTransport.open(
                            UdpOptions.on(LOOPBACK).withFaults(faults), (bytes, from, multicast) -> {});
                    UdpTransport plain = UdpTransport.open(UdpOptions.on(LOOPBACK), (bytes, from, multicast) -> {})) {
                for (int i = 0; i < 50; i++) {
                    sender.send(receiver.localAddress(), Integer.toString(i).getBytes(UTF_8));
                }
                plain.send(receiver.localAddress(), "end".getBytes(UTF_8));
                for (String text = next().text(); !text.equals("end"); text = next().text()) {
                    received.add(text);
                }
            }
            return received;
        }
    }

    @Nested
    class Opening {

        @Test
        void reportsWhatTheKernelGranted() throws Exception {
            UdpTransport a = open(UdpOptions.on(LOOPBACK));

            assertThat(a.receiveBufferBytes()).isGreaterThan(UdpOptions.MAX_UDP_ENVELOPE_SIZE);
            assertThat(a.localAddress().getPort()).isPositive();
        }

        @Test
        void onATakenPortNamesAddressAndPort() throws Exception {
            UdpTransport a = open(UdpOptions.on(LOOPBACK));

            assertThatThrownBy(() -> open(UdpOptions.on(LOOPBACK).withBind(a.localAddress())))
                    .isInstanceOf(BindException.class)
                    .hasMessageStartingWith("cannot receive datagrams on 127.0.0.1 port "
                            + a.localAddress().getPort())
                    .hasMessageEndingWith("(expected: a free port)");
        }

        @Test
        void onAnAddressOfNoInterfaceSaysSo() {
            assertThatThrownBy(() -> open(UdpOptions.on(InetAddress.getByAddress(new byte[] {(byte) 198, 51, 100, 1}))))
                    .isInstanceOf(BindException.class)
                    .hasMessage("udp bind address: 198.51.100.1"
                            + " (expected: an address of an interface of this machine)");
        }

        @Test
        void onTheWildcardIsAnError() {
            assertThatThrownBy(() -> UdpOptions.on(InetAddress.getByAddress(new byte[4])))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageEndingWith("(expected: the unicast address of one interface)");
        }
    }

    private UdpTransport open(UdpOptions options) throws IOException {
        UdpTransport transport = UdpTransport.open(
                options,
                (bytes, from, multicast) -> inbox.add(new Datagram(new String(bytes, UTF_8), from, multicast)));
        opened.add(transport);
        return transport;
    }

    private Datagram next() throws InterruptedException {
        Datagram datagram = inbox.poll(SECONDS, TimeUnit.SECONDS);
        assertThat(datagram).as("a datagram within %s s", SECONDS).isNotNull();
        return datagram;
    }
}
