package org.grapevine.dpws.conformance;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.MulticastSocket;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.soap.EnvelopeLimits;
import org.grapevine.dpws.soap.EnvelopeReader;
import org.grapevine.dpws.soap.MalformedEnvelopeException;

/** Another stack on the same link, with sockets of its own: hears the group, sends anything, and gets answers on its own port. */
final class Peer implements AutoCloseable {

    static final long PATIENCE_SECONDS = 20;

    private static final EnvelopeReader READER =
            new EnvelopeReader(EnvelopeLimits.udp(EnvelopeLimits.MAX_ENVELOPE_SIZE));

    /** A datagram as it came, and what it says. */
    @SuppressWarnings("ArrayRecordComponent") // Compared by its bytes where that matters.
    record Heard(byte[] bytes, Envelope envelope, InetSocketAddress from, long atNanos) {
        String action() {
            return envelope.action().orElse("");
        }
    }

    final BlockingQueue<Heard> group = new LinkedBlockingQueue<>();
    final BlockingQueue<Heard> unicast = new LinkedBlockingQueue<>();
    private final InetSocketAddress address;
    private final MulticastSocket ear;
    private final DatagramSocket mouth;

    Peer(InetSocketAddress group) throws IOException {
        InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
        NetworkInterface link = Objects.requireNonNull(NetworkInterface.getByInetAddress(loopback));
        address = group;
        ear = new MulticastSocket(null);
        ear.setReuseAddress(true);
        ear.bind(new InetSocketAddress(group.getAddress(), group.getPort()));
        ear.joinGroup(group, link);
        mouth = new DatagramSocket(0, loopback);
        mouth.setOption(StandardSocketOptions.IP_MULTICAST_IF, link);
        listen(ear, this.group);
        listen(mouth, unicast);
    }

    private static void listen(DatagramSocket socket, BlockingQueue<Heard> queue) {
        Thread thread = new Thread(() -> read(socket, queue), "peer");
        thread.setDaemon(true);
        thread.start();
    }

    private static void read(DatagramSocket socket, BlockingQueue<Heard> queue) {
        byte[] buffer = new byte[65_535];
        while (!socket.isClosed()) {
            DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
            try {
                socket.receive(packet);
                byte[] bytes = Arrays.copyOf(packet.getData(), packet.getLength());
                InetSocketAddress from = new InetSocketAddress(packet.getAddress(), packet.getPort());
                queue.add(new Heard(bytes, READER.readWhole(bytes), from, System.nanoTime()));
            } catch (SocketException e) {
                return; // Closed.
            } catch (IOException | MalformedEnvelopeException e) {
                throw new AssertionError(e);
            }
        }
    }

    InetSocketAddress port() {
        return (InetSocketAddress) mouth.getLocalSocketAddress();
    }

    void multicast(byte[] envelope) throws IOException {
        mouth.send(new DatagramPacket(envelope, envelope.length, address));
    }

    void send(byte[] envelope, InetSocketAddress to) throws IOException {
        mouth.send(new DatagramPacket(envelope, envelope.length, to));
    }

    /** Takes what was heard until something is as wanted. */
    static <T> T await(BlockingQueue<T> queue, Predicate<T> wanted) throws InterruptedException {
        while (true) {
            T heard = queue.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (heard == null) {
                throw new AssertionError("nothing that was waited for within " + PATIENCE_SECONDS + " s");
            }
            if (wanted.test(heard)) {
                return heard;
            }
        }
    }

    static Heard await(BlockingQueue<Heard> queue, String action) throws InterruptedException {
        return await(queue, heard -> heard.action().equals(action));
    }

    @Override
    public void close() {
        ear.close();
        mouth.close();
    }
}
