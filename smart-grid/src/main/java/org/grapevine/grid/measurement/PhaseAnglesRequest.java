package org.grapevine.grid.measurement;

import static org.grapevine.grid.payload.Lexical.instant;

import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import jakarta.xml.bind.annotation.XmlElement;
import jakarta.xml.bind.annotation.XmlRootElement;
import jakarta.xml.bind.annotation.XmlSchemaType;
import jakarta.xml.bind.annotation.XmlType;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Asks for the phase angle at an instant. It names the instant, since the angles of all devices turn together while the frequency of the
 * grid is not the nominal one: what two of them measure at different times cannot be compared. Text until {@link #toInstant} reads it.
 */
@XmlRootElement(name = "phaseAnglesRequest")
@XmlAccessorType(XmlAccessType.FIELD)
@XmlType(name = "PhaseAnglesRequest")
public final class PhaseAnglesRequest {

    @XmlElement(required = true)
    @XmlSchemaType(name = "dateTime")
    private @Nullable String at;

    /** For JAXB. */
    PhaseAnglesRequest() {}

    public static PhaseAnglesRequest of(Instant at) {
        PhaseAnglesRequest request = new PhaseAnglesRequest();
        request.at = at.toString();
        return request;
    }

    /**
     * Reads and checks the instant asked for.
     *
     * @throws org.grapevine.grid.payload.MalformedPayloadException if it is none
     */
    public Instant toInstant() {
        return instant("at", at);
    }
}
