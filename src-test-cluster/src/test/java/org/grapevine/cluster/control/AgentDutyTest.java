package org.grapevine.cluster.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.grapevine.cluster.plan.AgentTask;
import org.grapevine.cluster.record.AgentRecord;
import org.junit.jupiter.api.Test;

/** What an agent tells of devices that settle late, or never. */
class AgentDutyTest {

    private static final AgentTask TASK = new AgentTask(17, 0, 1, "", 1, List.of(), 5_000);

    private final BlockingQueue<ControlMessage> told = new LinkedBlockingQueue<>();

    private record Unsettled(CompletableFuture<Void> settled, String unsettled) implements AgentWork {

        @Override
        public CompletableFuture<Void> prepare() {
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void begin(long startMillis) {}

        @Override
        public CompletableFuture<AgentRecord> finish() {
            return new CompletableFuture<>();
        }

        @Override
        public List<String> journals() {
            return List.of();
        }

        @Override
        public void close() {}
    }

    private ControlMessage settle(AgentWork work, long withinMillis) throws InterruptedException {
        try (AgentDuty duty = new AgentDuty(task -> work, told::add, Runnable::run)) {
            duty.prepare(TASK);
            duty.settle(TASK.run(), withinMillis);
            assertThat(told.poll(30, TimeUnit.SECONDS)).isInstanceOf(ControlMessage.Prepared.class);
            ControlMessage answer = told.poll(30, TimeUnit.SECONDS);
            assertThat(answer).isNotNull();
            return answer;
        }
    }

    @Test
    void whoSettlesInTimeLacksNothing() throws Exception {
        AgentWork work = new Unsettled(CompletableFuture.completedFuture(null), "Device 3 (0 of 5 peers)");
        assertThat(settle(work, 30_000)).isEqualTo(new ControlMessage.Settled(17, ""));
    }

    @Test
    void whoNeverSettlesSaysWhatIsLackingWhenTheTimeIsOver() throws Exception {
        AgentWork work = new Unsettled(new CompletableFuture<>(), "Device 3 (0 of 5 peers)");
        assertThat(settle(work, 20))
                .isEqualTo(new ControlMessage.Settled(
                        17, "its devices had not settled after 20 ms: Device 3 (0 of 5 peers)"));
    }

    @Test
    void whatIsLackingIsToldInBounds() throws Exception {
        AgentWork work = new Unsettled(new CompletableFuture<>(), "x".repeat(1_000_000));
        assertThat(((ControlMessage.Settled) settle(work, 1)).lacking()).hasSizeLessThan(1_100);
    }

    @Test
    void whoKnowsNothingOfItSaysOnlyThat() throws Exception {
        assertThat(settle(new Unsettled(new CompletableFuture<>(), ""), 5))
                .isEqualTo(new ControlMessage.Settled(17, "its devices had not settled after 5 ms"));
    }
}
