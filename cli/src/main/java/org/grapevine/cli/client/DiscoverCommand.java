package org.grapevine.cli.client;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import javax.xml.namespace.QName;
import org.grapevine.cli.console.FailedException;
import org.grapevine.cli.console.Fields;
import org.grapevine.cli.console.Reporter;
import org.grapevine.cli.console.Session;
import org.grapevine.cli.console.UsageException;
import org.grapevine.cli.console.Values;
import org.grapevine.dpws.discovery.DiscoveryVersion;
import org.grapevine.dpws.discovery.Probe;
import org.grapevine.dpws.metadata.Hosted;
import org.grapevine.dpws.metadata.Metadata;
import org.grapevine.dpws.metadata.Relationship;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code grapevine discover}: who is there. */
@Command(name = "discover", description = "List the devices that answer a WS-Discovery Probe, as they answer.")
public final class DiscoverCommand implements Callable<Integer> {

    /** A device answers after a random delay of up to APP_MAX_DELAY, 2.5 s; the rest is for the way. */
    static final String DEFAULT_WAIT = "3";

    static final Duration SHORTEST_WAIT = Duration.ofMillis(100);
    static final Duration LONGEST_WAIT = Duration.ofMinutes(5);

    private static final int MOST_EXPECTED = 100_000;

    private final Session session;

    @Mixin
    private NetworkOptions options = new NetworkOptions();

    @Option(
            names = {"--types", "--type"},
            paramLabel = "TYPE",
            description =
                    "Only devices of these types: {namespace}name or prefix:name, several with commas, or repeated.")
    private List<String> types = new ArrayList<>();

    @Option(
            names = {"--scopes", "--scope"},
            paramLabel = "URI",
            description = "Only devices in these scopes: several with blanks, or repeated.")
    private List<String> scopes = new ArrayList<>();

    @Option(
            names = "--at",
            paramLabel = "URL",
            description = "Ask this address of a device or proxy by HTTP, without multicast. May be repeated.")
    private List<String> at = new ArrayList<>();

    @Option(
            names = {"-v", "--verbose"},
            description = "Show what was sent and received on each interface.")
    private boolean verbose;

    @Option(
            names = "--match-by",
            paramLabel = "RULE",
            defaultValue = "rfc3986",
            description = "How scopes are compared: rfc3986, uuid, ldap, strcmp0 or none (default: ${DEFAULT-VALUE}).")
    private String matchBy = "rfc3986";

    @Option(
            names = "--wait",
            paramLabel = "SECONDS",
            defaultValue = DEFAULT_WAIT,
            description = "How long to wait for answers (default: ${DEFAULT-VALUE}).")
    private String wait = DEFAULT_WAIT;

    @Option(
            names = "--expect",
            paramLabel = "N",
            description = "Stop when N devices have answered; fewer are a failure.")
    private @Nullable String expect;

    @Option(names = "--metadata", description = "Also fetch the friendly name and the hosted services of each device.")
    private boolean metadata;

    public DiscoverCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        Probe probe = new Probe(
                Names.types("--types", types), Names.scopes("--scopes", scopes), Names.matchBy("--match-by", matchBy));
        Duration window = Values.seconds("--wait", wait, SHORTEST_WAIT, LONGEST_WAIT);
        long expected = expect == null ? Long.MAX_VALUE : Values.integer("--expect", expect, 1, MOST_EXPECTED);
        List<URI> addresses =
                at.stream().map(text -> Values.httpAddress("--at", text)).toList();
        if (!addresses.isEmpty() && options.proxy().isPresent()) {
            throw UsageException.of("--at", at.get(0), "not together with --proxy, which is asked in its place");
        }
        Reporter reporter = session.reporter();
        long startedNanos = System.nanoTime();
        long found = 0;
        try (Network network = options.open(session);
                Network.Search search = addresses.isEmpty()
                        ? network.search(probe, window, metadata)
                        : network.search(addresses, probe, window, metadata)) {
            while (found < expected) {
                Optional<Network.Found> next = search.next();
                if (next.isEmpty()) {
                    break;
                }
                found++;
                tell(reporter, next.get());
            }
            long elapsed = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startedNanos);
            LinkReport.json(reporter, network.links());
            if (verbose || found == 0) {
                LinkReport.text(reporter, network.links());
            }
            if (found == 0) {
                network.diagnose(probe, window, search).forEach(finding -> tell(reporter, finding));
            } else {
                search.unreached().forEach((address, why) -> tell(reporter, address, why));
            }
            reporter.json(Fields.step("discovered").and("found", found).and("elapsedMs", elapsed));
            long wanted = expect == null ? 1 : expected;
            if (found < wanted) {
                String where = addresses.isEmpty() ? network.whereToLook() : "asked only --at " + String.join(" ", at);
                throw new FailedException("found " + found + (found == 1 ? " device" : " devices") + " within "
                        + Network.seconds(window) + " (expected: at least " + wanted + "); " + where);
            }
        }
        reporter.line(found + (found == 1 ? " device" : " devices"));
        return 0;
    }

    private static void tell(Reporter reporter, Diagnosis.Finding finding) {
        reporter.field("perhaps", finding.what());
        reporter.field("  try", finding.remedy());
        reporter.json(Fields.step("perhaps")
                .and("reason", finding.reason())
                .and("what", finding.what())
                .and("try", finding.remedy()));
    }

    private static void tell(Reporter reporter, String address, String why) {
        reporter.line(why);
        reporter.json(Fields.step("unreached").and("address", address).and("failure", why));
    }

    private void tell(Reporter reporter, Network.Found found) {
        List<String> deviceTypes = texts(found.device().types());
        Optional<String> name = found.metadata().flatMap(DiscoverCommand::friendlyName);
        List<Hosted> services = found.metadata()
                .flatMap(Metadata::relationship)
                .map(Relationship::hosted)
                .orElse(List.of());
        reporter.line(found.device().epr().address());
        name.ifPresent(text -> reporter.field("name", text));
        reporter.field("types", deviceTypes);
        reporter.field("scopes", found.device().scopes());
        reporter.field("addresses", found.device().xAddrs());
        if (found.device().generation() != DiscoveryVersion.WSD_2009_01) {
            reporter.field("generation", found.device().generation().label());
        }
        services.forEach(service -> reporter.field(
                "service", List.of(ServiceReport.httpAddress(service).orElse("-"), types(service))));
        found.failure().ifPresent(why -> reporter.field("metadata", "failed: " + why));

        Fields fields = Fields.step("discover")
                .and("endpoint", found.device().epr().address())
                .and("types", deviceTypes)
                .and("scopes", found.device().scopes())
                .and("xAddrs", found.device().xAddrs())
                .and("metadataVersion", found.device().metadataVersion())
                .and("generation", found.device().generation().label());
        if (metadata) {
            fields.and("name", name.orElse(null))
                    .and(
                            "services",
                            services.stream().map(ServiceReport::fields).toList())
                    .and("failure", found.failure().orElse(null));
        }
        reporter.json(fields);
    }

    private static String types(Hosted service) {
        return String.join(" ", texts(service.types()));
    }

    static Optional<String> friendlyName(Metadata metadata) {
        return metadata.thisDevice().map(device -> device.friendlyNames().get(0).text());
    }

    static List<String> texts(List<QName> names) {
        return names.stream().map(QName::toString).toList();
    }
}
