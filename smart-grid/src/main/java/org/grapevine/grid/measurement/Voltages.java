package org.grapevine.grid.measurement;

import static org.grapevine.grid.payload.Lexical.decimal;
import static org.grapevine.grid.payload.Lexical.instant;
import static org.grapevine.grid.payload.Lexical.present;
import static org.grapevine.grid.payload.Lexical.requireSize;
import static org.grapevine.grid.payload.Lexical.text;

import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import jakarta.xml.bind.annotation.XmlAttribute;
import jakarta.xml.bind.annotation.XmlElement;
import jakarta.xml.bind.annotation.XmlRootElement;
import jakarta.xml.bind.annotation.XmlSchemaType;
import jakarta.xml.bind.annotation.XmlType;
import jakarta.xml.bind.annotation.XmlValue;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@link VoltageReading}s on the wire: one from a device, many where somebody has put them together. Text until {@link #toReadings} reads
 * them. Nothing changes it once made, so it may be handed between threads.
 */
@XmlRootElement(name = "voltages")
@XmlAccessorType(XmlAccessType.FIELD)
@XmlType(name = "Voltages")
public final class Voltages {

    static final int MOST = 10_000;

    @XmlElement(name = "voltage", required = true)
    private @Nullable List<Voltage> voltages;

    /** For JAXB. */
    Voltages() {}

    public static Voltages of(List<VoltageReading> readings) {
        Voltages message = new Voltages();
        message.voltages = new ArrayList<>(readings.stream().map(Voltage::of).toList());
        return message;
    }

    /**
     * Reads and checks the voltages.
     *
     * @throws org.grapevine.grid.payload.MalformedPayloadException for the first thing that is wrong
     */
    public List<VoltageReading> toReadings() {
        List<Voltage> present = present("voltage", voltages, "1.." + MOST + " voltages");
        requireSize("voltage", present, 1, MOST);
        return present.stream().map(Voltage::toReading).toList();
    }

    @XmlAccessorType(XmlAccessType.FIELD)
    @XmlType(name = "Voltage")
    private static final class Voltage {

        @XmlAttribute(required = true)
        private @Nullable String device;

        @XmlAttribute(required = true)
        @XmlSchemaType(name = "dateTime")
        private @Nullable String taken;

        @XmlValue
        private @Nullable String volts;

        static Voltage of(VoltageReading reading) {
            Voltage voltage = new Voltage();
            voltage.device = reading.device();
            voltage.taken = reading.taken().toString();
            voltage.volts = reading.volts().toPlainString();
            return voltage;
        }

        VoltageReading toReading() {
            return new VoltageReading(
                    text("voltage/@device", device, VoltageReading.DEVICE_CHARACTERS),
                    instant("voltage/@taken", taken),
                    decimal("voltage", volts));
        }
    }
}
