package org.grapevine.dpws.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.grapevine.dpws.device.Loopback;
import org.grapevine.dpws.discovery.DiscoveryCodec;
import org.grapevine.dpws.discovery.DiscoveryMessage;
import org.grapevine.dpws.discovery.ProbeMatches;
import org.grapevine.dpws.discovery.WsDiscovery;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.soap.EnvelopeLimits;
import org.grapevine.dpws.soap.EnvelopeReader;
import org.grapevine.dpws.soap.Namespaces;

/** Good questions by datagram, from a socket of their own. */
final class UdpQuestions {

    private UdpQuestions() {}

    /** The addresses of the devices that answer a Probe, sent to the group and to the host itself. */
    static Set<String> probe(InetSocketAddress group, InetSocketAddress host, int expected) throws Exception {
        Set<String> found = new HashSet<>();
        try (DatagramSocket socket = new DatagramSocket(new InetSocketAddress(Loopback.address(), 0))) {
            socket.setSoTimeout(5_000);
            ask(socket, group, found, expected);
            Set<String> unicast = new HashSet<>();
            ask(socket, host, unicast, expected);
            found.retainAll(unicast);
        }
        return found;
    }

    private static void ask(DatagramSocket socket, InetSocketAddress to, Set<String> found, int expected)
            throws Exception {
        String id = "urn:uuid:" + UUID.randomUUID();
        String header = "<a:Action>" + WsDiscovery.PROBE_ACTION + "</a:Action><a:MessageID>" + id
                + "</a:MessageID><a:To>" + WsDiscovery.AD_HOC_ADDRESS + "</a:To>";
        byte[] probe = Loopback.soap(header, "<d:Probe xmlns:d='" + Namespaces.WSD + "'/>")
                .getBytes(UTF_8);
        socket.send(new DatagramPacket(probe, probe.length, to));
        while (found.size() < expected) {
            Envelope answer = receive(socket);
            Optional<DiscoveryMessage> message = DiscoveryCodec.read(answer);
            if (answer.relatesTo().equals(Optional.of(id)) && message.orElseThrow() instanceof ProbeMatches matches) {
                matches.matches().forEach(match -> found.add(match.epr().address()));
            }
        }
    }

    private static Envelope receive(DatagramSocket socket) throws Exception {
        DatagramPacket packet = new DatagramPacket(new byte[65_535], 65_535);
        try {
            socket.receive(packet);
        } catch (IOException e) {
            throw new AssertionError("no answer to a good Probe", e);
        }
        return new EnvelopeReader(EnvelopeLimits.udp()).readWhole(Arrays.copyOf(packet.getData(), packet.getLength()));
    }
}
