package org.grapevine.grid.sample;

import static org.grapevine.grid.Arguments.requireArgument;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The layout of a grid: one information system and the substation controllers in a WAN, a field network (FAN) behind
 * each controller with its meters, a home network (HAN) behind each meter with its appliances. Meters are spread evenly
 * over controllers and appliances over meters, neighbours staying together; the numbers of two controllers' meters, or
 * two meters' appliances, differ by one at most. With fewer meters than controllers some controllers have none.
 *
 * @param name tells grids on one network apart; lower-case letters, digits and hyphens, 1..32 characters
 * @param substations 1..1,000
 * @param meters 1..100,000
 * @param appliances 0..1,000,000
 */
public record SampleGrid(String name, int substations, int meters, int appliances) {

    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,31}");
    private static final int MAX_SUBSTATIONS = 1000;
    private static final int MAX_METERS = 100_000;
    private static final int MAX_APPLIANCES = 1_000_000;

    public SampleGrid {
        requireArgument(NAME.matcher(name).matches(), "name", name, "1..32 lower-case letters, digits and hyphens");
        requireArgument(
                substations >= 1 && substations <= MAX_SUBSTATIONS,
                "substations",
                substations,
                "1.." + MAX_SUBSTATIONS);
        requireArgument(meters >= 1 && meters <= MAX_METERS, "meters", meters, "1.." + MAX_METERS);
        requireArgument(
                appliances >= 0 && appliances <= MAX_APPLIANCES, "appliances", appliances, "0.." + MAX_APPLIANCES);
    }

    /** The scope above all segments: a tariff for this group concerns every device of the grid. */
    public String scope() {
        return "grid:" + name;
    }

    public String wan() {
        return scope() + "/wan";
    }

    /** The field network behind a controller. */
    public String fan(int substation) {
        requireArgument(substation >= 1 && substation <= substations, "substation", substation, "1.." + substations);
        return scope() + "/fan/ssc-" + substation;
    }

    /** The home network behind a meter. */
    public String han(int meter) {
        requireArgument(meter >= 1 && meter <= meters, "meter", meter, "1.." + meters);
        return scope() + "/han/sm-" + meter;
    }

    /** The controller in whose field network a meter is. */
    public int substationOf(int meter) {
        requireArgument(meter >= 1 && meter <= meters, "meter", meter, "1.." + meters);
        return part(meter, meters, substations);
    }

    /** The meter in whose home network an appliance is. */
    public int meterOf(int appliance) {
        requireArgument(appliance >= 1 && appliance <= appliances, "appliance", appliance, "1.." + appliances);
        return part(appliance, appliances, meters);
    }

    /** How many appliances are behind a meter. */
    public int appliancesOf(int meter) {
        requireArgument(meter >= 1 && meter <= meters, "meter", meter, "1.." + meters);
        return firstAfter(meter, appliances, meters) - firstAfter(meter - 1, appliances, meters);
    }

    public GridDevice informationSystem() {
        return new GridDevice(DeviceRole.INFORMATION_SYSTEM, 1, DeviceRole.INFORMATION_SYSTEM.prefix(), List.of(wan()));
    }

    public GridDevice substation(int number) {
        return device(DeviceRole.SUBSTATION_CONTROLLER, number, List.of(wan(), fan(number)));
    }

    public GridDevice meter(int number) {
        return device(DeviceRole.SMART_METER, number, List.of(fan(substationOf(number)), han(number)));
    }

    public GridDevice appliance(int number) {
        return device(DeviceRole.APPLIANCE, number, List.of(han(meterOf(number))));
    }

    /** All devices: the information system, the controllers, the meters, the appliances, each by number. */
    public List<GridDevice> devices() {
        List<GridDevice> devices = new ArrayList<>();
        devices.add(informationSystem());
        for (int number = 1; number <= substations; number++) {
            devices.add(substation(number));
        }
        for (int number = 1; number <= meters; number++) {
            devices.add(meter(number));
        }
        for (int number = 1; number <= appliances; number++) {
            devices.add(appliance(number));
        }
        return devices;
    }

    /** Of {@code parts} nearly equal parts of 1..{@code whole}, the one in which {@code number} is, from 1. */
    private static int part(int number, int whole, int parts) {
        return (int) ((number - 1L) * parts / whole) + 1;
    }

    /** How many numbers are in the first {@code part} parts. */
    private static int firstAfter(int part, int whole, int parts) {
        return (int) (((long) part * whole + parts - 1) / parts);
    }

    private static GridDevice device(DeviceRole role, int number, List<String> scopes) {
        return new GridDevice(role, number, role.prefix() + "-" + number, scopes);
    }
}
