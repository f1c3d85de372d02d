package org.grapevine.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** A slow trickle of Probes at this stack only, with a discovery port of its own. */
class ProbeLoadTest {

    @Test
    void everyMatchedProbeIsAnsweredAndNoOther() throws Exception {
        int port = LoopbackNet.open().group().getPort();
        try (ProbeLoad.Run run = new ProbeLoad.Run(ChildJvm.grapevine(port), port)) {
            ProbeLoad.Line refused = run.stage(ProbeLoad.Question.REFUSED, 100, 300);
            ProbeLoad.Line matched = run.stage(ProbeLoad.Question.MATCHED, 100, 300);

            assertThat(refused.sent()).isPositive();
            assertThat(refused.answered()).isZero();
            assertThat(matched.answered()).isPositive().isEqualTo(matched.sent());
        }
    }
}
