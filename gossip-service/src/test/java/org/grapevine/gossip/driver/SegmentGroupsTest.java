package org.grapevine.gossip.driver;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.grapevine.core.message.GossipMessage;
import org.grapevine.core.message.Hop;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.core.message.Segment;
import org.grapevine.gossip.header.EnvelopePayload;
import org.grapevine.gossip.header.GossipHeader;
import org.grapevine.policy.Priority;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class SegmentGroupsTest {

    private static final Hop HOP = new Hop(Street.SEGMENT, 0, 1, 0);

    /** Two hosts with three houses each, who all hear the group of their street. */
    private static Street street() throws Exception {
        Street street = new Street();
        for (int b = 0; b < 2; b++) {
            Street.Block block = street.block(street.options(), settings -> settings);
            for (int h = 0; h < 3; h++) {
                new Street.House(block, "house-" + b + h, Street.config());
            }
            block.houses.forEach(house -> block.gossip.groups().join(Street.SEGMENT, house));
        }
        return street;
    }

    private static void multicast(Street.House from, String text) {
        GossipMessage message = from.message(text, Priority.NORMAL, Street.plain(0));
        from.groups().send(Street.SEGMENT, HOP, (EnvelopePayload) message.payload(), from.address);
    }

    @Test
    void oneDatagramReachesEveryHouseOfEveryHostOnceAndIsReadOncePerHost() throws Exception {
        try (Street street = street()) {
            Street.House first = street.houses().get(0);

            multicast(first, "to all");

            for (Street.House house : street.houses().subList(1, 6)) {
                assertThat(house.next()).isEqualTo("to all");
                assertThat(house.stats().delivered()).isEqualTo(1);
            }
            assertThat(first.stats().delivered())
                    .as("its own datagram is not news")
                    .isZero();
            assertThat(first.stats().dropped()).isEmpty();
            for (Street.Block block : street.blocks) {
                assertThat(block.gossip.groups().counters().received()).isEqualTo(1);
                assertThat(block.gossip.groups().joined()).hasSize(1);
            }
            assertThat(street.blocks.get(0).gossip.wire().sent().multicasts()).isEqualTo(1);
        }
    }

    @Test
    void theHousesOfAHostShareOneMessage() throws Exception {
        try (Street street = street()) {
            List<EnvelopePayload> taken = new ArrayList<>();
            List<Street.House> second = street.blocks.get(1).houses;
            second.forEach(house -> house.watch(taken));

            multicast(street.houses().get(0), "shared");

            for (Street.House house : second) {
                assertThat(house.next()).isEqualTo("shared");
            }
            assertThat(taken).hasSize(3);
            assertThat(taken).allMatch(payload -> payload == taken.get(0));
        }
    }

    @Test
    void aCopyThatNamesSomebodyElseAsItsSenderIsRefused() throws Exception {
        try (Street street = street()) {
            Street.House liar = street.houses().get(0);
            GossipMessage message = liar.message("forged", Priority.NORMAL, Street.plain(0));
            PeerAddress victim = new PeerAddress("soap.udp://127.0.0.1:9/victim");

            liar.groups().send(Street.SEGMENT, HOP, (EnvelopePayload) message.payload(), victim);

            for (Street.Block block : street.blocks) {
                Street.await(() -> block.gossip.groups().counters().forged() == 1);
                assertThat(block.gossip.groups().counters().received()).isZero();
            }
        }
    }

    @Test
    void aCopyForAnotherSegmentOrOfAnotherPortTypeIsForNobody() throws Exception {
        try (Street street = street()) {
            Street.House first = street.houses().get(0);
            SegmentGroups heard = street.blocks.get(1).gossip.groups();
            EnvelopePayload payload = (EnvelopePayload)
                    first.message("elsewhere", Priority.NORMAL, Street.plain(0)).payload();
            InetSocketAddress group = heard.groupOf(Street.SEGMENT);
            PeerAddress to =
                    new PeerAddress("soap.udp://" + group.getAddress().getHostAddress() + ":" + group.getPort());

            Hop elsewhere = new Hop(new Segment("test:elsewhere"), 0, 1, 0);
            first.wire().sendMulticast(group, GossipHeader.copy(payload, to, elsewhere, first.address));
            byte[] copy = GossipHeader.copy(payload, to, HOP, first.address);
            String other = new String(copy, UTF_8).replace(Street.ACTION, "urn:other:action");
            first.wire().sendMulticast(group, other.getBytes(UTF_8));

            Street.await(() -> heard.counters().forNobody() == 2);
            assertThat(heard.counters().received()).isZero();
        }
    }

    @Test
    void whatIsAddressedToAnotherThanTheGroupIsDropped() throws Exception {
        try (Street street = street()) {
            Street.House first = street.houses().get(0);
            Street.Block second = street.blocks.get(1);
            EnvelopePayload payload = (EnvelopePayload)
                    first.message("unicast", Priority.NORMAL, Street.plain(0)).payload();
            byte[] copy = GossipHeader.copy(payload, second.houses.get(0).address, HOP, first.address);
            long before = second.host.dropped().misaddressedDatagrams();

            first.wire().sendMulticast(second.gossip.groups().groupOf(Street.SEGMENT), copy);

            Street.await(() -> second.host.dropped().misaddressedDatagrams() > before);
            assertThat(second.gossip.groups().counters().received()).isZero();
        }
    }

    @Test
    void whatMakesNoSenseIsCountedAndNotAnswered() throws Exception {
        try (Street street = street()) {
            Street.House first = street.houses().get(0);
            Street.Block second = street.blocks.get(1);
            InetSocketAddress group = second.gossip.groups().groupOf(Street.SEGMENT);
            EnvelopePayload payload = (EnvelopePayload)
                    first.message("bad", Priority.NORMAL, Street.plain(0)).payload();
            PeerAddress to =
                    new PeerAddress("soap.udp://" + group.getAddress().getHostAddress() + ":" + group.getPort());
            String copy = new String(GossipHeader.copy(payload, to, HOP, first.address), UTF_8);
            long sent = second.host.udp().counters().sent();

            first.wire().sendMulticast(group, "no envelope".getBytes(UTF_8));
            first.wire()
                    .sendMulticast(
                            group,
                            copy.replace("left=\"0000\"", "left=\"many\"").getBytes(UTF_8));
            first.wire()
                    .sendMulticast(group, copy.replaceFirst("<g:Hop[^>]*/>", "").getBytes(UTF_8));

            Street.await(() -> second.gossip.groups().counters().malformed() == 2
                    && second.host.dropped().malformedDatagrams() == 1);
            assertThat(second.host.udp().counters().sent()).isEqualTo(sent);
        }
    }

    @Test
    void aGroupIsLeftWithItsLastMember() throws Exception {
        try (Street street = new Street()) {
            Street.Block block = street.block(street.options(), settings -> settings);
            Street.House a = new Street.House(block, "a", Street.config());
            Street.House b = new Street.House(block, "b", Street.config());
            SegmentGroups groups = block.gossip.groups();
            SegmentGroups.Membership first = groups.join(Street.SEGMENT, a);
            SegmentGroups.Membership second = groups.join(Street.SEGMENT, b);

            first.close();
            first.close();
            assertThat(groups.joined()).containsExactly(groups.groupOf(Street.SEGMENT));
            second.close();

            assertThat(groups.joined()).isEmpty();
            SegmentGroups.Membership again = groups.join(Street.SEGMENT, a);
            assertThat(groups.joined()).hasSize(1);
            again.close();
        }
    }

    @Test
    void moreGroupsThanOneSocketMayJoinAreHeard() throws Exception {
        try (Street street = new Street()) {
            Street.Block block = street.block(street.options(), settings -> settings);
            Street.House house = new Street.House(block, "house", Street.config());
            SegmentGroups groups = block.gossip.groups();

            for (int i = 0; i < 30; i++) {
                groups.join(new Segment("test:segment-" + i), house);
            }

            assertThat(groups.joined()).hasSize(30);
            assertThat(groups.counters().unavailable()).isZero();
        }
    }

    @Test
    void whereThereAreTooManyGroupsTheRestIsLeftToRepair() throws Exception {
        try (Street street = new Street()) {
            DriverOptions two = new DriverOptions(100, 2, InetAddress.getByName("239.1.0.0"), 16, Street.freePort(), 2);
            Street.Block block = street.block(two, settings -> settings);
            Street.House house = new Street.House(block, "house", Street.config());

            for (int i = 0; i < 3; i++) {
                block.gossip.groups().join(new Segment("test:segment-" + i), house);
            }

            assertThat(block.gossip.groups().joined()).hasSize(2);
            assertThat(block.gossip.groups().counters().unavailable()).isEqualTo(1);
        }
    }

    @Test
    void aScopeGivesTheSameGroupEverywhere() throws Exception {
        try (Street street = new Street()) {
            SegmentGroups a =
                    street.block(street.options(), settings -> settings).gossip.groups();
            SegmentGroups b =
                    street.block(street.options(), settings -> settings).gossip.groups();
            List<InetSocketAddress> all = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                Segment segment = new Segment("grid:fan/ssc-" + i);
                InetSocketAddress group = a.groupOf(segment);
                assertThat(b.groupOf(segment)).isEqualTo(group);
                assertThat(group.getPort()).isEqualTo(street.groupPort);
                assertThat(group.getAddress().getHostAddress()).matches("239\\.19[2-5]\\..*");
                all.add(group);
            }
            assertThat(all).doesNotHaveDuplicates();
        }
    }

    @Test
    void optionsThatCannotBeKeptAreRefused() throws Exception {
        DriverOptions good = DriverOptions.defaults();
        assertThatThrownBy(() -> good.withGroups(InetAddress.getByName("224.0.0.1"), 8, 1))
                .hasMessage("groupBase: 224.0.0.1 (expected: an address of 239.0.0.0/8)");
        assertThatThrownBy(() -> good.withGroups(InetAddress.getByName("239.0.0.1"), 8, 1))
                .hasMessage("groupBase: 239.0.0.1 (expected: one whose last 8 bits are 0)");
        assertThatThrownBy(() -> good.withGroups(InetAddress.getByName("239.0.0.0"), 25, 1))
                .hasMessage("groupBits: 25 (expected: 0..24)");
        assertThatThrownBy(() -> good.withGroups(InetAddress.getByName("239.0.0.0"), 8, 0))
                .hasMessage("groupPort: 0 (expected: 1..65535)");
        assertThatThrownBy(() -> good.withLaneCapacity(0)).hasMessage("laneCapacity: 0 (expected: >= 1)");
        assertThatThrownBy(() -> good.withBundles(3)).hasMessage("bundleWithin: 3 (expected: 0..2 ms)");
    }
}
