package org.grapevine.peer.service;

import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import jakarta.xml.bind.annotation.XmlAttribute;
import jakarta.xml.bind.annotation.XmlSchemaType;
import jakarta.xml.bind.annotation.XmlType;
import java.util.List;
import org.grapevine.core.membership.PeerEntry;
import org.grapevine.core.membership.Standing;
import org.jspecify.annotations.Nullable;

/** An entry of a view on the wire, and how it stands there if that is asked. Nothing changes it once made. */
@XmlAccessorType(XmlAccessType.FIELD)
@XmlType(name = "Entry")
final class EntryWords {

    @XmlAttribute(required = true)
    @XmlSchemaType(name = "anyURI")
    private @Nullable String address;

    @XmlAttribute(required = true)
    @XmlSchemaType(name = "unsignedShort")
    private @Nullable String httpPort;

    @XmlAttribute(required = true)
    @XmlSchemaType(name = "unsignedShort")
    private @Nullable String age;

    @XmlAttribute
    @XmlSchemaType(name = "boolean")
    private @Nullable String linked;

    @XmlAttribute
    @XmlSchemaType(name = "boolean")
    private @Nullable String suspected;

    /** For JAXB. */
    EntryWords() {}

    static EntryWords of(PeerEntry entry) {
        EntryWords words = new EntryWords();
        words.address = entry.address().value();
        words.httpPort = Integer.toString(entry.httpPort());
        words.age = Integer.toString(entry.age());
        return words;
    }

    static EntryWords of(Standing standing) {
        EntryWords words = of(standing.peer());
        words.linked = Boolean.toString(standing.linked());
        words.suspected = Boolean.toString(standing.suspected());
        return words;
    }

    /** Octets that it takes at the most. */
    static int octets(PeerEntry entry) {
        return new Octets(110).add(entry.address().value()).sum();
    }

    /** @throws IllegalArgumentException for the first thing that is wrong */
    PeerEntry toEntry() {
        return new PeerEntry(
                Lexical.address("Entry address", address),
                Lexical.small("Entry httpPort", httpPort, 0, 65_535),
                Lexical.small("Entry age", age, 0, PeerEntry.MAX_AGE));
    }

    /** @throws IllegalArgumentException for the first thing that is wrong */
    Standing toStanding() {
        return new Standing(
                toEntry(), Lexical.flag("Entry linked", linked), Lexical.flag("Entry suspected", suspected));
    }

    static List<PeerEntry> entries(@Nullable List<@Nullable EntryWords> words, int most) {
        return Lexical.list("Entry", words, most).stream()
                .map(EntryWords::toEntry)
                .toList();
    }
}
