package org.grapevine.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import org.grapevine.core.membership.MembershipConfig;
import org.junit.jupiter.api.Test;

class MembershipAtRestTest {

    @Test
    void devicesComeTogetherAndAllThatIsCountedIsThere() {
        MembershipAtRest.Line line = MembershipAtRest.line(MembershipConfig.hyParView(4), 40, 30_000, 10_000);

        assertThat(line.devices()).isEqualTo(40);
        assertThat(line.links()).isPositive();
        // A probe each second and its answer alone are two.
        assertThat(line.messages()).isBetween(2.0, 20.0);
        assertThat(line.bytes() / line.messages()).isBetween(300.0, 4_096.0);
        assertThat(line.engineMicros()).isPositive();
    }

    @Test
    void withoutTheCodecTheSameMessagesAreSent() {
        MembershipNetwork encoded = new MembershipNetwork(MembershipConfig.hyParView(4), 20, 1);
        MembershipNetwork shared = new MembershipNetwork(MembershipConfig.hyParView(4), 20, 1);

        MembershipNetwork.Traffic bytes = encoded.run(30_000, true);
        MembershipNetwork.Traffic none = shared.run(30_000, false);

        assertThat(none.messages()).isEqualTo(bytes.messages());
        assertThat(none.bytes()).isZero();
    }
}
