package org.grapevine.dpws.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FuzzInputsTest {

    @Test
    void anInputFollowsFromItsSeedAndIndexAlone() {
        FuzzInputs some = new FuzzInputs(7);
        FuzzInputs same = new FuzzInputs(7);
        for (int index = 0; index < 200; index++) {
            some.datagram(index);
        }
        for (int index = 199; index >= 0; index--) {
            assertThat(same.datagram(index)).isEqualTo(some.datagram(index));
            assertThat(same.envelope(index)).isEqualTo(some.envelope(index));
            assertThat(same.request(index).bytes())
                    .isEqualTo(some.request(index).bytes());
            assertThat(same.request(index).kind()).isEqualTo(some.request(index).kind());
        }
    }

    @Test
    void seedsAndIndicesGiveUnlikeInputs() {
        Set<String> all = new HashSet<>();
        for (long seed = 0; seed < 10; seed++) {
            for (int index = 0; index < 100; index++) {
                all.add(FuzzInputs.shown(new FuzzInputs(seed).datagram(index)));
            }
        }
        // Nothing at all and other short ones may come twice.
        assertThat(all).hasSizeGreaterThan(950);
    }

    @Test
    void anIdLeadsBackToItsInputAndNoOtherDoes() {
        String id = FuzzInputs.id(0x2a);
        assertThat(id).endsWith("00000000002a");
        assertThat(FuzzInputs.indexOf(id)).isEqualTo(0x2a);
        assertThat(FuzzInputs.indexOf(id.replace("2a", "2b"))).isNegative();
        assertThat(FuzzInputs.indexOf(id + "-")).isNegative();
        assertThat(FuzzInputs.indexOf("")).isNegative();
    }

    @Test
    void aFailureNamesTheCommandThatRunsItsInputAlone() {
        assertThat(new FuzzInputs(3).command("datagram", 17))
                .isEqualTo("mvn -B -pl dpws-stack -am test -Pfuzz -Dfuzz.seed=3 -Dfuzz.only=datagram:17");
        assertThat(FuzzPlan.parse("datagram:17")).isEqualTo(new FuzzPlan.Only("datagram", 17));
        assertThatThrownBy(() -> FuzzPlan.parse("datagram"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("fuzz.only: datagram (expected: as in datagram:17)");
    }
}
