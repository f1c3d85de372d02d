package org.grapevine.gossip.shadow;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.grapevine.core.membership.MembershipConfig;
import org.grapevine.core.membership.PeerEntry;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.core.message.Segment;
import org.grapevine.dpws.addressing.EndpointReference;
import org.grapevine.dpws.device.Device;
import org.grapevine.dpws.device.DeviceHost;
import org.grapevine.dpws.soap.EnvelopeWriter;
import org.grapevine.peer.PeerSelector;
import org.grapevine.peer.service.PeerServiceClient;
import org.grapevine.peer.service.StatusReport;
import org.grapevine.policy.GossipPolicy;
import org.grapevine.policy.PolicyException;
import org.grapevine.policy.PortGossip;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A meter that keeps no view of its own, and uses the Peer Service of a substation controller in another process. */
@Timeout(240)
class RemotePeerServiceTest {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final Duration MAX_AGE = Duration.ofSeconds(1);
    private static final Segment FAN = new Segment(SubstationProcess.SCOPE);

    private final List<DeviceHost> hosts = new ArrayList<>();
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private int discoveryPort;
    private Process substation;
    private String peerService;
    private GossipExtension extension;
    private ShadowService leaf;

    private static int freePort() throws IOException {
        try (DatagramSocket free = new DatagramSocket(0)) {
            return free.getLocalPort();
        }
    }

    /** Two meters here that find the others by themselves, and one whose discovery nobody else hears. */
    @BeforeEach
    void start() throws Exception {
        discoveryPort = freePort();
        substation = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        SubstationProcess.class.getName(),
                        Integer.toString(discoveryPort))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        Thread reader = new Thread(this::read, "output of the substation");
        reader.setDaemon(true);
        reader.start();
        DeviceHost near = host(discoveryPort, SubstationProcess.extension());
        for (int i = 1; i <= 2; i++) {
            Device unused = SubstationProcess.device(near, "near-" + i, lines::add);
        }
        peerService = line("peers ").substring("peers ".length());
        extension = SubstationProcess.extension();
        extension.setPolicies((device, service) -> Optional.of(policy(peerService)));
        Device unused = SubstationProcess.device(host(freePort(), extension), "leaf", lines::add);
        leaf = extension.shadows().get(0);
    }

    private static PortGossip policy(String address) {
        return new PortGossip(
                GossipPolicy.builder().peers(address).maxAge(MAX_AGE).build(), Map.of(), null);
    }

    private DeviceHost host(int port, GossipExtension gossip) throws IOException {
        DeviceHost host = SubstationProcess.host(port, 800 + hosts.size(), gossip);
        hosts.add(host);
        return host;
    }

    private void read() {
        try (BufferedReader output = substation.inputReader(UTF_8)) {
            output.lines().forEach(lines::add);
        } catch (IOException | UncheckedIOException e) {
            lines.add("unreadable: " + e);
        }
    }

    @AfterEach
    void end() {
        substation.destroyForcibly();
        hosts.forEach(DeviceHost::close);
    }

    /** The next line that begins so. */
    private String line(String beginning) throws InterruptedException {
        for (String line = lines.poll(60, TimeUnit.SECONDS); line != null; line = lines.poll(60, TimeUnit.SECONDS)) {
            if (line.startsWith(beginning)) {
                return line;
            }
        }
        throw new AssertionError("no line '" + beginning + "...' (expected: one within a minute)");
    }

    private void post(String text) throws Exception {
        byte[] envelope = EnvelopeWriter.forAction(NoticeService.NAMESPACE + ":NoticeService:post")
                .body(("<n:post xmlns:n=\"" + NoticeService.NAMESPACE + "\"><text>" + text + "</text></n:post>")
                        .getBytes(UTF_8))
                .toBytes();
        leaf.device().host().client().send(leaf.address(), envelope, SOON).get(20, TimeUnit.SECONDS);
    }

    private void awaitArrival(String text, String... names) throws InterruptedException {
        Set<String> missing = new HashSet<>(Set.of(names));
        while (!missing.isEmpty()) {
            String line = lines.poll(60, TimeUnit.SECONDS);
            assertThat(line).as("%s has not come to %s", text, missing).isNotNull();
            missing.removeIf(name -> (name + " got " + text).equals(line));
        }
    }

    private void awaitPeers(String... names) throws Exception {
        Set<String> wanted = Set.of(names);
        Set<String> known = Set.of();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!known.containsAll(wanted)) {
            assertThat(System.nanoTime()).as("peers are %s", known).isLessThan(end);
            List<PeerAddress> peers =
                    leaf.driver().peers().get(20, TimeUnit.SECONDS).getOrDefault(FAN, List.of());
            known = peers.stream()
                    .map(peer -> peer.value().replaceFirst("soap.udp://[^/]*/([^/]*)/.*", "$1"))
                    .collect(Collectors.toSet());
        }
    }

    @Test
    void namesItsPeersAndTheyGoOnToBeUsedWhenItsProcessDies() throws Exception {
        awaitPeers("near-1", "near-2", "meter-1", "meter-2", "meter-3");
        post("good morning");
        awaitArrival("good morning", "ssc", "meter-1", "meter-2", "meter-3", "near-1", "near-2");

        substation.destroyForcibly();
        assertThat(substation.waitFor(30, TimeUnit.SECONDS)).isTrue();

        // For several times the age from which an answer would be asked for again.
        long end = System.nanoTime() + 4 * MAX_AGE.toNanos();
        for (int i = 0; System.nanoTime() < end; i++) {
            post("text " + i);
            awaitArrival("text " + i, "near-1", "near-2");
        }
        awaitPeers("near-1", "near-2");
    }

    @Test
    void answersAcrossProcesses() throws Exception {
        DeviceHost own = hosts.get(1);
        PeerServiceClient client = new PeerServiceClient(
                own.client(),
                EndpointReference.of(peerService),
                SOON,
                own.discovery().loop()::nowMillis);
        awaitPeers("near-1", "near-2");

        assertThat(client.draw(PeerSelector.of(leaf.original().portType(), 64))
                        .get(20, TimeUnit.SECONDS)
                        .peers())
                .extracting(peer -> peer.device().address())
                .contains("urn:test:near-1", "urn:test:near-2");
        StatusReport status =
                client.status(Optional.empty(), Optional.empty(), 8).get(20, TimeUnit.SECONDS);
        assertThat(status.views()).singleElement().satisfies(view -> {
            assertThat(view.segment()).isEqualTo(FAN);
            assertThat(view.status().kind()).isEqualTo(MembershipConfig.Kind.HYPARVIEW);
            assertThat(view.status().stats().links()).isPositive();
        });
        PeerEntry newcomer = new PeerEntry(leaf.peerAddress(), 0, 0);
        assertThat(client.exchange(leaf.original().portType(), FAN, List.of(newcomer))
                        .get(20, TimeUnit.SECONDS))
                .hasSizeGreaterThan(1)
                .doesNotContain(newcomer);
        assertThatThrownBy(() -> client.exchange(leaf.original().portType(), new Segment("test:x"), List.of())
                        .join())
                .isInstanceOf(CompletionException.class)
                .hasMessageContaining("view: {urn:example:notice}NoticeService in test:x (expected: one of [");
    }

    @Test
    void isRefusedIfItsAddressIsNoneOfHttp() {
        extension.setPolicies((device, service) -> Optional.of(policy("urn:uuid:ssc")));
        assertThatThrownBy(() -> SubstationProcess.device(hosts.get(1), "other", lines::add))
                .isInstanceOf(PolicyException.class)
                .hasMessageContaining(
                        ": urn:uuid:ssc (expected: the http:// or https:// address of a Peer Service, or unset)");
    }
}
