package org.grapevine.peer.service;

import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import jakarta.xml.bind.annotation.XmlAttribute;
import jakarta.xml.bind.annotation.XmlElement;
import jakarta.xml.bind.annotation.XmlList;
import jakarta.xml.bind.annotation.XmlRootElement;
import jakarta.xml.bind.annotation.XmlSchemaType;
import jakarta.xml.bind.annotation.XmlType;
import jakarta.xml.bind.annotation.XmlValue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.xml.namespace.QName;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.dpws.discovery.ScopeRule;
import org.grapevine.peer.PeerSelector;
import org.grapevine.policy.Binding;
import org.jspecify.annotations.Nullable;

/** Asks for peers: a {@link PeerSelector} on the wire. Nothing changes it once made. */
@XmlRootElement(name = "GetPeers")
@XmlAccessorType(XmlAccessType.FIELD)
@XmlType(
        name = "GetPeers",
        propOrder = {"portType", "types", "scopes", "binding", "exclude"})
public final class GetPeers {

    @XmlAttribute(required = true)
    @XmlSchemaType(name = "unsignedInt")
    private @Nullable String count;

    @XmlElement(name = "PortType", required = true)
    private @Nullable QName portType;

    @XmlElement(name = "Types")
    @XmlList
    private @Nullable List<@Nullable QName> types;

    @XmlElement(name = "Scopes")
    private @Nullable Scopes scopes;

    @XmlElement(name = "Binding")
    private @Nullable String binding;

    @XmlElement(name = "Exclude")
    @XmlSchemaType(name = "anyURI")
    private @Nullable List<@Nullable String> exclude;

    /** For JAXB. */
    GetPeers() {}

    static GetPeers of(PeerSelector selector) {
        GetPeers message = new GetPeers();
        message.count = Integer.toString(selector.count());
        message.portType = selector.portType();
        if (!selector.types().isEmpty()) {
            message.types = new ArrayList<>(selector.types());
        }
        if (!selector.scopes().isEmpty() || selector.matchBy() == ScopeRule.NONE) {
            message.scopes = new Scopes();
            message.scopes.matchBy = selector.matchBy().uri();
            message.scopes.uris = new ArrayList<>(selector.scopes());
        }
        message.binding = selector.binding().map(Binding::wireName).orElse(null);
        if (!selector.exclude().isEmpty()) {
            message.exclude = new ArrayList<>(
                    selector.exclude().stream().map(PeerAddress::value).sorted().toList());
        }
        return message;
    }

    /**
     * Reads and checks the question.
     *
     * @throws IllegalArgumentException for the first thing that is wrong
     */
    PeerSelector toSelector() {
        Set<PeerAddress> excluded = new LinkedHashSet<>();
        Lexical.list("Exclude", exclude, Peers1.MAX_EXCLUDED)
                .forEach(address -> excluded.add(Lexical.address("Exclude", address)));
        return new PeerSelector(
                Lexical.qname("PortType", portType),
                Lexical.qnames("Types", types),
                scopes == null ? List.of() : Lexical.words("Scopes", scopes.uris),
                scopes == null || scopes.matchBy == null
                        ? ScopeRule.RFC3986
                        : PeerSelector.rule(scopes.matchBy.strip()),
                Optional.ofNullable(binding).map(name -> binding(name.strip())),
                Lexical.small("count", count, 1, Peers1.MAX_COUNT),
                excluded);
    }

    private static Binding binding(String name) {
        return Arrays.stream(Binding.values())
                .filter(candidate -> candidate.wireName().equals(name))
                .findFirst()
                .orElseThrow(() -> Lexical.refused("Binding", name, "soap.udp | http"));
    }

    /** Scopes with the rule by which they match. */
    @XmlAccessorType(XmlAccessType.FIELD)
    @XmlType(name = "Scopes")
    private static final class Scopes {

        @XmlAttribute(name = "MatchBy")
        @XmlSchemaType(name = "anyURI")
        private @Nullable String matchBy;

        @XmlValue
        @XmlSchemaType(name = "anyURI")
        private @Nullable List<@Nullable String> uris;
    }
}
