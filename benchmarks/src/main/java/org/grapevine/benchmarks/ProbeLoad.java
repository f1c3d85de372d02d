package org.grapevine.benchmarks;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import javax.xml.namespace.QName;
import org.grapevine.dpws.discovery.DiscoveryCodec;
import org.grapevine.dpws.discovery.Probe;
import org.grapevine.dpws.discovery.WsDiscovery;

/**
 * Multicast Probes through real sockets at one device of this stack, and the same at one of SDCri, each in a JVM of its own, one
 * after the other. Both have one lamp on the loopback interface, the port of discovery, and the delays of DPWS 1.1. A Probe costs the
 * processor time that the device's whole process took, divided by the Probes that reached it.
 */
public final class ProbeLoad {

    private static final String SCOPE = "http://example.org/rooms/kitchen";
    private static final int[] REFUSED_RATES = {2_000, 10_000, 40_000};
    private static final int[] MATCHED_RATES = {1_000, 5_000, 10_000};
    private static final int SLOW = 5;
    private static final int STAGE_MILLIS = 2_000;
    private static final long ALL_ANSWERED_MILLIS = 3_000; // APP_MAX_DELAY and the repetition
    private static final int ENOUGH_TO_DIVIDE_BY = 1_000; // processor time is known by 10 ms
    private static final Duration PATIENCE = Duration.ofSeconds(12);

    private ProbeLoad() {}

    /** What is asked for: nobody has the one, and the device has the other. */
    enum Question {
        REFUSED("Toaster"),
        MATCHED(BenchLamp.DEVICE_TYPE.getLocalPart());

        private final String type;

        Question(String type) {
            this.type = type;
        }

        Probe probe() {
            return Probe.of(List.of(new QName(BenchLamp.NAMESPACE, type)), List.of(SCOPE));
        }
    }

    /**
     * One rate.
     *
     * @param answered different Probes whose answers came in that time
     * @param lost datagrams that the kernel dropped in this network namespace, Probes and answers
     * @param seconds of sending, and of waiting for the answers
     * @param cpuMillis processor time of the device's process
     */
    record Line(
            String stack,
            Question probes,
            int rate,
            int sent,
            int answered,
            long lost,
            double seconds,
            long cpuMillis) {

        double microsPerProbe() {
            return cpuMillis * 1e3 / (sent - lost);
        }

        @Override
        public String toString() {
            boolean divisible = sent - lost >= ENOUGH_TO_DIVIDE_BY;
            return String.format(
                    Locale.ROOT,
                    "%-12s %-8s %,9d %,9d %,9d %,7d %7.2f %,8d %10s %14s",
                    stack,
                    probes.name().toLowerCase(Locale.ROOT),
                    rate,
                    sent,
                    answered,
                    lost,
                    seconds,
                    cpuMillis,
                    divisible ? String.format(Locale.ROOT, "%.1f", microsPerProbe()) : "-",
                    divisible ? String.format(Locale.ROOT, "%,.0f", 1e6 / microsPerProbe()) : "-");
        }
    }

    /** Prints the table; ends within three minutes. */
    public static void main(String[] args) throws Exception {
        System.out.println(Machine.line());
        System.out.printf(
                Locale.ROOT,
                "%n%-12s %-8s %9s %9s %9s %7s %7s %8s %10s %14s%n",
                "stack",
                "Probes",
                "rate/s",
                "sent",
                "answered",
                "lost",
                "s",
                "CPU ms",
                "µs/Probe",
                "Probes/s/core");
        try (Run run = new Run(ChildJvm.grapevine(WsDiscovery.DISCOVERY_PORT), WsDiscovery.DISCOVERY_PORT)) {
            stages(run);
        }
        try (Run run = new Run(ChildJvm.sdcri(), WsDiscovery.DISCOVERY_PORT)) {
            stages(run);
        }
    }

    private static void stages(Run run) throws Exception {
        run.stage(Question.REFUSED, 5_000, 4 * STAGE_MILLIS); // Until its code is compiled.
        for (int rate : REFUSED_RATES) {
            System.out.println(run.stage(Question.REFUSED, rate, STAGE_MILLIS));
        }
        System.out.println(run.stage(Question.MATCHED, SLOW, STAGE_MILLIS));
        run.stage(Question.MATCHED, 2_500, 2 * STAGE_MILLIS);
        for (int rate : MATCHED_RATES) {
            System.out.println(run.stage(Question.MATCHED, rate, STAGE_MILLIS));
        }
    }

    /** One device and its Probes. */
    static final class Run implements AutoCloseable {

        private static final int ID_DIGITS = 12;
        private static final int ANSWER_BYTES = 4_096;

        private final ChildJvm child;
        private final String idStart = UUID.randomUUID().toString().substring(0, 24);
        private final DatagramChannel channel;
        private final InetSocketAddress group;
        private final Thread receiver = new Thread(this::receive, "answers");
        private final BitSet answered = new BitSet(); // guarded by itself
        private int sentInAll;

        /** Starts the device, and closes the process of it in the end. */
        Run(ChildJvm child, int port) throws IOException {
            this.child = child;
            group = new InetSocketAddress(WsDiscovery.IPV4_GROUP, port);
            channel = DatagramChannel.open(StandardProtocolFamily.INET);
            channel.setOption(StandardSocketOptions.SO_RCVBUF, 4 << 20);
            channel.setOption(
                    StandardSocketOptions.IP_MULTICAST_IF, NetworkInterface.getByInetAddress(LoopbackNet.address()));
            channel.bind(new InetSocketAddress(LoopbackNet.address(), 0));
            receiver.start();
            child.ask("start-device", "urn:uuid:" + UUID.randomUUID(), "Kitchen lamp", SCOPE);
        }

        /** Sends at a rate for a time, and waits for the answers. */
        Line stage(Question question, int rate, int millis) throws IOException {
            child.awaitIdle(PATIENCE);
            long lost = Machine.datagramsLost();
            long cpu = child.cpuMillis();
            int answeredBefore = answered();
            long began = System.nanoTime();
            int sent = send(question, rate, millis);
            if (question == Question.MATCHED) {
                Machine.pause(ALL_ANSWERED_MILLIS);
            }
            double seconds = (System.nanoTime() - began) / 1e9;
            child.awaitIdle(PATIENCE);
            return new Line(
                    child.name(),
                    question,
                    rate,
                    sent,
                    answered() - answeredBefore,
                    Machine.datagramsLost() - lost,
                    seconds,
                    child.cpuMillis() - cpu);
        }

        /** How many it sent: fewer than was asked for if the kernel takes longer. */
        private int send(Question question, int rate, int millis) throws IOException {
            String id = "urn:uuid:" + idStart + "0".repeat(ID_DIGITS);
            byte[] envelope = DiscoveryCodec.multicast(question.probe(), id);
            int digitsAt = new String(envelope, US_ASCII).indexOf(id) + id.length() - ID_DIGITS;
            ByteBuffer probe =
                    ByteBuffer.allocateDirect(envelope.length).put(envelope).flip();
            long began = System.nanoTime();
            long end = began + TimeUnit.MILLISECONDS.toNanos(millis);
            int sent = 0;
            for (long now = began; now < end; now = System.nanoTime()) {
                long due = (now - began) * rate / TimeUnit.SECONDS.toNanos(1);
                while (sent < due && System.nanoTime() < end) {
                    number(probe, digitsAt, sentInAll++);
                    channel.send(probe.rewind(), group);
                    sent++;
                }
                Machine.pause(1);
            }
            return sent;
        }

        private static void number(ByteBuffer probe, int digitsAt, int number) {
            int rest = number;
            for (int i = ID_DIGITS - 1; i >= 0; i--) {
                probe.put(digitsAt + i, (byte) ('0' + rest % 10));
                rest /= 10;
            }
        }

        private int answered() {
            synchronized (answered) {
                return answered.cardinality();
            }
        }

        private void receive() {
            ByteBuffer buffer = ByteBuffer.allocate(ANSWER_BYTES);
            try {
                while (true) {
                    channel.receive(buffer.clear());
                    String text = new String(buffer.array(), 0, buffer.position(), US_ASCII);
                    int at = text.indexOf(idStart);
                    if (at >= 0) {
                        int digits = at + idStart.length();
                        int number = Integer.parseInt(text.substring(digits, digits + ID_DIGITS));
                        synchronized (answered) {
                            answered.set(number);
                        }
                    }
                }
            } catch (ClosedChannelException e) {
                // Nobody waits for answers any more.
            } catch (IOException e) {
                throw new AssertionError("receiving answers failed", e);
            }
        }

        @Override
        public void close() throws IOException {
            channel.close();
            child.close();
            try {
                receiver.join(5_000);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
