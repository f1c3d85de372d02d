package org.grapevine.grid.device;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.grapevine.dpws.device.Device;
import org.grapevine.dpws.device.DeviceHost;
import org.grapevine.dpws.metadata.ThisModel;
import org.grapevine.grid.appliance.Appliance;
import org.grapevine.grid.appliance.Concentrator;
import org.grapevine.grid.energy.DayNeeds;
import org.grapevine.grid.energy.EnergyNeeds;
import org.grapevine.grid.energy.EnergyNeedsRequest;
import org.grapevine.grid.energy.EnergyNeedsService;
import org.grapevine.grid.measurement.GridMeasurements;
import org.grapevine.grid.measurement.PhasorMeasurementUnit;
import org.grapevine.grid.sample.DeviceRole;
import org.grapevine.grid.sample.GridDevice;
import org.grapevine.grid.sample.SampleFeeder;
import org.grapevine.grid.tariff.TariffBook;

/**
 * One device of the grid on a device host: its tariff service, its energy-needs service, its measurements, and the shadows that their
 * annotations ask for. Any thread.
 */
public final class GridNode {

    /** Tariffs that a device without appliances keeps; a year of days and some. */
    private static final int TARIFFS = 400;

    private final GridDevice place;
    private final Device device;
    private final Function<LocalDate, DayNeeds> needs;

    private GridNode(GridDevice place, Device device, Function<LocalDate, DayNeeds> needs) {
        this.place = place;
        this.device = device;
        this.needs = needs;
    }

    /** Starts an appliance, which has needs and adapts them to tariffs, and measures what {@link SampleFeeder} says. */
    public static GridNode ofAppliance(
            DeviceHost host, GridDevice place, String identity, Appliance appliance, TariffListener listener) {
        return ofAppliance(host, place, identity, appliance, measured(place, appliance.zone()), listener);
    }

    /** Starts an appliance that measures something else, or nothing. */
    public static GridNode ofAppliance(
            DeviceHost host,
            GridDevice place,
            String identity,
            Appliance appliance,
            Optional<GridMeasurements> measurements,
            TariffListener listener) {
        TariffReceiver tariffs = new TariffReceiver(place.name(), appliance::onTariff, listener);
        EnergyNeedsService needs = appliance::needs;
        return new GridNode(place, start(host, place, identity, tariffs, needs, measurements), appliance::dayNeeds);
    }

    /**
     * Starts any other device, which knows of appliances but has no needs of its own. All but the information system measure what {@link
     * SampleFeeder} says.
     *
     * @param appliances how many appliances it knows of: those in a meter's home, none for the devices above it
     */
    public static GridNode ofConcentrator(
            DeviceHost host, GridDevice place, String identity, ZoneId zone, int appliances, TariffListener listener) {
        Optional<GridMeasurements> measurements =
                place.role() == DeviceRole.INFORMATION_SYSTEM ? Optional.empty() : measured(place, zone);
        return ofConcentrator(host, place, identity, zone, appliances, measurements, listener);
    }

    /** Starts any other device, which measures something else, or nothing. */
    public static GridNode ofConcentrator(
            DeviceHost host,
            GridDevice place,
            String identity,
            ZoneId zone,
            int appliances,
            Optional<GridMeasurements> measurements,
            TariffListener listener) {
        Concentrator concentrator = new Concentrator(place.name(), zone, appliances);
        TariffBook book = new TariffBook(TARIFFS);
        TariffReceiver tariffs = new TariffReceiver(place.name(), tariff -> isNews(book.offer(tariff)), listener);
        EnergyNeedsService needs = concentrator::needs;
        return new GridNode(place, start(host, place, identity, tariffs, needs, measurements), concentrator::dayNeeds);
    }

    private static Optional<GridMeasurements> measured(GridDevice place, ZoneId zone) {
        return Optional.of(
                new PhasorMeasurementUnit(place.name(), SampleFeeder.of(place, zone), InstantSource.system()));
    }

    private static boolean isNews(TariffBook.Outcome outcome) {
        return outcome == TariffBook.Outcome.ACCEPTED;
    }

    private static Device start(
            DeviceHost host,
            GridDevice place,
            String identity,
            TariffReceiver tariffs,
            EnergyNeedsService needs,
            Optional<GridMeasurements> measurements) {
        Device.Builder device = Device.named(place.name())
                .types(GridTypes.of(place.role()))
                .scopes(place.scopes())
                .endpoint("urn:uuid:" + UUID.nameUUIDFromBytes((identity + "/" + place.name()).getBytes(UTF_8)))
                .model(ThisModel.of("Grapevine", GridTypes.of(place.role()).getLocalPart()))
                .host(tariffs)
                .host(new NeedsAnswerer(needs));
        measurements.ifPresent(device::host);
        return device.start(host);
    }

    /** CXF looks for the interface on a class with a name; a lambda has none. */
    private record NeedsAnswerer(EnergyNeedsService service) implements EnergyNeedsService {
        @Override
        public EnergyNeeds needs(EnergyNeedsRequest energyNeedsRequest) {
            return service.needs(energyNeedsRequest);
        }
    }

    public GridDevice place() {
        return place;
    }

    public Device device() {
        return device;
    }

    /** What the device would answer itself: the truth beside which an aggregation is shown. */
    public DayNeeds truth(LocalDate date) {
        return needs.apply(date);
    }
}
