package org.grapevine.grid.tariff;

import static org.grapevine.grid.payload.Lexical.decimal;
import static org.grapevine.grid.payload.Lexical.duration;
import static org.grapevine.grid.payload.Lexical.instant;
import static org.grapevine.grid.payload.Lexical.integer;
import static org.grapevine.grid.payload.Lexical.malformed;
import static org.grapevine.grid.payload.Lexical.present;
import static org.grapevine.grid.payload.Lexical.require;
import static org.grapevine.grid.payload.Lexical.requireSize;
import static org.grapevine.grid.payload.Lexical.text;

import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import jakarta.xml.bind.annotation.XmlAttribute;
import jakarta.xml.bind.annotation.XmlElement;
import jakarta.xml.bind.annotation.XmlElementWrapper;
import jakarta.xml.bind.annotation.XmlRootElement;
import jakarta.xml.bind.annotation.XmlSchemaType;
import jakarta.xml.bind.annotation.XmlType;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A tariff on the wire, in the shape of OpenADR 2.0b's EiEvent. It is text until {@link #toTariff} reads it. To make
 * one, start from a {@link Tariff}. Nothing changes it afterwards, so it may be handed between threads.
 *
 * <p>One day of 25 hourly prices stays below 2,900 bytes, so that the envelope fits one UDP datagram: intervals share
 * their duration and carry uid and price as attributes, as a namespace prefix on child elements would cost 600 bytes.
 */
@XmlRootElement(name = "tariffEvent")
@XmlAccessorType(XmlAccessType.FIELD)
@XmlType(
        name = "TariffEvent",
        propOrder = {
            "eventId",
            "modificationNumber",
            "status",
            "createdDateTime",
            "issuer",
            "activePeriod",
            "signal",
            "target"
        })
public final class TariffEvent {

    public static final String NAMESPACE = "urn:org.grapevine:smart-grid:tariff:1";
    static final String ELECTRICITY_PRICE = "ELECTRICITY_PRICE";

    @XmlElement(name = "eventID", required = true)
    private @Nullable String eventId;

    @XmlElement(required = true)
    @XmlSchemaType(name = "unsignedInt")
    private @Nullable String modificationNumber;

    @XmlElement(required = true)
    private @Nullable String status;

    @XmlElement(required = true)
    @XmlSchemaType(name = "dateTime")
    private @Nullable String createdDateTime;

    @XmlElement(required = true)
    private @Nullable String issuer;

    @XmlElement(required = true)
    private @Nullable ActivePeriod activePeriod;

    @XmlElement(required = true)
    private @Nullable Signal signal;

    @XmlElement
    private @Nullable Target target;

    /** For JAXB. */
    TariffEvent() {}

    public static TariffEvent of(Tariff tariff) {
        TariffEvent event = new TariffEvent();
        event.eventId = tariff.eventId();
        event.modificationNumber = Long.toString(tariff.modificationNumber());
        event.status = tariff.status().word();
        event.createdDateTime = tariff.createdAt().toString();
        event.issuer = tariff.issuer();
        event.activePeriod = ActivePeriod.of(tariff);
        event.signal = Signal.of(tariff);
        event.target = tariff.groups().isEmpty() ? null : Target.of(tariff.groups());
        return event;
    }

    /**
     * Reads and checks the event.
     *
     * @throws org.grapevine.grid.payload.MalformedPayloadException for the first thing that is wrong
     */
    public Tariff toTariff() {
        String statusWord = text("status", status, Tariff.MAX_NAME_CHARACTERS);
        TariffStatus known = TariffStatus.of(statusWord)
                .orElseThrow(() -> malformed("status", statusWord, "none, far, near, active, completed or cancelled"));
        ActivePeriod period = present("activePeriod", activePeriod, "start and duration");
        Signal prices = present("signal", signal, "the prices");
        Tariff tariff = new Tariff(
                text("eventID", eventId, Tariff.MAX_NAME_CHARACTERS),
                integer("modificationNumber", modificationNumber, 0, Tariff.MAX_MODIFICATION_NUMBER),
                known,
                instant("createdDateTime", createdDateTime),
                text("issuer", issuer, Tariff.MAX_NAME_CHARACTERS),
                instant("activePeriod/start", period.start),
                duration("signal/intervalDuration", prices.intervalDuration),
                prices.currency(),
                prices.prices(),
                target == null ? List.of() : target.groups());
        Duration active = duration("activePeriod/duration", period.duration);
        Duration covered = Duration.between(tariff.start(), tariff.end());
        require(
                active.equals(covered),
                "activePeriod/duration",
                active,
                covered + ", as " + tariff.prices().size() + " intervals of " + tariff.interval() + " take");
        return tariff;
    }

    @XmlAccessorType(XmlAccessType.FIELD)
    @XmlType(
            name = "ActivePeriod",
            propOrder = {"start", "duration"})
    private static final class ActivePeriod {

        @XmlElement(required = true)
        @XmlSchemaType(name = "dateTime")
        private @Nullable String start;

        @XmlElement(required = true)
        @XmlSchemaType(name = "duration")
        private @Nullable String duration;

        static ActivePeriod of(Tariff tariff) {
            ActivePeriod period = new ActivePeriod();
            Instant start = tariff.start();
            period.start = start.toString();
            period.duration = Duration.between(start, tariff.end()).toString();
            return period;
        }
    }

    @XmlAccessorType(XmlAccessType.FIELD)
    @XmlType(
            name = "Signal",
            propOrder = {"signalName", "currency", "unit", "intervalDuration", "intervals"})
    private static final class Signal {

        @XmlElement(required = true)
        private @Nullable String signalName;

        @XmlElement(required = true)
        private @Nullable String currency;

        @XmlElement(required = true)
        private @Nullable String unit;

        @XmlElement(required = true)
        @XmlSchemaType(name = "duration")
        private @Nullable String intervalDuration;

        @XmlElementWrapper(name = "intervals", required = true)
        @XmlElement(name = "interval", required = true)
        private @Nullable List<Interval> intervals;

        static Signal of(Tariff tariff) {
            Signal signal = new Signal();
            signal.signalName = ELECTRICITY_PRICE;
            signal.currency = tariff.currency().getCurrencyCode();
            signal.unit = unitOf(tariff.currency());
            signal.intervalDuration = tariff.interval().toString();
            List<Interval> intervals = new ArrayList<>();
            for (BigDecimal price : tariff.prices()) {
                intervals.add(Interval.of(intervals.size(), price));
            }
            signal.intervals = intervals;
            return signal;
        }

        Currency currency() {
            String name = text("signal/signalName", signalName, Tariff.MAX_NAME_CHARACTERS);
            require(name.equals(ELECTRICITY_PRICE), "signal/signalName", name, ELECTRICITY_PRICE);
            String code = text("signal/currency", currency, Tariff.MAX_NAME_CHARACTERS);
            Currency known;
            try {
                known = Currency.getInstance(code);
            } catch (IllegalArgumentException unknown) {
                throw malformed("signal/currency", code, "an ISO 4217 code such as EUR");
            }
            String written = text("signal/unit", unit, Tariff.MAX_NAME_CHARACTERS);
            require(written.equals(unitOf(known)), "signal/unit", written, unitOf(known));
            return known;
        }

        List<BigDecimal> prices() {
            List<Interval> present =
                    present("signal/intervals", intervals, "1.." + Tariff.MAX_INTERVALS + " intervals");
            requireSize("signal/intervals/interval", present, 1, Tariff.MAX_INTERVALS);
            List<BigDecimal> prices = new ArrayList<>();
            for (Interval interval : present) {
                long uid = integer("signal/intervals/interval/@uid", interval.uid, 0, Tariff.MAX_INTERVALS - 1);
                require(uid == prices.size(), "signal/intervals/interval/@uid", uid, prices.size() + ", in order");
                prices.add(decimal("signal/intervals/interval/@payloadFloat", interval.payloadFloat));
            }
            return prices;
        }

        private static String unitOf(Currency currency) {
            return currency.getCurrencyCode() + "/kWh";
        }
    }

    @XmlAccessorType(XmlAccessType.FIELD)
    @XmlType(name = "Interval")
    private static final class Interval {

        @XmlAttribute(required = true)
        @XmlSchemaType(name = "unsignedByte")
        private @Nullable String uid;

        @XmlAttribute(required = true)
        @XmlSchemaType(name = "decimal")
        private @Nullable String payloadFloat;

        static Interval of(int uid, BigDecimal price) {
            Interval interval = new Interval();
            interval.uid = Integer.toString(uid);
            interval.payloadFloat = price.toPlainString();
            return interval;
        }
    }

    @XmlAccessorType(XmlAccessType.FIELD)
    @XmlType(name = "Target")
    private static final class Target {

        @XmlElement(name = "groupID", required = true)
        private @Nullable List<String> groupIds;

        static Target of(List<String> groups) {
            Target target = new Target();
            target.groupIds = groups;
            return target;
        }

        List<String> groups() {
            List<String> groups = present("target/groupID", groupIds, "1.." + Tariff.MAX_GROUPS + " groups");
            requireSize("target/groupID", groups, 1, Tariff.MAX_GROUPS);
            return groups;
        }
    }
}
