package org.grapevine.peer;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import javax.xml.namespace.QName;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.core.message.Segment;
import org.grapevine.dpws.addressing.EndpointReference;
import org.grapevine.dpws.discovery.DeviceAnnouncement;
import org.grapevine.peer.Followers.Follower;
import org.grapevine.peer.Known.Metadatum;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** In virtual time: each fetch takes 20 ms. */
class FetchPlanTest {

    private static final QName PORT_TYPE = new QName("urn:test", "Meter");
    private static final Segment FAN = new Segment("urn:test:fan");
    private static final Segment HAN = new Segment("urn:test:han");
    private static final long START = 1_700_000_000_000L;
    private static final long FETCH_MILLIS = 20;
    private static final int ROOM = 32;
    private static final String OWN = "http://127.0.0.1:1/";

    /** A host that hears of devices and fetches their metadata. */
    private static final class Host {
        private final Followers followers = new Followers();
        private final FetchPlan plan;
        private final Map<Known, Long> underWay = new LinkedHashMap<>(); // until when
        private final List<Long> fetches = new ArrayList<>(); // when
        private final List<String> joined = new ArrayList<>();
        private long now = START;

        private Host(FeedOptions options, int maxDevices, long seed) {
            plan = new FetchPlan(
                    options, followers, device -> device.xAddrs().get(0).startsWith(OWN), maxDevices, new Random(seed));
        }

        private Host(long seed) {
            this(FeedOptions.defaults(), 100_000, seed);
        }

        private Follower follow(Segment segment, Appetite appetite) {
            Follower follower = new Follower(PORT_TYPE, List.of(segment), appetite, new PeerService.PeerListener() {
                @Override
                public void joined(Segment of, Peer peer) {
                    joined.add(peer.address().value());
                }

                @Override
                public void left(Segment of, Peer peer) {
                    joined.remove(peer.address().value());
                }
            });
            followers.add(follower, segment);
            plan.round(now, segment.scope());
            return follower;
        }

        private void announce(DeviceAnnouncement device) {
            plan.announced(now, device);
        }

        /** Goes on until that time; those in whose name is "plain" are no peers, and those with "dead" do not answer. */
        private void runUntil(long end) {
            while (true) {
                for (Known known : plan.due(now, ROOM - underWay.size())) {
                    fetches.add(now);
                    underWay.put(known, now + FETCH_MILLIS);
                }
                long next = plan.nextMillis(now, ROOM - underWay.size());
                for (long done : underWay.values()) {
                    next = Math.min(next, done);
                }
                if (next > end) {
                    now = end;
                    return;
                }
                now = Math.max(now, next);
                for (Known known : List.copyOf(underWay.keySet())) {
                    if (underWay.getOrDefault(known, Long.MAX_VALUE) <= now) {
                        underWay.remove(known);
                        answered(known);
                    }
                }
            }
        }

        private void answered(Known known) {
            String name = known.device.epr().address();
            if (name.contains("dead")) {
                plan.failed(now, known);
            } else {
                if (!name.contains("plain") && known.peers.isEmpty()) {
                    known.peers = List.of(peer(known.device, now));
                    known.peers.forEach(peer -> followers.tellAll(peer, known.own, true));
                }
                plan.fetched(now, known);
            }
        }

        private void bye(DeviceAnnouncement device) {
            Known known = plan.forget(device.epr());
            assertThat(known).isNotNull();
            known.peers.forEach(peer -> followers.tellAll(peer, known.own, false));
            plan.lookForMore(now, known);
        }
    }

    private static Peer peer(DeviceAnnouncement device, long now) {
        URI http = URI.create(device.xAddrs().get(0));
        PeerAddress address = new PeerAddress(device.epr().address());
        return new Peer(device.epr(), device.types(), device.scopes(), PORT_TYPE, address, http, 1, now);
    }

    private static DeviceAnnouncement device(String name, Segment... segments) {
        return device(name, "http://192.0.2.1/", segments);
    }

    private static DeviceAnnouncement device(String name, String address, Segment... segments) {
        List<String> scopes = List.of(segments).stream().map(Segment::scope).toList();
        return new DeviceAnnouncement(
                EndpointReference.of("urn:" + name), List.of(), scopes, List.of(address + name), 1);
    }

    private static List<DeviceAnnouncement> thousand(String name) {
        List<DeviceAnnouncement> devices = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            devices.add(device(name + i, FAN));
        }
        return devices;
    }

    @Nested
    class WhereEverybodyIsWanted {

        @Test
        void aThousandDevicesThatStartInTheSameInstantAreFetchedAtTheRate() {
            Host host = new Host(1);
            host.follow(FAN, Appetite.everybody());
            thousand("d").forEach(host::announce);
            host.runUntil(START + 60_000);
            assertThat(host.joined).hasSize(1_000).doesNotHaveDuplicates();
            assertThat(host.fetches).hasSize(1_000);
            assertThat(host.fetches.get(31)).as("the burst").isEqualTo(START);
            long last = host.fetches.get(999);
            assertThat(last - START).as("968 at 50 a second").isEqualTo(968 * 20);
            for (int i = 32; i < 1_000; i++) {
                long secondBefore = host.fetches.get(i) - 1_000;
                int from = i;
                long inASecond = host.fetches.stream()
                        .filter(at -> at > secondBefore && at <= host.fetches.get(from))
                        .count();
                assertThat(inASecond).isLessThanOrEqualTo(32 + 50);
            }
        }

        @Test
        void firstComeIsFirstServed() {
            Host host = new Host(FeedOptions.defaults().withRate(1, 1), 100, 1);
            host.follow(FAN, Appetite.everybody());
            host.announce(device("first", FAN));
            host.announce(device("second", FAN));
            host.announce(device("third", FAN));
            host.runUntil(START + 1_500);
            assertThat(host.joined).containsExactly("urn:first", "urn:second");
        }

        @Test
        void theFailedAreTriedFourTimesAndThenAtTheNextRound() {
            Host host = new Host(1);
            host.follow(FAN, Appetite.everybody());
            host.announce(device("dead", FAN));
            host.runUntil(START + 60_000);
            // After 20 ms each, and pauses of 250, 500 and 1000 ms.
            assertThat(host.fetches).containsExactly(START, START + 270, START + 790, START + 1_810);
            host.plan.round(host.now, FAN.scope());
            host.runUntil(START + 120_000);
            assertThat(host.fetches).hasSize(8);
        }

        @Test
        void nobodyIsFetchedAnyMoreOnceTheOneWhoWantedItHasGone() {
            Host host = new Host(1);
            Follower everybody = host.follow(FAN, Appetite.everybody());
            host.follow(FAN, Appetite.some(5));
            thousand("d").forEach(host::announce);
            host.runUntil(START + 1);
            everybody.close();
            host.runUntil(START + 60_000);
            assertThat(host.fetches).hasSizeLessThan(50);
        }

        @Test
        void theOthersAreFetchedWhenSomebodyComesWhoWantsThem() {
            Host host = new Host(1);
            host.follow(FAN, Appetite.some(5));
            thousand("d").forEach(host::announce);
            host.runUntil(START + 10_000);
            assertThat(host.joined).hasSizeLessThan(50);
            host.follow(FAN, Appetite.everybody());
            host.runUntil(START + 60_000);
            assertThat(host.fetches).hasSize(1_000);
        }
    }

    @Nested
    class WhereSomeAreWanted {

        @Test
        void aThousandHostsThatStartInTheSameInstantFetchAFewEachAtTimesOfTheirOwn() {
            List<DeviceAnnouncement> devices = thousand("d");
            List<Long> all = new ArrayList<>();
            Map<String, Integer> asked = new LinkedHashMap<>();
            for (int i = 0; i < 1_000; i++) {
                Host host = new Host(i);
                host.follow(FAN, Appetite.some(8));
                devices.forEach(host::announce);
                host.runUntil(START + 30_000);
                assertThat(host.joined).hasSize(8);
                all.addAll(host.fetches);
                host.joined.forEach(device -> asked.merge(device, 1, Integer::sum));
            }
            assertThat(all).hasSize(8_000);
            for (long from = START; from < START + 1_000; from += 100) {
                long begin = from;
                long inATenth = all.stream()
                        .filter(at -> at >= begin && at < begin + 100)
                        .count();
                assertThat(inATenth).as("from %d ms on", from - START).isBetween(500L, 1_100L);
            }
            // Binomial of mean 8: none has more than 27 in one of a million.
            assertThat(asked.values()).allSatisfy(times -> assertThat(times).isLessThan(28));
        }

        @Test
        void thoseWhoComeOneByOneAreFetchedWithASmallProbability() {
            int most = 0;
            long sum = 0;
            for (int seed = 0; seed < 100; seed++) {
                Host host = new Host(seed);
                host.follow(FAN, Appetite.some(8));
                for (DeviceAnnouncement device : thousand("d")) {
                    host.announce(device);
                    host.runUntil(host.now + 1_100);
                }
                assertThat(host.joined).hasSizeGreaterThanOrEqualTo(8);
                most = Math.max(most, host.fetches.size());
                sum += host.fetches.size();
            }
            // 8, then (256 - 8) / 32, then 8 ln(1000 / 256): 26.7 on average, with a standard deviation of 4.2 for each
            // host.
            assertThat(sum / 100.0).isBetween(25.0, 28.5);
            assertThat(most).isLessThan(50);
        }

        @Test
        void theSampleIsUniform() {
            Map<String, Integer> drawn = new LinkedHashMap<>();
            for (int seed = 0; seed < 5_000; seed++) {
                Host host = new Host(seed);
                host.follow(FAN, Appetite.some(4));
                for (int i = 0; i < 20; i++) {
                    host.announce(device("d" + i, FAN));
                }
                host.runUntil(START + 5_000);
                host.joined.forEach(device -> drawn.merge(device, 1, Integer::sum));
            }
            // 1000 each; chi-square with 19 degrees of freedom is above 43.8 in one run of a thousand, and the seeds
            // are fixed.
            double chiSquare = drawn.values().stream()
                    .mapToDouble(times -> (times - 1_000.0) * (times - 1_000.0) / 1_000.0)
                    .sum();
            assertThat(drawn).hasSize(20);
            assertThat(chiSquare).isLessThan(43.8);
        }

        @Test
        void thoseThatAreNoPeersOrAreDeadAreReplacedByOthers() {
            Host host = new Host(3);
            host.follow(FAN, Appetite.some(8));
            for (int i = 0; i < 30; i++) {
                host.announce(device("plain" + i, FAN));
                host.announce(device("dead" + i, FAN));
            }
            for (int i = 0; i < 10; i++) {
                host.announce(device("d" + i, FAN));
            }
            host.runUntil(START + 120_000);
            assertThat(host.joined).hasSizeGreaterThanOrEqualTo(8);
        }

        @Test
        void theDeadAreNotTriedWithoutEnd() {
            Host host = new Host(3);
            host.follow(FAN, Appetite.some(8));
            for (int i = 0; i < 20; i++) {
                host.announce(device("dead" + i, FAN));
            }
            host.runUntil(START + 3_600_000);
            assertThat(host.fetches).hasSize(20 * FetchPlan.TRIES);
        }

        @Test
        void whoLeavesIsReplaced() {
            Host host = new Host(3);
            host.follow(FAN, Appetite.some(5));
            List<DeviceAnnouncement> devices = thousand("d");
            devices.forEach(host::announce);
            host.runUntil(START + 5_000);
            List<String> first = List.copyOf(host.joined);
            assertThat(first).hasSize(5);
            devices.stream()
                    .filter(device -> first.contains(device.epr().address()))
                    .forEach(host::bye);
            host.runUntil(START + 10_000);
            assertThat(host.joined).hasSize(5).doesNotContainAnyElementsOf(first);
        }

        @Test
        void aPeerThatChangedIsFetchedAgain() {
            Host host = new Host(3);
            host.follow(FAN, Appetite.some(1));
            host.announce(device("d", FAN));
            host.runUntil(START + 2_000);
            host.announce(device("d", FAN).withMetadataVersion(2));
            host.runUntil(START + 4_000);
            assertThat(host.fetches).hasSize(2);
        }

        @Test
        void thoseOfTheOwnHostDoNotCountAsOthers() {
            Host host = new Host(3);
            host.follow(FAN, Appetite.some(5));
            for (int i = 0; i < 50; i++) {
                host.announce(device("own" + i, OWN, FAN));
            }
            host.runUntil(START + 5_000);
            assertThat(host.joined).hasSize(5);
            assertThat(host.plan.isProvided(FAN.scope())).isFalse();
            for (int i = 0; i < 50; i++) {
                host.announce(device("other" + i, FAN));
            }
            assertThat(host.plan.isProvided(FAN.scope())).isTrue();
            host.runUntil(START + 10_000);
            assertThat(host.joined.stream().filter(name -> name.startsWith("urn:other")))
                    .hasSize(5);
            assertThat(host.plan.isProvided(FAN.scope())).isTrue();
        }

        @Test
        void eachSegmentHasItsOwn() {
            Host host = new Host(3);
            host.follow(FAN, Appetite.some(3));
            host.follow(HAN, Appetite.some(4));
            for (int i = 0; i < 100; i++) {
                host.announce(device("fan" + i, FAN));
                host.announce(device("han" + i, HAN));
            }
            host.runUntil(START + 5_000);
            assertThat(host.joined.stream().filter(name -> name.startsWith("urn:fan")))
                    .hasSizeBetween(3, 10);
            assertThat(host.joined.stream().filter(name -> name.startsWith("urn:han")))
                    .hasSizeBetween(4, 10);
        }

        @Test
        void whoWasNamedIsFetchedAtOnceWhoeverElseIsKnown() {
            Host host = new Host(3);
            host.follow(FAN, Appetite.some(2));
            thousand("d").forEach(host::announce);
            host.runUntil(START + 5_000);
            DeviceAnnouncement named = device("named", FAN);
            host.announce(named);
            host.plan.named(named);
            host.runUntil(START + 5_100);
            assertThat(host.joined).contains("urn:named");
        }
    }

    @Nested
    class Bounds {

        @Test
        void onDevicesAreKeptAndCounted() {
            Host host = new Host(FeedOptions.defaults(), 2, 1);
            host.follow(FAN, Appetite.everybody());
            host.announce(device("a", FAN));
            host.announce(device("b", FAN));
            host.announce(device("c", FAN));
            host.announce(device("a", FAN));
            host.runUntil(START + 1_000);
            assertThat(host.joined).containsExactly("urn:a", "urn:b");
            assertThat(host.plan.overflowed()).isEqualTo(1);
        }

        @Test
        void onFetchesAtOnceAreKept() {
            Host host = new Host(1);
            host.follow(FAN, Appetite.everybody());
            thousand("d").forEach(host::announce);
            assertThat(host.plan.due(START, 7)).hasSize(7);
            assertThat(host.plan.due(START, 0)).isEmpty();
            assertThat(host.plan.nextMillis(START, 0)).isEqualTo(Long.MAX_VALUE);
            assertThat(host.plan.nextMillis(START, 1)).isEqualTo(START);
        }

        @Test
        void aFetchThatIsNeverHeardOfAgainIsGivenUp() {
            Host host = new Host(1);
            host.follow(FAN, Appetite.everybody());
            host.announce(device("d", FAN));
            Known known = host.plan.due(START, ROOM).get(0);
            host.plan.round(START + 120_000, FAN.scope());
            assertThat(known.metadata).isEqualTo(Metadatum.UNDER_WAY);
            host.plan.round(START + 120_001, FAN.scope());
            assertThat(host.plan.due(START + 120_001, ROOM)).containsExactly(known);
        }
    }
}
