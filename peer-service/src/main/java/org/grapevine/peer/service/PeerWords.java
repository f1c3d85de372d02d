package org.grapevine.peer.service;

import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import jakarta.xml.bind.annotation.XmlAttribute;
import jakarta.xml.bind.annotation.XmlElement;
import jakarta.xml.bind.annotation.XmlList;
import jakarta.xml.bind.annotation.XmlSchemaType;
import jakarta.xml.bind.annotation.XmlType;
import java.util.ArrayList;
import java.util.List;
import javax.xml.namespace.QName;
import org.grapevine.dpws.addressing.EndpointReference;
import org.grapevine.peer.Peer;
import org.jspecify.annotations.Nullable;

/** A {@link Peer} on the wire. Nothing changes it once made. */
@XmlAccessorType(XmlAccessType.FIELD)
@XmlType(
        name = "Peer",
        propOrder = {"device", "types", "scopes", "portType", "datagrams", "http"})
final class PeerWords {

    /** Two years; who was heard of longer ago is as old as that. */
    private static final long MAX_AGE_MILLIS = 63_072_000_000L;

    @XmlAttribute(required = true)
    @XmlSchemaType(name = "unsignedLong")
    private @Nullable String age;

    @XmlAttribute(required = true)
    @XmlSchemaType(name = "unsignedInt")
    private @Nullable String metadataVersion;

    /** Address of the endpoint reference of the device; those of devices have no reference parameters. */
    @XmlElement(name = "Device", required = true)
    @XmlSchemaType(name = "anyURI")
    private @Nullable String device;

    @XmlElement(name = "Types", required = true)
    @XmlList
    private @Nullable List<@Nullable QName> types;

    @XmlElement(name = "Scopes", required = true)
    @XmlList
    @XmlSchemaType(name = "anyURI")
    private @Nullable List<@Nullable String> scopes;

    @XmlElement(name = "PortType", required = true)
    private @Nullable QName portType;

    @XmlElement(name = "Datagrams", required = true)
    @XmlSchemaType(name = "anyURI")
    private @Nullable String datagrams;

    /** Absent if it does not take HTTP. */
    @XmlElement(name = "Http")
    @XmlSchemaType(name = "anyURI")
    private @Nullable String http;

    /** For JAXB. */
    PeerWords() {}

    static PeerWords of(Peer peer, long nowMillis) {
        PeerWords words = new PeerWords();
        words.age = Long.toString(Math.min(MAX_AGE_MILLIS, peer.ageMillis(nowMillis)));
        words.metadataVersion = Long.toString(peer.metadataVersion());
        words.device = peer.device().address();
        words.types = new ArrayList<>(peer.types());
        words.scopes = new ArrayList<>(peer.scopes());
        words.portType = peer.portType();
        words.datagrams = peer.address().value();
        words.http = peer.http() == null ? null : peer.http().toString();
        return words;
    }

    /** Octets that it takes at the most. */
    static int octets(Peer peer) {
        Octets octets = new Octets(360).add(peer.device().address());
        peer.types().forEach(octets::add);
        peer.scopes().forEach(octets::add);
        octets.add(peer.portType());
        octets.add(peer.address().value());
        octets.add(String.valueOf(peer.http()));
        return octets.sum();
    }

    /**
     * Reads and checks it.
     *
     * @throws IllegalArgumentException for the first thing that is wrong
     */
    Peer toPeer(long nowMillis) {
        return new Peer(
                EndpointReference.of(Lexical.word("Device", device)),
                Lexical.qnames("Types", types),
                Lexical.words("Scopes", scopes),
                Lexical.qname("PortType", portType),
                Lexical.unicast("Datagrams", datagrams),
                http == null ? null : Lexical.http("Http", http),
                Lexical.integer("metadataVersion", metadataVersion, 0, 0xFFFF_FFFFL),
                nowMillis - Lexical.integer("age", age, 0, MAX_AGE_MILLIS));
    }
}
