package org.grapevine.policy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.xml.XMLConstants;
import javax.xml.namespace.QName;
import org.jspecify.annotations.Nullable;
import org.w3c.dom.Attr;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NamedNodeMap;

/**
 * The way of a gossip policy into a WSDL 1.1 document and out of it.
 *
 * <p>Written is one form: {@code wsp:Policy} elements under {@code wsdl:definitions}, and a {@code wsp:PolicyReference} in each
 * binding of the port type, for DPWS 1.1 (R2037) keeps policies off the port type. Read are all that WS-PolicyAttachment 1.5
 * (section 4) knows: a reference, a {@code wsp:PolicyURIs} attribute or the policy itself, on a binding, a port type, or an
 * operation of either.
 */
public final class GossipWsdl {

    private static final String BINDING = "binding";
    private static final String PORT_TYPE = "portType";
    private static final String OPERATION = "operation";

    private GossipWsdl() {}

    /**
     * Finds the gossip policy of each port type that has one. Values of an operation win over those of its port type, which win
     * over those of the binding. A port type with several bindings must have the same policy in each that has any.
     *
     * @return by port type, in document order; empty if the document has no gossip policy
     * @throws PolicyException if a policy is impossible, not understood, or differs between alternatives
     */
    public static Map<QName, PortGossip> read(WsdlDocument wsdl) {
        return new Reading(wsdl).read();
    }

    /**
     * Attaches a policy to all bindings of a port type, in place of the gossip policy that it may have had. Doing it again
     * changes nothing. Policies that are not about gossip stay.
     *
     * @throws PolicyException if the document has no binding of the port type, a binding lacks one of the operations, or the
     *     aggregation function is not given by its hash URI. The document is then as it was
     */
    public static void write(Document wsdl, QName portType, PortGossip gossip) {
        new Writing(WsdlDocument.of(wsdl, "wsdl of " + portType), portType).write(gossip);
    }

    /** Takes the gossip policy of a port type out; other policies stay. */
    public static void remove(Document wsdl, QName portType) {
        new Writing(WsdlDocument.of(wsdl, "wsdl of " + portType), portType).remove();
    }

    private static List<Element> wsdlChildren(Element parent, String localName) {
        return Dom.children(parent, Names.WSDL, localName);
    }

    private static List<Element> bindingsOf(Element definitions, QName portType) {
        return wsdlChildren(definitions, BINDING).stream()
                .filter(binding -> isBindingOf(binding, portType))
                .toList();
    }

    /** A binding of something that cannot be a port type is another one's mistake, and none of this port type's bindings. */
    private static boolean isBindingOf(Element binding, QName portType) {
        try {
            return portTypeOf(binding).equals(portType);
        } catch (PolicyException e) {
            return false;
        }
    }

    private static QName portTypeOf(Element binding) {
        return Dom.resolve(binding, binding.getAttributeNS(null, "type").strip(), "type of binding " + name(binding));
    }

    private static QName declaredName(Element definitions, Element named) {
        return new QName(definitions.getAttributeNS(null, "targetNamespace").strip(), name(named));
    }

    private static String name(Element element) {
        return element.getAttributeNS(null, "name").strip();
    }

    /** The attributes that list policies; there can be one of each version. */
    private static List<Attr> policyUris(Element subject) {
        List<Attr> found = new ArrayList<>();
        NamedNodeMap attributes = subject.getAttributes();
        for (int i = 0; i < attributes.getLength(); i++) {
            Attr attribute = (Attr) attributes.item(i);
            if (Names.isPolicyNamespace(Dom.namespace(attribute))
                    && Dom.localName(attribute).equals("PolicyURIs")) {
                found.add(attribute);
            }
        }
        return found;
    }

    private static List<String> uris(Attr policyUris) {
        return Arrays.stream(policyUris.getValue().strip().split("\\s+"))
                .filter(uri -> !uri.isEmpty())
                .toList();
    }

    /** The policies attached to a subject that are in the document; others are nobody's business here and never fetched. */
    private static List<Element> attached(Element subject, PolicyGrammar grammar) {
        List<Element> policies = new ArrayList<>();
        for (Attr attribute : policyUris(subject)) {
            for (String uri : uris(attribute)) {
                addIfPresent(policies, grammar.resolve(uri));
            }
        }
        for (Element child : Dom.children(subject)) {
            if (PolicyGrammar.isPolicy(child)) {
                policies.add(child);
            } else if (PolicyGrammar.isReference(child)) {
                addIfPresent(policies, grammar.resolve(PolicyGrammar.uri(child)));
            }
        }
        return policies;
    }

    private static void addIfPresent(List<Element> policies, @Nullable Element policy) {
        if (policy != null) {
            policies.add(policy);
        }
    }

    private static final class Reading {

        private final WsdlDocument wsdl;
        private final Element definitions;
        private final PolicyGrammar grammar;

        Reading(WsdlDocument wsdl) {
            this.wsdl = wsdl;
            this.definitions = wsdl.document().getDocumentElement();
            this.grammar = new PolicyGrammar(wsdl);
        }

        Map<QName, PortGossip> read() {
            refuseElsewhere();
            Map<QName, Found> byPortType = new LinkedHashMap<>();
            for (Element portType : wsdlChildren(definitions, PORT_TYPE)) {
                Found found = byPortType.computeIfAbsent(declaredName(definitions, portType), Found::new);
                found.place = portType;
                found.onPortType = level(portType);
            }
            for (Element binding : wsdlChildren(definitions, BINDING)) {
                Level level = level(binding);
                if (level.isEmpty()) {
                    continue; // Whether its type makes sense is not asked of a binding that does not gossip.
                }
                Found found = byPortType.computeIfAbsent(located(binding), Found::new);
                if (found.place == null) {
                    found.place = binding;
                }
                if (found.onBinding.isEmpty()) {
                    found.onBinding = level;
                } else if (!found.onBinding.equals(level)) {
                    throw refused(
                            binding,
                            "gossip policy of binding " + name(binding),
                            "differs from another binding of " + found.portType,
                            "the same in all bindings of a port type");
                }
            }
            Map<QName, PortGossip> gossip = new LinkedHashMap<>();
            byPortType.forEach((portType, found) -> {
                if (!found.onPortType.isEmpty() || !found.onBinding.isEmpty()) {
                    gossip.put(portType, merged(found));
                }
            });
            return Collections.unmodifiableMap(gossip);
        }

        private QName located(Element binding) {
            try {
                return portTypeOf(binding);
            } catch (PolicyException e) {
                throw e.at(wsdl.name(), wsdl.line(binding));
            }
        }

        private PortGossip merged(Found found) {
            Element place = found.place == null ? definitions : found.place;
            try {
                GossipPolicy policy = over(policy(found.onPortType.own), policy(found.onBinding.own));
                Set<String> names = new LinkedHashSet<>(found.onPortType.operations.keySet());
                names.addAll(found.onBinding.operations.keySet());
                Map<String, GossipPolicy> operations = new LinkedHashMap<>();
                for (String operation : names) {
                    GossipPolicy narrower = over(
                            policy(found.onPortType.operations.get(operation)),
                            policy(found.onBinding.operations.get(operation)));
                    if (narrower != null) {
                        operations.put(operation, narrower);
                    }
                }
                PortGossip gossip = new PortGossip(policy, operations, relation(found));
                requirePossible(gossip);
                return gossip;
            } catch (PolicyException e) {
                throw e.at(wsdl.name(), wsdl.line(place));
            }
        }

        private static void requirePossible(PortGossip gossip) {
            // A policy for all operations may leave to each one what makes it whole, such as the aggregation function.
            if (gossip.policy() != null && gossip.operations().isEmpty()) {
                gossip.policy().effective();
            }
            for (String operation : gossip.operations().keySet()) {
                gossip.forOperation(operation).orElseThrow().effective();
            }
        }

        private static @Nullable ShadowRelation relation(Found found) {
            Set<ShadowRelation> relations = new LinkedHashSet<>();
            for (Level level : List.of(found.onPortType, found.onBinding)) {
                List<@Nullable GossipAssertion> assertions = new ArrayList<>(level.operations.values());
                assertions.add(level.own);
                for (GossipAssertion assertion : assertions) {
                    if (assertion != null && assertion.relation() != null) {
                        relations.add(assertion.relation());
                    }
                }
            }
            if (relations.size() > 1) {
                throw new PolicyException(
                        "relation", relations.toString(), "one shadow or one original for a port type");
            }
            return relations.isEmpty() ? null : relations.iterator().next();
        }

        private Level level(Element subject) {
            Map<String, GossipAssertion> operations = new LinkedHashMap<>();
            for (Element operation : wsdlChildren(subject, OPERATION)) {
                GossipAssertion assertion = assertion(operation);
                if (assertion == null) {
                    continue;
                }
                GossipAssertion other = operations.putIfAbsent(name(operation), assertion);
                if (other != null && !other.equals(assertion)) {
                    throw refused(
                            operation,
                            "gossip policy of operation " + name(operation),
                            "differs from an operation of the same name",
                            "one policy per name");
                }
            }
            return new Level(assertion(subject), operations);
        }

        /** The one assertion that all alternatives of all policies attached to a subject agree on. */
        private @Nullable GossipAssertion assertion(Element subject) {
            GossipAssertion agreed = null;
            for (Element policy : attached(subject, grammar)) {
                if (!grammar.mentionsGossip(policy)) {
                    continue;
                }
                for (GossipAssertion assertion : grammar.assertions(policy)) {
                    if (agreed == null) {
                        agreed = assertion;
                    } else if (!agreed.equals(assertion)) {
                        throw refused(
                                policy,
                                Names.ASSERTION,
                                "differs from another one of the same " + Dom.localName(subject) + " " + name(subject),
                                "the same assertion in all policies and alternatives");
                    }
                }
            }
            return agreed;
        }

        /** An assertion on a port or a message would be passed over in silence, and its author would never know why. */
        private void refuseElsewhere() {
            for (Element element : Dom.withDescendants(definitions)) {
                if (!Dom.namespace(element).equals(Names.WSDL) || element == definitions || isSubject(element)) {
                    continue;
                }
                for (Element policy : attached(element, grammar)) {
                    if (grammar.mentionsGossip(policy)) {
                        throw refused(
                                element,
                                Names.ASSERTION,
                                "on wsdl:" + Dom.localName(element),
                                "on a binding, a port type or an operation of either");
                    }
                }
            }
        }

        private static boolean isSubject(Element element) {
            String name = Dom.localName(element);
            return name.equals(BINDING) || name.equals(PORT_TYPE) || name.equals(OPERATION);
        }

        private PolicyException refused(Element element, String name, String value, String expected) {
            return new PolicyException(name, value, expected).at(wsdl.name(), wsdl.line(element));
        }

        private static @Nullable GossipPolicy policy(@Nullable GossipAssertion assertion) {
            return assertion == null ? null : assertion.policy();
        }

        private static @Nullable GossipPolicy over(@Nullable GossipPolicy narrower, @Nullable GossipPolicy wider) {
            if (narrower == null) {
                return wider;
            }
            return wider == null ? narrower : narrower.over(wider);
        }
    }

    /** The assertions of a binding or port type and of its operations. */
    private record Level(@Nullable GossipAssertion own, Map<String, GossipAssertion> operations) {

        private static final Level EMPTY = new Level(null, Map.of());

        boolean isEmpty() {
            return own == null && operations.isEmpty();
        }
    }

    /** What is known about one port type so far. */
    private static final class Found {

        private final QName portType;
        private @Nullable Element place;
        private Level onPortType = Level.EMPTY;
        private Level onBinding = Level.EMPTY;

        Found(QName portType) {
            this.portType = portType;
        }
    }

    private static final class Writing {

        private final WsdlDocument wsdl;
        private final Document document;
        private final Element definitions;
        private final QName portType;

        Writing(WsdlDocument wsdl, QName portType) {
            this.wsdl = wsdl;
            this.document = wsdl.document();
            this.definitions = document.getDocumentElement();
            this.portType = portType;
        }

        void write(PortGossip gossip) {
            List<Element> bindings = bindingsOf(definitions, portType);
            if (bindings.isEmpty()) {
                throw refused("bindings of " + portType, "none", "at least one");
            }
            requireWritable(bindings, gossip);
            remove();
            Element before = null;
            if (gossip.policy() != null) {
                Element policy = policy("gossip-" + portType.getLocalPart(), gossip.policy(), gossip.relation());
                before = insert(definitions, policy, before);
                refer(bindings, policy);
            }
            // Where there is no policy for all operations, the relation has no other place than each single one.
            ShadowRelation relation = gossip.policy() == null ? gossip.relation() : null;
            for (Map.Entry<String, GossipPolicy> operation : gossip.operations().entrySet()) {
                Element policy = policy(
                        "gossip-" + portType.getLocalPart() + "-" + operation.getKey(), operation.getValue(), relation);
                before = insert(definitions, policy, before);
                refer(operations(bindings, operation.getKey()), policy);
            }
        }

        void remove() {
            List<Element> subjects = subjects();
            PolicyGrammar grammar = new PolicyGrammar(wsdl);
            requireRemovable(subjects, grammar);
            Set<Element> referred = new LinkedHashSet<>();
            for (Element subject : subjects) {
                removeReferences(subject, grammar, referred);
                removeInline(subject, grammar);
            }
            for (Element policy : referred) {
                String id = PolicyGrammar.id(policy);
                if (policy.getParentNode() != null && !isReferred(id)) {
                    policy.getParentNode().removeChild(policy);
                }
            }
        }

        /** All is checked before anything is changed: a document that is half written helps nobody. */
        private void requireWritable(List<Element> bindings, PortGossip gossip) {
            gossip.operations().keySet().forEach(operation -> {
                for (Element binding : bindings) {
                    if (operations(List.of(binding), operation).isEmpty()) {
                        List<String> known = wsdlChildren(binding, OPERATION).stream()
                                .map(GossipWsdl::name)
                                .toList();
                        throw refused("operation of binding " + name(binding), operation, "one of " + known);
                    }
                }
            });
            Element scratch = document.createElementNS(Names.POLICY, "wsp:Policy");
            List<GossipPolicy> policies = new ArrayList<>(gossip.operations().values());
            if (gossip.policy() != null) {
                policies.add(gossip.policy());
            }
            for (GossipPolicy policy : policies) {
                new GossipAssertion(policy, gossip.relation()).appendTo(scratch);
            }
        }

        private Element policy(String wantedId, GossipPolicy values, @Nullable ShadowRelation relation) {
            Element policy = document.createElementNS(Names.POLICY, "wsp:Policy");
            declare(policy, "wsp", Names.POLICY);
            declare(policy, "wsu", Names.UTILITY);
            policy.setAttributeNS(Names.UTILITY, "wsu:Id", freeId(wantedId));
            new GossipAssertion(values, relation).appendTo(policy);
            return policy;
        }

        private String freeId(String wanted) {
            Set<String> taken = new LinkedHashSet<>();
            for (Element element : Dom.withDescendants(definitions)) {
                taken.add(PolicyGrammar.id(element));
                taken.add(element.getAttributeNS(null, "id"));
            }
            String id = wanted;
            for (int i = 2; taken.contains(id); i++) {
                id = wanted + "-" + i;
            }
            return id;
        }

        private void refer(List<Element> subjects, Element policy) {
            for (Element subject : subjects) {
                Element reference = document.createElementNS(Names.POLICY, "wsp:PolicyReference");
                declare(reference, "wsp", Names.POLICY);
                reference.setAttributeNS(null, "URI", "#" + PolicyGrammar.id(policy));
                insert(subject, reference, null);
            }
        }

        /** The schema of WSDL 1.1 has extensions after the documentation and before everything else. */
        private Element insert(Element parent, Element extension, @Nullable Element after) {
            Element previous = after;
            if (previous == null) {
                List<Element> documentation = wsdlChildren(parent, "documentation");
                previous = documentation.isEmpty() ? null : documentation.get(0);
            }
            parent.insertBefore(extension, previous == null ? parent.getFirstChild() : previous.getNextSibling());
            return extension;
        }

        private List<Element> subjects() {
            List<Element> subjects = new ArrayList<>(bindingsOf(definitions, portType));
            for (Element candidate : wsdlChildren(definitions, PORT_TYPE)) {
                if (declaredName(definitions, candidate).equals(portType)) {
                    subjects.add(candidate);
                }
            }
            for (Element subject : List.copyOf(subjects)) {
                subjects.addAll(wsdlChildren(subject, OPERATION));
            }
            return subjects;
        }

        private List<Element> operations(List<Element> bindings, String operation) {
            return bindings.stream()
                    .flatMap(binding -> wsdlChildren(binding, OPERATION).stream())
                    .filter(element -> name(element).equals(operation))
                    .toList();
        }

        private static void removeReferences(Element subject, PolicyGrammar grammar, Set<Element> referred) {
            for (Element child : Dom.children(subject)) {
                if (PolicyGrammar.isReference(child)) {
                    Element policy = gossipPolicy(PolicyGrammar.uri(child), grammar);
                    if (policy != null) {
                        referred.add(policy);
                        child.getParentNode().removeChild(child);
                    }
                }
            }
            for (Attr attribute : policyUris(subject)) {
                List<String> kept = new ArrayList<>();
                for (String uri : uris(attribute)) {
                    Element policy = gossipPolicy(uri, grammar);
                    if (policy == null) {
                        kept.add(uri);
                    } else {
                        referred.add(policy);
                    }
                }
                if (kept.isEmpty()) {
                    subject.removeAttributeNode(attribute);
                } else {
                    attribute.setValue(String.join(" ", kept));
                }
            }
        }

        /** The policy that a reference names, if it is about gossip. */
        private static @Nullable Element gossipPolicy(String uri, PolicyGrammar grammar) {
            Element policy = grammar.resolve(uri);
            return policy != null && grammar.mentionsGossip(policy) ? policy : null;
        }

        private static void removeInline(Element subject, PolicyGrammar grammar) {
            for (Element child : Dom.children(subject)) {
                if (PolicyGrammar.isPolicy(child) && grammar.mentionsGossip(child)) {
                    subject.removeChild(child);
                }
            }
        }

        /** Before anything is changed. To part gossip from what stands beside it is a matter for whoever wrote them together. */
        private void requireRemovable(List<Element> subjects, PolicyGrammar grammar) {
            for (Element subject : subjects) {
                for (Element policy : attached(subject, grammar)) {
                    if (grammar.mentionsGossip(policy)) {
                        requirePure(policy);
                    }
                }
            }
        }

        private void requirePure(Element policy) {
            for (Element child : Dom.children(policy)) {
                if (Dom.is(child, Names.GOSSIP, Names.ASSERTION)) {
                    continue;
                }
                if (!Names.isPolicyNamespace(Dom.namespace(child)) || PolicyGrammar.isReference(child)) {
                    throw refused(
                            "policy " + PolicyGrammar.id(policy),
                            "a gossip assertion beside " + Dom.name(child),
                            "a gossip assertion in a policy of its own, so that it can be replaced");
                }
                requirePure(child);
            }
        }

        private boolean isReferred(String id) {
            return Dom.withDescendants(definitions).stream()
                    .anyMatch(element -> (PolicyGrammar.isReference(element)
                                    && PolicyGrammar.uri(element).equals("#" + id))
                            || policyUris(element).stream()
                                    .anyMatch(attribute -> uris(attribute).contains("#" + id)));
        }

        private PolicyException refused(String name, String value, String expected) {
            return new PolicyException(name, value, expected).at(wsdl.name(), PolicyException.UNKNOWN_LINE);
        }

        private static void declare(Element element, String prefix, String namespace) {
            element.setAttributeNS(
                    XMLConstants.XMLNS_ATTRIBUTE_NS_URI, XMLConstants.XMLNS_ATTRIBUTE + ":" + prefix, namespace);
        }
    }
}
