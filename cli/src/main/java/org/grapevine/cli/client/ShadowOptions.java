package org.grapevine.cli.client;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import javax.xml.namespace.QName;
import org.grapevine.cli.console.FailedException;
import org.grapevine.cli.console.UsageException;
import org.grapevine.cli.console.Values;
import org.grapevine.dpws.discovery.Probe;
import org.grapevine.dpws.metadata.Hosted;
import org.grapevine.dpws.metadata.Metadata;
import org.grapevine.dpws.metadata.Relationship;
import org.grapevine.gossip.client.ClientMessage;
import org.grapevine.gossip.client.GossipChoice;
import org.grapevine.gossip.client.GossipClient;
import org.grapevine.gossip.client.GossipEntry;
import org.grapevine.gossip.client.ServiceDescription;
import org.grapevine.gossip.header.Gossip1;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which file goes through which shadows. */
final class ShadowOptions {

    @Option(
            names = "--to",
            paramLabel = "ADDRESS",
            description = "HTTP address of the shadow, or of a service that has one. Repeat it to enter at several.")
    private List<String> to = new ArrayList<>();

    @Option(
            names = "--type",
            paramLabel = "PORTTYPE",
            description = "In place of --to: find a shadow of this port type by discovery.")
    private @Nullable String type;

    @Option(names = "--scope", paramLabel = "URI", description = "With --type: only in this scope. May be repeated.")
    private List<String> scopes = new ArrayList<>();

    @Option(
            names = "--entries",
            paramLabel = "N",
            defaultValue = "1",
            description = "With --type: how many shadows to find and enter at (default: ${DEFAULT-VALUE}).")
    private String entries = "1";

    @Option(
            names = "--wait",
            paramLabel = "SECONDS",
            defaultValue = DiscoverCommand.DEFAULT_WAIT,
            description = "With --type: how long to look for one (default: ${DEFAULT-VALUE}).")
    private String wait = DiscoverCommand.DEFAULT_WAIT;

    @Option(
            names = "--action",
            paramLabel = "URI",
            description = "wsa:Action of the message, in place of the one that the WSDL has for the body element.")
    private @Nullable String action;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "FILE",
            description = "XML file with the body element, or with a whole SOAP 1.2 envelope.")
    private Path file = Path.of("");

    /** Checks what can be checked before anybody is asked, so that wrong use costs no time. */
    BodyFile body() {
        if (to.isEmpty() == (type == null)) {
            throw new UsageException("--to, --type: " + (to.isEmpty() ? "none" : "both")
                    + " (expected: either the address of a shadow, or a port type to find one)");
        }
        if (!to.isEmpty() && !scopes.isEmpty()) {
            throw UsageException.of("--scope", scopes.get(0), "only together with --type");
        }
        if (file.toString().isEmpty()) {
            throw UsageException.of(
                    "FILE", "none", "an XML file with the body element, or with a whole SOAP 1.2 envelope");
        }
        return BodyFile.read(file);
    }

    /**
     * Where a message enters.
     *
     * @param entries at least one
     * @param unusable by address, why nothing can be sent there
     */
    record Entries(List<GossipEntry> entries, Map<String, String> unusable) {

        GossipEntry first() {
            return entries.get(0);
        }
    }

    /** Finds the shadows, and reads their WSDLs and those of what they shadow. */
    Entries find(Network network) {
        if (to.size() > GossipClient.MOST_ENTRIES) {
            throw UsageException.of("--to", to.size() + " addresses", "at most " + GossipClient.MOST_ENTRIES);
        }
        List<URI> addresses = to.isEmpty()
                ? discovered(network)
                : to.stream()
                        .map(address -> Values.httpAddress("--to", address))
                        .toList();
        GossipClient client = network.gossip();
        List<CompletableFuture<GossipEntry>> questions = addresses.stream()
                .map(address -> client.entry(address, Network.HTTP_TIMEOUT))
                .toList();
        List<GossipEntry> found = new ArrayList<>();
        Map<String, String> unusable = new LinkedHashMap<>();
        FailedException failure = null;
        for (int i = 0; i < addresses.size(); i++) {
            try {
                found.add(network.await(
                        questions.get(i),
                        Network.HTTP_TIMEOUT.multipliedBy(4),
                        addresses.get(i).toString()));
            } catch (FailedException e) {
                // One dead entry of several is what the others are for.
                unusable.put(addresses.get(i).toString(), String.valueOf(e.getMessage()));
                failure = e;
            }
        }
        if (found.isEmpty() && failure != null) {
            throw failure;
        }
        return new Entries(found, unusable);
    }

    private List<URI> discovered(Network network) {
        QName portType = Names.type("--type", String.valueOf(type));
        long wanted = Values.integer("--entries", entries, 1, GossipClient.MOST_ENTRIES);
        Duration window = Values.seconds("--wait", wait, DiscoverCommand.SHORTEST_WAIT, DiscoverCommand.LONGEST_WAIT);
        Probe probe = Probe.of(List.of(), Names.scopes("--scope", scopes));
        List<URI> addresses = new ArrayList<>();
        int asked = 0;
        try (Network.Search search = network.search(probe, window, true)) {
            for (Optional<Network.Found> next = search.next();
                    next.isPresent() && addresses.size() < wanted;
                    next = search.next()) {
                asked++;
                String device = "address of " + next.get().device().epr();
                next.get()
                        .metadata()
                        .flatMap(metadata -> shadow(metadata, portType))
                        .ifPresent(address -> addresses.add(Values.httpAddress(device, address)));
                if (addresses.size() == wanted) {
                    break;
                }
            }
        }
        if (addresses.isEmpty()) {
            throw new FailedException("no shadow of " + portType + " found among " + asked + " devices within "
                    + Network.seconds(window) + "; " + network.whereToLook());
        }
        return addresses;
    }

    private static Optional<String> shadow(Metadata metadata, QName portType) {
        List<Hosted> services =
                metadata.relationship().map(Relationship::hosted).orElse(List.of());
        return services.stream()
                .filter(service -> service.types().containsAll(List.of(portType, Gossip1.SHADOW_TYPE)))
                .flatMap(service -> ServiceReport.httpAddress(service).stream())
                .findFirst();
    }

    /** The message, with the parameters that were given; what it is for is found out with the WSDL at hand. */
    ClientMessage message(BodyFile body, Map<String, String> parameters) {
        ClientMessage message = body.envelope().map(ClientMessage::of).orElseGet(() -> ClientMessage.of(body.body()));
        ClientMessage chosen = message.with(GossipChoice.of(parameters));
        return action == null ? chosen : chosen.withAction(action);
    }

    /**
     * Finds the operation: by the given action, by that of the envelope, or by the body element.
     *
     * @throws UsageException if the shadow has no such operation
     */
    ServiceDescription.Operation operation(GossipEntry entry, ClientMessage message, BodyFile body) {
        List<ServiceDescription.Operation> operations = entry.portType().operations();
        if (message.action().isPresent()) {
            String given = message.action().get();
            return entry.operation(given)
                    .orElseThrow(() -> UsageException.of(
                            action == null ? file + ": wsa:Action" : "--action",
                            given,
                            operations.stream()
                                    .map(ServiceDescription.Operation::action)
                                    .collect(Collectors.joining(", "))));
        }
        return entry.operation(Optional.of(body.element()))
                .orElseThrow(() -> UsageException.of(
                        file + ": body element",
                        body.element(),
                        operations.stream()
                                .flatMap(operation -> operation.element().stream())
                                .map(QName::toString)
                                .collect(Collectors.joining(", "))));
    }
}
