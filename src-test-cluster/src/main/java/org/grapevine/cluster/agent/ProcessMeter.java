package org.grapevine.cluster.agent;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import org.grapevine.cluster.record.ProcessCounts;
import org.grapevine.dpws.device.DeviceHost;
import org.grapevine.dpws.transport.HttpSenderCounters;
import org.grapevine.dpws.transport.Link;
import org.grapevine.dpws.transport.NetworkConditions;
import org.grapevine.dpws.transport.UdpCounters;

/** What an agent's process takes, from the start of a run to its end. */
final class ProcessMeter {

    private final DeviceHost host;
    private final NetworkConditions network;
    private volatile Reading begun;

    private record Reading(long cpuMillis, long sent, long sentBytes, long received, long lost, long requests) {}

    ProcessMeter(DeviceHost host, NetworkConditions network) {
        this.host = host;
        this.network = network;
        this.begun = read();
    }

    /** The run begins now. */
    void begin() {
        begun = read();
    }

    private Reading read() {
        long sent = 0;
        long bytes = 0;
        long received = 0;
        for (Link link : host.links()) {
            UdpCounters udp = link.udp().counters();
            sent += udp.sent();
            bytes += udp.sentBytes();
            received += udp.received();
        }
        NetworkConditions.Counters lost = network.counters();
        HttpSenderCounters http = host.httpSender().counters();
        return new Reading(
                cpuMillis(),
                sent,
                bytes,
                received,
                lost.lost() + lost.cut() + lost.cutArrivals(),
                http.replied() + http.failed() + http.timedOut());
    }

    private static long cpuMillis() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
                ? Math.max(0, system.getProcessCpuTime()) / 1_000_000
                : 0;
    }

    private static int descriptors() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
                ? (int) system.getOpenFileDescriptorCount()
                : -1;
    }

    /** What it has come to; collects garbage first. */
    ProcessCounts counts(long startMillis, long writesRefused, long entriesDropped) {
        Reading now = read();
        System.gc();
        return new ProcessCounts(
                startMillis,
                now.cpuMillis() - begun.cpuMillis(),
                ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(),
                ManagementFactory.getThreadMXBean().getThreadCount(),
                descriptors(),
                now.sent() - begun.sent(),
                now.sentBytes() - begun.sentBytes(),
                now.received() - begun.received(),
                now.lost() - begun.lost(),
                now.requests() - begun.requests(),
                writesRefused,
                entriesDropped);
    }
}
