package org.grapevine.policy;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.xml.XMLConstants;
import javax.xml.namespace.QName;
import org.apache.neethi.Assertion;
import org.apache.neethi.AssertionBuilderFactory;
import org.apache.neethi.PolicyBuilder;
import org.apache.neethi.PolicyRegistry;
import org.apache.neethi.PolicyRegistryImpl;
import org.apache.neethi.builders.AssertionBuilder;
import org.apache.neethi.builders.PrimitiveAssertion;
import org.jspecify.annotations.Nullable;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/**
 * What a policy means for gossip. The grammar (nesting, alternatives, {@code wsp:Optional}, references) is Neethi's; before it
 * gets a policy, this class makes sure that no reference leaves the document (Neethi would fetch it), that references do not
 * run in a circle, and that the alternatives do not multiply beyond {@value #MAX_ALTERNATIVES}.
 */
final class PolicyGrammar {

    static final int MAX_ALTERNATIVES = 64;
    static final int MAX_REFERENCE_DEPTH = 16;

    /** In all policies about gossip of one document, those behind references each time. */
    private static final int MAX_ELEMENTS = 10_000;

    private static final QName ASSERTION = new QName(Names.GOSSIP, Names.ASSERTION);

    private final WsdlDocument wsdl;
    private final Map<String, Element> policiesById = new LinkedHashMap<>();
    private final Set<Element> gossiping;
    private final Map<Element, List<GossipAssertion>> assertionsByPolicy = new HashMap<>();
    private int elements;
    private final PolicyBuilder builder = new PolicyBuilder();

    PolicyGrammar(WsdlDocument wsdl) {
        this.wsdl = wsdl;
        List<Element> all = Dom.withDescendants(wsdl.document().getDocumentElement());
        for (Element element : all) {
            if (isPolicy(element)) {
                String id = id(element);
                if (!id.isEmpty()) {
                    policiesById.putIfAbsent(id, element);
                }
            }
        }
        gossiping = gossiping(all);
        builder.registerBuilder(ASSERTION, new LocatedAssertionBuilder());
    }

    static boolean isPolicy(Element element) {
        return Names.isPolicyNamespace(Dom.namespace(element))
                && Dom.localName(element).equals("Policy");
    }

    static boolean isReference(Element element) {
        return Names.isPolicyNamespace(Dom.namespace(element))
                && Dom.localName(element).equals("PolicyReference");
    }

    static String id(Element policy) {
        String id = policy.getAttributeNS(Names.UTILITY, "Id");
        return id.isEmpty() ? policy.getAttributeNS(XMLConstants.XML_NS_URI, "id") : id;
    }

    /** The policy that a reference names; null if it is not in this document. */
    @Nullable
    Element resolve(String uri) {
        return uri.startsWith("#") ? policiesById.get(uri.substring(1)) : null;
    }

    /** True if the policy, or one that it refers to, holds a gossip assertion. Never fails: other policies are not ours to judge. */
    boolean mentionsGossip(Element policy) {
        return gossiping.contains(policy);
    }

    /** Walks the references backwards from the policies that hold an assertion, so that each is looked at once. */
    private Set<Element> gossiping(List<Element> all) {
        Map<Element, List<Element>> referrers = new HashMap<>();
        Set<Element> found = new HashSet<>();
        Deque<Element> open = new ArrayDeque<>();
        for (Element element : all) {
            boolean asserts = Dom.is(element, Names.GOSSIP, Names.ASSERTION);
            Element target = isReference(element) ? resolve(uri(element)) : null;
            for (Node node = element.getParentNode(); node instanceof Element around; node = node.getParentNode()) {
                if (!isPolicy(around)) {
                    continue;
                }
                if (asserts && found.add(around)) {
                    open.add(around);
                }
                if (target != null) {
                    referrers.computeIfAbsent(target, key -> new ArrayList<>()).add(around);
                }
            }
        }
        while (!open.isEmpty()) {
            for (Element referrer : referrers.getOrDefault(open.remove(), List.of())) {
                if (found.add(referrer)) {
                    open.add(referrer);
                }
            }
        }
        return found;
    }

    /**
     * The gossip assertions of a policy's alternatives, each once.
     *
     * @throws PolicyException if the policy is out of bounds or no policy, or an assertion is impossible
     */
    List<GossipAssertion> assertions(Element policy) {
        List<GossipAssertion> known = assertionsByPolicy.get(policy);
        if (known == null) {
            known = unfold(policy).stream()
                    .map(element -> GossipAssertion.parse(element, wsdl))
                    .distinct()
                    .toList();
            assertionsByPolicy.put(policy, known);
        }
        return known;
    }

    private List<Element> unfold(Element policy) {
        Bounds bounds = new Bounds();
        bounds.alternatives(policy, 0);
        Set<LocatedAssertion> found = new LinkedHashSet<>();
        for (List<Assertion> alternative : normalised(policy, bounds.referred)) {
            for (Assertion assertion : alternative) {
                if (assertion instanceof LocatedAssertion located) {
                    found.add(located);
                }
            }
        }
        return found.stream().map(located -> located.element).toList();
    }

    private List<List<Assertion>> normalised(Element policy, Map<String, Element> referred) {
        try {
            // With every policy that it may ask for at hand, Neethi has no reason to look further.
            PolicyRegistry registry = new PolicyRegistryImpl();
            referred.forEach((id, element) -> registry.register(id, builder.getPolicy(element)));
            List<List<Assertion>> alternatives = new ArrayList<>();
            builder.getPolicy(policy)
                    .normalize(registry, true)
                    .getAlternatives()
                    .forEachRemaining(alternatives::add);
            return alternatives;
        } catch (RuntimeException e) {
            // Neethi has no exception of its own for a policy that breaks the grammar.
            String reason = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
            throw new PolicyException("policy", reason, "the grammar of WS-Policy 1.5, section 4", e)
                    .at(wsdl.name(), wsdl.line(policy));
        }
    }

    static String uri(Element reference) {
        return reference.getAttributeNS(null, "URI").strip();
    }

    /** Counts what Neethi would unfold, without unfolding it. */
    private final class Bounds {

        private final Map<String, Element> referred = new LinkedHashMap<>();

        /** Alternatives below one operator or assertion (WS-Policy 1.5, section 4.3). */
        int alternatives(Element element, int references) {
            if (++elements > MAX_ELEMENTS) {
                throw refused(
                        element,
                        "policies",
                        "over " + MAX_ELEMENTS + " elements, references followed",
                        "at most " + MAX_ELEMENTS);
            }
            if (isReference(element)) {
                return followed(element, references);
            }
            if (Names.isPolicyNamespace(Dom.namespace(element))
                    && Dom.localName(element).equals("ExactlyOne")) {
                int sum = 0;
                for (Element child : Dom.children(element)) {
                    sum = bounded(element, sum + alternatives(child, references));
                }
                return sum;
            }
            int product = 1;
            for (Element child : Dom.children(element)) {
                product = bounded(element, product * alternatives(child, references));
            }
            return isOptional(element) ? bounded(element, product + 1) : product;
        }

        private int followed(Element reference, int references) {
            if (references >= MAX_REFERENCE_DEPTH) {
                throw refused(
                        reference,
                        "PolicyReference",
                        "over " + MAX_REFERENCE_DEPTH + " references inside each other",
                        "at most " + MAX_REFERENCE_DEPTH + ", and no circle");
            }
            Element target = resolve(uri(reference));
            if (target == null) {
                throw refused(reference, "PolicyReference", uri(reference), "#id of a policy in the same document");
            }
            referred.put(uri(reference).substring(1), target);
            return alternatives(target, references + 1);
        }

        private int bounded(Element element, int alternatives) {
            if (alternatives > MAX_ALTERNATIVES) {
                throw refused(
                        element, "policy alternatives", "over " + MAX_ALTERNATIVES, "at most " + MAX_ALTERNATIVES);
            }
            return alternatives;
        }
    }

    private static boolean isOptional(Element assertion) {
        return isTrue(assertion.getAttributeNS(Names.POLICY, "Optional"))
                || isTrue(assertion.getAttributeNS(Names.POLICY_2004, "Optional"));
    }

    private static boolean isTrue(String text) {
        return text.strip().equals("true") || text.strip().equals("1");
    }

    private PolicyException refused(Element element, String name, String value, String expected) {
        return new PolicyException(name, value, expected).at(wsdl.name(), wsdl.line(element));
    }

    /** Neethi copies the elements of the assertions it normalises, and a copy has lost its line: this one keeps the original. */
    private static final class LocatedAssertion extends PrimitiveAssertion {

        private final Element element;

        LocatedAssertion(Element element, boolean optional) {
            super(ASSERTION, optional);
            this.element = element;
        }

        @Override
        protected Assertion clone(boolean optional) {
            return new LocatedAssertion(element, optional);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof LocatedAssertion that && element.isSameNode(that.element);
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(element);
        }
    }

    private static final class LocatedAssertionBuilder implements AssertionBuilder<Element> {

        @Override
        public Assertion build(Element element, AssertionBuilderFactory factory) {
            return new LocatedAssertion(element, isOptional(element));
        }

        @Override
        public QName[] getKnownElements() {
            return new QName[] {ASSERTION};
        }
    }
}
