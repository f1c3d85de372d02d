package org.grapevine.grid.data;

import java.time.Duration;
import java.time.LocalTime;

/**
 * What a recorded charging session tells about a habit.
 *
 * @param id the session's number in the data
 * @param plugIn local time of day
 * @param connected from plug-in to plug-out
 * @param wattHours charged energy in Wh
 * @param watts 3,600 or 7,200 W; not recorded but, as the data's authors assume, the lower one where that suffices for
 *     the energy in the time
 */
public record ChargingSession(int id, LocalTime plugIn, Duration connected, long wattHours, long watts) {}
