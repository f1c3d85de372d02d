package org.grapevine.cli.device;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.grapevine.cli.console.UsageException;
import org.grapevine.grid.sample.DeviceRole;
import org.grapevine.grid.sample.GridDevice;
import org.grapevine.grid.sample.SampleGrid;
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
 * @param devices the devices
 */
record DeviceFile(String grid, ZoneId zone, LocalDate date, long seed, int port, List<Entry> devices) {

    private static final int MAX_DEVICES = 20_000;
    private static final Set<String> KEYS = Set.of("grid", "zone", "date", "seed", "port", "sample", "devices");
    private static final Set<String> SAMPLE_KEYS = Set.of("substations", "meters", "appliances");
    private static final Set<String> DEVICE_KEYS = Set.of("role", "number", "name", "scopes", "appliances");

    /**
     * One device.
     *
     * @param appliances how many appliances a meter knows of; 0 for other roles
     */
    record Entry(GridDevice place, int appliances) {}

    DeviceFile {
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
                devices);
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
