package org.grapevine.grid;

import jakarta.xml.bind.JAXBContext;
import jakarta.xml.bind.JAXBException;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import javax.xml.XMLConstants;
import javax.xml.transform.stream.StreamSource;
import javax.xml.validation.Schema;
import javax.xml.validation.SchemaFactory;
import org.grapevine.grid.energy.EnergyNeed;
import org.grapevine.grid.energy.EnergyNeeds;
import org.grapevine.grid.energy.EnergyNeedsRequest;
import org.grapevine.grid.measurement.LastVoltageRequest;
import org.grapevine.grid.measurement.PhaseAngles;
import org.grapevine.grid.measurement.PhaseAnglesRequest;
import org.grapevine.grid.measurement.Voltages;
import org.grapevine.grid.tariff.TariffEvent;
import org.xml.sax.SAXException;

/** Payloads to XML and back, and the judgement of the shipped schemas. */
public final class Xml {

    private static final JAXBContext CONTEXT = context();

    private Xml() {}

    private static JAXBContext context() {
        try {
            return JAXBContext.newInstance(
                    TariffEvent.class,
                    EnergyNeeds.class,
                    EnergyNeed.class,
                    EnergyNeedsRequest.class,
                    LastVoltageRequest.class,
                    Voltages.class,
                    PhaseAnglesRequest.class,
                    PhaseAngles.class);
        } catch (JAXBException e) {
            throw new AssertionError(e);
        }
    }

    public static String marshal(Object payload) {
        try {
            StringWriter writer = new StringWriter();
            CONTEXT.createMarshaller().marshal(payload, writer);
            return writer.toString();
        } catch (JAXBException e) {
            throw new AssertionError(e);
        }
    }

    public static <T> T unmarshal(String xml, Class<T> type) {
        try {
            return type.cast(CONTEXT.createUnmarshaller().unmarshal(new StringReader(xml)));
        } catch (JAXBException e) {
            throw new AssertionError(e);
        }
    }

    /** Throws an AssertionError with the validator's words unless the XML is valid against the package's schema. */
    public static void validate(String xml, Class<?> neighbour, String schemaName) {
        try {
            Schema schema = SchemaFactory.newInstance(XMLConstants.W3C_XML_SCHEMA_NS_URI)
                    .newSchema(Objects.requireNonNull(neighbour.getResource(schemaName), schemaName));
            schema.newValidator().validate(new StreamSource(new StringReader(xml)));
        } catch (SAXException | IOException e) {
            throw new AssertionError(e.getMessage() + "\n" + xml, e);
        }
    }

    public static String resource(Class<?> neighbour, String name) {
        try (InputStream stream = Objects.requireNonNull(neighbour.getResourceAsStream(name), name)) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
