package org.grapevine.grid.device;

import org.grapevine.grid.tariff.Tariff;

/** Hears of every tariff that a device was handed. Called by several threads, and must not block. */
@FunctionalInterface
public interface TariffListener {

    /**
     * A tariff has come.
     *
     * @param device name of the device
     * @param taken false if the device had it already, or a newer one, or it is not concerned
     */
    void received(String device, Tariff tariff, boolean taken);
}
