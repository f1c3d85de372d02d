package org.grapevine.core.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FanoutRuleTest {

    /** c for 0.999 is 6.91 (docs/references.md, 1.1). */
    @ParameterizedTest
    @CsvSource({"1, 7", "5, 9", "100, 12", "1000, 14", "10000, 17"})
    void fanoutIsLnNPlusC(int n, int fanout) {
        assertThat(FanoutRule.defaults().fanout(n)).isEqualTo(fanout);
    }

    @Test
    void lossAndDeadPeersRaiseTheFanout() {
        assertThat(new FanoutRule(0.999, 0.1, 0.1).fanout(1000)).isEqualTo(18);
        assertThat(new FanoutRule(0.999, 0.9, 0.9).fanout(1000)).isEqualTo(64);
    }

    /** exp(-exp(-13.8)) = 0.999999. */
    @Test
    void requestsGoToMorePeersSinceNothingRepairsThem() {
        assertThat(FanoutRule.defaults().forRequests().fanout(100)).isEqualTo(19);
    }

    @Test
    void aFanoutThatIsAskedForIsUsed() {
        assertThat(FanoutRule.defaults().fanout(3, 1000)).isEqualTo(3);
    }

    /** 2 (ceil(ln n / ln f) + 2) (docs/references.md, 1.4). */
    @ParameterizedTest
    @CsvSource({
        "100, 5, 10",
        "1000, 5, 14",
        "1000, 8, 12",
        "10000, 11, 12",
        // no more peers than there are, and a chain where each has one
        "5, 9, 8",
        "2, 9, 2",
        "1, 9, 1",
        "50, 1, 50",
        "100000, 1, 255"
    })
    void roundsLeaveNoVisibleLossFromTheLimit(int n, int fanout, int rounds) {
        assertThat(FanoutRule.rounds(n, fanout)).isEqualTo(rounds);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0, 0, wanted",
        "1, 0, 0, wanted",
        "0.9, 1, 0, loss",
        "0.9, -0.1, 0, loss",
        "0.9, 0, 1, dead",
        "NaN, 0, 0, wanted"
    })
    void impossibleSharesAreRefusedByName(double wanted, double loss, double dead, String name) {
        assertThatThrownBy(() -> new FanoutRule(wanted, loss, dead)).hasMessageContaining(name + ": ");
    }

    /** floor(ln n / ln f) + 1 (docs/references.md, 1.7). */
    @ParameterizedTest(name = "n {0}, fanout {1}: {2}")
    @CsvSource({
        "100, 11, 2",
        "200, 11, 3",
        "1000, 11, 3",
        "10000, 11, 4",
        "1, 11, 1",
        "2, 11, 1",
        "12, 11, 2",
        "1000, 1, 255",
        "1000, 0, 255",
        "2147483647, 2, 31"
    })
    void theFirstHopsOfALazyPushAreEager(int n, int fanout, int hops) {
        assertThat(FanoutRule.eagerHops(n, fanout)).isEqualTo(hops);
    }

    @Test
    void measuredSharesReplaceTheConfiguredOnes() {
        assertThat(FanoutRule.defaults().with(0.1, 0.1)).isEqualTo(new FanoutRule(0.999, 0.1, 0.1));
        assertThat(FanoutRule.defaults().with(-1, Double.NaN)).isEqualTo(FanoutRule.defaults());
        assertThat(FanoutRule.defaults().with(2, 0).fanout(10)).isEqualTo(64);
    }
}
