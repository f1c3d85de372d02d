package org.grapevine.peer.service;

import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import jakarta.xml.bind.annotation.XmlElement;
import jakarta.xml.bind.annotation.XmlRootElement;
import jakarta.xml.bind.annotation.XmlSchemaType;
import jakarta.xml.bind.annotation.XmlType;
import java.util.ArrayList;
import java.util.List;
import javax.xml.namespace.QName;
import org.grapevine.core.membership.PeerEntry;
import org.grapevine.core.message.Segment;
import org.jspecify.annotations.Nullable;

/** Offers entries for a view, and asks for some of it. Nothing changes it once made. */
@XmlRootElement(name = "ExchangeView")
@XmlAccessorType(XmlAccessType.FIELD)
@XmlType(
        name = "ExchangeView",
        propOrder = {"portType", "segment", "entries"})
public final class ExchangeView {

    @XmlElement(name = "PortType", required = true)
    private @Nullable QName portType;

    @XmlElement(name = "Segment", required = true)
    @XmlSchemaType(name = "anyURI")
    private @Nullable String segment;

    @XmlElement(name = "Entry")
    private @Nullable List<@Nullable EntryWords> entries;

    /** For JAXB. */
    ExchangeView() {}

    static ExchangeView of(QName portType, Segment segment, List<PeerEntry> offered) {
        ExchangeView message = new ExchangeView();
        message.portType = portType;
        message.segment = segment.scope();
        message.entries = new ArrayList<>(offered.stream().map(EntryWords::of).toList());
        return message;
    }

    QName portType() {
        return Lexical.qname("PortType", portType);
    }

    Segment segment() {
        return new Segment(Lexical.word("Segment", segment));
    }

    List<PeerEntry> offered() {
        return EntryWords.entries(entries, Peers1.MAX_ENTRIES);
    }
}
