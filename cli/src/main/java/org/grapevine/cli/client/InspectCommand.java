package org.grapevine.cli.client;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.grapevine.cli.console.FailedException;
import org.grapevine.cli.console.Fields;
import org.grapevine.cli.console.Reporter;
import org.grapevine.cli.console.Session;
import org.grapevine.cli.console.UsageException;
import org.grapevine.cli.console.Values;
import org.grapevine.dpws.addressing.EndpointReference;
import org.grapevine.dpws.discovery.DeviceAnnouncement;
import org.grapevine.dpws.discovery.DiscoveryVersion;
import org.grapevine.dpws.metadata.Host;
import org.grapevine.dpws.metadata.Hosted;
import org.grapevine.dpws.metadata.LocalizedText;
import org.grapevine.dpws.metadata.Metadata;
import org.grapevine.dpws.metadata.Relationship;
import org.grapevine.dpws.metadata.ThisDevice;
import org.grapevine.dpws.metadata.ThisModel;
import org.grapevine.gossip.client.ServiceDescription;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code grapevine inspect}: what a device or a hosted service says of itself. */
@Command(
        name = "inspect",
        description =
                "Show a device's metadata and services with operations, events and gossip policies, or one service.")
public final class InspectCommand implements Callable<Integer> {

    private final Session session;

    @Parameters(
            index = "0",
            paramLabel = "ADDRESS",
            description = "Transport address of a device, address of a hosted service, or endpoint urn:uuid:...")
    private String address = "";

    @Option(
            names = "--wait",
            paramLabel = "SECONDS",
            defaultValue = DiscoverCommand.DEFAULT_WAIT,
            description = "How long to look for an endpoint by discovery (default: ${DEFAULT-VALUE}).")
    private String wait = DiscoverCommand.DEFAULT_WAIT;

    @Mixin
    private NetworkOptions options = new NetworkOptions();

    /** What was learnt about the address. Whoever answers to WS-Transfer Get with DPWS 1.1 is of its generation. */
    private record Subject(String address, Metadata metadata) {}

    public InspectCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        try (Network network = options.open(session)) {
            Subject subject = address.startsWith("urn:") ? byEndpoint(network) : byAddress(network);
            tellDevice(session.reporter(), subject);
            tellServices(network, subject);
        }
        return 0;
    }

    private Subject byEndpoint(Network network) {
        if (address.chars().anyMatch(c -> c <= ' ')) {
            throw UsageException.of("ADDRESS", "'" + address + "'", "urn:uuid:... without white space");
        }
        DeviceAnnouncement device = network.resolve(
                address, Values.seconds("--wait", wait, DiscoverCommand.SHORTEST_WAIT, DiscoverCommand.LONGEST_WAIT));
        if (device.generation() != DiscoveryVersion.WSD_2009_01) {
            throw new FailedException(Network.unspoken(device));
        }
        Metadata metadata = network.metadataOf(device);
        return new Subject(device.xAddrs().isEmpty() ? address : device.xAddrs().get(0), metadata);
    }

    /** A device understands Get, a hosted service GetMetadata; only asking tells which of them it is. */
    private Subject byAddress(Network network) {
        URI uri = Values.httpAddress("ADDRESS", address);
        EndpointReference epr = EndpointReference.of(address);
        CompletableFuture<Metadata> ofDevice = network.client().get(uri, epr, Network.HTTP_TIMEOUT);
        CompletableFuture<Metadata> ofEither = ofDevice.exceptionallyCompose(noDevice -> {
            if (Network.isUnreachable(noDevice)) {
                return CompletableFuture.failedFuture(noDevice);
            }
            return network.client()
                    .getMetadata(uri, Network.HTTP_TIMEOUT)
                    .exceptionallyCompose(noService -> CompletableFuture.failedFuture(
                            new FailedException("neither a device (" + Network.reason("Get", noDevice)
                                    + ") nor a hosted service (" + Network.reason("GetMetadata", noService) + ")")));
        });
        return new Subject(address, network.await(ofEither, Network.HTTP_TIMEOUT.multipliedBy(2), address));
    }

    private static void tellDevice(Reporter reporter, Subject subject) {
        Optional<ThisDevice> device = subject.metadata().thisDevice();
        Optional<ThisModel> model = subject.metadata().thisModel();
        if (device.isEmpty() && model.isEmpty()) {
            return;
        }
        Optional<Host> host = subject.metadata().relationship().flatMap(Relationship::host);
        String name = DiscoverCommand.friendlyName(subject.metadata()).orElse("");
        String endpoint = host.map(each -> each.epr().address()).orElse(null);
        List<String> types =
                host.map(each -> DiscoverCommand.texts(each.types())).orElse(List.of());
        String manufacturer = model.map(each -> first(each.manufacturers())).orElse(null);
        String modelName = model.map(each -> first(each.modelNames())).orElse(null);
        List<List<String>> optional = new ArrayList<>();
        add(optional, "model number", model.flatMap(ThisModel::modelNumber));
        add(optional, "model URL", model.flatMap(ThisModel::modelUrl));
        add(optional, "maker URL", model.flatMap(ThisModel::manufacturerUrl));
        add(optional, "web page", model.flatMap(ThisModel::presentationUrl));
        add(optional, "firmware", device.flatMap(ThisDevice::firmwareVersion));
        add(optional, "serial", device.flatMap(ThisDevice::serialNumber));

        reporter.line("device " + name);
        reporter.field("endpoint", endpoint == null ? "-" : endpoint);
        reporter.field("address", subject.address());
        reporter.field("types", types);
        reporter.field("generation", DiscoveryVersion.WSD_2009_01.label());
        reporter.field("made by", manufacturer == null ? "-" : manufacturer);
        reporter.field("model", modelName == null ? "-" : modelName);
        optional.forEach(each -> reporter.field(each.get(0), each.get(1)));
        reporter.json(Fields.step("device")
                .and("name", name)
                .and("endpoint", endpoint)
                .and("address", subject.address())
                .and("types", types)
                .and("manufacturer", manufacturer)
                .and("modelName", modelName)
                .and("modelNumber", model.flatMap(ThisModel::modelNumber).orElse(null))
                .and("modelUrl", model.flatMap(ThisModel::modelUrl).orElse(null))
                .and(
                        "manufacturerUrl",
                        model.flatMap(ThisModel::manufacturerUrl).orElse(null))
                .and(
                        "presentationUrl",
                        model.flatMap(ThisModel::presentationUrl).orElse(null))
                .and(
                        "firmwareVersion",
                        device.flatMap(ThisDevice::firmwareVersion).orElse(null))
                .and("serialNumber", device.flatMap(ThisDevice::serialNumber).orElse(null))
                .and("generation", DiscoveryVersion.WSD_2009_01.label()));
    }

    private static void add(List<List<String>> rows, String label, Optional<String> value) {
        value.ifPresent(text -> rows.add(List.of(label, text)));
    }

    private static String first(List<LocalizedText> texts) {
        return texts.get(0).text();
    }

    private void tellServices(Network network, Subject subject) {
        List<Hosted> services =
                subject.metadata().relationship().map(Relationship::hosted).orElse(List.of());
        List<CompletableFuture<ServiceDescription>> descriptions =
                services.stream().map(service -> describe(network, service)).toList();
        int failed = 0;
        for (int i = 0; i < services.size(); i++) {
            Optional<ServiceDescription> description = Optional.empty();
            String failure = "";
            try {
                description = Optional.of(network.await(
                        descriptions.get(i),
                        Network.HTTP_TIMEOUT.multipliedBy(2),
                        ServiceReport.httpAddress(services.get(i)).orElse("service")));
            } catch (FailedException e) {
                failed++;
                failure = String.valueOf(e.getMessage());
            }
            ServiceReport.tell(session.reporter(), services.get(i), description, failure);
        }
        if (failed > 0) {
            throw new FailedException(failed + " of " + services.size() + " services could not be described");
        }
    }

    private static CompletableFuture<ServiceDescription> describe(Network network, Hosted service) {
        try {
            return network.describe(Values.httpAddress(
                    "address", ServiceReport.httpAddress(service).orElse("none")));
        } catch (UsageException e) {
            // A stranger's address; whoever asked is not to blame for it.
            return CompletableFuture.failedFuture(e);
        }
    }
}
