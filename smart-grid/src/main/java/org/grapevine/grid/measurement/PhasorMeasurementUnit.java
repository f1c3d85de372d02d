package org.grapevine.grid.measurement;

import static org.grapevine.grid.payload.Lexical.require;

import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;

/** Measures the voltage of one device, once a second, at the full second. Any thread. */
public final class PhasorMeasurementUnit implements GridMeasurements {

    private final String device;
    private final PhasorSource source;
    private final InstantSource clock;

    /**
     * A unit.
     *
     * @param device name of the device that it is a part of
     * @param clock says which measurement is the last; all devices need the same time
     */
    public PhasorMeasurementUnit(String device, PhasorSource source, InstantSource clock) {
        this.device = device;
        this.source = source;
        this.clock = clock;
    }

    /** The last voltage. */
    public VoltageReading lastVoltage() {
        Instant last = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        return new VoltageReading(device, last, source.at(last).volts());
    }

    /**
     * The angle at the full second before an instant.
     *
     * @throws org.grapevine.grid.payload.MalformedPayloadException if that is to come
     */
    public AngleRange phaseAngle(Instant at) {
        Instant now = clock.instant();
        require(!at.isAfter(now), "at", at, now + ", which is now, or before");
        return AngleRange.of(source.at(at.truncatedTo(ChronoUnit.SECONDS)));
    }

    @Override
    public Voltages lastVoltage(LastVoltageRequest lastVoltageRequest) {
        return Voltages.of(List.of(lastVoltage()));
    }

    @Override
    public PhaseAngles phaseAngles(PhaseAnglesRequest phaseAnglesRequest) {
        return PhaseAngles.of(phaseAngle(phaseAnglesRequest.toInstant()));
    }
}
