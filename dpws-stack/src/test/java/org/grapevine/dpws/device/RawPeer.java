package org.grapevine.dpws.device;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.soap.EnvelopeLimits;
import org.grapevine.dpws.soap.EnvelopeReader;

/** A stranger with a datagram socket on an ephemeral port, and nothing of the stack under it. */
final class RawPeer implements AutoCloseable {

    /** Longer than any delay and repetition of {@link Loopback#TIMING}. */
    private static final Duration SILENCE = Duration.ofSeconds(1);

    private final DatagramSocket socket;

    /** A datagram as it came. */
    @SuppressWarnings("ArrayRecordComponent") // Compared byte for byte by the tests.
    record Received(byte[] bytes, InetSocketAddress from) {

        Envelope envelope() throws Exception {
            return new EnvelopeReader(EnvelopeLimits.udp(EnvelopeLimits.MAX_ENVELOPE_SIZE)).readWhole(bytes);
        }
    }

    RawPeer(InetAddress address) throws IOException {
        this.socket = new DatagramSocket(new InetSocketAddress(address, 0));
        NetworkInterface loopback = NetworkInterface.networkInterfaces()
                .filter(RawPeer::isLoopback)
                .findFirst()
                .orElseThrow();
        socket.setOption(StandardSocketOptions.IP_MULTICAST_IF, loopback);
    }

    private static boolean isLoopback(NetworkInterface candidate) {
        try {
            return candidate.isLoopback();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    void send(InetSocketAddress to, byte[] bytes) throws IOException {
        socket.send(new DatagramPacket(bytes, bytes.length, to));
    }

    Received next() throws IOException {
        return receive(Loopback.PATIENCE);
    }

    /** Everything that comes until nothing came for a while. */
    List<Received> untilSilence() throws IOException {
        List<Received> all = new ArrayList<>();
        while (true) {
            try {
                all.add(receive(SILENCE));
            } catch (SocketTimeoutException e) {
                return all;
            }
        }
    }

    private Received receive(Duration patience) throws IOException {
        socket.setSoTimeout((int) patience.toMillis());
        DatagramPacket packet = new DatagramPacket(new byte[65_536], 65_536);
        socket.receive(packet);
        return new Received(
                Arrays.copyOf(packet.getData(), packet.getLength()), (InetSocketAddress) packet.getSocketAddress());
    }

    @Override
    public void close() {
        socket.close();
    }
}
