package org.grapevine.simulation.check;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ViolationsTest {

    @Test
    void theFirstHundredAreKeptAndAllAreCounted() {
        Violations violations = new Violations();

        for (int i = 0; i < 250; i++) {
            int number = i;
            violations.add("checker", number, () -> "violation " + number);
        }

        assertThat(violations.total()).isEqualTo(250);
        assertThat(violations.first()).hasSize(100);
        assertThat(violations.first().get(99)).isEqualTo(new Violation("checker", 99, "violation 99"));
    }

    @Test
    void whatIsNotKeptIsNotWorded() {
        Violations violations = new Violations();
        for (int i = 0; i < Violations.KEPT; i++) {
            violations.add("checker", 0, () -> "violation");
        }

        violations.add("checker", 0, () -> {
            throw new AssertionError("asked for");
        });

        assertThat(violations.total()).isEqualTo(Violations.KEPT + 1);
    }
}
