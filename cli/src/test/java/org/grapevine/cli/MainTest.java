package org.grapevine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MainTest {

    private static final String COMMON_POOL = "java.util.concurrent.ForkJoinPool.common.parallelism";

    private @Nullable String before;

    @BeforeEach
    void forget() {
        before = System.getProperty(COMMON_POOL);
        System.clearProperty(COMMON_POOL);
    }

    @AfterEach
    void restore() {
        if (before == null) {
            System.clearProperty(COMMON_POOL);
        } else {
            System.setProperty(COMMON_POOL, before);
        }
    }

    @Test
    void onTwoProcessorsTheCommonPoolGetsTwoThreads() {
        Main.widenCommonPool(2);

        assertThat(System.getProperty(COMMON_POOL)).isEqualTo("2");
    }

    @Test
    void onMoreProcessorsItIsLeftAlone() {
        Main.widenCommonPool(3);

        assertThat(System.getProperty(COMMON_POOL)).isNull();
    }

    @Test
    void whatTheUserSaysStays() {
        System.setProperty(COMMON_POOL, "1");

        Main.widenCommonPool(1);

        assertThat(System.getProperty(COMMON_POOL)).isEqualTo("1");
    }
}
