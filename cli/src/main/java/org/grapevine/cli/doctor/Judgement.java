package org.grapevine.cli.doctor;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.grapevine.dpws.transport.AddressText;
import org.grapevine.dpws.transport.LocalInterface;

/** From what was measured to what it means; asks nobody. */
final class Judgement {

    private static final int LOWEST_JAVA = 17;

    /** A clock that is older has never been set: this program is younger. */
    private static final int EARLIEST_YEAR = 2024;

    /** InstanceId of WS-Discovery has 32 bits and counts seconds since 1970. */
    private static final Instant LAST_INSTANCE = Instant.ofEpochSecond(0xFFFF_FFFFL);

    private static final Duration LARGEST_JUMP = Duration.ofMillis(500);
    private static final Duration EXPIRES_SOON = Duration.ofDays(30);

    private Judgement() {}

    static Finding java(int feature) {
        String version = "version " + feature;
        return feature >= LOWEST_JAVA
                ? Finding.ok("java", "JDK", version)
                : Finding.fail("java", "JDK", version, "JDK " + LOWEST_JAVA + " or newer, in JAVA_HOME or on the PATH");
    }

    /**
     * The clock, by which peers know that a device restarted and that certificates hold.
     *
     * @param elapsed between both instants, by a clock that cannot be set
     */
    static Finding clock(Instant started, Instant ended, Duration elapsed) {
        String now = ended.truncatedTo(ChronoUnit.SECONDS).toString();
        if (ended.atZone(ZoneOffset.UTC).getYear() < EARLIEST_YEAR) {
            return Finding.fail(
                    "clock", "system", now + ", which is past", "set the clock, or start a time service (NTP)");
        }
        if (ended.isAfter(LAST_INSTANCE)) {
            return Finding.fail("clock", "system", now + ", which InstanceId cannot count to", "set the clock");
        }
        Duration jump = Duration.between(started, ended).minus(elapsed);
        if (jump.abs().compareTo(LARGEST_JUMP) > 0) {
            return Finding.warn(
                    "clock",
                    "system",
                    "jumped by " + jump.toMillis() + " ms within " + elapsed.toMillis() + " ms",
                    "let a time service adjust it little by little; a device that restarts meanwhile may look old");
        }
        return Finding.ok("clock", "system", now);
    }

    static Finding networkInterface(LocalInterface found) {
        String addresses = String.join(
                ", ", found.addresses().stream().map(AddressText::of).toList());
        String name = found.name();
        if (!found.up()) {
            return Finding.fail("interface", name, "down", "'ip link set " + name + " up'");
        }
        if (addresses.isEmpty()) {
            return Finding.fail("interface", name, "up, no address", "give it an address, by DHCP for one");
        }
        if (!found.multicast() && !found.loopback()) {
            return Finding.warn(
                    "interface", name, "up, no multicast, " + addresses, "'ip link set " + name + " multicast on'");
        }
        return Finding.ok("interface", name, "up, " + (found.multicast() ? "multicast, " : "loopback, ") + addresses);
    }

    /** Interfaces that were not asked for; devices on their networks will not be found. */
    static Optional<Finding> elsewhere(List<LocalInterface> all, List<String> chosen) {
        List<String> others = new ArrayList<>();
        boolean onlyLoopback = true;
        for (LocalInterface each : all) {
            boolean isChosen = chosen.contains(each.name());
            onlyLoopback &= !isChosen || each.loopback();
            if (!isChosen
                    && !each.loopback()
                    && each.up()
                    && each.multicast()
                    && !each.addresses().isEmpty()) {
                others.add(each.toString());
            }
        }
        if (others.isEmpty()) {
            return Optional.empty();
        }
        String names = String.join(", ", others);
        return Optional.of(
                onlyLoopback
                        ? Finding.warn(
                                "interface",
                                "others",
                                "only loopback is used, not " + names,
                                "--interface all, or one of them, to reach devices on networks")
                        : Finding.ok("interface", "others", "not used: " + names));
    }

    /**
     * Whether a multicast came back.
     *
     * @param refused whether the system refused to send it
     */
    static Finding multicast(String subject, String group, boolean refused, boolean heard, Duration patience) {
        if (refused) {
            return Finding.fail(
                    "multicast",
                    subject,
                    "the system refused to send to " + group,
                    "firewall rules, and a multicast route such as 'ip route add 239.0.0.0/8 dev NAME'; or --at and --proxy");
        }
        return heard
                ? Finding.ok("multicast", subject, "sent to " + group + ", and came back")
                : Finding.fail(
                        "multicast",
                        subject,
                        "sent to " + group + ", and did not come back within " + patience.toMillis() + " ms",
                        "firewall rules for UDP and IGMP; without multicast use --at and --proxy");
    }

    static Finding ttl(String subject, int asked, int granted) {
        return asked == granted
                ? Finding.ok(
                        "ttl",
                        subject,
                        granted + (granted == 1 ? ", so multicasts stay on the link" : " routers may be crossed"))
                : Finding.fail("ttl", subject, granted + " in place of " + asked, "another --ttl");
    }

    static Finding receiveBuffer(String subject, int asked, int granted) {
        return granted >= asked
                ? Finding.ok("receive buffer", subject, granted + " bytes")
                : Finding.warn(
                        "receive buffer",
                        subject,
                        granted + " of " + asked + " bytes; bursts of answers may be lost",
                        "'sysctl -w net.core.rmem_max=" + asked + "'");
    }

    static Finding certificate(Instant now, Optional<Instant> expires) {
        if (expires.isEmpty()) {
            return Finding.ok("tls", "files", "read; no own certificate");
        }
        String day = expires.get().atZone(ZoneOffset.UTC).toLocalDate().toString();
        return Duration.between(now, expires.get()).compareTo(EXPIRES_SOON) < 0
                ? Finding.warn("tls", "files", "the own certificate expires on " + day, "a new certificate")
                : Finding.ok("tls", "files", "read; the own certificate is good until " + day);
    }
}
