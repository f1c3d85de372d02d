package org.grapevine.simulation.validation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.grapevine.core.membership.MembershipConfig;
import org.grapevine.core.membership.MembershipConfig.Kind;
import org.grapevine.core.message.ReplyMode;
import org.grapevine.simulation.scenario.Fault;
import org.grapevine.simulation.scenario.Peers;
import org.grapevine.simulation.scenario.Scenario;
import org.grapevine.simulation.scenario.ScenarioFile;
import org.grapevine.simulation.scenario.Source;
import org.grapevine.simulation.scenario.Workload;
import org.junit.jupiter.api.Test;

class SettingsTest {

    private static final Path FOLDER = Path.of("scenarios", "validation");
    private static final Scenario PUSH = ScenarioFile.read(FOLDER.resolve("push.yaml"));
    private static final Scenario REQUEST = ScenarioFile.read(FOLDER.resolve("deadlines.yaml"));

    @Test
    void devicesFanoutRoundsAndLossTakeThePlaceOfTheScenariosOwn() {
        Scenario varied = Settings.of(50, 7).withRounds(3).withLoss(0.1).applyTo(PUSH, 1);

        assertThat(varied.devices()).isEqualTo(50);
        assertThat(varied.links()).allMatch(link -> link.loss() == 0.1);
        Workload.Push push = (Workload.Push) varied.workload().get(0);
        assertThat(push.spread().fanout()).isEqualTo(7);
        assertThat(push.spread().rounds()).isEqualTo(3);
        assertThat(varied.faults()).isEmpty();
    }

    @Test
    void aMarginOfARequestTakesThePlaceOfItsOwn() {
        Scenario varied = Settings.of(50, 7).withMargin(20).applyTo(REQUEST, 1);

        assertThat(((Workload.Request) varied.workload().get(0)).replies().marginMillis())
                .isEqualTo(20);
    }

    @Test
    void whatIsNotSetStays() {
        int devices = REQUEST.devices();

        assertThat(Settings.of(devices, 0).applyTo(REQUEST, 1)).isEqualTo(REQUEST);
    }

    @Test
    void theDeadAreDrawnAnewForEachSeed() {
        Set<Integer> counts = new HashSet<>();
        double sum = 0;
        for (int seed = 0; seed < 1_000; seed++) {
            Scenario varied = Settings.of(201, 5).withDead(0.1).applyTo(REQUEST, seed);
            Fault.Crash crash = (Fault.Crash) varied.faults().get(0);
            assertThat(crash.atMicros()).isZero();
            assertThat(crash.who().group()).isEqualTo("peer");
            counts.add(crash.who().count());
            sum += crash.who().count();
        }

        // 200 devices: 20 on average, with a standard deviation of 4.2.
        assertThat(counts).hasSizeGreaterThan(15);
        assertThat(sum / 1_000).isBetween(19.6, 20.4);
    }

    @Test
    void repliesTakeThePlaceOfItsOwn() {
        Scenario own = ScenarioFile.read(FOLDER.resolve("aggregation.yaml"));
        Settings collected = Settings.of(50, 7).withReplies(ReplyMode.COLLECT);
        Settings first = Settings.of(50, 7).withReplies(ReplyMode.FIRST);

        assertThat(collected.label()).isEqualTo("50, fanout 7, collect");
        assertThat(((Workload.Request) collected.applyTo(own, 1).workload().get(0)).replies())
                .isEqualTo(Workload.Replies.of(ReplyMode.COLLECT, 2_000));
        assertThat(((Workload.Request) first.applyTo(own, 1).workload().get(0))
                        .replies()
                        .enough())
                .isEqualTo(10);
    }

    @Test
    void theDyingTakeThePlaceOfTheScenariosOwnChurn() {
        Scenario own = ScenarioFile.read(FOLDER.resolve("aggregation-dying.yaml"));
        Settings settings = Settings.of(50, 7).withDying(0.2);
        Fault.Churn churn = (Fault.Churn) settings.applyTo(own, 1).faults().get(0);

        assertThat(settings.label()).isEqualTo("50, fanout 7, 20 % die in a second");
        assertThat(churn.sharePerSecond()).isEqualTo(0.2);
        assertThat(churn.downMicros()).isEqualTo(86_400_000_000L);
    }

    @Test
    void theLabelNamesWhatIsSet() {
        assertThat(Settings.of(200, 5).label()).isEqualTo("200, fanout 5");
        assertThat(Settings.of(200, 5)
                        .withRounds(3)
                        .withLoss(0.05)
                        .withDead(0.01)
                        .withMargin(100)
                        .label())
                .isEqualTo("200, fanout 5, 3 rounds, 5 % loss, 1 % dead, margin 100 ms");
    }

    @Test
    void aViewIsOfAnotherKindWithTheSamePeriods() {
        MembershipConfig own = MembershipConfig.hyParView(0).withEstimate(new MembershipConfig.Estimate(0, 30, 5));
        Scenario base = PUSH.withPeers(Peers.of(own)).withUntil(1);
        Settings settings =
                Settings.of(10, 5).withView(Kind.CYCLON).withIndirect(1).withCycles(7);
        Scenario varied = settings.applyTo(base, 1);

        assertThat(settings.label()).isEqualTo("10, fanout 5, cyclon, k = 1, 7 cycles");
        assertThat(varied.untilMicros()).isEqualTo(70_000_000);
        assertThat(varied.peers().membership()).isNotNull().satisfies(config -> {
            assertThat(config.kind()).isEqualTo(Kind.CYCLON);
            assertThat(config.view()).isEqualTo(MembershipConfig.cyclon(0).view());
            assertThat(config.estimate()).isEqualTo(own.estimate());
            assertThat(config.detection().indirect()).isEqualTo(1);
        });
        assertThat(settings.applyTo(PUSH, 1).peers()).isEqualTo(Peers.ALL);
    }

    @Test
    void aNotificationCannotBeVaried() {
        Scenario notifying = PUSH.withWorkload(List.of(new Workload.Notify(
                0, Source.first("publisher"), Workload.Repetition.once(), "peer", 100, 1, 1_000, 10)));

        assertThatThrownBy(() -> Settings.of(10, 5).applyTo(notifying, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("workload[0]: notify (expected: push or request)");
    }
}
