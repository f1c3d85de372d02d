package org.grapevine.policy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import javax.xml.XMLConstants;
import javax.xml.namespace.QName;
import org.jspecify.annotations.Nullable;
import org.w3c.dom.Attr;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NamedNodeMap;
import org.w3c.dom.Node;

/**
 * The {@code g:GossipAssertion} element: its values, and what its bearer is to another service.
 *
 * <p>Every value is a child element, or an attribute of {@code g:Aggregation} or {@code g:Peers}. Nothing unknown is passed over: a peer that
 * asks for something this framework has never heard of would be served wrongly without anybody noticing.
 */
record GossipAssertion(GossipPolicy policy, @Nullable ShadowRelation relation) {

    private static final String ENDPOINT_REFERENCE = "EndpointReference";
    private static final String ADDRESS = "Address";

    private static final String CHILDREN =
            "Variant, Fanout, Rounds, EagerHops, Scopes, Types, Lan, Binding, Priority, Order, Lifetime, Repair, "
                    + "Period, Replies, Aggregation, View, Peers, Trust, Limits, ShadowOf or ShadowedBy of "
                    + Names.GOSSIP;

    private static final Set<String> LIMITS =
            Set.of("variants", "maxFanout", "maxRounds", "maxLifetime", "minRepair", "maxTimeout", "maxPriority");

    static GossipAssertion parse(Element assertion, WsdlDocument wsdl) {
        requireAttributes(assertion, Set.of(), wsdl);
        requireNoText(assertion, wsdl);
        GossipPolicy policy = GossipPolicy.UNSET;
        ShadowRelation relation = null;
        Set<QName> seen = new HashSet<>();
        for (Element child : Dom.children(assertion)) {
            try {
                if (!seen.add(Dom.name(child))) {
                    throw new PolicyException("child of " + Names.ASSERTION, Dom.localName(child) + " twice", "once");
                }
                ShadowRelation named = relation(child, wsdl);
                if (named == null) {
                    policy = value(child, wsdl).over(policy);
                } else if (relation == null) {
                    relation = named;
                } else {
                    throw new PolicyException("relation", "ShadowOf and ShadowedBy", "one of them");
                }
            } catch (PolicyException e) {
                throw e.at(wsdl.name(), wsdl.line(child));
            }
        }
        return new GossipAssertion(policy, relation);
    }

    /** The policy that says what one child element says. */
    private static GossipPolicy value(Element child, WsdlDocument wsdl) {
        if (!Dom.namespace(child).equals(Names.GOSSIP)) {
            throw unknown(child);
        }
        GossipPolicy.Builder one = GossipPolicy.builder();
        switch (Dom.localName(child)) {
            case "Variant" -> one.variant(Variant.ofWireName(text(child, wsdl)));
            case "Fanout" -> one.fanout(autoOrNumber("fanout", text(child, wsdl), "1.." + Ranges.MAX_FANOUT));
            case "Rounds" -> one.rounds(autoOrNumber("rounds", text(child, wsdl), "1.." + Ranges.MAX_ROUNDS));
            case "EagerHops" -> one.eagerHops(eagerHops(text(child, wsdl)));
            case "Scopes" -> one.scopes(scopes("scopes", child, wsdl));
            case "Lan" -> one.lan(scopes("lan", child, wsdl));
            case "Types" ->
                one.types(words(text(child, wsdl)).stream()
                        .map(type -> Dom.resolve(child, type, "types"))
                        .toList());
            case "Binding" -> one.binding(Binding.ofWireName(text(child, wsdl)));
            case "Priority" -> one.priority(Priority.ofWireName(text(child, wsdl)));
            case "Order" -> one.order(Order.ofWireName(text(child, wsdl)));
            case "Lifetime" -> one.lifetime(Ranges.duration("lifetime", text(child, wsdl)));
            case "Repair" -> one.repair(repair(text(child, wsdl)));
            case "Period" -> one.period(Ranges.duration("period", text(child, wsdl)));
            case "Replies" -> one.replies(Replies.ofWireName(text(child, wsdl)));
            case "Aggregation" -> aggregation(child, one, wsdl);
            case "View" -> one.view(View.ofWireName(text(child, wsdl)));
            case "Peers" -> peers(child, one, wsdl);
            case "Trust" -> one.trust(Trust.ofWireName(text(child, wsdl)));
            case "Limits" -> one.limits(limits(child, wsdl));
            default -> throw unknown(child);
        }
        return one.build();
    }

    private static void aggregation(Element child, GossipPolicy.Builder one, WsdlDocument wsdl) {
        requireAttributes(child, Set.of("href", "minReplies", "partial", "enough", "timeout"), wsdl);
        requireEmpty(child, wsdl);
        String href = attribute(child, "href");
        if (href != null) {
            requireFunctionUri(href);
            one.aggregation(href);
        }
        String minReplies = attribute(child, "minReplies");
        if (minReplies != null) {
            one.minReplies(number("minReplies", minReplies, ">= 0"));
        }
        String partial = attribute(child, "partial");
        if (partial != null) {
            one.partial(flag("partial", partial));
        }
        String enough = attribute(child, "enough");
        if (enough != null) {
            one.enough(positive("enough", enough));
        }
        String timeout = attribute(child, "timeout");
        if (timeout != null) {
            one.timeout(Ranges.duration("timeout", timeout));
        }
    }

    /** The age may stand alone, so that one attachment names the Peer Service and another how old its answers may be. */
    private static void peers(Element child, GossipPolicy.Builder one, WsdlDocument wsdl) {
        requireAttributes(child, Set.of("maxAge"), wsdl);
        String maxAge = attribute(child, "maxAge");
        if (maxAge != null) {
            one.maxAge(Ranges.duration("maxAge", maxAge));
        }
        if (maxAge == null || !Dom.children(child).isEmpty()) {
            one.peers(endpoint(child, wsdl));
        } else {
            requireNoText(child, wsdl);
        }
    }

    private static Scopes scopes(String setting, Element child, WsdlDocument wsdl) {
        requireAttributes(child, Set.of("MatchBy"), wsdl);
        return Scopes.named(setting, words(onlyText(child, wsdl)), attribute(child, "MatchBy"));
    }

    private static GossipLimits limits(Element child, WsdlDocument wsdl) {
        requireAttributes(child, LIMITS, wsdl);
        requireEmpty(child, wsdl);
        String variants = attribute(child, "variants");
        String maxPriority = attribute(child, "maxPriority");
        return new GossipLimits(
                variants == null
                        ? null
                        : words(variants).stream()
                                .map(variant -> WireNamed.parse(Variant.class, "limits variants", variant))
                                .toList(),
                limit(child, "maxFanout", Ranges.MAX_FANOUT),
                limit(child, "maxRounds", Ranges.MAX_ROUNDS),
                limit(child, "maxLifetime"),
                limit(child, "minRepair"),
                limit(child, "maxTimeout"),
                maxPriority == null ? null : WireNamed.parse(Priority.class, "limits maxPriority", maxPriority));
    }

    private static @Nullable Integer limit(Element child, String name, int most) {
        String text = attribute(child, name);
        return text == null ? null : number("limits " + name, text, "1.." + most);
    }

    private static @Nullable Duration limit(Element child, String name) {
        String text = attribute(child, name);
        return text == null ? null : Ranges.duration("limits " + name, text);
    }

    private static @Nullable ShadowRelation relation(Element child, WsdlDocument wsdl) {
        for (ShadowRelation.Role role : ShadowRelation.Role.values()) {
            if (Dom.is(child, Names.GOSSIP, role.element())) {
                return new ShadowRelation(role, reference(child, wsdl));
            }
        }
        return null;
    }

    /** The address in an endpoint reference; what else that may hold is for those who send to it. */
    private static String reference(Element holder, WsdlDocument wsdl) {
        requireAttributes(holder, Set.of(), wsdl);
        return endpoint(holder, wsdl);
    }

    private static String endpoint(Element holder, WsdlDocument wsdl) {
        requireNoText(holder, wsdl);
        Element reference = only(holder, ENDPOINT_REFERENCE);
        if (Dom.children(holder).size() > 1) {
            throw new PolicyException(Dom.localName(holder), "more than one child", "one wsa:" + ENDPOINT_REFERENCE);
        }
        return only(reference, ADDRESS).getTextContent().strip();
    }

    private static Element only(Element parent, String localName) {
        List<Element> found = Dom.children(parent, Names.ADDRESSING, localName);
        if (found.size() != 1) {
            throw new PolicyException(
                    Dom.localName(parent),
                    found.size() + " elements wsa:" + localName,
                    "exactly one, of " + Names.ADDRESSING);
        }
        return found.get(0);
    }

    static int eagerHops(String text) {
        return text.equals(Ranges.AUTO)
                ? Gossip.AUTO_EAGER_HOPS
                : natural("eagerHops", text, "0.." + Ranges.MAX_ROUNDS + " or auto");
    }

    static Duration repair(String text) {
        return text.equals(Ranges.NONE) ? GossipPolicy.NO_REPAIR : Ranges.duration("repair", text);
    }

    static int autoOrNumber(String name, String text, String range) {
        if (text.equals(Ranges.AUTO)) {
            return Gossip.AUTO;
        }
        int number = number(name, text, range + " or auto");
        if (number == Gossip.AUTO) {
            throw new PolicyException(name, text, range + " or auto");
        }
        return number;
    }

    /** Not below 0: there the numbers begin that stand for something else. */
    static int natural(String name, String text, String expected) {
        int number = number(name, text, expected);
        if (number < 0) {
            throw new PolicyException(name, text, expected);
        }
        return number;
    }

    /** The two words of each truth value that XML Schema has. */
    static boolean flag(String name, String text) {
        return switch (text) {
            case "true", "1" -> true;
            case "false", "0" -> false;
            default -> throw new PolicyException(name, text, "true or false");
        };
    }

    static int positive(String name, String text) {
        int number = number(name, text, ">= 1");
        if (number < 1) {
            throw new PolicyException(name, text, ">= 1");
        }
        return number;
    }

    static int number(String name, String text, String expected) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new PolicyException(name, text, expected, e);
        }
    }

    private static List<String> words(String text) {
        return Arrays.stream(text.strip().split("\\s+"))
                .filter(word -> !word.isEmpty())
                .toList();
    }

    private static void requireFunctionUri(String href) {
        if (!Ranges.isFunctionUri(href)) {
            throw new PolicyException("aggregation", href, Ranges.FUNCTION_URI_FORM);
        }
    }

    /** The text of a child that has no attributes. */
    private static String text(Element child, WsdlDocument wsdl) {
        requireAttributes(child, Set.of(), wsdl);
        return onlyText(child, wsdl);
    }

    private static String onlyText(Element child, WsdlDocument wsdl) {
        for (Element inner : Dom.children(child)) {
            throw new PolicyException(Dom.localName(child), "element " + Dom.name(inner), "text")
                    .at(wsdl.name(), wsdl.line(inner));
        }
        return child.getTextContent().strip();
    }

    private static void requireEmpty(Element child, WsdlDocument wsdl) {
        String text = onlyText(child, wsdl);
        if (!text.isEmpty()) {
            throw new PolicyException(Dom.localName(child), text, "no content");
        }
    }

    private static void requireNoText(Element element, WsdlDocument wsdl) {
        for (Node child = element.getFirstChild(); child != null; child = child.getNextSibling()) {
            if ((child.getNodeType() == Node.TEXT_NODE || child.getNodeType() == Node.CDATA_SECTION_NODE)
                    && !child.getNodeValue().isBlank()) {
                throw new PolicyException(
                                "text in " + Dom.localName(element),
                                child.getNodeValue().strip(),
                                "elements only")
                        .at(wsdl.name(), wsdl.line(element));
            }
        }
    }

    /** Attributes of other namespaces (wsp:Optional, wsu:Id, wsdl:required) are extensions that WS-Policy provides for. */
    private static void requireAttributes(Element element, Set<String> known, WsdlDocument wsdl) {
        NamedNodeMap attributes = element.getAttributes();
        for (int i = 0; i < attributes.getLength(); i++) {
            Attr attribute = (Attr) attributes.item(i);
            String namespace = Dom.namespace(attribute);
            boolean ours = namespace.isEmpty() || namespace.equals(Names.GOSSIP);
            if (ours && !(namespace.isEmpty() && known.contains(Dom.localName(attribute)))) {
                throw new PolicyException(
                                "attribute of " + Dom.localName(element),
                                attribute.getName(),
                                known.isEmpty()
                                        ? "none"
                                        : String.join(
                                                ", ", known.stream().sorted().toList()))
                        .at(wsdl.name(), wsdl.line(element));
            }
        }
    }

    private static @Nullable String attribute(Element element, String name) {
        return element.hasAttributeNS(null, name)
                ? element.getAttributeNS(null, name).strip()
                : null;
    }

    private static PolicyException unknown(Element child) {
        return new PolicyException(
                "child of " + Names.ASSERTION, Dom.name(child).toString(), CHILDREN);
    }

    /** Writes the assertion as the last child of a policy; values that are not set are not written. */
    void appendTo(Element parent) {
        Element assertion = append(parent, Names.GOSSIP, "g:" + Names.ASSERTION);
        declare(assertion, "g", Names.GOSSIP);
        assertion.setAttributeNS(Names.POLICY, "wsp:Optional", "true");
        value(assertion, "Variant", policy.variant(), Variant::wireName);
        value(assertion, "Fanout", policy.fanout(), GossipPolicy::orAuto);
        value(assertion, "Rounds", policy.rounds(), GossipPolicy::orAuto);
        value(assertion, "EagerHops", policy.eagerHops(), GossipPolicy::hopsOrAuto);
        appendScopes(assertion, "g:Scopes", policy.scopes());
        appendTypes(assertion);
        appendScopes(assertion, "g:Lan", policy.lan());
        value(assertion, "Binding", policy.binding(), Binding::wireName);
        value(assertion, "Priority", policy.priority(), Priority::wireName);
        value(assertion, "Order", policy.order(), Order::wireName);
        value(assertion, "Lifetime", policy.lifetime(), Duration::toString);
        value(assertion, "Repair", policy.repair(), GossipPolicy::orNone);
        value(assertion, "Period", policy.period(), Duration::toString);
        value(assertion, "Replies", policy.replies(), Replies::wireName);
        appendAggregation(assertion);
        value(assertion, "View", policy.view(), View::wireName);
        appendPeers(assertion);
        value(assertion, "Trust", policy.trust(), Trust::wireName);
        if (!policy.limits().equals(GossipLimits.UNSET)) {
            Element limits = append(assertion, Names.GOSSIP, "g:Limits");
            policy.limits().words().forEach((name, value) -> limits.setAttributeNS(null, name, value));
        }
        if (relation != null) {
            appendReference(assertion, relation.role().element(), relation.address());
        }
    }

    private static void appendScopes(Element assertion, String qualifiedName, @Nullable Scopes scopes) {
        if (scopes == null) {
            return;
        }
        Element element = append(assertion, Names.GOSSIP, qualifiedName);
        element.setTextContent(String.join(" ", scopes.uris()));
        if (scopes.matchBy() != null) {
            element.setAttributeNS(null, "MatchBy", scopes.matchBy());
        }
    }

    private void appendTypes(Element assertion) {
        List<QName> types = policy.types();
        if (types == null) {
            return;
        }
        Element element = append(assertion, Names.GOSSIP, "g:Types");
        // A default namespace from further up would catch names that are in none.
        element.setAttributeNS(XMLConstants.XMLNS_ATTRIBUTE_NS_URI, XMLConstants.XMLNS_ATTRIBUTE, "");
        List<String> namespaces = new ArrayList<>();
        List<String> words = new ArrayList<>();
        for (QName type : types) {
            if (type.getNamespaceURI().isEmpty()) {
                words.add(type.getLocalPart());
                continue;
            }
            if (!namespaces.contains(type.getNamespaceURI())) {
                namespaces.add(type.getNamespaceURI());
                declare(element, "t" + (namespaces.size() - 1), type.getNamespaceURI());
            }
            words.add("t" + namespaces.indexOf(type.getNamespaceURI()) + ":" + type.getLocalPart());
        }
        element.setTextContent(String.join(" ", words));
    }

    private void appendAggregation(Element assertion) {
        boolean silent = policy.aggregation() == null
                && policy.minReplies() == null
                && policy.partial() == null
                && policy.enough() == null
                && policy.timeout() == null;
        if (silent) {
            return;
        }
        Element element = append(assertion, Names.GOSSIP, "g:Aggregation");
        if (policy.aggregation() != null) {
            // A name means what this device's library holds; only the hash means the same to a peer.
            requireFunctionUri(policy.aggregation());
            element.setAttributeNS(null, "href", policy.aggregation());
        }
        if (policy.minReplies() != null) {
            element.setAttributeNS(null, "minReplies", policy.minReplies().toString());
        }
        if (policy.partial() != null) {
            element.setAttributeNS(null, "partial", policy.partial().toString());
        }
        if (policy.enough() != null) {
            element.setAttributeNS(null, "enough", policy.enough().toString());
        }
        if (policy.timeout() != null) {
            element.setAttributeNS(null, "timeout", policy.timeout().toString());
        }
    }

    private void appendPeers(Element assertion) {
        if (policy.peers() == null && policy.maxAge() == null) {
            return;
        }
        Element element = append(assertion, Names.GOSSIP, "g:Peers");
        if (policy.maxAge() != null) {
            element.setAttributeNS(null, "maxAge", policy.maxAge().toString());
        }
        if (policy.peers() != null) {
            appendEndpoint(element, policy.peers());
        }
    }

    private static void appendReference(Element assertion, String localName, String address) {
        appendEndpoint(append(assertion, Names.GOSSIP, "g:" + localName), address);
    }

    private static void appendEndpoint(Element holder, String address) {
        Element reference = append(holder, Names.ADDRESSING, "wsa:" + ENDPOINT_REFERENCE);
        declare(reference, "wsa", Names.ADDRESSING);
        append(reference, Names.ADDRESSING, "wsa:" + ADDRESS).setTextContent(address);
    }

    private static <T> void value(
            Element assertion, String localName, @Nullable T value, Function<? super T, String> text) {
        if (value != null) {
            append(assertion, Names.GOSSIP, "g:" + localName).setTextContent(text.apply(value));
        }
    }

    private static Element append(Element parent, String namespace, String qualifiedName) {
        Document document = parent.getOwnerDocument();
        Element child = document.createElementNS(namespace, qualifiedName);
        parent.appendChild(child);
        return child;
    }

    /** Serialisers differ in whether they add missing declarations; with these none has to. */
    private static void declare(Element element, String prefix, String namespace) {
        element.setAttributeNS(
                XMLConstants.XMLNS_ATTRIBUTE_NS_URI, XMLConstants.XMLNS_ATTRIBUTE + ":" + prefix, namespace);
    }
}
