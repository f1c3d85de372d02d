package org.grapevine.cli.client;

import static org.assertj.core.api.Assertions.assertThat;

import org.grapevine.core.message.Completeness;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AggregateSentenceTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "160|0|0|0|160 devices counted, 0 failed, 0 silent",
                "1|0|0|0|1 device counted, 0 failed, 0 silent",
                "157|1|2|0|157 devices counted, 1 failed, up to 2 silent",
                "100|0|0|7|100 devices counted, 0 failed, 0 silent, 7 without time or rounds to ask further"
            })
    void saysWhomAnAnswerCovers(int counted, int failed, int timedOut, int truncated, String sentence) {
        Completeness completeness = new Completeness(counted, 99, failed, timedOut, truncated, Completeness.NONE);

        assertThat(AggregateCommand.sentence(completeness)).isEqualTo(sentence);
    }
}
