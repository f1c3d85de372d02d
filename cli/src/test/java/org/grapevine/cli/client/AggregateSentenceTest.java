package org.grapevine.cli.client;

import static org.assertj.core.api.Assertions.assertThat;

import org.grapevine.core.message.Completeness;
import org.grapevine.core.message.Faults;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AggregateSentenceTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "160|0|0|0|160 devices counted, 0 failed, 0 silent",
                "1|0|0|0|1 device counted, 0 failed, 0 silent",
                "157|1|2|0|157 devices counted, 1 failed (other 1), up to 2 silent",
                "100|0|0|7|100 devices counted, 0 failed, 0 silent, 7 without time or rounds to ask further"
            })
    void saysWhomAnAnswerCovers(int counted, int failed, int timedOut, int truncated, String sentence) {
        Completeness completeness = new Completeness(counted, 99, failed, timedOut, truncated, Completeness.NONE);

        assertThat(AnswerReport.sentence(completeness)).isEqualTo(sentence);
    }

    @Test
    void namesTheKindsOfFaults() {
        Completeness completeness = new Completeness(
                157, 0, 3, 0, 0, Completeness.NONE, Faults.of("busy", 2).plus(Faults.of("OutOfRange", 1)));

        assertThat(AnswerReport.sentence(completeness))
                .isEqualTo("157 devices counted, 3 failed (OutOfRange 1, busy 2), 0 silent");
    }
}
