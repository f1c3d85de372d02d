package org.grapevine.grid.device;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.LocalDate;
import java.time.ZoneId;
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
import org.grapevine.grid.sample.GridDevice;
import org.grapevine.grid.tariff.TariffBook;

/**
 * One device of the grid on a device host: its tariff service, its energy-needs service, and the shadows that their annotations ask
 * for. Any thread.
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

    /** Starts an appliance, which has needs and adapts them to tariffs. */
    public static GridNode ofAppliance(
            DeviceHost host, GridDevice place, String identity, Appliance appliance, TariffListener listener) {
        TariffReceiver tariffs = new TariffReceiver(place.name(), appliance::onTariff, listener);
        EnergyNeedsService needs = appliance::needs;
        return new GridNode(place, start(host, place, identity, tariffs, needs), appliance::dayNeeds);
    }

    /**
     * Starts any other device, which knows of appliances but has no needs of its own.
     *
     * @param appliances how many appliances it knows of: those in a meter's home, none for the devices above it
     */
    public static GridNode ofConcentrator(
            DeviceHost host, GridDevice place, String identity, ZoneId zone, int appliances, TariffListener listener) {
        Concentrator concentrator = new Concentrator(place.name(), zone, appliances);
        TariffBook book = new TariffBook(TARIFFS);
        TariffReceiver tariffs = new TariffReceiver(place.name(), tariff -> isNews(book.offer(tariff)), listener);
        EnergyNeedsService needs = concentrator::needs;
        return new GridNode(place, start(host, place, identity, tariffs, needs), concentrator::dayNeeds);
    }

    private static boolean isNews(TariffBook.Outcome outcome) {
        return outcome == TariffBook.Outcome.ACCEPTED;
    }

    private static Device start(
            DeviceHost host, GridDevice place, String identity, TariffReceiver tariffs, EnergyNeedsService needs) {
        return Device.named(place.name())
                .types(GridTypes.of(place.role()))
                .scopes(place.scopes())
                .endpoint("urn:uuid:" + UUID.nameUUIDFromBytes((identity + "/" + place.name()).getBytes(UTF_8)))
                .model(ThisModel.of("Grapevine", GridTypes.of(place.role()).getLocalPart()))
                .host(tariffs)
                .host(new NeedsAnswerer(needs))
                .start(host);
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
