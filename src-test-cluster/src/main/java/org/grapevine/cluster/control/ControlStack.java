package org.grapevine.cluster.control;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.jgroups.conf.ClassConfigurator;
import org.jgroups.protocols.FD_ALL3;
import org.jgroups.protocols.FD_SOCK2;
import org.jgroups.protocols.FRAG4;
import org.jgroups.protocols.MERGE3;
import org.jgroups.protocols.MFC;
import org.jgroups.protocols.MPING;
import org.jgroups.protocols.TCP;
import org.jgroups.protocols.TCPPING;
import org.jgroups.protocols.UFC;
import org.jgroups.protocols.UNICAST3;
import org.jgroups.protocols.VERIFY_SUSPECT2;
import org.jgroups.protocols.dns.DNS_PING;
import org.jgroups.protocols.pbcast.GMS;
import org.jgroups.protocols.pbcast.NAKACK2;
import org.jgroups.protocols.pbcast.STABLE;
import org.jgroups.stack.Protocol;

/**
 * The protocols of the control plane, from the wire up; made here and not read from a file, so that no setting of somebody else's
 * changes them.
 *
 * <p>A process that was killed closes its connections, which its neighbour in the ring sees at once ({@code FD_SOCK2}) and the group
 * knows {@value #VERIFY_MILLIS} ms later. One that is stopped keeps them, and is given {@value #SILENCE_MILLIS} ms
 * ({@code FD_ALL3}): a stop may last 10 s. Whoever was thrown out all the same comes back by a merge.
 */
final class ControlStack {

    static final int VERIFY_MILLIS = 1_000;
    static final int SILENCE_MILLIS = 20_000;

    private static final int HEARTBEAT_MILLIS = 4_000;
    private static final int CONNECT_MILLIS = 3_000;
    private static final int JOIN_MILLIS = 1_500;
    private static final int LEAVE_MILLIS = 500;
    private static final int MERGE_MIN_MILLIS = 1_000;
    private static final int MERGE_MAX_MILLIS = 2_000;
    private static final int FRAGMENT_OCTETS = 60_000;
    private static final int CREDIT_OCTETS = 4_000_000;
    private static final int MOST_THREADS = 32;
    private static final int DETECTION_PORTS = 100;

    private ControlStack() {}

    static List<Protocol> of(InetAddress bind, int port, Discovery discovery) {
        TCP transport = new TCP();
        transport.setBindAddress(bind).setBindPort(port).setPortRange(0);
        transport.setSockConnTimeout(CONNECT_MILLIS).setLinger(-1);
        transport.tcpNodelay(true);
        transport.getThreadPool().setMaxThreads(MOST_THREADS);
        List<Protocol> stack = new ArrayList<>();
        stack.add(transport);
        stack.add(discovery(bind, discovery));
        stack.add(new MERGE3().setMinInterval(MERGE_MIN_MILLIS).setMaxInterval(MERGE_MAX_MILLIS));
        stack.add(new FD_SOCK2().setBindAddress(bind).setPortRange(DETECTION_PORTS));
        stack.add(new FD_ALL3().setTimeout(SILENCE_MILLIS).setInterval(HEARTBEAT_MILLIS));
        stack.add(new VERIFY_SUSPECT2().setTimeout(VERIFY_MILLIS));
        stack.add(new NAKACK2().useMcastXmit(false));
        stack.add(new UNICAST3());
        stack.add(new STABLE());
        stack.add(new GMS()
                .setJoinTimeout(looksForNobody(discovery) ? 1 : JOIN_MILLIS)
                .setLeaveTimeout(LEAVE_MILLIS)
                .printLocalAddress(false));
        stack.add(new UFC().setMaxCredits(CREDIT_OCTETS));
        stack.add(new MFC().setMaxCredits(CREDIT_OCTETS));
        stack.add(new FRAG4().setFragSize(FRAGMENT_OCTETS));
        return stack;
    }

    /** Then nobody is going to answer, and waiting for it is time lost. */
    private static boolean looksForNobody(Discovery discovery) {
        return discovery instanceof Discovery.Hosts list && list.hosts().isEmpty();
    }

    private static Protocol discovery(InetAddress bind, Discovery discovery) {
        if (discovery instanceof Discovery.Multicast multicast) {
            MPING ping = new MPING();
            ping.setBindAddr(bind);
            ping.setMcastAddr(multicast.group());
            ping.setMcastPort(multicast.port());
            return ping;
        } else if (discovery instanceof Discovery.Dns dns) {
            return new DNS_PING().setDNSQuery(dns.name());
        } else {
            return new ListedHosts()
                    .setInitialHosts(((Discovery.Hosts) discovery).hosts())
                    .setPortRange(0);
        }
    }

    /** A list of hosts for a process whose own port is any: it is found by others that know theirs, and by a list of its own. */
    private static final class ListedHosts extends TCPPING {

        ListedHosts() {
            setId(ClassConfigurator.getProtocolId(TCPPING.class)); // By which its messages are known.
            // Agents list their coordinator only. What they do not learn from it, where the others are, they cannot
            // find out: they
            // would take each other for dead, thousands of times, and never merge again.
            returnEntireCache(true);
            sendCacheOnJoin(true);
        }

        /** The transport takes no free port where discovery seems to need a known one. */
        @Override
        public boolean isDynamic() {
            return true;
        }
    }
}
