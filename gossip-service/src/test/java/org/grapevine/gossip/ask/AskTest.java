package org.grapevine.gossip.ask;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.grapevine.gossip.header.MalformedGossipException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What somebody asks by subscription, in words. */
class AskTest {

    private static final String OPEN = "<g:Ask xmlns:g=\"urn:org.grapevine:gossip:1\"";

    @Test
    void isReadAsItWasWritten() throws MalformedGossipException {
        Ask ask = new Ask(
                Optional.of(Duration.ofMinutes(15)),
                OptionalInt.of(96),
                Optional.of("urn:meter:level"),
                Map.of("replies", "aggregate", "timeout", "2000"),
                Optional.of("<g:Stylesheet xmlns:g=\"urn:org.grapevine:gossip:1\">PHgvPg==</g:Stylesheet>"),
                Optional.of("<n:level xmlns:n=\"urn:meter\"/>"));

        Ask read = Ask.read(new String(ask.toBytes(), UTF_8));

        assertThat(read.every()).contains(Duration.ofMinutes(15));
        assertThat(read.runs()).hasValue(96);
        assertThat(read.action()).contains("urn:meter:level");
        assertThat(read.choice()).isEqualTo(ask.choice());
        assertThat(read.stylesheet().orElseThrow()).contains("PHgvPg==");
        assertThat(read.body().orElseThrow()).contains("urn:meter").contains("level");
    }

    @Test
    void withoutAnythingItAsksOnceForTheEmptyBody() throws MalformedGossipException {
        Ask read = Ask.read(OPEN + "/>");

        assertThat(read)
                .isEqualTo(new Ask(
                        Optional.empty(),
                        OptionalInt.empty(),
                        Optional.empty(),
                        Map.of(),
                        Optional.empty(),
                        Optional.empty()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "  every='soon'/>| g:Ask every: 'soon' (expected: a duration such as PT15M)",
                "  every='PT0S'/>| g:Ask every: PT0S (expected: PT0.01S..PT744H)",
                "  every='-PT1S'/>| g:Ask every: PT-1S (expected: PT0.01S..PT744H)",
                "  every='P32D'/>| g:Ask every: PT768H (expected: PT0.01S..PT744H)",
                "  every='PT1S' runs='0'/>| g:Ask runs: 0 (expected: 1..1000000)",
                "  every='PT1S' runs='many'/>| g:Ask runs: 'many' (expected: 0..2147483647)",
                " runs='3'/>| g:Ask runs: 3 without every (expected: a period as well)",
                " origin-time='7'/>| g:Ask origin-time: 7 (expected: none, since each run has its own)",
                "><x/><y/></g:Ask>| g:Ask content: a further y (expected: the operation's input only)",
                ">text</g:Ask>| g:Ask text between elements: 'text'"
            })
    void refusesWhatMakesNoSense(String rest, String message) {
        assertThatThrownBy(() -> Ask.read(OPEN + " " + rest))
                .isInstanceOf(MalformedGossipException.class)
                .hasMessage(message);
    }

    @Test
    void refusesAnotherElement() {
        assertThatThrownBy(() -> Ask.read("<x/>")).hasMessage("filter: x (expected: {urn:org.grapevine:gossip:1}Ask)");
    }
}
