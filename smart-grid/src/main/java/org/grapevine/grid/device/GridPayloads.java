package org.grapevine.grid.device;

import jakarta.xml.bind.JAXBContext;
import jakarta.xml.bind.JAXBException;
import jakarta.xml.bind.Marshaller;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import javax.xml.stream.XMLStreamReader;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.soap.EnvelopeLimits;
import org.grapevine.dpws.soap.EnvelopeReader;
import org.grapevine.dpws.soap.EnvelopeWriter;
import org.grapevine.dpws.soap.MalformedEnvelopeException;
import org.grapevine.grid.energy.DayNeeds;
import org.grapevine.grid.energy.EnergyNeeds;
import org.grapevine.grid.energy.EnergyNeedsRequest;
import org.grapevine.grid.measurement.AngleRange;
import org.grapevine.grid.measurement.LastVoltageRequest;
import org.grapevine.grid.measurement.PhaseAngles;
import org.grapevine.grid.measurement.PhaseAnglesRequest;
import org.grapevine.grid.measurement.VoltageReading;
import org.grapevine.grid.measurement.Voltages;
import org.grapevine.grid.payload.MalformedPayloadException;
import org.grapevine.grid.tariff.TariffEvent;

/** The grid's payloads as XML elements, for a client that sends and reads envelopes itself. Any thread. */
public final class GridPayloads {

    private static final JAXBContext CONTEXT = context();

    /** Of an envelope that goes nowhere. */
    private static final String NO_ACTION = "urn:none";

    private GridPayloads() {}

    private static JAXBContext context() {
        try {
            return JAXBContext.newInstance(
                    TariffEvent.class,
                    EnergyNeedsRequest.class,
                    EnergyNeeds.class,
                    LastVoltageRequest.class,
                    Voltages.class,
                    PhaseAnglesRequest.class,
                    PhaseAngles.class);
        } catch (JAXBException e) {
            throw new IllegalStateException("the payload classes do not fit JAXB", e);
        }
    }

    public static byte[] tariffEvent(TariffEvent event) {
        return element(event);
    }

    public static byte[] needsRequest(LocalDate date) {
        return element(EnergyNeedsRequest.of(date));
    }

    public static byte[] lastVoltageRequest() {
        return element(new LastVoltageRequest());
    }

    public static byte[] phaseAnglesRequest(Instant at) {
        return element(PhaseAnglesRequest.of(at));
    }

    private static byte[] element(Object payload) {
        try {
            Marshaller marshaller = CONTEXT.createMarshaller();
            marshaller.setProperty(Marshaller.JAXB_FRAGMENT, true);
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            marshaller.marshal(payload, bytes);
            return bytes.toByteArray();
        } catch (JAXBException e) {
            throw new IllegalStateException(payload.getClass().getSimpleName() + " cannot be written", e);
        }
    }

    /**
     * Reads the answer to a request for needs.
     *
     * @throws MalformedPayloadException if the body is no {@code energyNeeds}, or one that makes no sense
     */
    public static DayNeeds needs(Envelope answer) {
        return body(answer, EnergyNeeds.class, "energyNeeds", "energy.xsd").toDayNeeds();
    }

    /**
     * Reads the answer to a request for voltages.
     *
     * @throws MalformedPayloadException if the body is no {@code voltages}, or one that makes no sense
     */
    public static List<VoltageReading> voltages(Envelope answer) {
        return body(answer, Voltages.class, "voltages", "measurement.xsd").toReadings();
    }

    /**
     * Reads the answer to a request for phase angles.
     *
     * @throws MalformedPayloadException if the body is no {@code phaseAngles}, or one that makes no sense
     */
    public static AngleRange phaseAngles(Envelope answer) {
        return body(answer, PhaseAngles.class, "phaseAngles", "measurement.xsd").toRange();
    }

    /** As {@link #needs(Envelope)}, from the one element of an answer. */
    public static DayNeeds needs(byte[] answer) {
        return needs(envelope(answer, "energyNeeds", "energy.xsd"));
    }

    /** As {@link #voltages(Envelope)}, from the one element of an answer. */
    public static List<VoltageReading> voltages(byte[] answer) {
        return voltages(envelope(answer, "voltages", "measurement.xsd"));
    }

    /** As {@link #phaseAngles(Envelope)}, from the one element of an answer. */
    public static AngleRange phaseAngles(byte[] answer) {
        return phaseAngles(envelope(answer, "phaseAngles", "measurement.xsd"));
    }

    /** What came from the network is read by the reader that has limits. */
    private static Envelope envelope(byte[] answer, String element, String schema) {
        try {
            return new EnvelopeReader(EnvelopeLimits.http(EnvelopeLimits.HIGHEST_MAX_BYTES))
                    .readWhole(EnvelopeWriter.forAction(NO_ACTION).body(answer).toBytes());
        } catch (MalformedEnvelopeException e) {
            throw malformed(element, e, schema);
        }
    }

    private static <T> T body(Envelope answer, Class<T> type, String element, String schema) {
        try {
            XMLStreamReader body = EnvelopeReader.bodyReader(answer);
            return CONTEXT.createUnmarshaller().unmarshal(body, type).getValue();
        } catch (MalformedEnvelopeException | JAXBException e) {
            throw malformed(element, e, schema);
        }
    }

    private static MalformedPayloadException malformed(String element, Exception e, String schema) {
        return new MalformedPayloadException(
                element + ": " + e.getMessage() + " (expected: the element of " + schema + ")");
    }
}
