package org.grapevine.core.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.grapevine.core.reply.Partial;
import org.junit.jupiter.api.Test;

class MessageValuesTest {

    @Test
    void impossibleValuesAreRefusedByNameWithTheRange() {
        assertThatThrownBy(() -> new GossipParameters(65, 0, 0, 1, 0, null))
                .hasMessage("fanout: 65 (expected: 1..64 or auto)");
        assertThatThrownBy(() -> new GossipParameters(0, 256, 0, 1, 0, null))
                .hasMessage("rounds: 256 (expected: 1..255 or auto)");
        assertThatThrownBy(() -> new GossipParameters(0, 0, -1, 1, 0, null)).hasMessageContaining("originTime: -1");
        assertThatThrownBy(() -> new GossipParameters(0, 0, 0, 0, 0, null)).hasMessageContaining("lifetime: 0");
        assertThatThrownBy(() -> new GossipParameters(0, 0, 0, 1, -1, null)).hasMessageContaining("repair: -1");
        assertThatThrownBy(() -> new MessageId("a b")).hasMessageContaining("message id: 'a b'");
        assertThatThrownBy(() -> new MessageId("")).hasMessageContaining("message id: ''");
        assertThatThrownBy(() -> new MessageId("x".repeat(257))).hasMessageContaining("message id: 257 characters");
        assertThatThrownBy(() -> new Hop(new Segment("s"), 10_000, 0, 0)).hasMessage("left: 10000 (expected: 0..9999)");
        assertThatThrownBy(() -> new Hop(new Segment("s"), 0, -1, 0)).hasMessageContaining("hop: -1");
        assertThatThrownBy(() -> new Hop(new Segment("s"), 0, 0, 10_000_000)).hasMessageContaining("budget: 10000000");
        assertThatThrownBy(() -> new ReplyTerms("f", -1, 1, 1)).hasMessageContaining("minReplies: -1");
        assertThatThrownBy(() -> new ReplyTerms("f", 0, 0, 1)).hasMessageContaining("timeout: 0");
        assertThatThrownBy(() -> new ReplyTerms("f", 0, 10, 11)).hasMessageContaining("margin: 11");
        assertThatThrownBy(() -> new Partial(new EncodedPayload(new byte[0]), 0))
                .hasMessageContaining("contributors: 0");
        assertThatThrownBy(() ->
                        new Control.Reply(new MessageId("m"), new EncodedPayload(new byte[0]), Completeness.EMPTY))
                .hasMessageContaining("0 counted and a payload");
        assertThatThrownBy(() -> new Control.Samples(new MessageId("m"), 0, List.of()))
                .hasMessage("samples: 0 (expected: 1..64)");
        assertThatThrownBy(() -> new Control.Accept(new MessageId("m"), Collections.nCopies(33, new PeerAddress("p"))))
                .hasMessage("children: 33 (expected: at most 32)");
        assertThatThrownBy(() -> new ReplyTerms(ReplyMode.FIRST, "", 0, false, 2, 100, 10))
                .hasMessageContaining("aggregation: none");
        assertThatThrownBy(() -> new Completeness(0, 0, 2, 0, 0, Completeness.NONE, Faults.of("busy", 1)))
                .hasMessage("faults: 1 (expected: 2, the devices that failed)");
    }

    @Test
    void faultsOfMoreKindsThanAreToldApartAreSummedUpAsOthers() {
        Faults all = Faults.NONE;
        for (int i = 0; i < 12; i++) {
            all = all.plus(Faults.of("kind" + i, 2));
        }
        assertThat(all.byKind()).hasSize(9).containsEntry(Faults.OTHER, 8);
        assertThat(all.total()).isEqualTo(24);
        assertThat(Faults.of("no kind, but a sentence", 3).byKind()).containsOnly(Map.entry(Faults.OTHER, 3));
    }

    @Test
    void aBudgetIsCutIntoTwelveLevelsAndOneToSpare() {
        assertThat(ReplyTerms.of("f", 0, 2_600).marginMillis()).isEqualTo(200);
        assertThat(ReplyTerms.of("f", 0, 5).marginMillis()).isEqualTo(1);
    }

    /** Completeness adds up the same in any order and grouping, as partials do. */
    @Test
    void completenessAddsUpInAnyOrderAndGrouping() {
        Random random = new Random(1);
        for (int run = 0; run < 1_000; run++) {
            List<Completeness> three = random.ints(3, 0, Integer.MAX_VALUE)
                    .mapToObj(i -> new Completeness(i, i / 2, i % 7, i % 5, i % 3, i))
                    .toList();
            Completeness left = three.get(0).plus(three.get(1)).plus(three.get(2));
            Completeness right = three.get(2).plus(three.get(0)).plus(three.get(1));
            assertThat(left).isEqualTo(right);
        }
    }

    @Test
    void anEncodedPayloadIsItsContent() {
        assertThat(new EncodedPayload(new byte[] {1, 2}))
                .isEqualTo(new EncodedPayload(new byte[] {1, 2}))
                .hasSameHashCodeAs(new EncodedPayload(new byte[] {1, 2}))
                .isNotEqualTo(new EncodedPayload(new byte[] {1}))
                .hasToString("EncodedPayload[2 bytes]");
    }
}
