package org.grapevine.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.grapevine.core.message.EncodedPayload;
import org.grapevine.core.message.GossipMessage;
import org.grapevine.core.message.GossipParameters;
import org.grapevine.core.message.MessageId;
import org.grapevine.core.message.PeerAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SeenTableTest {

    private final Counters counters = new Counters();

    private SeenTable table(int seen, int origins, long bufferBytes) {
        return new SeenTable(GossipConfig.defaults().withLimits(seen, origins, bufferBytes, 10, 10), counters);
    }

    private static GossipMessage message(String origin, int number, int bytes) {
        return new GossipMessage(
                new MessageId(origin + "/" + number),
                new PeerAddress(origin),
                new GossipParameters(0, 0, 1_000 + number, 30_000, 1_000, null),
                new EncodedPayload(new byte[bytes]));
    }

    private static SeenTable.Sighting see(SeenTable table, GossipMessage message) {
        return table.see(message, message.parameters().expiresAtMillis(), true, null);
    }

    @Test
    void anIdIsNewOnce() {
        SeenTable table = table(10, 10, 1_000);

        assertThat(see(table, message("a", 1, 10))).isEqualTo(SeenTable.Sighting.NEW);
        assertThat(see(table, message("a", 1, 10))).isEqualTo(SeenTable.Sighting.DUPLICATE);
    }

    @Test
    void aFullTableForgetsTheOldestOfTheOriginThatFillsIt() {
        SeenTable table = table(10, 10, 10_000);
        see(table, message("quiet", 1, 10));
        for (int i = 0; i < 100; i++) {
            see(table, message("loud", i, 10));
        }

        assertThat(table.size()).isEqualTo(10);
        assertThat(table.contains(new MessageId("quiet/1"))).isTrue();
        assertThat(table.contains(new MessageId("loud/99"))).isTrue();
    }

    @Test
    void whatHadToBeForgottenIsRefusedNotDeliveredAgain() {
        SeenTable table = table(10, 10, 10_000);
        for (int i = 0; i < 100; i++) {
            see(table, message("loud", i, 10));
        }

        assertThat(see(table, message("loud", 5, 10))).isEqualTo(SeenTable.Sighting.MAYBE_SEEN);
    }

    @Test
    void aFoldedOriginKeepsItsWatermarkWhenItComesBack() {
        SeenTable table = table(100, 2, 10_000);
        see(table, message("a", 5, 10));
        see(table, message("b", 6, 10));
        see(table, message("c", 7, 10));

        assertThat(table.origins()).isEqualTo(2);
        assertThat(see(table, message("a", 5, 10))).isEqualTo(SeenTable.Sighting.MAYBE_SEEN);
        assertThat(see(table, message("a", 8, 10))).isEqualTo(SeenTable.Sighting.NEW);
    }

    @Test
    void fullBufferLosesTheOldestPayloadOfTheOriginThatFillsIt() {
        SeenTable table = table(1_000, 10, 1_000);
        see(table, message("quiet", 1, 100));
        for (int i = 0; i < 50; i++) {
            see(table, message("loud", i, 100));
        }

        assertThat(table.bufferedBytes()).isEqualTo(1_000);
        assertThat(table.buffered(new MessageId("quiet/1"))).isNotNull();
        assertThat(table.buffered(new MessageId("loud/0"))).isNull();
        assertThat(table.contains(new MessageId("loud/0"))).isTrue();
        assertThat(counters.dropped()).containsEntry(DropReason.BUFFER_FULL, 41L);
    }

    @Test
    void expiredIdsAndPayloadsLeaveNothingBehind() {
        SeenTable table = table(1_000, 100, 100_000);
        for (int i = 0; i < 500; i++) {
            see(table, message("o" + i % 50, i, 10));
        }
        table.purge(1_000 + 500 + 30_000);

        assertThat(table.size()).isZero();
        assertThat(table.bufferedBytes()).isZero();
        assertThat(table.origins()).isZero();
    }

    @Test
    void remembersSomethingUntilTheLastOfWhatItHadToForgetHasExpiredToo() {
        SeenTable table = table(2, 10, 1_000);
        table.see(message("a", 1, 10), 90_000, true, null);
        see(table, message("a", 2, 10));
        see(table, message("a", 3, 10));
        assertThat(table.contains(new MessageId("a/1"))).isFalse();

        assertThat(table.remembersNothing(89_999)).isFalse();
        assertThat(table.size()).isZero();
        assertThat(table.remembersNothing(90_000)).isTrue();
    }

    @Test
    void remembersSomethingAsLongAsTheIdsOfAFoldedOriginLive() {
        SeenTable table = table(10, 1, 1_000);
        assertThat(table.remembersNothing(1_000)).isTrue();
        table.see(message("a", 1, 10), 90_000, true, null);
        see(table, message("b", 2, 10));

        assertThat(table.remembersNothing(89_999)).isFalse();
        assertThat(table.remembersNothing(90_000)).isTrue();
    }

    @Test
    void whatTheApplicationNeverGotIsNewToItOnceMore() {
        SeenTable table = table(10, 10, 1_000);
        see(table, message("a", 1, 10));
        see(table, message("a", 1, 10));
        table.notDelivered(new MessageId("a/1"));

        assertThat(table.contains(new MessageId("a/1"))).isFalse();
        assertThat(see(table, message("a", 1, 10))).isEqualTo(SeenTable.Sighting.NEW_TO_THE_APPLICATION);
        assertThat(table.contains(new MessageId("a/1"))).isTrue();
        assertThat(see(table, message("a", 1, 10))).isEqualTo(SeenTable.Sighting.DUPLICATE);
    }

    /** Whatever comes in which order, under the tightest bounds: no id is new twice, and no bound is passed. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void noIdIsEverNewTwice(long seed) {
        Random random = new Random(seed);
        int limit = 1 + random.nextInt(20);
        int origins = 1 + random.nextInt(5);
        SeenTable table = table(limit, origins, 300);
        Set<MessageId> delivered = new HashSet<>();
        List<GossipMessage> past = new ArrayList<>();
        long now = 1_000;
        for (int i = 0; i < 5_000; i++) {
            GossipMessage message = !past.isEmpty() && random.nextBoolean()
                    ? past.get(random.nextInt(past.size()))
                    : message("o" + random.nextInt(8), (int) (now - 1_000) + random.nextInt(50), random.nextInt(100));
            past.add(message);
            now += random.nextInt(100);
            table.purge(now);
            if (now < message.parameters().expiresAtMillis() && see(table, message) == SeenTable.Sighting.NEW) {
                assertThat(delivered.add(message.id()))
                        .as("%s new twice", message.id())
                        .isTrue();
            }
            assertThat(table.size()).isLessThanOrEqualTo(limit);
            assertThat(table.origins()).isLessThanOrEqualTo(origins);
            assertThat(table.bufferedBytes()).isLessThanOrEqualTo(300);
        }
        assertThat(delivered).hasSizeGreaterThan(50);
    }
}
