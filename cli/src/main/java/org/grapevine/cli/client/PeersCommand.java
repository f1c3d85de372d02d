package org.grapevine.cli.client;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.xml.namespace.QName;
import org.grapevine.cli.client.ViewSurvey.Answers;
import org.grapevine.cli.client.ViewSurvey.Subject;
import org.grapevine.cli.console.ExitCode;
import org.grapevine.cli.console.FailedException;
import org.grapevine.cli.console.Fields;
import org.grapevine.cli.console.OutputFile;
import org.grapevine.cli.console.Session;
import org.grapevine.cli.console.UsageException;
import org.grapevine.cli.console.Values;
import org.grapevine.dpws.addressing.EndpointReference;
import org.grapevine.dpws.discovery.Probe;
import org.grapevine.dpws.discovery.ScopeRule;
import org.grapevine.dpws.metadata.Metadata;
import org.grapevine.peer.service.PeerServiceClient;
import org.grapevine.peer.service.Peers1;
import org.grapevine.simulation.report.Plots;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code grapevine peers}: whom devices know, and whom they send to. */
@Command(
        name = "peers",
        description = {
            "Ask the Peer Services of devices for their views: links, entries, suspects, size estimates, and whether each"
                    + " segment hangs together.",
            "docs/peers.md says what views there are, and what the figures mean."
        })
public final class PeersCommand implements Callable<Integer> {

    private static final String DEFAULT_TIMEOUT = "10";
    private static final int MOST_CALLS = 10;

    private final Session session;

    @Mixin
    private NetworkOptions options = new NetworkOptions();

    @Option(
            names = {"--scopes", "--scope"},
            paramLabel = "URI",
            description = "Only segments in these scopes: several with blanks, or repeated.")
    private List<String> scopes = new ArrayList<>();

    @Option(
            names = "--type",
            paramLabel = "PORTTYPE",
            description = "Only views for this port type: {namespace}name or prefix:name.")
    private @Nullable String type;

    @Option(
            names = {"--at", "--address"},
            paramLabel = "URL",
            description = "Ask the device at this address, found without multicast. May be repeated.")
    private List<String> at = new ArrayList<>();

    @Option(
            names = "--wait",
            paramLabel = "SECONDS",
            defaultValue = DiscoverCommand.DEFAULT_WAIT,
            description = "How long to look for devices (default: ${DEFAULT-VALUE}).")
    private String wait = DiscoverCommand.DEFAULT_WAIT;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            defaultValue = DEFAULT_TIMEOUT,
            description = "How long each device may take for its answer (default: ${DEFAULT-VALUE}).")
    private String timeout = DEFAULT_TIMEOUT;

    @Option(
            names = "--graph",
            paramLabel = "FILE",
            defaultValue = "",
            description = "Also draw the segments, as SVG into this file.")
    private String graph = "";

    public PeersCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        Probe probe = Probe.of(List.of(), Names.scopes("--scopes", scopes));
        Duration window = Values.seconds("--wait", wait, DiscoverCommand.SHORTEST_WAIT, DiscoverCommand.LONGEST_WAIT);
        Duration patience =
                Values.seconds("--timeout", timeout, DiscoverCommand.SHORTEST_WAIT, DiscoverCommand.LONGEST_WAIT);
        Optional<QName> portType = Optional.ofNullable(type).map(text -> Names.type("--type", text));
        List<URI> addresses =
                at.stream().map(text -> Values.httpAddress("--at", text)).toList();
        if (!addresses.isEmpty() && options.proxy().isPresent()) {
            throw UsageException.of("--at", at.get(0), "not together with --proxy, which is asked in its place");
        }
        Path picture = OutputFile.pathOf("--graph", graph);
        long startedNanos = System.nanoTime();
        try (Network network = options.open(session)) {
            Found found = find(network, addresses, probe, window);
            Answers answers = ask(network, found.devices(), portType, patience);
            List<OverlayReport> overlays = OverlayReport.of(answers.views().stream()
                    .filter(view -> isIn(view, probe.scopes()))
                    .toList());
            overlays.forEach(overlay -> overlay.tell(session.reporter()));
            Map<String, String> unanswered = new TreeMap<>(found.unreached());
            unanswered.putAll(answers.failures());
            unanswered.forEach(this::tell);
            tell(found, overlays, unanswered.size(), startedNanos);
            if (overlays.isEmpty()) {
                throw new FailedException(nothing(network, found, answers, unanswered.size(), window));
            }
            if (picture != null) {
                draw(picture, overlays);
            }
        }
        return ExitCode.DONE;
    }

    /**
     * Who is there.
     *
     * @param devices those with a Peer Service
     * @param others number of those without one
     * @param unreached why nothing is known of a device, by its endpoint or address
     */
    private record Found(List<Subject> devices, int others, Map<String, String> unreached) {
        int inAll() {
            return devices.size() + others + unreached.size();
        }
    }

    private static Found find(Network network, List<URI> addresses, Probe probe, Duration window) {
        List<Subject> devices = new ArrayList<>();
        Map<String, String> unreached = new TreeMap<>();
        int others = 0;
        try (Network.Search search = addresses.isEmpty()
                ? network.search(probe, window, true)
                : network.search(addresses, probe, window, true)) {
            for (Optional<Network.Found> next = search.next(); next.isPresent(); next = search.next()) {
                Network.Found device = next.get();
                String endpoint = device.device().epr().address();
                Optional<String> service = device.metadata().flatMap(PeersCommand::peerService);
                if (service.isPresent()) {
                    String name = device.metadata()
                            .flatMap(DiscoverCommand::friendlyName)
                            .filter(given -> !given.isBlank())
                            .orElse(endpoint);
                    devices.add(new Subject(name, endpoint, service.get()));
                } else if (device.failure().isPresent()) {
                    unreached.put(endpoint, device.failure().get());
                } else {
                    others++;
                }
            }
            unreached.putAll(search.unreached());
        }
        return new Found(devices, others, unreached);
    }

    private static Optional<String> peerService(Metadata metadata) {
        return metadata.relationship().stream()
                .flatMap(relationship -> relationship.hosted().stream())
                .filter(service -> service.types().contains(Peers1.PORT_TYPE))
                .findFirst()
                .flatMap(ServiceReport::httpAddress);
    }

    private static Answers ask(Network network, List<Subject> devices, Optional<QName> portType, Duration patience) {
        // Each call ends by itself; a device whose views do not fit one answer takes several.
        Duration longest = patience.multipliedBy(MOST_CALLS * (1L + devices.size() / ViewSurvey.AT_ONCE));
        return network.await(
                ViewSurvey.of(devices, device -> views(network, device, portType, patience)), longest, "Peer Services");
    }

    private static CompletableFuture<List<DeviceView>> views(
            Network network, Subject device, Optional<QName> portType, Duration patience) {
        PeerServiceClient client = new PeerServiceClient(
                network.client(), EndpointReference.of(device.service()), patience, System::currentTimeMillis);
        ViewQuestion question = client::status;
        return question.ask(portType).thenApply(views -> views.stream()
                .map(view -> new DeviceView(device.name(), device.endpoint(), view))
                .toList());
    }

    private static boolean isIn(DeviceView view, List<String> scopes) {
        return scopes.isEmpty()
                || scopes.stream().anyMatch(scope -> ScopeRule.RFC3986.matches(List.of(view.scope()), List.of(scope)));
    }

    private void tell(String device, String why) {
        session.reporter().line(why);
        session.reporter().json(Fields.step("unanswered").and("device", device).and("failure", why));
    }

    private void tell(Found found, List<OverlayReport> overlays, int unanswered, long startedNanos) {
        long apart = overlays.stream().filter(overlay -> overlay.pieces() > 1).count();
        session.reporter()
                .line(devices(found.inAll()) + ", " + overlays.size()
                        + (overlays.size() == 1 ? " segment" : " segments")
                        + (overlays.isEmpty() ? "" : apart == 0 ? ", each connected" : ", " + apart + " in pieces")
                        + "; " + unanswered + " did not answer"
                        + (found.others() == 0 ? "" : ", " + found.others() + " have no Peer Service"));
        session.reporter()
                .json(Fields.step("peers")
                        .and("devices", found.inAll())
                        .and("segments", overlays.size())
                        .and("inPieces", apart)
                        .and("unanswered", unanswered)
                        .and("withoutPeerService", found.others())
                        .and("elapsedMs", TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startedNanos)));
    }

    private static String devices(int count) {
        return count + (count == 1 ? " device" : " devices");
    }

    private String nothing(Network network, Found found, Answers answers, int unanswered, Duration window) {
        if (found.inAll() == 0) {
            return "found 0 devices within " + Network.seconds(window) + " (expected: at least 1); "
                    + (at.isEmpty() ? network.whereToLook() : "asked only --at " + String.join(" ", at));
        }
        if (!answers.views().isEmpty()) {
            return "no view of " + answers.views().size()
                    + " is in that scope and of that port type (expected: at least 1)";
        }
        return "no view among " + devices(found.inAll()) + ": " + unanswered + " did not answer, " + found.others()
                + " have no Peer Service (expected: at least 1 view)";
    }

    private static void draw(Path picture, List<OverlayReport> overlays) {
        String title = overlays.size() == 1 ? overlays.get(0).title() : "Peers in " + overlays.size() + " segments";
        try {
            OutputFile.write(
                    "--graph",
                    picture,
                    Plots.overlays(
                                    title,
                                    overlays.stream().map(OverlayReport::graph).toList())
                            .svg());
        } catch (IllegalStateException e) {
            throw new FailedException("--graph: " + e.getMessage(), e);
        }
    }
}
