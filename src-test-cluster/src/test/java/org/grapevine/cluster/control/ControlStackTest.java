package org.grapevine.cluster.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.jgroups.Event;
import org.jgroups.JChannel;
import org.jgroups.protocols.FD_ALL3;
import org.jgroups.protocols.FD_SOCK2;
import org.jgroups.protocols.VERIFY_SUSPECT2;
import org.jgroups.stack.IpAddress;
import org.junit.jupiter.api.Test;

class ControlStackTest {

    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    private static JChannel join(Discovery discovery) throws Exception {
        return new JChannel(ControlStack.of(LOOPBACK, 0, discovery)).connect("stack");
    }

    private static IpAddress address(JChannel asked, JChannel of) {
        return (IpAddress) asked.down(new Event(Event.GET_PHYSICAL_ADDRESS, of.getAddress()));
    }

    @Test
    void whoListsOneMemberLearnsFromItWhereTheOthersAre() throws Exception {
        try (JChannel coordinator = join(Discovery.none())) {
            IpAddress at = address(coordinator, coordinator);
            Discovery list = new Discovery.Hosts(List.of(new InetSocketAddress(at.getIpAddress(), at.getPort())));
            try (JChannel one = join(list);
                    JChannel other = join(list)) {
                assertThat(other.getView().getMembers()).hasSize(3);
                assertThat(address(other, one)).isEqualTo(address(one, one));
            }
        }
    }

    @Test
    void aStopOfTenSecondsIsForgivenAndAKillIsKnownWithinTwo() throws Exception {
        try (JChannel channel = join(Discovery.none())) {
            FD_ALL3 silence = channel.getProtocolStack().findProtocol(FD_ALL3.class);
            assertThat(silence.getTimeout()).isGreaterThan(15_000);
            VERIFY_SUSPECT2 verify = channel.getProtocolStack().findProtocol(VERIFY_SUSPECT2.class);
            assertThat(verify.getTimeout()).isLessThan(2_000);
            FD_SOCK2 connections = channel.getProtocolStack().findProtocol(FD_SOCK2.class);
            assertThat(connections.getActualBindPort()).isPositive();
        }
    }
}
