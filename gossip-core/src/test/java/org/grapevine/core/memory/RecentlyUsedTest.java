package org.grapevine.core.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** What a bounded memory forgets. */
class RecentlyUsedTest {

    private final RecentlyUsed<String, Integer> memory = new RecentlyUsed<>(2);

    @Test
    void forgetsTheOneThatWasNotUsedForLongest() {
        memory.put("a", 1);
        memory.put("b", 2);
        assertThat(memory.get("a")).isEqualTo(1);

        memory.put("c", 3);

        assertThat(memory).containsOnlyKeys("a", "c");
    }

    @Test
    void forgetsNothingWhenAnEntryIsReplaced() {
        memory.put("a", 1);
        memory.put("b", 2);

        memory.put("b", 3);

        assertThat(memory).containsEntry("a", 1).containsEntry("b", 3);
    }

    @Test
    void hasRoomForSomething() {
        assertThatThrownBy(() -> new RecentlyUsed<String, String>(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("most: 0 (expected: >= 1)");
    }
}
