package org.grapevine.grid.appliance;

import static org.grapevine.grid.Arguments.requireArgument;

import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Collections;
import java.util.Optional;
import org.grapevine.grid.energy.DayNeeds;
import org.grapevine.grid.energy.DayPeriods;
import org.grapevine.grid.energy.EnergyNeeds;
import org.grapevine.grid.energy.EnergyNeedsRequest;

/**
 * What a smart meter contributes to a sum of needs: nothing of its own, and the number of appliances it knows of, by
 * which the sum can tell whether all were heard. Immutable.
 *
 * @param zone whose days it reckons with
 * @param appliances how many it knows of, 0..1,000,000
 */
public record Concentrator(String name, ZoneId zone, int appliances) {

    private static final int MAX_APPLIANCES = 1_000_000;

    public Concentrator {
        requireArgument(
                appliances >= 0 && appliances <= MAX_APPLIANCES, "appliances", appliances, "0.." + MAX_APPLIANCES);
    }

    public DayNeeds dayNeeds(LocalDate date) {
        return DayNeeds.of(
                new DayPeriods(date, zone), 0, appliances, Optional.empty(), Collections.nCopies(DayPeriods.COUNT, 0L));
    }

    /** Answers a request from the network. */
    public EnergyNeeds needs(EnergyNeedsRequest request) {
        return EnergyNeeds.of(dayNeeds(request.toDate()));
    }
}
