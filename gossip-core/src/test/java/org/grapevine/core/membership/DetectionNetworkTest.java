package org.grapevine.core.membership;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.ToLongFunction;
import org.assertj.core.data.Offset;
import org.grapevine.core.message.PeerAddress;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Failure detection among many devices, in virtual time; figures of SWIM and Lifeguard. */
class DetectionNetworkTest {

    private static final PeerAddress DEAD = HealthNetwork.address(3);

    /** Everybody pings everybody; without suspicion if the least time is 0. */
    private static MembershipConfig config(int indirect, int suspicion, int healthLimit) {
        return MembershipConfig.full(1_000)
                .withDetection(new MembershipConfig.Detection(1_000, 500, indirect, suspicion, 6, healthLimit, 6, 64));
    }

    private static HealthNetwork complete(long seed, int devices, MembershipConfig config) {
        return new HealthNetwork(seed).add(devices, config).complete().start();
    }

    private static long total(HealthNetwork network, ToLongFunction<Tally> counter) {
        return network.devices.stream()
                .mapToLong(device -> counter.applyAsLong(device.tally))
                .sum();
    }

    @Nested
    class ADeadDevice {

        /** 1/(1 - 1/e) periods on the mean until somebody pings it. */
        @Test
        void isPingedForTheFirstTimeAfterAPeriodAndAHalf() {
            double sum = 0;
            int runs = 300;
            for (int seed = 0; seed < runs; seed++) {
                HealthNetwork network = complete(seed, 40, config(3, 4, 1));
                network.run(60_000 + 37 * seed);
                boolean[] pinged = new boolean[1];
                network.tap = sent -> pinged[0] |= sent.to().equals(DEAD) && sent.message() instanceof PeerMessage.Ping;
                long crashed = network.now();
                network.device(3).crash();
                assertThat(network.runFor(100_000, () -> pinged[0])).isTrue();
                sum += Math.ceil((network.now() - crashed) / 1_000.0);
            }

            assertThat(sum / runs).isCloseTo(1.58, Offset.offset(0.15));
        }

        @Test
        void isPingedByEachDeviceWithinTwoRoundsLessOne() {
            int devices = 12;
            HealthNetwork network = complete(5, devices, config(3, 100, 1));
            network.run(30_000);
            Set<PeerAddress> pinged = new HashSet<>();
            network.tap = sent -> {
                if (sent.to().equals(DEAD) && sent.message() instanceof PeerMessage.Ping) {
                    pinged.add(sent.from());
                }
            };
            network.device(3).crash();

            assertThat(network.runFor((2L * (devices - 1) - 1) * 1_000, () -> pinged.size() == devices - 1))
                    .isTrue();
        }

        @ParameterizedTest
        @CsvSource({"10, 10", "100, 16", "300, 20"})
        void isOutOfEveryViewInTime(int devices, int seconds) {
            HealthNetwork network = complete(devices, devices, config(3, 4, 8));
            network.run(20_000);
            network.device(3).crash();
            network.run(seconds * 1_000L);

            assertThat(network.deaths).hasSize(devices - 1).allMatch(death -> death.peer()
                    .equals(DEAD));
        }

        /** Its neighbours do not know each other: the helpers' Nacks confirm. */
        @Test
        void isOutOfAllLinksOfAPartialViewInTimeToo() {
            HealthNetwork network = new HealthNetwork(7)
                    .add(200, MembershipConfig.hyParView(4))
                    .random(5)
                    .start();
            network.run(20_000);
            int neighbours = network.device(3).overlay.links().size();
            network.device(3).crash();
            network.run(25_000);

            assertThat(network.deaths).hasSize(neighbours).allMatch(death -> death.peer()
                    .equals(DEAD));
        }

        @Test
        void comesBackWhenItStartsAgain() {
            HealthNetwork network = complete(1, 20, config(3, 4, 8));
            network.run(10_000);
            network.device(3).crash();
            network.run(30_000);
            assertThat(network.deaths).hasSize(19);

            network.device(3).start();
            for (int i = 0; i < 20; i++) {
                if (i != 3) {
                    network.join(i, 3);
                }
            }
            network.run(60_000);

            assertThat(network.deaths).hasSize(19);
            assertThat(network.devices).allMatch(device -> device.detector.suspects() == 0);
        }
    }

    @Nested
    class ALiveDevice {

        /** The chance that a probe fails: SWIM's formula without the factor for the time between two probes, 1.58. */
        @ParameterizedTest
        @CsvSource({
            "0.01, 0", "0.01, 1", "0.01, 3", "0.05, 0", "0.05, 1", "0.05, 3", "0.05, 5", "0.1, 0", "0.1, 1", "0.1, 3",
            "0.1, 5"
        })
        void isTakenForDeadUnderLossAsOftenAsComputed(double loss, int indirect) {
            HealthNetwork network = complete(42, 60, config(indirect, 0, 1));
            network.loss = loss;
            // Who is dropped comes back at once, so that all are probed all the time.
            int periods = 400;
            int deaths = 0;
            for (int period = 0; period < periods; period++) {
                network.run(1_000);
                deaths += network.deaths.size();
                for (HealthNetwork.Death death : network.deaths) {
                    network.devices.stream()
                            .filter(device -> device.address.equals(death.by()))
                            .forEach(device -> device.overlay.link(death.peer()));
                }
                network.deaths.clear();
            }
            double direct = 1 - Math.pow(1 - loss, 2);
            double expected = direct * Math.pow(1 - Math.pow(1 - loss, 4), indirect);
            double probes = total(network, tally -> tally.probes);

            assertThat(deaths / probes)
                    .isCloseTo(expected, Offset.offset(4 * Math.sqrt(expected / probes) + 0.02 * expected));
        }

        @ParameterizedTest
        @ValueSource(doubles = {0.01, 0.05, 0.1})
        void isNotUnderSuspicionOnly(double loss) {
            HealthNetwork network = complete(9, 60, config(3, 4, 8));
            network.loss = loss;
            network.run(300_000);

            assertThat(network.deaths).isEmpty();
        }

        @ParameterizedTest
        @ValueSource(ints = {1, 2, 3, 4, 5})
        void isNotWhenItPausesForFiveSeconds(int seed) {
            HealthNetwork network = complete(seed, 100, config(3, 4, 8));
            network.run(10_000);
            for (int i = 0; i < 10; i++) {
                network.device(i).pause();
                network.run(5_000);
                network.device(i).resume();
                network.run(7_000 + 100L * seed);
            }

            assertThat(network.deaths).isEmpty();
            assertThat(total(network, tally -> tally.contradicted)).isPositive();
            assertThat(network.devices).allMatch(device -> device.detector.suspects() == 0);
        }

        @Test
        void isNotWhenItFlaps() {
            HealthNetwork network = complete(11, 60, config(3, 4, 8));
            network.run(5_000);
            for (int i = 0; i < 60; i++) {
                network.device(7).pause();
                network.run(2_000);
                network.device(7).resume();
                network.run(2_000);
            }

            assertThat(network.deaths).isEmpty();
        }

        /** Local health: a device that gets everything late doubts itself. */
        @Test
        void isNotAccusedByADeviceThatIsSlow() {
            HealthNetwork network = complete(13, 60, config(3, 4, 8));
            network.run(10_000);
            for (int i = 0; i < 40; i++) {
                network.device(5).pause();
                network.run(3_000);
                network.device(5).resume();
                network.run(300);
            }

            assertThat(network.deaths).noneMatch(death -> death.by().equals(HealthNetwork.address(5)));
        }

        /** One liar says all the time that everybody else is dead. */
        @Test
        void isNotWhenOneLiarSaysSo() {
            HealthNetwork network = complete(17, 40, config(3, 4, 8));
            network.loss = 0.05;
            PeerAddress liar = HealthNetwork.address(0);
            network.run(5_000);
            for (int second = 0; second < 120; second++) {
                for (int to = 1; to < 40; to++) {
                    PeerAddress about = HealthNetwork.address(1 + (to + second) % 39);
                    network.transmit(
                            liar,
                            HealthNetwork.address(to),
                            new PeerMessage.Ping(
                                    second,
                                    true,
                                    List.of(
                                            new Rumour(about, Rumour.State.DEAD, network.now() + 10_000, liar),
                                            new Rumour(about, Rumour.State.SUSPECT, network.now() + 10_000, liar))));
                }
                network.run(1_000);
            }

            assertThat(network.deaths).isEmpty();
        }
    }

    @Nested
    class AtRest {

        @Test
        void equalSeedsGiveEqualRuns() {
            assertThat(run(3)).isEqualTo(run(3)).isNotEqualTo(run(4));
        }

        private String run(long seed) {
            HealthNetwork network = complete(seed, 20, config(3, 4, 8));
            network.loss = 0.1;
            StringBuilder trace = new StringBuilder();
            network.tap = sent -> trace.append(sent).append('\n');
            network.run(20_000);
            return trace.toString();
        }

        @ParameterizedTest
        @ValueSource(ints = {20, 200})
        void aDeviceSendsAsMuchAmongManyAsAmongFew(int devices) {
            HealthNetwork network = new HealthNetwork(3)
                    .add(devices, MembershipConfig.hyParView(4).withEstimate(new MembershipConfig.Estimate(0, 30, 5)))
                    .random(5)
                    .start();
            network.run(60_000);
            int[] sent = new int[1];
            int[] rumours = new int[1];
            network.tap = each -> {
                sent[0]++;
                rumours[0] += each.message() instanceof PeerMessage.Ping ping
                        ? ping.rumours().size()
                        : 0;
            };
            network.run(60_000);

            assertThat(sent[0] / 60.0 / devices).isCloseTo(2, Offset.offset(0.1));
            assertThat(rumours[0]).isZero();
        }
    }
}
