package org.grapevine.gossip.shadow;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.grapevine.core.membership.MembershipConfig;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.policy.View;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Views that devices keep among themselves, on real sockets. */
@Timeout(120)
class OverlaysTest {

    private static final int SECONDS = 30;

    /** Quick enough that a test need not wait long for a device that is silent. */
    static PeerOptions quick(View view) {
        return PeerOptions.defaults()
                .withDefaultView(view)
                .withTimes(500, 200, 1_000)
                .withDetection(new MembershipConfig.Detection(300, 150, 3, 3, 3, 8, 6, 64))
                .withEstimate(new MembershipConfig.Estimate(200, 10, 5));
    }

    /** Hosts with one device each, so that one can be lost without the others. */
    private static Village village(View view, int devices) throws Exception {
        Village village = new Village(quick(view));
        for (int i = 0; i < devices; i++) {
            String name = "device " + i;
            village.device(village.host(UnaryOperator.identity()), name, new Village.Notices(village, name));
        }
        village.awaitPeers();
        return village;
    }

    @ParameterizedTest
    @EnumSource(View.class)
    void whatIsPublishedAnywhereComesToAll(View kind) throws Exception {
        try (Village village = village(kind, 10)) {
            village.expect("news", 10);
            village.post("device 3", "news");

            assertThat(village.await("news")).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource(View.class)
    void aDeviceThatLeavesIsInNoView(View kind) throws Exception {
        try (Village village = village(kind, 6)) {
            PeerAddress leaver = village.shadow("device 2").peerAddress();

            village.device("device 2").stop().get(SECONDS, TimeUnit.SECONDS);

            village.awaitNobodyHas(leaver);
            village.awaitLinks();
        }
    }

    @ParameterizedTest
    @EnumSource(View.class)
    void aDeviceThatCrashesIsInNoViewAfterAWhile(View kind) throws Exception {
        try (Village village = village(kind, 6)) {
            PeerAddress crashed = village.shadow("device 2").peerAddress();

            village.crash(2);

            village.awaitNobodyHas(crashed);
            village.awaitLinks();
        }
    }
}
