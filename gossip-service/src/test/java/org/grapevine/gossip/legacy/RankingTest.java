package org.grapevine.gossip.legacy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.grapevine.core.message.PeerAddress;
import org.junit.jupiter.api.Test;

/** Who takes care of whom, worked out by everybody alone. */
class RankingTest {

    private static List<PeerAddress> peers(int count) {
        List<PeerAddress> peers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            peers.add(new PeerAddress("soap.udp://127.0.0.1:4000/device-" + i + "/notice/gossip"));
        }
        return peers;
    }

    private static Ranking ranking(String service, List<PeerAddress> peers) {
        Ranking ranking = new Ranking(service);
        peers.forEach(ranking::add);
        return ranking;
    }

    @Test
    void isTheSameInWhateverOrderPeersBecameKnown() {
        List<PeerAddress> peers = peers(200);
        List<PeerAddress> shuffled = new ArrayList<>(peers);
        for (int seed = 0; seed < 50; seed++) {
            Collections.shuffle(shuffled, new Random(seed));
            String service = "test:village urn:uuid:" + seed + " urn:example:notice";

            assertThat(ranking(service, shuffled).first())
                    .isEqualTo(ranking(service, peers).first())
                    .hasSize(Ranking.KEPT);
        }
    }

    @Test
    void isTheSameAfterPeersCameAndWent() {
        Random random = new Random(7);
        List<PeerAddress> all = peers(40);
        for (int service = 0; service < 20; service++) {
            Ranking changing = new Ranking("service " + service);
            Set<PeerAddress> there = new LinkedHashSet<>();
            for (int i = 0; i < 400; i++) {
                PeerAddress peer = all.get(random.nextInt(all.size()));
                if (there.remove(peer)) {
                    changing.remove(peer, there);
                } else {
                    there.add(peer);
                    changing.add(peer);
                }
                assertThat(changing.first())
                        .isEqualTo(ranking("service " + service, List.copyOf(there))
                                .first());
            }
        }
    }

    @Test
    void givesEachPeerItsShare() {
        List<PeerAddress> peers = peers(20);
        Map<PeerAddress, Integer> cared = new HashMap<>();
        for (int service = 0; service < 4_000; service++) {
            cared.merge(
                    ranking("test:village urn:uuid:device-" + service + " urn:example:notice", peers)
                            .first()
                            .get(0),
                    1,
                    Integer::sum);
        }
        // 200 each; three standard deviations are 41.
        assertThat(cared).hasSize(20);
        assertThat(cared.values()).allSatisfy(count -> assertThat(count).isBetween(150, 250));
    }

    @Test
    void movesNothingButWhatBelongedToTheOneThatLeft() {
        List<PeerAddress> peers = peers(20);
        PeerAddress leaving = peers.get(3);
        List<PeerAddress> left =
                peers.stream().filter(peer -> !peer.equals(leaving)).toList();
        for (int service = 0; service < 500; service++) {
            PeerAddress before = ranking("service " + service, peers).first().get(0);
            PeerAddress after = ranking("service " + service, left).first().get(0);
            if (!before.equals(leaving)) {
                assertThat(after).isEqualTo(before);
            }
        }
    }
}
