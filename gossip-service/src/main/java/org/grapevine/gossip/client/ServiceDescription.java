package org.grapevine.gossip.client;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.xml.namespace.QName;
import org.grapevine.dpws.soap.Namespaces;
import org.grapevine.policy.EffectiveGossip;
import org.grapevine.policy.GossipPolicy;
import org.grapevine.policy.GossipWsdl;
import org.grapevine.policy.PolicyException;
import org.grapevine.policy.PortGossip;
import org.grapevine.policy.Replies;
import org.grapevine.policy.ShadowRelation;
import org.grapevine.policy.WsdlDocument;
import org.jspecify.annotations.Nullable;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/** What the WSDL 1.1 of a hosted service says to a client. */
public record ServiceDescription(List<PortType> portTypes) {

    /** WS-Addressing 1.0 Metadata. */
    private static final String WSAM = "http://www.w3.org/2007/05/addressing/metadata";

    /** The same before it was a recommendation; some stacks still write it. */
    private static final String WSAW = "http://www.w3.org/2006/05/addressing/wsdl";

    public ServiceDescription {
        portTypes = List.copyOf(portTypes);
    }

    /** The transmission primitives of WSDL 1.1, 2.4. */
    public enum Style {
        ONE_WAY("one-way"),
        REQUEST_RESPONSE("request-response"),
        SOLICIT_RESPONSE("solicit-response"),
        NOTIFICATION("notification");

        private final String text;

        Style(String text) {
            this.text = text;
        }

        @Override
        public String toString() {
            return text;
        }
    }

    /**
     * A port type.
     *
     * @param gossip its gossip policy as it is attached; empty if it has none
     * @param eventSource whether clients can subscribe to its notifications ({@code wse:EventSource})
     */
    public record PortType(QName name, Optional<PortGossip> gossip, boolean eventSource, List<Operation> operations) {
        public PortType {
            operations = List.copyOf(operations);
        }

        /** Whose shadow it is, or by whom it is shadowed. */
        public Optional<ShadowRelation> relation() {
            return gossip.flatMap(policy -> Optional.ofNullable(policy.relation()));
        }

        /** True if a policy of gossip says something about any of its operations. */
        public boolean hasPolicy() {
            return gossip.isPresent()
                    || operations.stream()
                            .anyMatch(operation -> operation.policy().isPresent());
        }
    }

    /** The operations of all port types. */
    public List<Operation> operations() {
        return portTypes.stream()
                .flatMap(portType -> portType.operations().stream())
                .toList();
    }

    /**
     * An operation.
     *
     * @param action {@code wsa:Action} of its first message
     * @param element body element of its first message; empty if the message has none
     * @param policy the gossip policy that applies to it; empty if none does
     */
    public record Operation(
            String name, Style style, String action, Optional<QName> element, Optional<EffectiveGossip> policy) {

        /** True if it is an event, which the service sends. */
        public boolean isEvent() {
            return style == Style.NOTIFICATION || style == Style.SOLICIT_RESPONSE;
        }

        /** True if the answers of all devices come back, in whichever mode. */
        public boolean isAnswered() {
            return policy.filter(gossip -> gossip.replies() != Replies.NONE).isPresent();
        }

        /** True if a message for it travels to other devices: of requests only those do whose answers come back. */
        public boolean isGossiped() {
            boolean unanswered = style == Style.ONE_WAY || style == Style.NOTIFICATION;
            return policy.isPresent() && (unanswered || isAnswered());
        }
    }

    /**
     * Reads a WSDL from the network.
     *
     * @param from where it came from, for error messages
     * @throws PolicyException if it is none, or its gossip policy is impossible
     */
    public static ServiceDescription read(byte[] wsdl, String from) {
        WsdlDocument document = WsdlDocument.read(wsdl, from);
        Map<QName, PortGossip> gossip = GossipWsdl.read(document);
        Element definitions = document.document().getDocumentElement();
        String namespace = attribute(definitions, "targetNamespace");
        List<PortType> portTypes = new ArrayList<>();
        for (Element portType : children(definitions, "portType")) {
            QName name = new QName(namespace, attribute(portType, "name"));
            Optional<PortGossip> policy = Optional.ofNullable(gossip.get(name));
            List<Operation> operations = new ArrayList<>();
            for (Element operation : children(portType, "operation")) {
                operation(definitions, name, operation, policy).ifPresent(operations::add);
            }
            String source =
                    portType.getAttributeNS(Namespaces.WSE, "EventSource").strip();
            portTypes.add(new PortType(name, policy, source.equals("true") || source.equals("1"), operations));
        }
        return new ServiceDescription(portTypes);
    }

    private static Optional<Operation> operation(
            Element definitions, QName portType, Element operation, Optional<PortGossip> gossip) {
        List<Element> messages = children(operation).stream()
                .filter(child -> isWsdl(child, "input") || isWsdl(child, "output"))
                .toList();
        if (messages.isEmpty()) {
            return Optional.empty();
        }
        Element first = messages.get(0);
        boolean toService = isWsdl(first, "input");
        Style style = messages.size() > 1
                ? toService ? Style.REQUEST_RESPONSE : Style.SOLICIT_RESPONSE
                : toService ? Style.ONE_WAY : Style.NOTIFICATION;
        String name = attribute(operation, "name");
        Optional<EffectiveGossip> policy =
                gossip.flatMap(each -> each.forOperation(name)).map(GossipPolicy::effective);
        return Optional.of(
                new Operation(name, style, action(portType, name, style, first), element(definitions, first), policy));
    }

    /** As written, or by the default pattern (WS-Addressing 1.0 Metadata, 4.4.4). */
    private static String action(QName portType, String operation, Style style, Element message) {
        for (String namespace : List.of(WSAM, WSAW)) {
            String written = message.getAttributeNS(namespace, "Action").strip();
            if (!written.isEmpty()) {
                return written;
            }
        }
        String name = attribute(message, "name");
        if (name.isEmpty()) {
            name = operation
                    + switch (style) {
                        case ONE_WAY, NOTIFICATION -> "";
                        case REQUEST_RESPONSE -> "Request";
                        case SOLICIT_RESPONSE -> "Solicit";
                    };
        }
        String namespace = portType.getNamespaceURI();
        String separator = namespace.startsWith("urn:") ? ":" : "/";
        String head = namespace.endsWith(separator) ? namespace : namespace + separator;
        return head + portType.getLocalPart() + separator + name;
    }

    private static Optional<QName> element(Element definitions, Element use) {
        QName message = resolve(use, attribute(use, "message"));
        if (message == null || !message.getNamespaceURI().equals(attribute(definitions, "targetNamespace"))) {
            return Optional.empty();
        }
        return children(definitions, "message").stream()
                .filter(candidate -> attribute(candidate, "name").equals(message.getLocalPart()))
                .flatMap(candidate -> children(candidate, "part").stream())
                .filter(part -> !attribute(part, "element").isEmpty())
                .findFirst()
                .flatMap(part -> Optional.ofNullable(resolve(part, attribute(part, "element"))));
    }

    private static @Nullable QName resolve(Element scope, String prefixed) {
        int colon = prefixed.indexOf(':');
        String prefix = colon < 0 ? null : prefixed.substring(0, colon);
        String namespace = scope.lookupNamespaceURI(prefix);
        if (prefixed.isEmpty() || (namespace == null && colon >= 0)) {
            return null;
        }
        return new QName(namespace == null ? "" : namespace, prefixed.substring(colon + 1));
    }

    private static String attribute(Element element, String name) {
        return element.getAttributeNS(null, name).strip();
    }

    private static boolean isWsdl(Element element, String localName) {
        return Namespaces.WSDL.equals(element.getNamespaceURI()) && localName.equals(element.getLocalName());
    }

    private static List<Element> children(Element parent, String localName) {
        return children(parent).stream()
                .filter(child -> isWsdl(child, localName))
                .toList();
    }

    private static List<Element> children(Element parent) {
        List<Element> children = new ArrayList<>();
        for (Node child = parent.getFirstChild(); child != null; child = child.getNextSibling()) {
            if (child instanceof Element element) {
                children.add(element);
            }
        }
        return children;
    }
}
