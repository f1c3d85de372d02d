package org.grapevine.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.LongStream;
import javax.xml.namespace.QName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class GossipWsdlWriteTest {

    private static final PortGossip SIMPLE = new PortGossip(
            GossipPolicy.builder().fanout(8).rounds(Gossip.AUTO).build(),
            Map.of("needs", GossipPolicy.builder().replies(Replies.FIRST).build()),
            ShadowRelation.shadowOf("http://127.0.0.1/needs"));

    private static String text(WsdlDocument wsdl) {
        return new String(wsdl.toBytes(), StandardCharsets.UTF_8);
    }

    private static WsdlDocument written(PortGossip gossip) {
        WsdlDocument wsdl = Wsdls.document();
        GossipWsdl.write(wsdl.document(), Wsdls.NEEDS, gossip);
        return wsdl;
    }

    @Nested
    class Writes {

        private final String text = text(written(SIMPLE));

        @Test
        void theAssertionAfterTheDocumentationWithSetValuesOnly() {
            assertThat(text)
                    .contains(
                            "day will need.</wsdl:documentation><wsp:Policy xmlns:wsp=\"http://www.w3.org/ns/ws-policy\""
                                    + " xmlns:wsu=\"" + Names.UTILITY + "\" wsu:Id=\"gossip-Needs\">"
                                    + "<g:GossipAssertion xmlns:g=\"urn:org.grapevine:gossip:1\" wsp:Optional=\"true\">"
                                    + "<g:Fanout>8</g:Fanout><g:Rounds>auto</g:Rounds>"
                                    + "<g:ShadowOf><wsa:EndpointReference xmlns:wsa=\"http://www.w3.org/2005/08/addressing\">"
                                    + "<wsa:Address>http://127.0.0.1/needs</wsa:Address></wsa:EndpointReference></g:ShadowOf>"
                                    + "</g:GossipAssertion></wsp:Policy>");
        }

        @Test
        void aReferenceFirstInTheBindingAndInItsOperation() {
            String reference =
                    "<wsp:PolicyReference xmlns:wsp=\"http://www.w3.org/ns/ws-policy\" URI=\"#gossip-Needs%s\"/>";
            assertThat(text)
                    .contains("<wsdl:binding name=\"NeedsBinding\" type=\"tns:Needs\">" + reference.formatted(""))
                    .contains("<wsdl:operation name=\"needs\">" + reference.formatted("-needs"));
        }
    }

    @Test
    void changesNothingWhenDoneAgain() {
        WsdlDocument wsdl = written(SIMPLE);
        String once = text(wsdl);
        GossipWsdl.write(wsdl.document(), Wsdls.NEEDS, SIMPLE);
        assertThat(text(wsdl)).isEqualTo(once);
    }

    @Test
    void putsANewPolicyInPlaceOfTheOld() {
        WsdlDocument wsdl = written(SIMPLE);
        PortGossip other = new PortGossip(GossipPolicy.UNSET, Map.of(), null);
        GossipWsdl.write(wsdl.document(), Wsdls.NEEDS, other);
        assertThat(text(wsdl)).isEqualTo(text(written(other)));
    }

    @Test
    void removesItselfWithoutATrace() {
        WsdlDocument wsdl = written(SIMPLE);
        GossipWsdl.remove(wsdl.document(), Wsdls.NEEDS);
        assertThat(text(wsdl)).isEqualTo(text(Wsdls.document()));
    }

    @Test
    void replacesEveryAttachmentOfAMakersOwn() {
        WsdlDocument wsdl = Wsdls.with()
                .definitions(Wsdls.policy("p", "<g:Fanout>1</g:Fanout>"))
                .replace(
                        "<wsdl:portType name=\"Needs\">",
                        "<wsdl:portType name=\"Needs\" xmlns:wsp=\"" + Names.POLICY + "\" wsp:PolicyURIs=\"#p #x\">")
                .inBinding(Wsdls.reference("p"))
                .inBindingOperation(Wsdls.policy("q", "<g:Fanout>2</g:Fanout>"))
                .read();
        GossipWsdl.write(wsdl.document(), Wsdls.NEEDS, SIMPLE);
        assertThat(GossipWsdl.read(wsdl)).isEqualTo(Map.of(Wsdls.NEEDS, SIMPLE));
        assertThat(text(wsdl)).contains("wsp:PolicyURIs=\"#x\"").doesNotContain("Id=\"p\"");
    }

    @Test
    void leavesPoliciesAloneThatAreNotAboutGossipOrSomebodyElses() {
        String profile = "<wsp:Policy xmlns:wsp='" + Names.POLICY + "' xmlns:wsu='" + Names.UTILITY
                + "' wsu:Id='gossip-Needs'><d:Profile xmlns:d='urn:dpws'/></wsp:Policy>";
        WsdlDocument wsdl = Wsdls.with()
                .definitions(profile + Wsdls.policy("p", "<g:Fanout>1</g:Fanout>"))
                .replace(
                        "<wsdl:service",
                        "<wsdl:binding name='Other' type='tns:Other'>" + Wsdls.reference("p")
                                + "</wsdl:binding><wsdl:service")
                .inBinding(Wsdls.reference("gossip-Needs") + Wsdls.reference("p"))
                .read();
        GossipWsdl.write(wsdl.document(), Wsdls.NEEDS, SIMPLE);
        assertThat(text(wsdl)).contains("Profile", "wsu:Id=\"gossip-Needs-2\"", "URI=\"#gossip-Needs\"");
        assertThat(GossipWsdl.read(wsdl))
                .isEqualTo(Map.of(
                        Wsdls.NEEDS,
                        SIMPLE,
                        new QName("urn:example:needs", "Other"),
                        new PortGossip(GossipPolicy.builder().fanout(1).build(), Map.of(), null)));
    }

    @Nested
    class RefusesAndLeavesTheDocumentAsItWas {

        private void refuses(WsdlDocument wsdl, QName portType, PortGossip gossip, String message) {
            String before = text(wsdl);
            assertThatThrownBy(() -> GossipWsdl.write(wsdl.document(), portType, gossip))
                    .isInstanceOf(PolicyException.class)
                    .hasMessageContaining(message);
            assertThat(text(wsdl)).isEqualTo(before);
        }

        @Test
        void aPortTypeWithoutBinding() {
            QName other = new QName("urn:example:needs", "Other");
            refuses(Wsdls.document(), other, SIMPLE, "none (expected: at least one)");
        }

        @Test
        void anUnknownOperation() {
            PortGossip gossip = new PortGossip(null, Map.of("sleep", GossipPolicy.UNSET), null);
            refuses(
                    Wsdls.document(),
                    Wsdls.NEEDS,
                    gossip,
                    "operation of binding NeedsBinding: sleep (expected: one of [needs, changed])");
        }

        @Test
        void aFunctionThatIsNamedAndNotHashed() {
            PortGossip gossip =
                    new PortGossip(GossipPolicy.builder().aggregation("sum").build(), Map.of(), null);
            refuses(
                    Wsdls.document(),
                    Wsdls.NEEDS,
                    gossip,
                    "aggregation: sum (expected: urn:sha256:<64 hex digits>, with parameters as in ?=k=5&by=max)");
        }

        @Test
        void anOlderPolicyThatHoldsMoreThanGossip() {
            String mixed =
                    Wsdls.policy("p", "").replace("</wsp:Policy>", "<d:Profile xmlns:d='urn:dpws'/></wsp:Policy>");
            refuses(
                    Wsdls.with().inBinding(mixed).read(),
                    Wsdls.NEEDS,
                    SIMPLE,
                    "a gossip assertion beside {urn:dpws}Profile");
        }
    }

    static LongStream seeds() {
        return LongStream.rangeClosed(1, 40);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void whatIsWrittenIsReadBack(long seed) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        for (int run = 0; run < 10; run++) {
            PortGossip gossip = port(random);
            byte[] text = written(gossip).toBytes();
            assertThat(GossipWsdl.read(WsdlDocument.read(text, "written")))
                    .as("seed %s run %s", seed, run)
                    .isEqualTo(Map.of(Wsdls.NEEDS, gossip));
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void whatIsToldInWordsIsSetByThem(long seed) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        for (int run = 0; run < 10; run++) {
            GossipPolicy policy = policy(random, Duration.ofMillis(random.nextLong(1_000, 86_400_000)));
            GossipPolicy.Builder again = GossipPolicy.builder();
            policy.words().forEach(again::word);
            assertThat(again.build()).as("seed %s run %s", seed, run).isEqualTo(policy);
        }
    }

    private static PortGossip port(RandomGenerator random) {
        Duration lifetime = Duration.ofMillis(random.nextLong(1_000, 86_400_000));
        Map<String, GossipPolicy> operations = new LinkedHashMap<>();
        for (String operation : List.of("needs", "changed")) {
            if (random.nextBoolean()) {
                operations.put(operation, policy(random, lifetime));
            }
        }
        GossipPolicy policy = operations.isEmpty() || random.nextBoolean() ? policy(random, lifetime) : null;
        ShadowRelation relation =
                switch (random.nextInt(3)) {
                    case 0 -> ShadowRelation.shadowOf("http://127.0.0.1/a?b=c&d=<e>".replaceAll("[<>]", "%3C"));
                    case 1 -> ShadowRelation.shadowedBy("soap.udp://127.0.0.1:3702/shadow");
                    default -> null;
                };
        return new PortGossip(policy, operations, relation);
    }

    /** One lifetime for all attachments, for others could contradict each other when they are merged. */
    private static GossipPolicy policy(RandomGenerator random, Duration lifetime) {
        GossipPolicy.Builder builder = GossipPolicy.builder().lifetime(lifetime);
        if (random.nextBoolean()) {
            builder.variant(any(random, Variant.values())).fanout(random.nextInt(65));
        }
        if (random.nextBoolean()) {
            builder.rounds(random.nextInt(256)).trust(any(random, Trust.values()));
        }
        if (random.nextBoolean()) {
            builder.scopes(new Scopes(List.of("grid:wan", "grid:\u00e9&<"), random.nextBoolean() ? "urn:r" : null));
        }
        if (random.nextBoolean()) {
            List<QName> types = new ArrayList<>(List.of(new QName("urn:a", "A"), new QName("B")));
            types.add(new QName("urn:" + random.nextInt(3), "C"));
            builder.types(types).peers("http://127.0.0.1/peers");
        }
        if (random.nextBoolean()) {
            builder.view(any(random, View.values())).maxAge(millis(random, lifetime));
        }
        if (random.nextBoolean()) {
            builder.binding(any(random, Binding.values())).priority(any(random, Priority.values()));
        }
        if (random.nextBoolean()) {
            builder.repair(random.nextBoolean() ? GossipPolicy.NO_REPAIR : millis(random, lifetime));
        }
        if (random.nextBoolean()) {
            int enough = 1 + random.nextInt(Integer.MAX_VALUE);
            builder.period(millis(random, lifetime))
                    .minReplies(random.nextInt(enough))
                    .enough(enough);
        }
        if (random.nextBoolean()) {
            builder.replies(any(random, Replies.values()))
                    .aggregation(Wsdls.HASH + (random.nextBoolean() ? "?=k=5&by=a%20b" : ""));
        }
        if (random.nextBoolean()) {
            builder.partial(random.nextBoolean());
        }
        if (random.nextBoolean()) {
            builder.eagerHops(random.nextBoolean() ? Gossip.AUTO_EAGER_HOPS : random.nextInt(256))
                    .order(any(random, Order.values()));
        }
        if (random.nextBoolean()) {
            builder.lan(new Scopes(List.of("grid:h\u00e4n"), random.nextBoolean() ? "urn:r" : null));
        }
        if (random.nextBoolean()) {
            // As wide as the ranges where values are random: a policy keeps to its own limits.
            builder.limits(new GossipLimits(
                    random.nextBoolean() ? null : List.of(any(random, Variant.values()), Variant.TREE),
                    random.nextBoolean() ? null : 64,
                    random.nextBoolean() ? null : 255,
                    random.nextBoolean() ? null : Duration.ofHours(24),
                    random.nextBoolean() ? null : Duration.ofMillis(50),
                    random.nextBoolean() ? null : Duration.ofMinutes(10),
                    random.nextBoolean() ? null : Priority.ALARM));
        }
        if (random.nextBoolean()) {
            builder.timeout(
                    millis(random, lifetime.compareTo(Duration.ofMinutes(10)) < 0 ? lifetime : Duration.ofMinutes(10)));
        }
        return builder.build();
    }

    private static Duration millis(RandomGenerator random, Duration most) {
        return Duration.ofMillis(random.nextLong(50, most.toMillis() + 1));
    }

    private static <T> T any(RandomGenerator random, T[] values) {
        return values[random.nextInt(values.length)];
    }
}
