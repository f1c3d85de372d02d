package org.grapevine.grid.device;

import java.util.function.Function;
import org.grapevine.grid.tariff.Tariff;
import org.grapevine.grid.tariff.TariffEvent;
import org.grapevine.grid.tariff.TariffService;

/** The tariff service of one device. Called by several application threads. */
final class TariffReceiver implements TariffService {

    private final String device;
    private final Function<Tariff, Boolean> taker;
    private final TariffListener listener;

    /**
     * Makes a receiver.
     *
     * @param taker keeps a tariff, or refuses one that is older than what it has
     */
    TariffReceiver(String device, Function<Tariff, Boolean> taker, TariffListener listener) {
        this.device = device;
        this.taker = taker;
        this.listener = listener;
    }

    @Override
    public void tariffChanged(TariffEvent tariffEvent) {
        Tariff tariff = tariffEvent.toTariff();
        listener.received(device, tariff, taker.apply(tariff));
    }
}
