package org.grapevine.gossip.driver;

import static org.assertj.core.api.Assertions.assertThat;

import org.grapevine.core.contract.GossipEvent;
import org.grapevine.core.message.EncodedPayload;
import org.grapevine.core.message.GossipMessage;
import org.grapevine.core.message.GossipParameters;
import org.grapevine.core.message.Hop;
import org.grapevine.core.message.MessageId;
import org.grapevine.core.message.OriginOrder;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.core.message.Segment;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CopyHopsTest {

    private static final PeerAddress SELF = new PeerAddress("soap.udp://127.0.0.1:1/self");
    private static final PeerAddress OTHER = new PeerAddress("soap.udp://127.0.0.1:2/other");
    private static final Segment SEGMENT = new Segment("test:street");

    private final CopyHops hops = new CopyHops(SELF);

    private static GossipMessage message(String id, PeerAddress origin, boolean inOrder) {
        @Nullable OriginOrder order = inOrder ? new OriginOrder(1, 1, 1_000) : null;
        GossipParameters parameters = new GossipParameters(2, 5, 1_000, 60_000, 0, null).withOrder(order);
        return new GossipMessage(new MessageId(id), origin, parameters, new EncodedPayload(new byte[1]));
    }

    private static GossipEvent.Received copy(GossipMessage message, int hop) {
        return new GossipEvent.Received(OTHER, new Hop(SEGMENT, 1, hop, 0), message);
    }

    @Test
    void areThoseOfTheCopyThatHasJustCome() {
        GossipMessage message = message("urn:uuid:1", OTHER, false);
        hops.begin(copy(message, 3));
        assertThat(hops.take(message)).isEqualTo(3);
        hops.end();
    }

    @Test
    void areNoneWhereTheMessageBegan() {
        assertThat(hops.take(message("urn:uuid:1", SELF, false))).isZero();
    }

    @Test
    void areRememberedOfACopyThatWaitsForThoseBeforeIt() {
        GossipMessage first = message("urn:uuid:1", OTHER, true);
        GossipMessage second = message("urn:uuid:2", OTHER, true);
        hops.begin(copy(second, 4));
        hops.end();
        hops.begin(copy(second, 2));
        hops.end();
        hops.begin(copy(first, 1));
        assertThat(hops.take(first)).isEqualTo(1);
        assertThat(hops.take(second)).isEqualTo(4);
        hops.end();
    }

    @Test
    void areRememberedOfOneForWhichThereWasNoRoom() {
        GossipMessage message = message("urn:uuid:1", OTHER, false);
        hops.begin(copy(message, 3));
        hops.putBack(message, hops.take(message));
        hops.end();
        assertThat(hops.take(message)).isEqualTo(3);
        assertThat(hops.take(message)).isEqualTo(CallWatch.UNKNOWN);
    }

    @Test
    void areForgottenOfTheOldestIfTooManyWait() {
        for (int i = 0; i <= CopyHops.MOST_WAITING; i++) {
            hops.begin(copy(message("urn:uuid:" + i, OTHER, true), 5));
            hops.end();
        }
        assertThat(hops.take(message("urn:uuid:0", OTHER, true))).isEqualTo(CallWatch.UNKNOWN);
        assertThat(hops.take(message("urn:uuid:1", OTHER, true))).isEqualTo(5);
    }
}
