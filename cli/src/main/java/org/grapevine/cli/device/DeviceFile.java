package org.grapevine.cli.device;

import java.net.URI;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.grapevine.cli.console.UsageException;
import org.grapevine.cli.console.Values;
import org.grapevine.dpws.transport.TlsSettings;
import org.grapevine.gossip.shadow.PeerOptions;
import org.grapevine.grid.sample.DeviceRole;
import org.grapevine.grid.sample.GridDevice;
import org.grapevine.grid.sample.SampleGrid;
import org.grapevine.policy.GossipPolicy;
import org.grapevine.policy.PolicyException;
import org.grapevine.policy.PortGossip;
import org.grapevine.yaml.YamlMap;
import org.grapevine.yaml.YamlMistake;
import org.grapevine.yaml.YamlText;

/**
 * What {@code grapevine device} runs.
 *
 * @param grid name of the grid; a part of every device's identity
 * @param zone whose days the devices reckon with
 * @param date the day for which the appliances have plans
 * @param seed of the appliances
 * @param port port of the devices' HTTP and datagram addresses; 0 for free ones
 * @param presence how the devices are on the network
 * @param peers whom the devices keep in mind, and how they learn of them
 * @param aggregation whose stylesheets the devices run
 * @param policies gossip policies of services in place of those that they come with, by local name of the port type
 * @param devices the devices
 */
record DeviceFile(
        String grid,
        ZoneId zone,
        LocalDate date,
        long seed,
        int port,
        Presence presence,
        PeerOptions peers,
        AggregationSection aggregation,
        Map<String, PortGossip> policies,
        List<Entry> devices) {

    private static final int MAX_DEVICES = 20_000;
    private static final Set<String> KEYS = Set.of(
            "grid",
            "zone",
            "date",
            "seed",
            "port",
            "interfaces",
            "state",
            "tls",
            "proxy",
            "peers",
            "aggregation",
            "gossip",
            "sample",
            "devices");
    private static final String OPERATIONS = "operations";
    private static final List<String> PORT_TYPES = List.of("TariffService", "EnergyNeedsService", "GridMeasurements");
    private static final Set<String> TLS_KEYS = Set.of("certificate", "key", "trust", "client-auth");
    private static final Set<String> SAMPLE_KEYS = Set.of("substations", "meters", "appliances");
    private static final Set<String> DEVICE_KEYS = Set.of("role", "number", "name", "scopes", "appliances");

    /**
     * One device.
     *
     * @param appliances how many appliances a meter knows of; 0 for other roles
     */
    record Entry(GridDevice place, int appliances) {}

    /**
     * How the devices are on the network.
     *
     * @param interfaces names or addresses as {@code --interface} takes them; none for its default
     * @param state file for what must be remembered over restarts
     * @param tls certificates, for HTTPS
     * @param proxy a Discovery Proxy that the devices are told to
     */
    record Presence(List<String> interfaces, Optional<Path> state, Optional<Certificates> tls, Optional<URI> proxy) {
        Presence {
            interfaces = List.copyOf(interfaces);
        }
    }

    /**
     * Which files are for HTTPS.
     *
     * @param key absent if the certificate is a PKCS #12 store
     */
    record Certificates(
            Path certificate, Optional<Path> key, List<Path> trust, TlsSettings.ClientAuthentication clients) {
        Certificates {
            trust = List.copyOf(trust);
        }
    }

    DeviceFile {
        policies = Map.copyOf(policies);
        devices = List.copyOf(devices);
    }

    /**
     * Reads a file.
     *
     * @throws UsageException naming file, line and key of whatever is wrong
     */
    static DeviceFile read(String name) {
        try {
            return parse(YamlText.of(name, "a device file"), name);
        } catch (YamlMistake e) {
            throw new UsageException(String.valueOf(e.getMessage()), e);
        }
    }

    static DeviceFile parse(String text, String name) {
        try {
            return of(text, name);
        } catch (YamlMistake e) {
            throw new UsageException(String.valueOf(e.getMessage()), e);
        }
    }

    private static DeviceFile of(String text, String name) {
        YamlMap file = YamlMap.read(text, name, KEYS);
        String grid = file.text("grid");
        List<Entry> devices = new ArrayList<>();
        Optional<YamlMap> sample = file.map("sample", SAMPLE_KEYS);
        try {
            new SampleGrid(grid, 1, 1, 0);
        } catch (IllegalArgumentException e) {
            throw file.error("grid", "'" + grid + "'", "1..32 lower-case letters, digits and hyphens");
        }
        sample.ifPresent(layout -> sample(grid, layout).forEach(devices::add));
        for (YamlMap each : file.maps("devices", DEVICE_KEYS)) {
            devices.add(entry(each));
        }
        if (devices.isEmpty() || devices.size() > MAX_DEVICES) {
            throw new UsageException(name + ": " + devices.size() + " devices (expected: 1.." + MAX_DEVICES
                    + ", from sample or devices)");
        }
        Set<String> names = new HashSet<>();
        for (Entry device : devices) {
            if (!names.add(device.place().name())) {
                throw new UsageException(
                        name + ": two devices named " + device.place().name() + " (expected: one)");
            }
        }
        return new DeviceFile(
                grid,
                zone(file),
                date(file),
                file.integer("seed", 1, 0, Long.MAX_VALUE / 10),
                (int) file.integer("port", 0, 0, 65_535),
                presence(file, name),
                PeersSection.of(file),
                AggregationSection.of(file, name),
                policies(file.named("gossip")),
                devices);
    }

    private static Map<String, PortGossip> policies(YamlMap gossip) {
        Map<String, PortGossip> policies = new LinkedHashMap<>();
        for (String portType : gossip.keys()) {
            if (!PORT_TYPES.contains(portType)) {
                throw gossip.error(portType, "no service of these devices", "one of " + PORT_TYPES);
            }
            YamlMap service = gossip.named(portType);
            GossipPolicy ofAll = policy(service, Set.of(OPERATIONS));
            Map<String, GossipPolicy> single = new LinkedHashMap<>();
            YamlMap operations = service.named(OPERATIONS);
            for (String operation : operations.keys()) {
                single.put(operation, policy(operations.named(operation), Set.of()));
            }
            policies.put(portType, new PortGossip(ofAll, single, null));
        }
        return policies;
    }

    /** Names and words as {@code inspect} prints them. */
    private static GossipPolicy policy(YamlMap values, Set<String> others) {
        GossipPolicy.Builder policy = GossipPolicy.builder();
        for (String key : values.keys()) {
            if (!others.contains(key)) {
                try {
                    policy.word(key, values.text(key));
                    GossipPolicy unused = policy.build(); // Here the key is known that is to blame.
                } catch (PolicyException e) {
                    throw values.error(key, YamlMap.quoted(e.value()), e.expected());
                }
            }
        }
        return policy.build();
    }

    private static Presence presence(YamlMap file, String name) {
        Optional<URI> proxy = Optional.empty();
        if (file.has("proxy")) {
            try {
                proxy = Optional.of(Values.httpAddress("proxy", file.text("proxy")));
            } catch (UsageException e) {
                throw file.error("proxy", "'" + file.text("proxy") + "'", "http://host:port/path");
            }
        }
        return new Presence(
                file.texts("interfaces"),
                file.has("state") ? Optional.of(path(file, "state", file.text("state"), name)) : Optional.empty(),
                file.map("tls", TLS_KEYS).map(tls -> certificates(tls, name)),
                proxy);
    }

    private static Certificates certificates(YamlMap tls, String name) {
        String asked = tls.text("client-auth", "none");
        Optional<TlsSettings.ClientAuthentication> clients = Arrays.stream(TlsSettings.ClientAuthentication.values())
                .filter(each -> each.name().toLowerCase(Locale.ROOT).equals(asked))
                .findFirst();
        if (clients.isEmpty()) {
            throw tls.error("client-auth", "'" + asked + "'", "none | wanted | needed");
        }
        List<Path> trust = tls.texts("trust").stream()
                .map(text -> path(tls, "trust", text, name))
                .toList();
        if (clients.get() != TlsSettings.ClientAuthentication.NONE && trust.isEmpty()) {
            throw tls.error("client-auth", asked + " without trust", "the certificates of trusted clients in trust");
        }
        return new Certificates(
                path(tls, "certificate", tls.text("certificate"), name),
                tls.has("key") ? Optional.of(path(tls, "key", tls.text("key"), name)) : Optional.empty(),
                trust,
                clients.get());
    }

    /** Files are named from the folder of the device file. */
    private static Path path(YamlMap map, String key, String text, String name) {
        try {
            if (!text.isEmpty()) {
                return Path.of(name).resolveSibling(text);
            }
        } catch (InvalidPathException e) {
            throw map.error(key, "'" + text + "'", "a file");
        }
        throw map.error(key, "''", "a file");
    }

    private static List<Entry> sample(String name, YamlMap layout) {
        SampleGrid grid = new SampleGrid(
                name,
                (int) layout.integer("substations", 1, 1, 1_000),
                (int) layout.integer("meters", 1, 1, 10_000),
                (int) layout.integer("appliances", 1, 0, MAX_DEVICES));
        List<Entry> entries = new ArrayList<>();
        for (GridDevice place : grid.devices()) {
            boolean meter = place.role() == DeviceRole.SMART_METER;
            entries.add(new Entry(place, meter ? grid.appliancesOf(place.number()) : 0));
        }
        return entries;
    }

    private static Entry entry(YamlMap device) {
        String roleName = device.text("role");
        Optional<DeviceRole> role = Arrays.stream(DeviceRole.values())
                .filter(each -> each.prefix().equals(roleName))
                .findFirst();
        if (role.isEmpty()) {
            String roles =
                    Arrays.stream(DeviceRole.values()).map(DeviceRole::prefix).collect(Collectors.joining(" | "));
            throw device.error("role", "'" + roleName + "'", roles);
        }
        if (device.has("appliances") && role.get() != DeviceRole.SMART_METER) {
            throw device.error("appliances", "set for role " + roleName, "only for sm");
        }
        List<String> scopes = device.texts("scopes");
        if (scopes.isEmpty()) {
            throw device.error("scopes", "absent or empty", "the segments that the device is in");
        }
        for (String scope : scopes) {
            if (scope.isEmpty() || scope.chars().anyMatch(c -> c <= ' ')) {
                throw device.error("scopes", "'" + scope + "'", "URIs without white space");
            }
        }
        int number = (int) device.integer("number", 1, 1, 1_000_000);
        GridDevice place = new GridDevice(role.get(), number, device.text("name"), scopes);
        return new Entry(place, (int) device.integer("appliances", 0, 0, 1_000_000));
    }

    private static ZoneId zone(YamlMap file) {
        String zone = file.text("zone", "Europe/Berlin");
        try {
            return ZoneId.of(zone);
        } catch (DateTimeException e) {
            throw file.error("zone", "'" + zone + "'", "a time zone such as Europe/Berlin");
        }
    }

    private static LocalDate date(YamlMap file) {
        String date = file.text("date", "2024-06-21");
        try {
            return LocalDate.parse(date);
        } catch (DateTimeException e) {
            throw file.error("date", "'" + date + "'", "a date such as 2024-06-21");
        }
    }
}
