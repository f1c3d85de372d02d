package org.grapevine.gossip.driver;

import java.util.Optional;
import org.grapevine.core.message.Completeness;

/**
 * What came of a gossiped request, at its initiator.
 *
 * @param element the answer as one XML element in UTF-8; empty if nobody gave a value, the request failed, or all values went to whoever
 *     collects them
 * @param completeness what the answer covers
 * @param failure why the request failed; empty if it did not
 * @param partial it is no failure, but fewer devices are inside than were asked for
 */
@SuppressWarnings("ArrayRecordComponent") // Handed on to one reader, never compared.
public record Answer(Optional<byte[]> element, Completeness completeness, Optional<String> failure, boolean partial) {

    /** A whole one, or a failure. */
    public Answer(Optional<byte[]> element, Completeness completeness, Optional<String> failure) {
        this(element, completeness, failure, false);
    }

    static Answer failed(String why) {
        return failed(why, Completeness.EMPTY);
    }

    static Answer failed(String why, Completeness completeness) {
        return new Answer(Optional.empty(), completeness, Optional.of(why), false);
    }

    /** The same, with another value. */
    Answer with(Optional<byte[]> value) {
        return new Answer(value, completeness, failure, partial);
    }
}
