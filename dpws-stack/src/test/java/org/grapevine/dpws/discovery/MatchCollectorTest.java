package org.grapevine.dpws.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.grapevine.dpws.addressing.EndpointReference;
import org.grapevine.dpws.soap.MalformedEnvelopeException;
import org.junit.jupiter.api.Test;

class MatchCollectorTest {

    private final Instant start = Instant.EPOCH;
    private final MatchCollector collector = new MatchCollector("urn:probe", start, DiscoveryTiming.defaults(), 2);

    private boolean answer(DiscoveryMessage message, String relatesTo, long afterMs) throws MalformedEnvelopeException {
        return collector.on(
                Fixtures.envelope(DiscoveryCodec.reply(message, "urn:m", relatesTo)),
                message,
                start.plusMillis(afterMs));
    }

    private static ProbeMatches match(EndpointReference epr, long version) {
        return new ProbeMatches(List.of(Fixtures.other(epr, version)), Optional.empty());
    }

    /** D13. */
    @Test
    void takesAnswersWithinMatchTimeout() throws Exception {
        assertThat(answer(match(Fixtures.METER, 1), "urn:probe", 2_400)).isTrue();
        assertThat(answer(match(Fixtures.OTHER, 1), "urn:probe", 9_999)).isTrue();
        assertThat(collector.isOver(start.plusMillis(9_999))).isFalse();
        assertThat(collector.isOver(collector.deadline())).isTrue();
        assertThat(answer(match(EndpointReference.of("urn:late"), 1), "urn:probe", 10_000))
                .isFalse();
        assertThat(collector.matches())
                .extracting(DeviceAnnouncement::epr)
                .containsExactly(Fixtures.METER, Fixtures.OTHER);
    }

    /** D15. */
    @Test
    void ignoresAnswersToOtherQuestions() throws Exception {
        assertThat(answer(match(Fixtures.METER, 1), "urn:other", 1)).isFalse();
        Hello hello = new Hello(Fixtures.meter(1), Optional.empty());
        assertThat(collector.on(Fixtures.multicast(hello, "urn:h"), hello, start))
                .isFalse();
        assertThat(answer(hello, "urn:probe", 1)).isFalse();
        assertThat(collector.matches()).isEmpty();
        assertThat(collector.ignored()).isEqualTo(3);
    }

    @Test
    void takesResolveMatches() throws Exception {
        assertThat(answer(new ResolveMatches(Optional.of(Fixtures.meter(1)), Optional.empty()), "urn:probe", 1))
                .isTrue();
        assertThat(answer(new ResolveMatches(Optional.empty(), Optional.empty()), "urn:probe", 1))
                .isTrue();
        assertThat(collector.matches()).containsExactly(Fixtures.meter(1));
    }

    @Test
    void keepsTheNewestOfEachDeviceAndNotMoreThanItsCapacity() throws Exception {
        answer(match(Fixtures.METER, 2), "urn:probe", 1);
        answer(match(Fixtures.METER, 1), "urn:probe", 2);
        answer(match(Fixtures.OTHER, 1), "urn:probe", 3);
        answer(match(EndpointReference.of("urn:third"), 1), "urn:probe", 4);
        assertThat(collector.matches())
                .containsExactly(Fixtures.other(Fixtures.METER, 2), Fixtures.other(Fixtures.OTHER, 1));
        assertThat(collector.overflowed()).isEqualTo(1);
        assertThatThrownBy(() -> new MatchCollector("urn:p", start, DiscoveryTiming.defaults(), 0))
                .hasMessage("capacity: 0 (expected: >= 1)");
    }
}
