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

    /**
     * An IPv6 address at which multicasts come back to whoever sent them, or the test is skipped and says why. That is ::1 where
     * the system does it, which Linux does not; there, {@code -Dgrapevine.test.ipv6=fd00::5} names the address of an interface
     * that was made for the test, such as one end of a pair of virtual ones in a network namespace.
     */
    public static InetAddress ipv6WithMulticast() throws IOException {
        String named = System.getProperty("grapevine.test.ipv6", "");
        InetAddress address = named.isEmpty() ? ipv6() : InetAddress.getByName(named);
        assumeTrue(hearsItself(address), "needs an IPv6 interface with multicast, by -Dgrapevine.test.ipv6=<address>");
        return address;
    }

    private static boolean hearsItself(InetAddress address) throws IOException {
        NetworkInterface on = NetworkInterface.getByInetAddress(address);
        try (MulticastSocket socket = new MulticastSocket(0)) {
            socket.setOption(StandardSocketOptions.IP_MULTICAST_IF, on);
            socket.setSoTimeout(1_000);
            InetSocketAddress group = new InetSocketAddress("FF02::C", socket.getLocalPort());
            socket.joinGroup(group, on);
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
