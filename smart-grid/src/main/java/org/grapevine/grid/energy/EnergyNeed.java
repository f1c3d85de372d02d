package org.grapevine.grid.energy;

import static org.grapevine.grid.payload.Lexical.flag;
import static org.grapevine.grid.payload.Lexical.instant;
import static org.grapevine.grid.payload.Lexical.integer;
import static org.grapevine.grid.payload.Lexical.present;
import static org.grapevine.grid.payload.Lexical.text;

import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import jakarta.xml.bind.annotation.XmlElement;
import jakarta.xml.bind.annotation.XmlRootElement;
import jakarta.xml.bind.annotation.XmlSchemaType;
import jakarta.xml.bind.annotation.XmlType;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A {@link FlowReservation} on the wire. Text until {@link #toReservation} reads it. */
@XmlRootElement(name = "energyNeed")
@XmlAccessorType(XmlAccessType.FIELD)
@XmlType(
        name = "EnergyNeed",
        propOrder = {
            "mrid",
            "energyRequested",
            "powerRequested",
            "durationRequested",
            "intervalRequested",
            "interruptible"
        })
public final class EnergyNeed {

    private static final int MRID_CHARACTERS = 32;
    private static final long MAX_SECONDS = 0xFFFF_FFFFL;

    @XmlElement(name = "mRID", required = true)
    private @Nullable String mrid;

    @XmlElement(required = true)
    @XmlSchemaType(name = "unsignedInt")
    private @Nullable String energyRequested;

    @XmlElement(required = true)
    @XmlSchemaType(name = "unsignedInt")
    private @Nullable String powerRequested;

    @XmlElement(required = true)
    @XmlSchemaType(name = "unsignedInt")
    private @Nullable String durationRequested;

    @XmlElement(required = true)
    private @Nullable Interval intervalRequested;

    @XmlElement(required = true)
    @XmlSchemaType(name = "boolean")
    private @Nullable String interruptible;

    /** For JAXB. */
    EnergyNeed() {}

    public static EnergyNeed of(FlowReservation reservation) {
        EnergyNeed need = new EnergyNeed();
        need.mrid = reservation.mrid();
        need.energyRequested = Long.toString(reservation.energyRequestedWh());
        need.powerRequested = Long.toString(reservation.powerRequestedW());
        need.durationRequested = Long.toString(reservation.durationRequested().toSeconds());
        need.intervalRequested = Interval.of(reservation);
        need.interruptible = Boolean.toString(reservation.interruptible());
        return need;
    }

    /**
     * Reads and checks the need.
     *
     * @throws org.grapevine.grid.payload.MalformedPayloadException for the first thing that is wrong
     */
    public FlowReservation toReservation() {
        Interval interval = present("intervalRequested", intervalRequested, "start and duration");
        return new FlowReservation(
                text("mRID", mrid, MRID_CHARACTERS),
                integer("energyRequested", energyRequested, 0, FlowReservation.MAX_AMOUNT),
                integer("powerRequested", powerRequested, 0, FlowReservation.MAX_AMOUNT),
                Duration.ofSeconds(integer("durationRequested", durationRequested, 0, MAX_SECONDS)),
                instant("intervalRequested/start", interval.start),
                Duration.ofSeconds(integer("intervalRequested/duration", interval.duration, 0, MAX_SECONDS)),
                flag("interruptible", interruptible));
    }

    @XmlAccessorType(XmlAccessType.FIELD)
    @XmlType(
            name = "DateTimeInterval",
            propOrder = {"start", "duration"})
    private static final class Interval {

        @XmlElement(required = true)
        @XmlSchemaType(name = "dateTime")
        private @Nullable String start;

        @XmlElement(required = true)
        @XmlSchemaType(name = "unsignedInt")
        private @Nullable String duration;

        static Interval of(FlowReservation reservation) {
            Interval interval = new Interval();
            interval.start = reservation.start().toString();
            interval.duration = Long.toString(reservation.window().toSeconds());
            return interval;
        }
    }
}
