package org.grapevine.gossip.shadow;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.grapevine.core.message.ReplyTerms;
import org.grapevine.dpws.device.Solicited;
import org.grapevine.gossip.driver.GossipDriver;
import org.junit.jupiter.api.Test;

/** Of the answers of one device's subscribers. */
class LocalAnswersTest {

    private static final Optional<String> ADD = Optional.of(Village.Adding.URI);
    private static final ReplyTerms SUM = ReplyTerms.of(Village.Adding.URI, 0, 1_000);
    private static final ReplyTerms COLLECT = ReplyTerms.collect(0, 1_000);
    private static final ReplyTerms FIRST = ReplyTerms.first(1, ReplyTerms.NO_FUNCTION, 1_000);

    private final LocalAnswers answers = new LocalAnswers(new Village.Adding());

    private static Solicited<byte[]> of(String... counts) {
        List<byte[]> each = Stream.of(counts)
                .map(count -> ("<r><count>" + count + "</count></r>").getBytes(UTF_8))
                .toList();
        return new Solicited<>(each, new Solicited.Coverage(each.size(), 0, 0, 0));
    }

    private String merged(ReplyTerms terms, Optional<String> function, Solicited<byte[]> solicited) {
        return answers.merged(terms, function, solicited)
                .map(element -> new String(element, UTF_8))
                .orElse("nothing");
    }

    @Test
    void severalBecomeTheValueOfTheDeviceInEachMode() {
        assertThat(merged(SUM, ADD, of("1", "2"))).contains("<count>3</count>");
        // Collected values are not merged on the way, but those of one device are one value.
        assertThat(merged(COLLECT, ADD, of("1", "2"))).contains("<count>3</count>");
        assertThat(merged(FIRST, ADD, of("1", "2"))).contains("<count>1</count>");
        assertThat(merged(FIRST, Optional.empty(), of("1", "2"))).contains("<count>1</count>");
    }

    @Test
    void oneIsTheValueAsItStands() {
        assertThat(merged(SUM, ADD, of("not even a number"))).contains("not even a number");
    }

    @Test
    void aDeviceWithoutSubscribersHasNone() {
        assertThat(merged(SUM, ADD, of())).isEqualTo("nothing");
    }

    @Test
    void subscribersThatDoNotAnswerAreAFault() {
        Solicited<byte[]> silent = new Solicited<>(List.of(), new Solicited.Coverage(0, 0, 2, 0));

        assertThatThrownBy(() -> merged(SUM, ADD, silent))
                .cause()
                .isInstanceOfSatisfying(GossipDriver.ApplicationFaultException.class, fault -> assertThat(fault.kind())
                        .isEqualTo("late"))
                .hasMessage("no subscriber gave an answer");
    }

    @Test
    void answersThatDoNotMergeAreAFault() {
        assertThatThrownBy(() -> merged(SUM, ADD, of("1", "x")))
                .cause()
                .isInstanceOfSatisfying(GossipDriver.ApplicationFaultException.class, fault -> assertThat(fault.kind())
                        .isEqualTo("merge"));
    }
}
