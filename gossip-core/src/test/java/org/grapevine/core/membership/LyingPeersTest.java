package org.grapevine.core.membership;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.grapevine.core.message.PeerAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A tenth of the devices name only each other, as many in each message as it may have, and pass no other name on. */
class LyingPeersTest {

    private static final int DEVICES = 500;
    private static final int LIARS = 50;

    private static final MembershipConfig CONFIG = MembershipConfig.hyParView(4)
            .withDetection(new MembershipConfig.Detection(0, 0, 0, 0, 1, 1, 0, 1))
            .withEstimate(new MembershipConfig.Estimate(0, 1, 1));

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void liarsAreNoLargerShareOfHonestViewsThanTwiceTheirNumber(long seed) {
        MembershipNetwork network = new MembershipNetwork(seed, (self, random) -> {
            MembershipNetwork.Engine honest =
                    MembershipNetwork.whole(new Membership(CONFIG, self, MembershipNetwork::isReal, random.split()));
            return isLiar(self.address()) ? new Liar(honest, self.address(), random) : honest;
        });
        network.startStorm(DEVICES);
        network.run(60 * CONFIG.view().shuffleMillis());

        assertThat(share(network, false)).as("of views").isLessThan(0.2);
        assertThat(share(network, true)).as("of links").isLessThan(0.2);
    }

    private static double share(MembershipNetwork network, boolean linksOnly) {
        int all = 0;
        int liars = 0;
        for (PeerAddress device : network.up()) {
            if (!isLiar(device)) {
                MembershipNetwork.Engine engine = network.engine(device);
                for (PeerEntry entry : linksOnly ? engine.links() : engine.entries()) {
                    all++;
                    liars += isLiar(entry.address()) ? 1 : 0;
                }
            }
        }
        return (double) liars / all;
    }

    private static boolean isLiar(PeerAddress address) {
        int device = Integer.parseInt(address.value().substring(1));
        return device >= 1 && device <= LIARS;
    }

    private record Liar(MembershipNetwork.Engine engine, PeerAddress self, RandomGenerator random)
            implements MembershipNetwork.Engine {

        @Override
        public List<MembershipAction> handle(long now, MembershipEvent event) {
            List<MembershipAction> out = new ArrayList<>();
            for (MembershipAction action : engine.handle(now, event)) {
                out.add(
                        action instanceof MembershipAction.Send send
                                ? new MembershipAction.Send(send.to(), lie(send.message()))
                                : action);
            }
            return out;
        }

        private PeerMessage lie(PeerMessage message) {
            if (message instanceof PeerMessage.ShuffleAnswer) {
                return new PeerMessage.ShuffleAnswer(friends(24));
            } else if (message instanceof PeerMessage.Shuffle shuffle) {
                return new PeerMessage.Shuffle(shuffle.origin(), shuffle.walk(), friends(24));
            } else if (message instanceof PeerMessage.ForwardJoin forward) {
                return new PeerMessage.ForwardJoin(friends(1).get(0), forward.walk());
            }
            return message;
        }

        private List<PeerEntry> friends(int count) {
            Set<PeerEntry> friends = new LinkedHashSet<>();
            while (friends.size() < count) {
                PeerEntry friend = MembershipNetwork.entry(1 + random.nextInt(LIARS));
                if (!friend.address().equals(self)) {
                    friends.add(friend);
                }
            }
            return List.copyOf(friends);
        }

        @Override
        public List<PeerEntry> links() {
            return engine.links();
        }

        @Override
        public List<PeerEntry> entries() {
            return engine.entries();
        }

        @Override
        public Map<MembershipDrop, Long> dropped() {
            return engine.dropped();
        }
    }
}
