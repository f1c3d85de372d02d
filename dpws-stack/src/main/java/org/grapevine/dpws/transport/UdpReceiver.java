package org.grapevine.dpws.transport;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One thread that receives for any number of {@link UdpTransport}s: more sockets cost no more threads. Any thread. */
final class UdpReceiver implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(UdpReceiver.class);
    private static final int LARGEST_DATAGRAM = 65_535;
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(5);

    private final Selector selector;
    private final Thread thread;
    private final Queue<CountDownLatch> turns = new ConcurrentLinkedQueue<>();
    private volatile boolean ended;

    private final LogGate logGate = new LogGate(); // receive thread only

    /** What is done with a socket that has something to read. */
    @FunctionalInterface
    interface Reading {

        /**
         * Called on the receive thread.
         *
         * @param buffer room for any datagram, one byte more than the largest, so that a full one never hides a cut one
         */
        void onReadable(SelectionKey key, ByteBuffer buffer);
    }

    private UdpReceiver(Selector selector, String name) {
        this.selector = selector;
        this.thread = new Thread(this::run, name);
    }

    static UdpReceiver start(String name) throws IOException {
        UdpReceiver receiver = new UdpReceiver(Selector.open(), name);
        receiver.thread.start();
        return receiver;
    }

    void register(DatagramChannel channel, Reading reading) throws IOException {
        channel.register(selector, SelectionKey.OP_READ, reading);
        selector.wakeup();
    }

    /** A closed channel keeps its port until the thread has come round: waits for that, unless called on that thread. */
    void awaitTurn() {
        if (Thread.currentThread() == thread) {
            return;
        }
        CountDownLatch turn = new CountDownLatch(1);
        turns.add(turn);
        if (ended) {
            return;
        }
        selector.wakeup();
        try {
            if (!turn.await(STOP_PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("{} does not come round, its closed sockets may keep their ports", thread.getName());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends the thread and waits for it, unless called on it. Safe to call again. */
    @Override
    public void close() {
        try {
            selector.close();
        } catch (IOException e) {
            LOG.warn("closing the selector of {} failed: {}", thread.getName(), e.toString());
        }
        if (Thread.currentThread() != thread) {
            Threads.join(thread, STOP_PATIENCE);
        }
    }

    private void run() {
        ByteBuffer buffer = ByteBuffer.allocateDirect(LARGEST_DATAGRAM + 1);
        try {
            while (selector.isOpen()) {
                turn(buffer);
            }
        } finally {
            ended = true;
            turns.forEach(CountDownLatch::countDown);
        }
    }

    private void turn(ByteBuffer buffer) {
        // Who waits at the begin of a turn has closed its channels before, and selecting lets go of those.
        CountDownLatch waiting = turns.poll();
        try {
            if (waiting == null) {
                selector.select(key -> read(key, buffer));
            } else {
                selector.selectNow(key -> read(key, buffer));
            }
        } catch (ClosedSelectorException e) {
            LOG.debug("{} ends", thread.getName()); // close() is the only one who closes it.
        } catch (IOException | RuntimeException e) {
            // Whatever it is, all devices of the host would be deaf without this thread.
            if (logGate.permits(e.getClass().getName(), System.nanoTime())) {
                LOG.warn("{}: waiting for datagrams failed; same kind not logged again for a minute", thread, e);
            }
        } finally {
            if (waiting != null) {
                waiting.countDown();
            }
        }
    }

    private static void read(SelectionKey key, ByteBuffer buffer) {
        ((Reading) key.attachment()).onReadable(key, buffer);
    }
}
