package org.grapevine.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.grapevine.core.message.GossipParameters;
import org.grapevine.core.message.MessageId;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.core.message.ReplyTerms;
import org.grapevine.core.message.Segment;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every way in which a few small trees can be disturbed, one after the other: each pair of outages of one direction of a link or of
 * both, each three outages of links, and the loss, doubling or delay of each two messages. In every run nobody is counted twice
 * (the network checks that at every merge), an answer that calls itself whole has everybody, and the initiator gets one end. See
 * {@link SilentChildren}.
 */
class CountedOnceTest {

    private static final int BUDGET_MILLIS = 3_900;

    /** Who knows whom; the first one asks. */
    enum Shape {
        /** Each knows the next one. */
        LINE(5, "01 12 23 34"),
        /** One device may be asked by two, of which one is above the other. */
        SHORTCUT(5, "01 12 13 23 34"),
        /** Two ways to the last two. */
        FORK(6, "01 12 13 24 34 45");

        private final int devices;
        /** Two devices each. */
        private final String links;

        Shape(int devices, String links) {
            this.devices = devices;
            this.links = links;
        }

        List<String> links() {
            return List.of(links.split(" ", -1));
        }

        List<String> everyPair() {
            List<String> pairs = new ArrayList<>();
            for (int one = 0; one < devices; one++) {
                for (int other = one + 1; other < devices; other++) {
                    pairs.add(one + "" + other);
                }
            }
            return pairs;
        }

        InMemoryNetwork network(long seed) {
            InMemoryNetwork network = new InMemoryNetwork(seed, GossipConfig.defaults());
            for (int i = 0; i < devices; i++) {
                // The last ones are slow, so that the others wait for them.
                network.add("n" + i, "s").answerDelayMillis = i >= devices - 2 ? 1_500 : 1;
            }
            for (String link : links()) {
                join(network, link.charAt(0), link.charAt(1));
                join(network, link.charAt(1), link.charAt(0));
            }
            network.tracing = false;
            network.minDelayMillis = 5;
            network.maxDelayMillis = 5;
            return network;
        }

        private static void join(InMemoryNetwork network, char at, char whom) {
            network.node("n" + at).view.join(new Segment("s"), new PeerAddress("n" + whom));
        }
    }

    private static void ask(InMemoryNetwork network, ReplyTerms terms, String what) {
        GossipParameters parameters = network.request(terms);
        InMemoryNetwork.Node initiator = network.first();
        MessageId id = initiator.publish(parameters);
        network.runFor(BUDGET_MILLIS + 1);
        InMemoryNetwork.Outcome outcome = initiator.outcome(id);
        Set<PeerAddress> inside = terms.aggregation().isEmpty() ? initiator.collected(id) : outcome.contributors();
        if (outcome.completeness().counted() != inside.size()) {
            throw new AssertionError(what + ": counts " + outcome.completeness() + ", has " + inside);
        }
        if (outcome.completeness().isWhole() && inside.size() != network.nodes.size()) {
            throw new AssertionError(what + ": whole, and has " + inside);
        }
    }

    /** A link, or one direction of it, that loses everything for a while. */
    private record Outage(String one, String other, boolean both, long from, long until) {
        boolean severs(PeerAddress sender, PeerAddress receiver, long now) {
            boolean there = sender.value().equals(one) && receiver.value().equals(other);
            boolean back =
                    both && sender.value().equals(other) && receiver.value().equals(one);
            return (there || back) && now >= from && now < until;
        }
    }

    /** Outages of these links between each two of these times. */
    private static List<Outage> outages(List<String> links, boolean eachDirection, long... times) {
        List<Outage> all = new ArrayList<>();
        for (String link : links) {
            String one = "n" + link.charAt(0);
            String other = "n" + link.charAt(1);
            for (int from = 0; from < times.length; from++) {
                for (int until = from + 1; until < times.length; until++) {
                    all.add(new Outage(one, other, true, times[from], times[until]));
                    if (eachDirection) {
                        all.add(new Outage(one, other, false, times[from], times[until]));
                        all.add(new Outage(other, one, false, times[from], times[until]));
                    }
                }
            }
        }
        return all;
    }

    private static void askWith(Shape shape, int run, Outage... outages) {
        InMemoryNetwork network = shape.network(1);
        long start = network.now;
        network.severed = (from, to) -> {
            for (Outage outage : outages) {
                if (outage.severs(from, to, network.now - start)) {
                    return true;
                }
            }
            return false;
        };
        ask(network, terms(run % 2 == 0), Arrays.toString(outages));
    }

    private static ReplyTerms terms(boolean collect) {
        return collect ? ReplyTerms.collect(0, BUDGET_MILLIS) : ReplyTerms.of("urn:test:union", 0, BUDGET_MILLIS);
    }

    @ParameterizedTest
    @EnumSource(names = {"LINE", "SHORTCUT"})
    void whateverPairOfOutagesThereIs(Shape shape) {
        List<Outage> all = outages(shape.everyPair(), true, 7, 17, 4_000);
        int runs = 0;
        for (int i = 0; i < all.size(); i++) {
            for (int j = i; j < all.size(); j++) {
                askWith(shape, runs++, all.get(i), all.get(j));
            }
        }
        assertThat(runs).isEqualTo(all.size() * (all.size() + 1) / 2).isGreaterThan(4_000);
    }

    /** Three are needed to find out why a device changes its parent once only. */
    @ParameterizedTest
    @EnumSource
    void whateverThreeOutagesOfItsLinksThereAre(Shape shape) {
        List<Outage> all = outages(shape.links(), false, 0, 17, 1_300, 4_000);
        int runs = 0;
        for (int i = 0; i < all.size(); i++) {
            for (int j = i + 1; j < all.size(); j++) {
                for (int k = j + 1; k < all.size(); k++) {
                    // Each with both modes: what is sent differs.
                    askWith(shape, runs++, all.get(i), all.get(j), all.get(k));
                    askWith(shape, runs++, all.get(i), all.get(j), all.get(k));
                }
            }
        }
        assertThat(runs).isGreaterThan(3_000);
    }

    /** Message by message: lost, doubled, or an age late. */
    @ParameterizedTest
    @EnumSource
    void whateverBecomesOfAnyTwoMessages(Shape shape) {
        int messages = 24;
        int fates = 3;
        int runs = 0;
        for (int one = 0; one < messages * fates; one++) {
            for (int other = one + 1; other < messages * fates; other++) {
                InMemoryNetwork network = shape.network(1);
                network.fates = Map.of(
                        one / fates,
                        one % fates,
                        other / fates + (one / fates == other / fates ? messages : 0),
                        other % fates);
                ask(network, terms(runs++ % 2 == 0), network.fates.toString());
            }
        }
        assertThat(runs).isGreaterThan(2_000);
    }
}
