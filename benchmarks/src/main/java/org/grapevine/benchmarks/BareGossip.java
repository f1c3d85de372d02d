package org.grapevine.benchmarks;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * The least that gossip can be: a socket for each node, a number and a body in each datagram, and who sees a number for the first time
 * sends it to so many others. No XML, no lanes, no repair. Two threads serve all nodes.
 */
final class BareGossip implements AutoCloseable {

    private static final int THREADS = 2;

    private final int fanout;
    private final GossipNode.Tally tally;
    private final List<Node> nodes = new ArrayList<>();
    private final List<Selector> selectors = new ArrayList<>();

    /** One node; its thread alone touches it, but for the channel. */
    private final class Node {
        private final int number;
        private final DatagramChannel channel;
        private final InetSocketAddress address;
        private final Set<Long> seen = new HashSet<>();
        private final SplittableRandom random;

        Node(int number) throws IOException {
            this.number = number;
            this.random = new SplittableRandom(number);
            this.channel = DatagramChannel.open();
            channel.setOption(StandardSocketOptions.SO_RCVBUF, 4 << 20);
            channel.bind(new InetSocketAddress(LoopbackNet.address(), 0));
            channel.configureBlocking(false);
            this.address = (InetSocketAddress) channel.getLocalAddress();
        }

        private void receive(ByteBuffer buffer) throws IOException {
            buffer.clear();
            while (channel.receive(buffer) != null) {
                buffer.flip();
                long message = buffer.getLong(0);
                if (seen.add(message)) {
                    tally.delivered(number, message);
                    send(buffer);
                }
                buffer.clear();
            }
        }

        private void send(ByteBuffer buffer) throws IOException {
            int drawn = 0;
            int[] chosen = new int[fanout];
            while (drawn < fanout) {
                int peer = random.nextInt(nodes.size());
                boolean again = peer == number;
                for (int i = 0; i < drawn && !again; i++) {
                    again = chosen[i] == peer;
                }
                if (!again) {
                    chosen[drawn++] = peer;
                    buffer.rewind();
                    channel.send(buffer, nodes.get(peer).address);
                }
            }
        }
    }

    BareGossip(int count, int fanout, GossipNode.Tally tally) throws IOException {
        this.fanout = fanout;
        this.tally = tally;
        for (int i = 0; i < count; i++) {
            nodes.add(new Node(i));
        }
        for (int t = 0; t < THREADS; t++) {
            Selector selector = Selector.open();
            selectors.add(selector);
            for (int i = t; i < count; i += THREADS) {
                nodes.get(i).channel.register(selector, SelectionKey.OP_READ, nodes.get(i));
            }
            Thread thread = new Thread(() -> run(selector), "bare-gossip-" + t);
            thread.setDaemon(true);
            thread.start();
        }
    }

    private static void run(Selector selector) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(65_536);
        try {
            while (selector.isOpen()) {
                selector.select(key -> {
                    try {
                        ((Node) key.attachment()).receive(buffer);
                    } catch (IOException e) {
                        key.cancel(); // Closed: the end of the run.
                    }
                });
            }
        } catch (ClosedSelectorException | IOException e) {
            System.getLogger("bare").log(System.Logger.Level.DEBUG, e);
        }
    }

    /** Any thread: a datagram to the node itself starts it. */
    void publish(int node, long message, int bodyBytes) throws IOException {
        ByteBuffer datagram = ByteBuffer.allocate(16 + bodyBytes).putLong(0, message);
        nodes.get(node).channel.send(datagram, nodes.get(node).address);
    }

    @Override
    public void close() throws IOException {
        for (Selector selector : selectors) {
            selector.close();
        }
        for (Node node : nodes) {
            node.channel.close();
        }
    }
}
