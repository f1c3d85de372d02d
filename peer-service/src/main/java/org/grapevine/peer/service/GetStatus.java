package org.grapevine.peer.service;

import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import jakarta.xml.bind.annotation.XmlAttribute;
import jakarta.xml.bind.annotation.XmlElement;
import jakarta.xml.bind.annotation.XmlRootElement;
import jakarta.xml.bind.annotation.XmlSchemaType;
import jakarta.xml.bind.annotation.XmlType;
import java.util.Optional;
import javax.xml.namespace.QName;
import org.grapevine.core.message.Segment;
import org.jspecify.annotations.Nullable;

/** Asks how the views of a device stand. Nothing changes it once made. */
@XmlRootElement(name = "GetStatus")
@XmlAccessorType(XmlAccessType.FIELD)
@XmlType(
        name = "GetStatus",
        propOrder = {"portType", "segment"})
public final class GetStatus {

    private static final int SHOWN = 32;

    /** Entries of each view that are wanted at the most; 32 if absent. */
    @XmlAttribute
    @XmlSchemaType(name = "unsignedInt")
    private @Nullable String entries;

    @XmlElement(name = "PortType")
    private @Nullable QName portType;

    @XmlElement(name = "Segment")
    @XmlSchemaType(name = "anyURI")
    private @Nullable String segment;

    /** For JAXB. */
    GetStatus() {}

    static GetStatus of(Optional<QName> portType, Optional<Segment> segment, int entries) {
        GetStatus message = new GetStatus();
        message.portType = portType.orElse(null);
        message.segment = segment.map(Segment::scope).orElse(null);
        message.entries = Integer.toString(entries);
        return message;
    }

    /** Absent for all. */
    Optional<QName> portType() {
        return Optional.ofNullable(portType).map(name -> Lexical.qname("PortType", name));
    }

    /** Absent for all. */
    Optional<Segment> segment() {
        return Optional.ofNullable(segment).map(scope -> new Segment(Lexical.word("Segment", scope)));
    }

    int shown() {
        return entries == null ? SHOWN : Lexical.small("entries", entries, 0, Peers1.MAX_SHOWN);
    }
}
