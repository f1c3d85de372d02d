package org.grapevine.grid.energy;

import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import jakarta.xml.bind.annotation.XmlElement;
import jakarta.xml.bind.annotation.XmlRootElement;
import jakarta.xml.bind.annotation.XmlSchemaType;
import jakarta.xml.bind.annotation.XmlType;
import java.time.LocalDate;
import org.grapevine.grid.payload.Lexical;
import org.jspecify.annotations.Nullable;

/** Asks for the needs of one local day. Text until {@link #toDate} reads it. */
@XmlRootElement(name = "energyNeedsRequest")
@XmlAccessorType(XmlAccessType.FIELD)
@XmlType(name = "EnergyNeedsRequest")
public final class EnergyNeedsRequest {

    @XmlElement(required = true)
    @XmlSchemaType(name = "date")
    private @Nullable String date;

    /** For JAXB. */
    EnergyNeedsRequest() {}

    public static EnergyNeedsRequest of(LocalDate date) {
        EnergyNeedsRequest request = new EnergyNeedsRequest();
        request.date = date.toString();
        return request;
    }

    /**
     * Reads and checks the day asked for.
     *
     * @throws org.grapevine.grid.payload.MalformedPayloadException if it is none
     */
    public LocalDate toDate() {
        return Lexical.date("date", date);
    }
}
