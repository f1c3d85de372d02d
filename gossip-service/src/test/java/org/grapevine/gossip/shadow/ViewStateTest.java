package org.grapevine.gossip.shadow;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.grapevine.core.message.Segment;
import org.grapevine.policy.View;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(120)
class ViewStateTest {

    private static final int DEVICES = 6;

    private static ViewState state(int links, int wanted) {
        return new ViewState(new Segment("s"), links, links, links + 1, wanted);
    }

    @Test
    void isSettledWithAsManyLinksAsAreWanted() {
        assertThat(state(3, 4).isSettled(100)).isFalse();
        assertThat(state(4, 4).isSettled(100)).isTrue();
    }

    @Test
    void isSettledWithEverybodyWhereThereAreFewer() {
        assertThat(state(2, 4).isSettled(4)).isFalse();
        assertThat(state(3, 4).isSettled(4)).isTrue();
        assertThat(state(0, ViewState.EVERYBODY).isSettled(1)).isTrue();
        assertThat(state(98, ViewState.EVERYBODY).isSettled(100)).isFalse();
    }

    @ParameterizedTest
    @EnumSource(View.class)
    void comesToBeSettledAtEveryShadow(View kind) throws Exception {
        try (Village village = new Village(OverlaysTest.quick(kind))) {
            for (int i = 0; i < DEVICES; i++) {
                String name = "device " + i;
                village.device(village.host(UnaryOperator.identity()), name, new Village.Notices(village, name));
            }
            for (ShadowService shadow : village.shadows()) {
                ViewState settled = awaitSettled(shadow);
                assertThat(settled.segment()).isEqualTo(Village.SEGMENT);
                assertThat(settled.peers()).isBetween(settled.links(), DEVICES - 1);
                assertThat(settled.devices()).isPositive();
                if (kind == View.FULL) {
                    assertThat(settled.links()).isEqualTo(DEVICES - 1);
                }
            }
        }
    }

    private static ViewState awaitSettled(ShadowService shadow) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (true) {
            List<ViewState> views = shadow.views().get(20, TimeUnit.SECONDS);
            assertThat(views).hasSize(1);
            if (views.get(0).isSettled(DEVICES)) {
                return views.get(0);
            }
            assertThat(System.nanoTime()).as("%s", views).isLessThan(end);
        }
    }
}
