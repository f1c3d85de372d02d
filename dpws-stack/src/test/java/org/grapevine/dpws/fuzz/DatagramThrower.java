package org.grapevine.dpws.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.grapevine.dpws.device.Loopback;

/**
 * Throws datagrams at a host as fast as it takes them, and judges what comes back. As many may be under way as fit the kernel's
 * buffer for certain, so that not one is lost: every input is one the host has seen. For one thread.
 */
final class DatagramThrower implements AutoCloseable {

    /** Datagrams between two looks at whether something failed. */
    private static final int BATCH = 256;

    /** Room in the smallest usual receive buffer of a kernel, which counts more than the payload. */
    private static final long ROOM_BYTES = 160_000;

    private static final int OVERHEAD_BYTES = 1_024;
    private static final int MOST_WAITING_TASKS = 5_000;
    private static final int LARGEST_DATAGRAM = 65_507;
    private static final int PARSED_ANSWERS = 16;
    private static final long PAUSE_NANOS = 20_000;
    private static final long PATIENCE_NANOS = 20_000_000_000L;

    private final FuzzedHost target;
    private final FuzzInputs inputs;
    private final Judge judge = new Judge();
    private final DatagramChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocate(65_536);

    /** Answers still allowed by datagram, once one came; {@link #UNJUDGED} before. */
    private final byte[] allowance;

    private static final byte UNJUDGED = -1;

    private final long takenBefore;

    /** Costs of all datagrams up to one of the last. */
    private final long[] costs = new long[1_024];

    private long cost;
    private long sent;
    private long multicast;
    private long answers;
    private long answeredDatagrams;
    private long unattributed;

    /**
     * A thrower.
     *
     * @param count inputs have indices below it
     */
    DatagramThrower(FuzzedHost target, FuzzInputs inputs, int count) throws IOException {
        this.target = target;
        this.inputs = inputs;
        this.takenBefore = target.datagramsTaken();
        this.allowance = new byte[count];
        Arrays.fill(allowance, UNJUDGED);
        this.channel = DatagramChannel.open(StandardProtocolFamily.INET);
        channel.setOption(StandardSocketOptions.SO_RCVBUF, 4 << 20);
        channel.setOption(StandardSocketOptions.IP_MULTICAST_IF, NetworkInterface.getByInetAddress(Loopback.address()));
        channel.bind(new InetSocketAddress(Loopback.address(), 0));
        channel.configureBlocking(false);
    }

    /** Throws the inputs from one index to another, exclusive; fails, naming the input, if the host fails at one. */
    void send(int from, int to) throws IOException {
        for (int first = from; first < to; first += BATCH) {
            int end = Math.min(to, first + BATCH);
            for (int index = first; index < end; index++) {
                throwOne(index);
            }
            while (target.waitingTasks() > MOST_WAITING_TASKS) {
                LockSupport.parkNanos(PAUSE_NANOS);
            }
            takeAnswers();
            if (target.datagramFailures() > 0) {
                blame(Math.max(from, first - BATCH), end);
            }
        }
        awaitTaken();
    }

    private void throwOne(int index) throws IOException {
        byte[] bytes = inputs.datagram(index);
        // Neither the kernel nor any other sender lets more through.
        ByteBuffer datagram = ByteBuffer.wrap(bytes, 0, Math.min(bytes.length, LARGEST_DATAGRAM));
        boolean toGroup = index % 4 == 0;
        multicast += toGroup ? 1 : 0;
        InetSocketAddress to = toGroup ? target.net.group : target.udpAddress();
        int length = datagram.remaining();
        costs[(int) (sent % costs.length)] = cost + 2L * length + OVERHEAD_BYTES;
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (underWay(2L * length + OVERHEAD_BYTES) > ROOM_BYTES && taken() < sent) {
            pause(deadline, index);
        }
        while (channel.send(datagram, to) == 0 && length > 0) {
            pause(deadline, index);
        }
        cost += 2L * length + OVERHEAD_BYTES;
        sent++;
    }

    /** Datagrams of this thrower that the host has taken. */
    private long taken() {
        return target.datagramsTaken() - takenBefore;
    }

    /** What the kernel may hold for the host, with something more, in bytes. */
    private long underWay(long more) {
        long taken = Math.min(taken(), sent);
        if (sent - taken >= costs.length) {
            return Long.MAX_VALUE;
        }
        return cost + more - (taken == 0 ? 0 : costs[(int) ((taken - 1) % costs.length)]);
    }

    private void awaitTaken() {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (taken() < sent) {
            pause(deadline, -1);
        }
    }

    private void pause(long deadline, int index) {
        if (System.nanoTime() > deadline) {
            throw new AssertionError("at datagram " + index + ": the host took " + taken()
                    + " datagrams (expected: all of " + sent + ")");
        }
        LockSupport.parkNanos(PAUSE_NANOS);
    }

    /** Throws what was in a window once more, one by one, to find the input that makes the host fail. */
    private void blame(int from, int to) throws IOException {
        awaitTaken();
        for (int index = from; index < to; index++) {
            FuzzedHost.await(() -> target.waitingTasks() == 0);
            long failures = target.datagramFailures();
            // The host takes an id that comes again soon for a repetition.
            LockSupport.parkNanos(60_000_000);
            throwOne(index);
            awaitTaken();
            FuzzedHost.await(() -> target.waitingTasks() == 0);
            LockSupport.parkNanos(1_000_000);
            if (target.datagramFailures() > failures) {
                throw failure(index, "the host failed");
            }
        }
        throw new AssertionError("the host failed at one of the datagrams " + from + " to " + to
                + ", and at none of them alone; the log tells more");
    }

    /** Takes what has come until now, and waits until nothing comes any more. */
    void finish() throws IOException {
        long quietSince = System.nanoTime();
        while (System.nanoTime() - quietSince < 100_000_000L) {
            long before = answers;
            takeAnswers();
            if (answers > before) {
                quietSince = System.nanoTime();
            }
            LockSupport.parkNanos(1_000_000);
        }
    }

    private void takeAnswers() throws IOException {
        buffer.clear();
        while (channel.receive(buffer) != null) {
            buffer.flip();
            byte[] answer = new byte[buffer.remaining()];
            buffer.get(answer);
            buffer.clear();
            judge(answer);
        }
    }

    private void judge(byte[] answer) {
        answers++;
        // Parsing each would cost more than the host needs to make them.
        Optional<String> relatesTo = answers % PARSED_ANSWERS == 0 ? judge.relatesTo(answer) : searched(answer);
        String id = relatesTo.orElseThrow(() -> new AssertionError("answers nothing: " + FuzzInputs.shown(answer)));
        long index = FuzzInputs.indexOf(id);
        if (index < 0 || index >= allowance.length) {
            // A question whose id a mutation changed.
            unattributed++;
            return;
        }
        int at = (int) index;
        if (allowance[at] == UNJUDGED) {
            answeredDatagrams++;
            allowance[at] = (byte) judge.answersAllowed(inputs.datagram(at));
        }
        if (allowance[at] == 0) {
            throw failure(
                    at, "answered more often than it may be, the last time by\n" + FuzzInputs.shown(answer) + "\n");
        }
        allowance[at]--;
    }

    private static Optional<String> searched(byte[] answer) {
        String text = new String(answer, UTF_8);
        int start = text.indexOf("RelatesTo>");
        int end = text.indexOf('<', start + 1);
        return start < 0 || end < 0
                ? Optional.empty()
                : Optional.of(text.substring(start + "RelatesTo>".length(), end));
    }

    private AssertionError failure(int index, String what) {
        return new AssertionError("datagram " + index + ": " + what + "\n" + inputs.command("datagram", index) + "\n"
                + FuzzInputs.shown(inputs.datagram(index)));
    }

    /** Datagrams that led to an answer. */
    long answered() {
        return answeredDatagrams;
    }

    String report() {
        return sent + " datagrams, " + multicast + " of them to the group; " + answeredDatagrams + " answered, by "
                + answers + " datagrams, " + unattributed + " of those to ids that a mutation made";
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
