package org.grapevine.cli.client;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.grapevine.dpws.device.Discovery;
import org.grapevine.dpws.discovery.DiscoveryTiming;
import org.grapevine.dpws.transport.AddressText;
import org.grapevine.dpws.transport.DatagramDrop;
import org.grapevine.dpws.transport.LinkCounters;

/** Why nobody may have been found, and what to try: drawn from what was counted, without asking anybody. */
final class Diagnosis {

    /** A Probe goes out, waits up to APP_MAX_DELAY at the device, and comes back. */
    private static final Duration FIT_FOR_A_PROBE =
            Duration.ofMillis(DiscoveryTiming.defaults().appMaxDelayMs());

    private Diagnosis() {}

    /**
     * One thing that may be the reason.
     *
     * @param reason its name for programs
     * @param remedy what to try
     */
    record Finding(String reason, String what, String remedy) {}

    /**
     * A link that was looked on.
     *
     * @param multicast whether its interface says that it does multicast
     */
    record Looked(String name, InetAddress address, boolean multicast, LinkCounters counters) {

        @Override
        public String toString() {
            return name + " (" + AddressText.of(address) + ")";
        }

        private boolean loopback() {
            return address.isLoopbackAddress();
        }

        private long dropped(DatagramDrop why) {
            return counters.dropped().getOrDefault(why, 0L);
        }

        /** What somebody else sent: our own multicasts come back as well. */
        private long ofOthers() {
            return Math.max(0, counters.received() - Math.min(counters.receivedMulticast(), counters.sentMulticast()));
        }
    }

    /**
     * What is known after a search that found nobody.
     *
     * @param looked the links
     * @param elsewhere interfaces of this machine that are up, do multicast, and were not looked on
     * @param dropped what discovery dropped
     * @param window how long answers were waited for
     * @param without devices that answered a Probe without types and scopes, if some were asked for
     * @param ofLegacy devices that answered a Probe in WS-Discovery 2005/04, if that was not asked for
     * @param proxy the Discovery Proxy that was asked
     * @param unreached what went wrong at which of the addresses that were asked one by one
     * @param directed whether addresses were asked one by one, and no multicast was sent
     */
    record Facts(
            List<Looked> looked,
            List<String> elsewhere,
            Discovery.Dropped dropped,
            Duration window,
            int without,
            int ofLegacy,
            Optional<String> proxy,
            Map<String, String> unreached,
            boolean directed) {}

    /** The reasons that the facts allow, the likeliest first; never none. */
    static List<Finding> of(Facts facts) {
        List<Finding> findings = new ArrayList<>();
        if (facts.without() > 0) {
            findings.add(new Finding(
                    "filtered",
                    devices(facts.without(), "answers", "answer")
                            + " a Probe without --types and --scopes, none this one",
                    "'grapevine discover' to see types and scopes, or another --match-by"));
        }
        if (facts.ofLegacy() > 0) {
            findings.add(new Finding(
                    "other-generation",
                    devices(facts.ofLegacy(), "speaks", "speak") + " WS-Discovery 2005/04, which was not asked for",
                    "--legacy, which lists them"));
        }
        new TreeMap<>(facts.unreached())
                .forEach((address, why) -> findings.add(new Finding(
                        "address-failed",
                        why,
                        "the address of a device, as its Hello has it in XAddrs, or of a Discovery Proxy")));
        if (facts.directed()) {
            if (findings.isEmpty()) {
                findings.add(new Finding(
                        "no-match",
                        "every address answered, none with a device that matches",
                        "--at without --types and --scopes"));
            }
            return findings;
        }
        facts.proxy().ifPresent(address -> findings.add(ofProxy(facts, address)));
        long sent = facts.looked().stream()
                .mapToLong(link -> link.counters().sentMulticast())
                .sum();
        if (facts.proxy().isEmpty() || sent > 0) {
            facts.looked().forEach(link -> onLink(link, findings));
        }
        answers(facts, findings);
        boolean onlyLoopback = facts.looked().stream().allMatch(Looked::loopback);
        if (onlyLoopback && !facts.elsewhere().isEmpty()) {
            String names = String.join(", ", facts.elsewhere());
            findings.add(new Finding(
                    "wrong-interface",
                    "looked on loopback only, where just the devices of this computer are",
                    "--interface all, or one of " + names));
        } else if (!facts.elsewhere().isEmpty()) {
            findings.add(new Finding(
                    "wrong-interface",
                    "not looked on " + String.join(", ", facts.elsewhere()),
                    "--interface all, if the device is there"));
        }
        if (facts.window().compareTo(FIT_FOR_A_PROBE) < 0) {
            findings.add(new Finding(
                    "short-wait",
                    "waited " + Network.seconds(facts.window()) + "; a device may take "
                            + Network.seconds(FIT_FOR_A_PROBE) + " to answer",
                    "--wait 3 or more"));
        }
        return findings;
    }

    private static Finding ofProxy(Facts facts, String address) {
        boolean answered =
                facts.looked().stream().allMatch(link -> link.counters().sentMulticast() == 0);
        return answered
                ? new Finding(
                        "proxy-empty",
                        "the Discovery Proxy " + address + " answered, and knows no such device",
                        "without --proxy, or tell the devices of that proxy")
                : new Finding(
                        "proxy-silent",
                        "the Discovery Proxy " + address + " gave no answer, so the network was asked",
                        "'grapevine discover --at " + address + "', which says why");
    }

    private static void onLink(Looked link, List<Finding> findings) {
        long errors = link.dropped(DatagramDrop.SEND_ERROR);
        if (errors > 0) {
            findings.add(new Finding(
                    "not-sent",
                    "the system refused " + datagrams(errors) + " on " + link
                            + ": no multicast route, a firewall, or it went down",
                    "'ip route add 239.255.255.250/32 dev " + link.name()
                            + "', or --at or --proxy, which need no multicast"));
            return;
        }
        if (link.counters().sentMulticast() == 0) {
            findings.add(new Finding(
                    "not-sent",
                    "no Probe left on " + link + "; " + datagrams(link.dropped(DatagramDrop.SEND_BUFFER_FULL))
                            + " met a full buffer",
                    "again, or 'grapevine doctor'"));
            return;
        }
        if (!link.multicast() && !link.loopback()) {
            findings.add(new Finding(
                    "no-multicast",
                    link + " says that it does no multicast",
                    "'ip link set " + link.name() + " multicast on', or --at or --proxy, which need no multicast"));
        }
        if (link.counters().receivedMulticast() == 0) {
            findings.add(new Finding(
                    "no-echo",
                    "not even the own Probe came back on " + link + ": multicast does not work there",
                    "'grapevine doctor --interface " + link.name() + "', and the rules of the firewall for UDP"));
        } else if (link.ofOthers() == 0) {
            findings.add(new Finding(
                    "no-answer",
                    "the Probe left on " + link + ", and nothing of anybody else came in",
                    "is the device on, on this network, and behind no firewall that stops UDP? --at asks it directly"));
        } else {
            findings.add(new Finding(
                    "no-match",
                    datagrams(link.ofOthers()) + " of others came in on " + link + ", none an answer that counts",
                    "--wait longer; GRAPEVINE_LOG=debug shows what came"));
        }
        long large = link.dropped(DatagramDrop.RECEIVE_TOO_LARGE);
        if (large > 0) {
            findings.add(new Finding(
                    "too-large",
                    datagrams(large) + " on " + link + " had more than the 4,096 octets of DPWS",
                    "--at, which asks by HTTP"));
        }
    }

    private static void answers(Facts facts, List<Finding> findings) {
        long malformed = facts.dropped().malformed()
                + facts.looked().stream()
                        .mapToLong(link -> link.dropped(DatagramDrop.MALFORMED))
                        .sum();
        if (malformed > 0) {
            findings.add(new Finding(
                    "malformed",
                    datagrams(malformed) + " could not be read as a message of discovery",
                    "GRAPEVINE_LOG=debug, which shows why"));
        }
        if (facts.dropped().unsolicited() > 0) {
            findings.add(new Finding(
                    "unsolicited",
                    facts.dropped().unsolicited() + " answers came to another question, or too late",
                    "--wait longer"));
        }
        if (facts.dropped().proxiesRefused() > 0) {
            findings.add(new Finding(
                    "proxy-refused",
                    "a Discovery Proxy announced itself, and was not believed",
                    "--follow-proxies, or --proxy with its address"));
        }
    }

    private static String devices(long count, String one, String many) {
        return count == 1 ? "1 device " + one : count + " devices " + many;
    }

    private static String datagrams(long count) {
        return count == 1 ? "1 datagram" : count + " datagrams";
    }
}
