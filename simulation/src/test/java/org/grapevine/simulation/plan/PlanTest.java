package org.grapevine.simulation.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.grapevine.core.engine.FanoutRule;
import org.grapevine.simulation.report.RunResult;
import org.grapevine.simulation.run.Run;
import org.grapevine.simulation.scenario.Latency;
import org.grapevine.simulation.scenario.Scenario;
import org.grapevine.simulation.scenario.ScenarioFile;
import org.grapevine.simulation.world.EnvelopeSizes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlanTest {

    private static final Latency LAN = new Latency.Constant(10_000);
    private static final List<Double> SHARES = List.of(0.0, 0.01, 0.05, 0.1, 0.2, 0.3, 0.5);
    private static final List<Double> WANTED = List.of(0.5, 0.9, 0.99, 0.999, 0.9999);

    private static Plan plan(int devices, double loss, double dead, double wanted) {
        return Plan.of(PlanRequest.of(devices).withNetwork(loss, dead, LAN).withWish(wanted, null));
    }

    // Fanout and rounds

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 10, 100, 1_000, 100_000})
    void fanoutAndRoundsAreTheEnginesOwn(int devices) {
        for (double loss : SHARES) {
            for (double wanted : WANTED) {
                Plan plan = plan(devices, loss, 0.1, wanted);

                assertThat(plan.fanout()).isEqualTo(new FanoutRule(wanted, loss, 0.1).fanout(devices));
                assertThat(plan.rounds()).isEqualTo(FanoutRule.rounds(devices, plan.fanout()));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"100, 0, 0.9", "100, 0.3, 0.999", "1000, 0, 0.999"})
    void theEnginesPushToAsManyPeersUnderAuto(int devices, double loss, double wanted) {
        Plan plan = plan(devices, loss, 0, wanted);

        RunResult run = Run.of(plan.withoutRepair(), 1);

        // The origin's copies are those of the first hop: nobody sends more, and all who forward send the same.
        assertThat(run.sentPerDevice().max()).isEqualTo(plan.fanout());
    }

    @Test
    void moreLossMoreDeadAndAHigherWishNeverLowerTheFanout() {
        for (int devices : new int[] {10, 1_000}) {
            for (int i = 0; i < SHARES.size(); i++) {
                for (int j = 1; j < SHARES.size(); j++) {
                    double same = SHARES.get(i);
                    assertThat(plan(devices, SHARES.get(j), same, 0.99).fanout())
                            .isGreaterThanOrEqualTo(
                                    plan(devices, SHARES.get(j - 1), same, 0.99).fanout());
                    assertThat(plan(devices, same, SHARES.get(j), 0.99).fanout())
                            .isGreaterThanOrEqualTo(
                                    plan(devices, same, SHARES.get(j - 1), 0.99).fanout());
                }
                for (int j = 1; j < WANTED.size(); j++) {
                    assertThat(plan(devices, SHARES.get(i), 0, WANTED.get(j)).fanout())
                            .isGreaterThanOrEqualTo(plan(devices, SHARES.get(i), 0, WANTED.get(j - 1))
                                    .fanout());
                }
            }
        }
    }

    @Test
    void moreDevicesNeedMoreCopiesAndMoreTime() {
        Plan before = plan(10, 0.05, 0, 0.99);
        for (int devices : new int[] {30, 100, 300, 1_000, 10_000, 100_000, 1_000_000}) {
            Plan plan = plan(devices, 0.05, 0, 0.99);

            assertThat(plan.fanout()).isGreaterThanOrEqualTo(before.fanout());
            assertThat(plan.expectedCopies()).isGreaterThan(before.expectedCopies());
            assertThat(plan.expectedMillis()).isGreaterThanOrEqualTo(before.expectedMillis());
            before = plan;
        }
    }

    // Figures

    /** The table of docs/references.md, 1.2. */
    @ParameterizedTest
    @CsvSource({
        "100, 3, 20, 0.944",
        "100, 5, 20, 0.9940",
        "100, 5, 2, 0.274",
        "100, 5, 3, 0.761",
        "100, 5, 4, 0.980",
        "100, 8, 20, 0.9997",
        "100, 8, 2, 0.533",
        "100, 8, 3, 0.988",
        "1000, 5, 20, 0.9931",
        "1000, 5, 2, 0.031",
        "1000, 5, 3, 0.144",
        "1000, 5, 4, 0.514",
        "1000, 8, 4, 0.970"
    })
    void coverageIsThatOfInfectAndDie(int devices, int fanout, int rounds, double published) {
        MeanField field = MeanField.of(devices, devices, fanout, rounds, 0, new Delay(LAN));

        double coverage = (1 + (devices - 1) * field.reachedAtLast()) / devices;

        assertThat(coverage).isCloseTo(published, within(0.01));
    }

    @Test
    void theRuleKeepsItsPromiseForManyDevices() {
        for (double wanted : WANTED) {
            Plan plan = plan(1_000, 0.05, 0, wanted);

            assertThat(plan.promised()).isBetween(wanted, 1.0);
            assertThat(plan.probability()).isBetween(wanted, 1.0);
            assertThat(plan.obstacle()).isEmpty();
        }
    }

    @Test
    void copiesAreFanoutForEachDeviceAndOctetsThoseOfTheEnvelopes() {
        Plan plan = Plan.of(PlanRequest.of(1_000).withMessages(500, 0, 0));

        assertThat(plan.copiesPerDevice()).isCloseTo(plan.fanout(), within(0.01));
        assertThat(plan.bytesPerDevice())
                .isCloseTo(plan.copiesPerDevice() * (EnvelopeSizes.MESSAGE_HEADERS + 500), within(1e-6));
        RunResult run = Run.of(plan.withoutRepair(), 1);
        assertThat((double) run.traffic().bytesSent() / run.traffic().sent())
                .isEqualTo(EnvelopeSizes.MESSAGE_HEADERS + 500);
    }

    @Test
    void withAConstantLatencyTimeIsHopsTimesLatency() {
        Plan plan = plan(1_000, 0, 0, 0.999);

        assertThat(plan.millisTo99()).isEqualTo(40);
        assertThat(plan.expectedMillis()).isEqualTo(40);
        assertThat(plan.wantedMillis()).isBetween(40L, 50L);
        assertThat(Plan.of(PlanRequest.of(1_000).withNetwork(0, 0, new Latency.Constant(0)))
                        .expectedMillis())
                .isLessThanOrEqualTo(1);
    }

    // Repair and lifetime

    @Test
    void repairAndLifetimeAreThoseAskedForOrAdvice() {
        Plan advised = plan(1_000, 0.05, 0.02, 0.999);
        assertThat(advised.repairMillis()).isEqualTo(1_000);
        assertThat(advised.lifetimeMillis()).isEqualTo(advised.advisedLifetimeMillis());
        assertThat(advised.warnings()).isEmpty();

        Plan asked = Plan.of(advised.request().withMessages(1_200, 2_000, 5_000));
        assertThat(asked.repairMillis()).isEqualTo(2_000);
        assertThat(asked.lifetimeMillis()).isEqualTo(5_000);
        assertThat(asked.warnings())
                .singleElement()
                .asString()
                .startsWith("A lifetime of 5000 ms is shorter than the ")
                .endsWith(" in which repair reaches nearly everyone.");
    }

    @Test
    void aDeadlineLeavesRoomForRepair() {
        Plan plan = Plan.of(PlanRequest.of(1_000).withWish(0.999, Duration.ofMillis(450)));

        assertThat(plan.repairMillis()).isEqualTo(100);
        assertThat(plan.lifetimeMillis()).isGreaterThanOrEqualTo(450);
    }

    @Test
    void repairThatNeverComesIsToldOf() {
        assertThat(Plan.of(PlanRequest.of(100).withMessages(1_200, 5_000, 1_000))
                        .warnings())
                .contains("Repair every 5000 ms does not happen within a lifetime of 1000 ms.");
    }

    @Test
    void inASmallNetworkAListOfSubscribersIsCheaper() {
        assertThat(plan(10, 0, 0, 0.999).warnings())
                .containsExactly(
                        "With 10 devices every device pushes to all others: a list of subscribers costs 9 copies"
                                + " in place of 81.");
    }

    // Obstacles

    @Test
    void tooMuchLossIsToldWithWhatWouldBeNeeded() {
        assertThat(plan(1_000, 0.9, 0, 0.999).obstacle()).hasValueSatisfying(text -> assertThat(text)
                .startsWith("fanout: 64, the largest there is, reaches all with probability ")
                .contains("; needed: a fanout of 139, or a loss of at most 78.4 %, or smaller segments;"));
        assertThat(plan(1_000, 0, 0.9, 0.999).obstacle())
                .hasValueSatisfying(text -> assertThat(text).contains("or a dead share of at most 78.4 %,"));
    }

    @Test
    void tooFewPeersAreToldOf() {
        assertThat(plan(2, 0.05, 0, 0.999).obstacle())
                .contains(
                        "devices: to push to all 1 others, which is all there are, reaches all with probability 0.95, not"
                                + " 0.999; needed: less loss than 5 %, or more devices that forward; repair brings the message to the"
                                + " others later, in any case.");
    }

    @Test
    void aDeadlineThatIsTooShortIsToldWithWhatWouldBeNeeded() {
        Plan plan = Plan.of(PlanRequest.of(1_000)
                .withNetwork(0, 0, new Latency.Constant(60_000))
                .withWish(0.999, Duration.ofMillis(190)));

        assertThat(plan.obstacle()).hasValueSatisfying(text -> assertThat(text)
                .startsWith("deadline: 190 ms is too short, for it takes ")
                .contains(" until all have the message with probability 0.999; needed: that time, or a latency of ")
                .contains(" % of the present one, or a fanout of "));
        assertThat(Plan.of(plan.request().withWish(0.999, Duration.ofMillis(10)))
                        .obstacle())
                .hasValueSatisfying(text -> assertThat(text).endsWith("for no fanout is large enough."));
        assertThat(Plan.of(plan.request().withWish(0.999, Duration.ofSeconds(2)))
                        .obstacle())
                .isEmpty();
    }

    @Test
    void aLifetimeShorterThanThePushesIsToldOf() {
        assertThat(Plan.of(PlanRequest.of(1_000).withMessages(1_200, 0, 20)).obstacle())
                .hasValueSatisfying(
                        text -> assertThat(text).startsWith("lifetime: 20 ms is over before the pushes are (needed: "));
    }

    @Test
    void withoutALiveDeviceThereIsNothingToPlan() {
        assertThat(plan(2, 0, 0.9, 0.999).obstacle())
                .contains(
                        "dead: 90 % of 2 devices leaves nobody but the publisher (needed: a live device to send to).");
    }

    // Scenarios and words

    @Test
    void theScenarioIsAFileThatCanBeRun() {
        Plan plan = plan(1_000, 0.05, 0.02, 0.999);

        Scenario read = ScenarioFile.read(plan.toYaml(), "plan.yaml");

        assertThat(read).isEqualTo(plan.toScenario());
        assertThat(read.devices()).isEqualTo(1_000);
        assertThat(read.config().fanoutRule()).isEqualTo(new FanoutRule(0.999, 0.05, 0.02));
    }

    @Test
    void eachNumberHasASentence() {
        assertThat(plan(1_000, 0.05, 0.02, 0.999).sentences())
                .extracting(sentence -> sentence.substring(0, sentence.indexOf(' ')))
                .containsExactly("Fanout", "Rounds", "All", "Coverage", "14700", "31.9", "At", "Repair", "Lifetime");
        assertThat(plan(2, 0.05, 0, 0.999).sentences())
                .last()
                .asString()
                .startsWith("The wish cannot be met: devices: to push to all 1 others");
    }

    // Bad input

    @Test
    void whatNoNetworkCanBeIsRefused() {
        PlanRequest good = PlanRequest.of(10);
        refused(() -> PlanRequest.of(1), "devices: 1 (expected: 2..10000000)");
        refused(() -> good.withNetwork(1, 0, LAN), "loss: 1.0 (expected: 0 to below 1)");
        refused(() -> good.withNetwork(0, -0.1, LAN), "dead: -0.1 (expected: 0 to below 1)");
        refused(() -> good.withWish(1, null), "wanted: 1.0 (expected: between 0 and 1, both excluded)");
        refused(() -> good.withWish(0.9, Duration.ZERO), "deadline: 0 ms (expected: 1 ms..24 h)");
        refused(() -> good.withMessages(0, 0, 0), "size: 0 (expected: 1 B..1 MiB)");
        refused(() -> good.withMessages(1, -1, 0), "repair: -1 ms (expected: 1 ms..24 h)");
        refused(() -> good.withMessages(1, 0, 86_400_001), "lifetime: 86400001 ms (expected: 1 ms..24 h)");
    }

    private static void refused(ThrowingCallable made, String message) {
        assertThatIllegalArgumentException().isThrownBy(made).withMessage(message);
    }
}
