package org.grapevine.core.membership;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.grapevine.core.message.PeerAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FullMembershipTest {

    private static final MembershipConfig CONFIG = MembershipConfig.full(1_000);

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 10, 50})
    void everybodyKnowsEverybodyWithinAMinute(int devices) {
        MembershipNetwork network = OverlayDevice.network(1, CONFIG);
        network.startStorm(devices);
        network.run(60_000);

        for (PeerAddress device : network.up()) {
            assertThat(network.links(device)).hasSize(devices - 1);
        }
    }

    @Test
    void oneWhoComesLaterIsKnownToAll() {
        MembershipNetwork network = OverlayDevice.network(1, CONFIG);
        network.startStorm(50);
        network.run(60_000);
        network.start(50, 7);
        network.run(60_000);

        for (PeerAddress device : network.up()) {
            assertThat(network.links(device)).hasSize(50);
        }
    }

    @Test
    void oneWhoLeavesIsForgotten() {
        MembershipNetwork network = OverlayDevice.network(1, CONFIG);
        network.startStorm(20);
        network.run(60_000);
        network.leave(3);
        network.run(100);

        assertThat(network.deadShare()).isZero();
    }

    @Test
    void aSegmentThatWasSplitFindsTogetherThroughOldContactsOnly() {
        MembershipNetwork network = OverlayDevice.network(1, CONFIG);
        network.startStorm(20);
        network.run(60_000);
        network.split(IntStream.range(0, 10).boxed().toList());
        network.run(120_000);
        assertThat(network.parts()).hasSize(2);

        network.heal();
        network.run(300_000);
        for (PeerAddress device : network.up()) {
            assertThat(network.links(device)).hasSize(19);
        }
    }

    @Test
    void whoIsBeyondTheLimitIsRefusedAndCounted() {
        Tally tally = new Tally();
        FullMembership full = full(10, tally);
        List<MembershipAction> out = new ArrayList<>();
        full.onContacts(
                0,
                IntStream.rangeClosed(1, 15).mapToObj(MembershipNetwork::entry).toList(),
                out);

        assertThat(full.links()).hasSize(10);
        assertThat(tally.dropped()).containsEntry(MembershipDrop.TABLE_FULL, 5L);
    }

    @Test
    void namesFromOthersLeavePlacesForThoseWhoSpeak() {
        Tally tally = new Tally();
        FullMembership full = full(20, tally);
        List<MembershipAction> out = new ArrayList<>();
        PeerAddress liar = MembershipNetwork.address(1);
        for (int i = 0; i < 4; i++) {
            List<PeerEntry> entries = new ArrayList<>(List.of(MembershipNetwork.entry(1)));
            for (int j = 0; j < 15; j++) {
                entries.add(MembershipNetwork.entry(100 + 15 * i + j));
            }
            full.onMessage(i, liar, new PeerMessage.Exchange(entries), out);
        }
        assertThat(full.links()).hasSize(1 + 20 - 20 / FullMembership.RESERVED);

        full.onMessage(
                9, MembershipNetwork.address(2), new PeerMessage.Exchange(List.of(MembershipNetwork.entry(2))), out);
        assertThat(full.isLinked(MembershipNetwork.address(2))).isTrue();
    }

    @Test
    void anAnswerThatWasNotAskedForIsRefused() {
        Tally tally = new Tally();
        FullMembership full = full(10, tally);
        full.onMessage(
                0,
                MembershipNetwork.address(1),
                new PeerMessage.ExchangeAnswer(List.of(MembershipNetwork.entry(2))),
                new ArrayList<>());

        assertThat(full.links()).isEmpty();
        assertThat(tally.dropped()).containsEntry(MembershipDrop.UNASKED, 1L);
    }

    private static FullMembership full(int most, Tally tally) {
        MembershipConfig config = MembershipConfig.full(most);
        PeerEntry self = MembershipNetwork.entry(0);
        return new FullMembership(config.view(), self, new SplittableRandom(1), tally);
    }
}
