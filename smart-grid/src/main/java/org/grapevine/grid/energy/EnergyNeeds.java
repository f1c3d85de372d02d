package org.grapevine.grid.energy;

import static org.grapevine.grid.payload.Lexical.dateTime;
import static org.grapevine.grid.payload.Lexical.flag;
import static org.grapevine.grid.payload.Lexical.instant;
import static org.grapevine.grid.payload.Lexical.integer;
import static org.grapevine.grid.payload.Lexical.present;
import static org.grapevine.grid.payload.Lexical.require;
import static org.grapevine.grid.payload.Lexical.requireSize;

import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import jakarta.xml.bind.annotation.XmlAttribute;
import jakarta.xml.bind.annotation.XmlElement;
import jakarta.xml.bind.annotation.XmlRootElement;
import jakarta.xml.bind.annotation.XmlSchemaType;
import jakarta.xml.bind.annotation.XmlType;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.grapevine.grid.payload.Lexical;
import org.jspecify.annotations.Nullable;

/**
 * {@link DayNeeds} on the wire: one reading (IEEE 2030.5's word for a value over a time period) for each period. Text
 * until {@link #toDayNeeds} reads it. Nothing changes it once made, so it may be handed between threads.
 */
@XmlRootElement(name = "energyNeeds")
@XmlAccessorType(XmlAccessType.FIELD)
@XmlType(
        name = "EnergyNeeds",
        propOrder = {"numDataSources", "expected", "complete", "oldest", "readings"})
public final class EnergyNeeds {

    public static final String NAMESPACE = "urn:org.grapevine:smart-grid:energy:1";

    @XmlAttribute(required = true)
    @XmlSchemaType(name = "date")
    private @Nullable String date;

    @XmlElement(required = true)
    @XmlSchemaType(name = "unsignedInt")
    private @Nullable String numDataSources;

    @XmlElement(required = true)
    @XmlSchemaType(name = "unsignedInt")
    private @Nullable String expected;

    @XmlElement(required = true)
    @XmlSchemaType(name = "boolean")
    private @Nullable String complete;

    @XmlElement
    @XmlSchemaType(name = "dateTime")
    private @Nullable String oldest;

    @XmlElement(name = "reading", required = true)
    private @Nullable List<Reading> readings;

    /** For JAXB. */
    EnergyNeeds() {}

    public static EnergyNeeds of(DayNeeds needs) {
        EnergyNeeds message = new EnergyNeeds();
        message.date = needs.date().toString();
        message.numDataSources = Long.toString(needs.numDataSources());
        message.expected = Long.toString(needs.expected());
        message.complete = Boolean.toString(needs.complete());
        message.oldest = needs.oldest().map(Instant::toString).orElse(null);
        List<Reading> readings = new ArrayList<>();
        for (PeriodEnergy period : needs.periods()) {
            readings.add(Reading.of(readings.size(), period));
        }
        message.readings = readings;
        return message;
    }

    /**
     * Reads and checks the needs.
     *
     * @throws org.grapevine.grid.payload.MalformedPayloadException for the first thing that is wrong
     */
    public DayNeeds toDayNeeds() {
        List<Reading> present = present("reading", readings, DayPeriods.COUNT + " readings");
        requireSize("reading", present, DayPeriods.COUNT, DayPeriods.COUNT);
        List<PeriodEnergy> periods = new ArrayList<>();
        for (Reading reading : present) {
            periods.add(reading.toPeriodEnergy(periods.size()));
        }
        DayNeeds needs = new DayNeeds(
                Lexical.date("@date", date),
                integer("numDataSources", numDataSources, 0, DayNeeds.MAX_COUNT),
                integer("expected", expected, 0, DayNeeds.MAX_COUNT),
                Optional.ofNullable(oldest).map(text -> instant("oldest", text)),
                periods);
        boolean said = flag("complete", complete);
        require(
                said == needs.complete(),
                "complete",
                said,
                needs.complete() + " for numDataSources " + needs.numDataSources() + " and expected "
                        + needs.expected());
        return needs;
    }

    @XmlAccessorType(XmlAccessType.FIELD)
    @XmlType(
            name = "Reading",
            propOrder = {"start", "duration", "value"})
    private static final class Reading {

        @XmlAttribute(required = true)
        @XmlSchemaType(name = "unsignedByte")
        private @Nullable String key;

        @XmlElement(required = true)
        @XmlSchemaType(name = "dateTime")
        private @Nullable String start;

        @XmlElement(required = true)
        @XmlSchemaType(name = "unsignedInt")
        private @Nullable String duration;

        @XmlElement(required = true)
        @XmlSchemaType(name = "long")
        private @Nullable String value;

        static Reading of(int key, PeriodEnergy period) {
            Reading reading = new Reading();
            reading.key = Integer.toString(key);
            reading.start = DateTimes.text(period.start());
            reading.duration = Long.toString(period.duration().toSeconds());
            reading.value = Long.toString(period.wattHours());
            return reading;
        }

        PeriodEnergy toPeriodEnergy(int expectedKey) {
            long read = integer("reading/@key", key, 0, DayPeriods.COUNT - 1);
            require(read == expectedKey, "reading/@key", read, expectedKey + ", in order");
            return new PeriodEnergy(
                    dateTime("reading/start", start),
                    Duration.ofSeconds(integer("reading/duration", duration, 1, PeriodEnergy.MAX_SECONDS)),
                    integer("reading/value", value, 0, PeriodEnergy.MAX_WATT_HOURS));
        }
    }
}
