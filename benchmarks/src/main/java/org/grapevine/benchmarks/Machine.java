package org.grapevine.benchmarks;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.logging.Level;
import java.util.logging.Logger;

/** The computer that a program runs on, and what it tells of a run. Linux for the losses of its kernel; others count none. */
final class Machine {

    private static final Path PROCESSORS = Path.of("/proc/cpuinfo");
    private static final Path NETWORK = Path.of("/proc/net/snmp");

    // The loggers of java.util.logging are forgotten unless somebody holds them.
    private static final Logger CXF = Logger.getLogger("org.apache.cxf");

    private Machine() {}

    /** Keeps the log of CXF out of the tables. */
    static void quiet() {
        CXF.setLevel(Level.WARNING);
    }

    /** Processor, cores that this process may use, Java, system: the line that belongs above every table. */
    static String line() throws IOException {
        return processor() + ", " + Runtime.getRuntime().availableProcessors() + " cores; "
                + System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version") + "; "
                + System.getProperty("os.name") + " " + System.getProperty("os.version");
    }

    private static String processor() throws IOException {
        if (Files.exists(PROCESSORS)) {
            for (String line : Files.readAllLines(PROCESSORS)) {
                if (line.startsWith("model name")) {
                    return line.substring(line.indexOf(':') + 1).strip();
                }
            }
        }
        return System.getProperty("os.arch");
    }

    /** Datagrams that found no room in the buffer of a socket, since the start of this network namespace. */
    static long datagramsLost() throws IOException {
        if (!Files.exists(NETWORK)) {
            return 0;
        }
        List<String> udp = Files.readAllLines(NETWORK).stream()
                .filter(line -> line.startsWith("Udp:"))
                .toList();
        int column = words(udp.get(0)).indexOf("RcvbufErrors");
        return Long.parseLong(words(udp.get(1)).get(column));
    }

    private static List<String> words(String line) {
        return List.of(line.split(" ", -1));
    }

    /** Bytes of heap in use after a thorough collection. */
    static long heapInUse() {
        for (int i = 0; i < 3; i++) {
            System.gc();
            pause(100);
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    static int threads() {
        return ManagementFactory.getThreadMXBean().getThreadCount();
    }

    /** Lets time pass; an interrupt ends it early. */
    static void pause(long millis) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
    }
}
