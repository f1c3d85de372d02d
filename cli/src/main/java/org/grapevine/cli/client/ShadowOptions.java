package org.grapevine.cli.client;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import javax.xml.namespace.QName;
import org.grapevine.cli.console.FailedException;
import org.grapevine.cli.console.UsageException;
import org.grapevine.cli.console.Values;
import org.grapevine.dpws.discovery.Probe;
import org.grapevine.dpws.metadata.Hosted;
import org.grapevine.dpws.metadata.Metadata;
import org.grapevine.dpws.metadata.Relationship;
import org.grapevine.gossip.client.ServiceDescription;
import org.grapevine.gossip.header.Gossip1;
import org.grapevine.policy.ShadowRelation;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which file goes through which shadow. */
final class ShadowOptions {

    @Option(names = "--to", paramLabel = "ADDRESS", description = "HTTP address of the shadow.")
    private @Nullable String to;

    @Option(
            names = "--type",
            paramLabel = "PORTTYPE",
            description = "In place of --to: find a shadow of this port type by discovery.")
    private @Nullable String type;

    @Option(names = "--scope", paramLabel = "URI", description = "With --type: only in this scope. May be repeated.")
    private List<String> scopes = new ArrayList<>();

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
            paramLabel = "FILE",
            description = "XML file with the body element, or with a whole SOAP 1.2 envelope.")
    private Path file = Path.of("");

    /**
     * A shadow.
     *
     * @param portType what it offers
     */
    record Shadow(URI address, ServiceDescription.PortType portType) {}

    /**
     * An operation to be called through a shadow.
     *
     * @param description empty if the WSDL does not know the action that was given
     */
    record Call(Optional<ServiceDescription.Operation> description, String action) {}

    /** Checks what can be checked before anybody is asked, so that wrong use costs no time. */
    BodyFile body() {
        if ((to == null) == (type == null)) {
            throw new UsageException("--to, --type: " + (to == null ? "none" : "both")
                    + " (expected: either the address of a shadow, or a port type to find one)");
        }
        if (to != null && !scopes.isEmpty()) {
            throw UsageException.of("--scope", scopes.get(0), "only together with --type");
        }
        return BodyFile.read(file);
    }

    /** Finds the shadow and reads its WSDL. */
    Shadow find(Network network) {
        URI address = to == null ? discovered(network) : Values.httpAddress("--to", to);
        ServiceDescription description =
                network.await(network.describe(address), Network.HTTP_TIMEOUT.multipliedBy(2), address.toString());
        for (ServiceDescription.PortType portType : description.portTypes()) {
            if (portType.relation()
                    .filter(relation -> relation.role() == ShadowRelation.Role.SHADOW_OF)
                    .isPresent()) {
                return new Shadow(address, portType);
            }
        }
        String shadow = description.portTypes().stream()
                .flatMap(portType -> portType.relation().stream())
                .map(relation -> "its shadow " + relation.address())
                .findFirst()
                .orElse("a service whose WSDL says ShadowOf");
        throw UsageException.of(to == null ? "address" : "--to", address + ", which is no shadow", shadow);
    }

    private URI discovered(Network network) {
        QName portType = Names.type("--type", String.valueOf(type));
        Duration window = Values.seconds("--wait", wait, DiscoverCommand.SHORTEST_WAIT, DiscoverCommand.LONGEST_WAIT);
        Probe probe = Probe.of(List.of(), Names.scopes("--scope", scopes));
        int asked = 0;
        try (Network.Search search = network.search(probe, window, true)) {
            for (Optional<Network.Found> next = search.next(); next.isPresent(); next = search.next()) {
                asked++;
                Optional<String> address = next.get().metadata().flatMap(metadata -> shadow(metadata, portType));
                if (address.isPresent()) {
                    return Values.httpAddress(
                            "address of " + next.get().device().epr(), address.get());
                }
            }
        }
        throw new FailedException("no shadow of " + portType + " found among " + asked + " devices within "
                + Network.seconds(window) + "; " + network.whereToLook());
    }

    private static Optional<String> shadow(Metadata metadata, QName portType) {
        List<Hosted> services =
                metadata.relationship().map(Relationship::hosted).orElse(List.of());
        return services.stream()
                .filter(service -> service.types().containsAll(List.of(portType, Gossip1.SHADOW_TYPE)))
                .flatMap(service -> ServiceReport.httpAddress(service).stream())
                .findFirst();
    }

    /**
     * Finds the operation: by the given action, by that of the envelope, or by the body element.
     *
     * @throws UsageException if the shadow has no operation for the body element
     */
    Call call(Shadow shadow, BodyFile body) {
        List<ServiceDescription.Operation> operations = shadow.portType().operations();
        Optional<String> given = Optional.ofNullable(action)
                .or(() -> body.envelope().flatMap(envelope -> envelope.action()))
                .filter(text -> !text.isEmpty());
        if (given.isPresent()) {
            Optional<ServiceDescription.Operation> known = operations.stream()
                    .filter(operation -> operation.action().equals(given.get()))
                    .findFirst();
            return new Call(known, given.get());
        }
        return operations.stream()
                .filter(operation -> operation.element().equals(Optional.of(body.element())))
                .findFirst()
                .map(operation -> new Call(Optional.of(operation), operation.action()))
                .orElseThrow(() -> UsageException.of(
                        file + ": body element",
                        body.element(),
                        operations.stream()
                                .flatMap(operation -> operation.element().stream())
                                .map(QName::toString)
                                .collect(Collectors.joining(", "))));
    }
}
