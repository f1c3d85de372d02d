package org.grapevine.cluster.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import org.jgroups.JChannel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Processes that find each other by a name: the machine's own, so no name server is asked. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "needs a second loopback address")
class DnsDiscoveryTest {

    private static final InetAddress FIRST = loopback(1);
    private static final InetAddress SECOND = loopback(2);

    private static InetAddress loopback(int last) {
        try {
            return InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) last});
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    private static boolean isFree(InetAddress address, int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(address, port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** One that is free at both addresses: all who meet by a name have the same port. */
    private static int freePort() throws Exception {
        for (int i = 0; i < 50; i++) {
            try (ServerSocket socket = new ServerSocket()) {
                socket.bind(new InetSocketAddress(FIRST, 0));
                if (isFree(SECOND, socket.getLocalPort())) {
                    return socket.getLocalPort();
                }
            }
        }
        throw new AssertionError("port: none that is free at both addresses");
    }

    private static JChannel join(InetAddress at, int port) throws Exception {
        return new JChannel(ControlStack.of(at, port, new Discovery.Dns("localhost"))).connect("by-name");
    }

    @Test
    void whoeverAsksForTheNameFindsTheProcessBehindIt() throws Exception {
        int port = freePort();
        try (JChannel coordinator = join(FIRST, port);
                JChannel agent = join(SECOND, port)) {
            assertThat(agent.getView().getMembers()).containsExactly(coordinator.getAddress(), agent.getAddress());
        }
    }
}
