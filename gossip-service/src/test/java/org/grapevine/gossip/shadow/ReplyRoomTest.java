package org.grapevine.gossip.shadow;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.grapevine.core.engine.GossipConfig;
import org.grapevine.core.engine.ReplyLimits;
import org.grapevine.core.message.Completeness;
import org.grapevine.core.message.Control;
import org.grapevine.core.message.EncodedPayload;
import org.grapevine.core.message.MessageId;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.core.message.Sample;
import org.grapevine.dpws.soap.EnvelopeLimits;
import org.grapevine.gossip.header.ControlCodec;
import org.junit.jupiter.api.Test;

class ReplyRoomTest {

    private static final PeerAddress SELF = new PeerAddress("soap.udp://127.0.0.1:4000/ssc-1/energy-service/gossip");
    private static final MessageId ID = new MessageId("urn:uuid:550e8400-e29b-41d4-a716-446655440000");
    private static final int MOST = EnvelopeLimits.MAX_ENVELOPE_SIZE;

    private final ReplyLimits limits =
            ReplyRoom.fit(GossipConfig.defaults(), MOST).replies();

    private static EncodedPayload value(int bytes) {
        String markup = "<v></v>";
        return new EncodedPayload(("<v>" + "x".repeat(bytes - markup.length()) + "</v>").getBytes(UTF_8));
    }

    @Test
    void theLargestValueFitsAnEnvelope() {
        Control reply = new Control.Reply(ID, value(limits.valueBytes()), new Completeness(1, 0, 0, 0, 0, 1));

        assertThat(ControlCodec.write(reply, SELF, SELF, ID.value()).length).isLessThanOrEqualTo(MOST);
    }

    @Test
    void theLargestBatchFitsAnEnvelope() {
        List<Sample> samples = IntStream.range(0, Control.Samples.MOST_SAMPLES)
                .mapToObj(i -> new Sample(
                        new PeerAddress("urn:uuid:550e8400-e29b-41d4-a716-4466554400" + i),
                        1_732_147_200_000L,
                        value(limits.batchBytes() / Control.Samples.MOST_SAMPLES)))
                .toList();

        assertThat(ControlCodec.write(new Control.Samples(ID, 1, samples), SELF, SELF, ID.value()).length)
                .isLessThanOrEqualTo(MOST);
    }

    @Test
    void lowerLimitsStay() {
        ReplyLimits own = new ReplyLimits(7, 100, 5, 1_000, 50, 9);

        assertThat(ReplyRoom.fit(GossipConfig.defaults().withReplies(own), MOST).replies())
                .isEqualTo(own);
        assertThat(ReplyRoom.fit(GossipConfig.defaults(), 100).replies().valueBytes())
                .isEqualTo(1);
    }
}
