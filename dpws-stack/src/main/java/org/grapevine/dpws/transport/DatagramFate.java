package org.grapevine.dpws.transport;

import java.util.List;

/**
 * What becomes of one datagram.
 *
 * @param delaysMicros how long each copy is held back before it leaves, µs, 0 for at once; none of them: the datagram is lost.
 *     At most {@value #MOST_COPIES}
 */
public record DatagramFate(List<Long> delaysMicros) {

    public static final int MOST_COPIES = 16;

    /** Never sent. */
    public static final DatagramFate LOST = new DatagramFate(List.of());

    /** Sent once, at once: no fault. */
    public static final DatagramFate SENT = new DatagramFate(List.of(0L));

    public DatagramFate {
        delaysMicros = List.copyOf(delaysMicros);
        Arguments.require(
                delaysMicros.size() <= MOST_COPIES,
                "copies: %s (expected: at most %s)",
                delaysMicros.size(),
                MOST_COPIES);
        delaysMicros.forEach(delay -> Arguments.require(delay >= 0, "delay: %s µs (expected: >= 0)", delay));
    }

    /** One copy, or several, each held back for so long, µs. */
    public static DatagramFate after(Long... delaysMicros) {
        return new DatagramFate(List.of(delaysMicros));
    }
}
