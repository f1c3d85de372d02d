package org.grapevine.gossip.driver;

import java.util.Optional;
import org.grapevine.core.message.Completeness;

/**
 * What came of a gossiped request, at its initiator.
 *
 * @param element the merged answer as one XML element in UTF-8; empty if nobody gave a value or the request failed
 * @param completeness what the answer covers
 * @param failure why the request failed; empty if it did not
 */
@SuppressWarnings("ArrayRecordComponent") // Handed on to one reader, never compared.
public record Answer(Optional<byte[]> element, Completeness completeness, Optional<String> failure) {}
