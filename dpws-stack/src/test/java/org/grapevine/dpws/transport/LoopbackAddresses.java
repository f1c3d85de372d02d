package org.grapevine.dpws.transport;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.MulticastSocket;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;

/** Addresses that lead back to this machine, so that one machine can be on several links. */
public final class LoopbackAddresses {

    private LoopbackAddresses() {}

    /** 127.0.0.1, 127.0.0.2, ...: all of them may be bound on Linux, which is where the test that wants a second one runs. */
    public static InetAddress ipv4(int last) throws IOException {
        return InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) last});
    }

    /** ::1, or the test is skipped and says why. */
    public static InetAddress ipv6() throws IOException {
        InetAddress address = InetAddress.getByAddress(new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1});
        assumeTrue(
                !Boolean.getBoolean("java.net.preferIPv4Stack") && NetworkInterface.getByInetAddress(address) != null,
                "needs an IPv6 loopback");
        return address;
    }

    /** ::1 where multicasts over the loopback interface arrive, or the test is skipped and says why. */
    public static InetAddress ipv6WithMulticast() throws IOException {
        InetAddress address = ipv6();
        assumeTrue(
                hearsItself(address),
                "needs IPv6 multicast on loopback (ip -6 route add multicast ff00::/8 dev lo table local)");
        return address;
    }

    private static boolean hearsItself(InetAddress address) throws IOException {
        NetworkInterface loopback = NetworkInterface.getByInetAddress(address);
        try (MulticastSocket socket = new MulticastSocket(0)) {
            socket.setOption(StandardSocketOptions.IP_MULTICAST_IF, loopback);
            socket.setSoTimeout(1_000);
            InetSocketAddress group = new InetSocketAddress("FF02::C", socket.getLocalPort());
            socket.joinGroup(group, loopback);
            socket.send(new DatagramPacket(new byte[1], 1, group));
            socket.receive(new DatagramPacket(new byte[1], 1));
            return true;
        } catch (SocketException | SocketTimeoutException e) {
            return false; // No route for it, or a route to another interface: the caller says what is missing.
        }
    }

    /** A discovery port of one's own, found by binding one: the tests of other processes use the well-known one. */
    public static int freePort() throws IOException {
        try (MulticastSocket socket = new MulticastSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
