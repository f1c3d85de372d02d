package org.grapevine.gossip.legacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.grapevine.gossip.legacy.Messages.held;

import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;

class HeldMessagesTest {

    private final LongAdder forgotten = new LongAdder();

    private static final int LENGTH = held("urn:a", 0, 100).envelope().length();

    private static List<String> ids(HeldMessages messages, long since) {
        return messages.since(since).stream().map(Held::id).toList();
    }

    @Test
    void areKeptOnceInTheOrderInWhichTheyCame() {
        HeldMessages messages = new HeldMessages(10, 1 << 20, forgotten);
        messages.add(1, held("urn:a", 1, 100));
        messages.add(2, held("urn:b", 2, 100));
        messages.add(3, held("urn:a", 3, 100));

        assertThat(ids(messages, 0)).containsExactly("urn:a", "urn:b");
        assertThat(ids(messages, 2)).containsExactly("urn:b");
        assertThat(messages.bytes()).isEqualTo(2L * LENGTH);
        assertThat(forgotten.sum()).isZero();
    }

    @Test
    void makeRoomByNumberAndTheLiveOnesAmongThemAreCounted() {
        HeldMessages messages = new HeldMessages(2, 1 << 20, forgotten);
        messages.add(0, held("urn:a", 0, 100));
        messages.add(0, held("urn:b", 0, 100));
        messages.add(50, held("urn:c", 50, 200));
        assertThat(ids(messages, 0)).containsExactly("urn:b", "urn:c");
        assertThat(forgotten.sum()).isEqualTo(1);

        messages.add(100, held("urn:d", 100, 200));

        assertThat(ids(messages, 0)).containsExactly("urn:c", "urn:d");
        assertThat(forgotten.sum()).as("b had expired").isEqualTo(1);
    }

    @Test
    void makeRoomByOctets() {
        HeldMessages messages = new HeldMessages(10, 2L * LENGTH, forgotten);
        for (String id : List.of("urn:a", "urn:b", "urn:c")) {
            messages.add(0, held(id, 0, 100));
        }

        assertThat(ids(messages, 0)).containsExactly("urn:b", "urn:c");
        assertThat(messages.bytes()).isEqualTo(2L * LENGTH);
        assertThat(forgotten.sum()).isEqualTo(1);
    }

    /** One message that fits nowhere costs nobody his place. */
    @Test
    void keepTheirPlacesWhenOneIsTooLargeForAll() {
        HeldMessages messages = new HeldMessages(10, 2L * LENGTH, forgotten);
        messages.add(0, held("urn:a", 0, 100));
        messages.add(0, held("urn:" + "x".repeat(2 * LENGTH), 0, 100));

        assertThat(ids(messages, 0)).containsExactly("urn:a");
        assertThat(forgotten.sum()).isEqualTo(1);
    }

    @Test
    void areNoneIfNoneAreWanted() {
        HeldMessages messages = new HeldMessages(0, 1 << 20, forgotten);
        messages.add(0, held("urn:a", 0, 100));

        assertThat(ids(messages, 0)).isEmpty();
        assertThat(messages.bytes()).isZero();
    }
}
