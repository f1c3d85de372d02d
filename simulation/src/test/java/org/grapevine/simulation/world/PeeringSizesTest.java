package org.grapevine.simulation.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.grapevine.core.membership.PeerEntry;
import org.grapevine.core.membership.PeerMessage;
import org.grapevine.core.membership.Rumour;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.core.message.Segment;
import org.grapevine.gossip.header.PeerMessageCodec;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Membership messages are as large as the real codec makes them, between devices with addresses as they are in practice. */
class PeeringSizesTest {

    private static final Random RANDOM = new Random(7);
    private static final PeerEntry SELF = entry(0);

    private static PeerAddress address() {
        return new PeerAddress("soap.udp://10.0." + RANDOM.nextInt(256) + "." + RANDOM.nextInt(256) + ":3703/"
                + new UUID(RANDOM.nextLong(), RANDOM.nextLong()) + "/service/gossip");
    }

    private static PeerEntry entry(int age) {
        return new PeerEntry(address(), 8080, age);
    }

    private static List<PeerEntry> entries(int count) {
        List<PeerEntry> entries = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            entries.add(entry(i));
        }
        return entries;
    }

    private static List<Rumour> rumours(int count) {
        List<Rumour> rumours = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            rumours.add(new Rumour(address(), Rumour.State.SUSPECT, 1_700_000_000_000L + i, address()));
        }
        return rumours;
    }

    private static List<PeerMessage.Share> shares(int count) {
        List<PeerMessage.Share> shares = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            shares.add(new PeerMessage.Share(address(), RANDOM.nextDouble() / 100));
        }
        return shares;
    }

    static Stream<PeerMessage> messages() {
        return Stream.of(
                new PeerMessage.Join(SELF),
                new PeerMessage.ForwardJoin(entry(0), 5),
                new PeerMessage.Neighbour(SELF, true),
                new PeerMessage.NeighbourAnswer(SELF, true),
                new PeerMessage.Disconnect(),
                new PeerMessage.Shuffle(entry(0), 5, entries(7)),
                new PeerMessage.ShuffleAnswer(entries(7)),
                new PeerMessage.ShuffleAnswer(List.of()),
                new PeerMessage.Exchange(entries(8)),
                new PeerMessage.ExchangeAnswer(entries(16)),
                new PeerMessage.Leave(),
                new PeerMessage.Ping(123_456_789, true, List.of()),
                new PeerMessage.Ping(123_456_789, false, rumours(6)),
                new PeerMessage.Ack(123_456_789, true, rumours(2)),
                new PeerMessage.PingRequest(123_456_789, address(), rumours(1)),
                new PeerMessage.Nack(123_456_789),
                new PeerMessage.Average(28_333_333, 123_456, 1_000, shares(5)),
                new PeerMessage.Average(28_333_333, 123_456, 1_000, List.of()),
                new PeerMessage.AverageAnswer(28_333_333, 123_456, true, 1_000, shares(5)));
    }

    @ParameterizedTest
    @MethodSource("messages")
    void areWithinATenthOfThoseOfTheCodec(PeerMessage message) {
        byte[] written = PeerMessageCodec.write(
                message, new Segment("grid:fan/ssc-3"), address(), SELF, "urn:uuid:" + new UUID(1, 2));

        assertThat(ModelledSizes.bytes(message)).isCloseTo(written.length, withinPercentage(10));
    }
}
