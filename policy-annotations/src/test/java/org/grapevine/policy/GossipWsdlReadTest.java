package org.grapevine.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.xml.namespace.QName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GossipWsdlReadTest {

    private static final String WITH_URIS =
            "<wsdl:portType name=\"Needs\" wsp:PolicyURIs=\"#p http://example.org/other\"" + " xmlns:wsp=\""
                    + Names.POLICY + "\">";

    private static GossipPolicy fanout(int fanout) {
        return GossipPolicy.builder().fanout(fanout).build();
    }

    private static String values(int fanout) {
        return "<g:Fanout>" + fanout + "</g:Fanout>";
    }

    private static PortGossip read(Wsdls wsdl) {
        Map<QName, PortGossip> found = GossipWsdl.read(wsdl.read());
        assertThat(found).containsOnlyKeys(Wsdls.NEEDS);
        return Objects.requireNonNull(found.get(Wsdls.NEEDS));
    }

    @Test
    void findsNothingInAPlainWsdl() {
        assertThat(GossipWsdl.read(Wsdls.document())).isEmpty();
    }

    @Test
    void leavesPoliciesAloneThatAreNotAboutGossip() {
        Wsdls wsdl = Wsdls.with()
                .definitions("<wsp:Policy xmlns:wsp='" + Names.POLICY + "' wsu:Id='d' xmlns:wsu='" + Names.UTILITY
                        + "'><wsp:Nonsense/><wsp:PolicyReference URI='http://127.0.0.1:1/never-fetched'/></wsp:Policy>")
                .inBinding(Wsdls.reference("d"))
                .inPort(Wsdls.reference("nowhere"));
        assertThat(GossipWsdl.read(wsdl.read())).isEmpty();
    }

    @Nested
    class UnderstandsEachAttachment {

        private final String policy = Wsdls.policy("p", values(7));
        private final String reference = Wsdls.reference("p");

        @Test
        void referenceInBinding() {
            assertThat(read(Wsdls.with().definitions(policy).inBinding(reference))
                            .policy())
                    .isEqualTo(fanout(7));
        }

        @Test
        void referenceInPortType() {
            assertThat(read(Wsdls.with().definitions(policy).inPortType(reference))
                            .policy())
                    .isEqualTo(fanout(7));
        }

        @Test
        void referenceInAnOperationOfEither() {
            for (Wsdls wsdl : List.of(
                    Wsdls.with().definitions(policy).inPortTypeOperation(reference),
                    Wsdls.with().definitions(policy).inBindingOperation(reference))) {
                PortGossip gossip = read(wsdl);
                assertThat(gossip.policy()).isNull();
                assertThat(gossip.operations()).isEqualTo(Map.of("needs", fanout(7)));
                assertThat(gossip.forOperation("changed")).isEmpty();
            }
        }

        @Test
        void policyUrisAttribute() {
            Wsdls wsdl = Wsdls.with().definitions(policy).replace("<wsdl:portType name=\"Needs\">", WITH_URIS);
            assertThat(read(wsdl).policy()).isEqualTo(fanout(7));
        }

        @Test
        void inlinePolicy() {
            assertThat(read(Wsdls.with().inBinding(policy)).policy()).isEqualTo(fanout(7));
        }

        @Test
        void policyOfThe2004Submission() {
            Wsdls wsdl = Wsdls.with()
                    .definitions(policy.replace(Names.POLICY, Names.POLICY_2004))
                    .inBinding(reference.replace(Names.POLICY, Names.POLICY_2004));
            assertThat(read(wsdl).policy()).isEqualTo(fanout(7));
        }

        @Test
        void policyBehindAReferenceInAPolicy() {
            String outer = "<wsp:Policy xmlns:wsp='" + Names.POLICY + "' xmlns:wsu='" + Names.UTILITY
                    + "' wsu:Id='outer'><wsp:All><wsp:PolicyReference URI='#p'/></wsp:All></wsp:Policy>";
            Wsdls wsdl = Wsdls.with().definitions(policy + outer).inBinding(Wsdls.reference("outer"));
            assertThat(read(wsdl).policy()).isEqualTo(fanout(7));
        }

        @Test
        void alternativesWithTheSameAssertion() {
            String spelledOut = "<wsp:Policy xmlns:wsp='" + Names.POLICY + "'><wsp:ExactlyOne><wsp:All>"
                    + Wsdls.assertion(values(7)) + "</wsp:All><wsp:All/><wsp:All>" + Wsdls.assertion(values(7))
                    + "</wsp:All></wsp:ExactlyOne></wsp:Policy>";
            assertThat(read(Wsdls.with().inBinding(spelledOut)).policy()).isEqualTo(fanout(7));
        }

        @Test
        void anAssertionWithoutValues() {
            assertThat(read(Wsdls.with().inBinding(Wsdls.policy("p", ""))).policy())
                    .isEqualTo(GossipPolicy.UNSET);
        }
    }

    @Nested
    class TheNarrowestWins {

        private final PortGossip gossip = read(Wsdls.with()
                .inPortTypeOperation(Wsdls.policy("po", "<g:Fanout>4</g:Fanout>"))
                .inBinding(Wsdls.policy(
                        "b",
                        "<g:Fanout>1</g:Fanout><g:Rounds>1</g:Rounds><g:Variant>tree</g:Variant>"
                                + "<g:Priority>bulk</g:Priority>"))
                .inPortType(
                        Wsdls.policy("p", "<g:Fanout>2</g:Fanout><g:Rounds>2</g:Rounds><g:Variant>pull</g:Variant>"))
                .inBindingOperation(Wsdls.policy("bo", "<g:Fanout>3</g:Fanout><g:Rounds>3</g:Rounds>")));

        @Test
        void valueByValue() {
            assertThat(gossip.forOperation("needs"))
                    .contains(GossipPolicy.builder()
                            .fanout(4)
                            .rounds(3)
                            .variant(Variant.PULL)
                            .priority(Priority.BULK)
                            .build());
            assertThat(gossip.forOperation("changed"))
                    .contains(GossipPolicy.builder()
                            .fanout(2)
                            .rounds(2)
                            .variant(Variant.PULL)
                            .priority(Priority.BULK)
                            .build());
        }
    }

    @Test
    void readsEveryValue() {
        String all = "<g:Variant> push-pull </g:Variant><g:Fanout>auto</g:Fanout><g:Rounds>255</g:Rounds>"
                + "<g:EagerHops>auto</g:EagerHops><g:Order>origin</g:Order><g:Lan MatchBy='urn:m'>grid:han</g:Lan>"
                + "<g:Limits variants='pull push-pull' maxFanout='5' maxRounds='255' maxLifetime='PT2M' minRepair='PT1S'"
                + " maxTimeout='PT6S' maxPriority='control'/>"
                + "<g:Scopes MatchBy='urn:strcmp0'>grid:wan\n grid:fan</g:Scopes><g:Types>tns:Meter Plain</g:Types>"
                + "<g:Binding>soap.udp</g:Binding><g:Priority>control</g:Priority><g:Lifetime>PT1M</g:Lifetime>"
                + "<g:Repair>none</g:Repair><g:Period>PT3S</g:Period><g:Replies>aggregate</g:Replies>"
                + "<g:Aggregation href='" + Wsdls.HASH
                + "?=k=5&amp;by=max' minReplies='2' partial='true' enough='3' timeout='PT4S'/>"
                + "<g:View>cyclon</g:View><g:Peers maxAge='PT7S'><wsa:EndpointReference><wsa:Address>http://127.0.0.1/peers</wsa:Address>"
                + "<wsa:ReferenceParameters/></wsa:EndpointReference></g:Peers><g:Trust>signed</g:Trust>"
                + "<g:ShadowedBy><wsa:EndpointReference><wsa:Address>http://127.0.0.1/shadow</wsa:Address>"
                + "</wsa:EndpointReference></g:ShadowedBy>";
        PortGossip gossip = read(Wsdls.with().inBinding(Wsdls.policy("p", all)));
        assertThat(gossip.relation()).isEqualTo(ShadowRelation.shadowedBy("http://127.0.0.1/shadow"));
        assertThat(gossip.policy())
                .isEqualTo(new GossipPolicy(
                        Variant.PUSH_PULL,
                        Gossip.AUTO,
                        255,
                        Gossip.AUTO_EAGER_HOPS,
                        new Scopes(List.of("grid:wan", "grid:fan"), "urn:strcmp0"),
                        List.of(new QName("urn:example:needs", "Meter"), new QName("Plain")),
                        new Scopes(List.of("grid:han"), "urn:m"),
                        Binding.SOAP_UDP,
                        Priority.CONTROL,
                        Order.ORIGIN,
                        Duration.ofMinutes(1),
                        GossipPolicy.NO_REPAIR,
                        Duration.ofSeconds(3),
                        Replies.AGGREGATE,
                        Wsdls.HASH + "?=k=5&by=max",
                        2,
                        true,
                        3,
                        Duration.ofSeconds(4),
                        View.CYCLON,
                        "http://127.0.0.1/peers",
                        Duration.ofSeconds(7),
                        Trust.SIGNED,
                        new GossipLimits(
                                List.of(Variant.PULL, Variant.PUSH_PULL),
                                5,
                                255,
                                Duration.ofMinutes(2),
                                Duration.ofSeconds(1),
                                Duration.ofSeconds(6),
                                Priority.CONTROL)));
    }

    @Nested
    class Refuses {

        /** The plain WSDL has its binding on line 25. */
        @ParameterizedTest
        @CsvSource(
                delimiter = '@',
                textBlock =
                        """
                        <g:Fanout>0</g:Fanout>             @ 26: fanout: 0 (expected: 1..64 or auto)
                        <g:Fanout>65</g:Fanout>            @ 26: fanout: 65 (expected: 1..64 or auto)
                        <g:Fanout>many</g:Fanout>          @ 26: fanout: many (expected: 1..64 or auto)
                        <g:Rounds>300</g:Rounds>           @ 26: rounds: 300 (expected: 1..255 or auto)
                        <g:EagerHops>-2</g:EagerHops>      @ 26: eagerHops: -2 (expected: 0..255 or auto)
                        <g:EagerHops>256</g:EagerHops>     @ 26: eagerHops: 256 (expected: 0..255 or auto)
                        <g:Order>total</g:Order>           @ 26: order: total (expected: none | origin)
                        <g:Lan/>                           @ 26: lan: 0 scopes (expected: 1..32)
                        <g:Limits maxFanout='0'/>          @ 26: limits maxFanout: 0 (expected: 1..64)
                        <g:Limits maxFanout='auto'/>       @ 26: limits maxFanout: auto (expected: 1..64)
                        <g:Limits maxRounds='256'/>        @ 26: limits maxRounds: 256 (expected: 1..255)
                        <g:Limits maxLifetime='PT0S'/>     @ 26: limits maxLifetime: PT0S (expected: more than PT0S, at most PT24H)
                        <g:Limits minRepair='none'/>       @ 26: limits minRepair: none (expected: an ISO-8601 duration
                        <g:Limits minRepair='PT0.01S'/>    @ 26: limits minRepair: PT0.01S (expected: PT0.05S..PT24H)
                        <g:Limits maxTimeout='PT11M'/>     @ 26: limits maxTimeout: PT11M (expected: PT0.05S..PT10M)
                        <g:Limits maxPriority='high'/>     @ 26: limits maxPriority: high (expected: alarm | control | normal | bulk)
                        <g:Limits variants=''/>            @ 26: limits variants: none (expected: one or more of eager-push | lazy-push
                        <g:Limits variants='loud'/>        @ 26: limits variants: loud (expected: eager-push | lazy-push
                        <g:Limits minFanout='1'/>          @ 26: attribute of Limits: minFanout (expected: maxFanout, maxLifetime, maxPriority, maxRounds, maxTimeout, minRepair, variants)
                        <g:Limits>8</g:Limits>             @ 26: Limits: 8 (expected: no content)
                        <g:Variant>loud</g:Variant>        @ 26: variant: loud (expected: eager-push | lazy-push
                        <g:Lifetime>P1M</g:Lifetime>       @ 26: lifetime: P1M (expected: an ISO-8601 duration
                        <g:Lifetime>PT25H</g:Lifetime>     @ 26: lifetime: PT25H (expected: more than PT0S, at most PT24H)
                        <g:Colour>red</g:Colour>           @ 26: child of GossipAssertion: {urn:org.grapevine:gossip:1}Colour (expected: Variant, Fanout
                        <Fanout xmlns='urn:x'>4</Fanout>   @ 26: child of GossipAssertion: {urn:x}Fanout (expected: Variant
                        <g:Fanout>4<g:x/></g:Fanout>       @ 26: Fanout: element {urn:org.grapevine:gossip:1}x (expected: text)
                        <g:Fanout a='1'>4</g:Fanout>       @ 26: attribute of Fanout: a (expected: none)
                        <g:Scopes/>                        @ 26: scopes: 0 scopes (expected: 1..32)
                        <g:Types>nope:Meter</g:Types>      @ 26: types: nope:Meter (expected: a name whose prefix is declared)
                        <g:Aggregation href='sum-by-key'/> @ 26: aggregation: sum-by-key (expected: urn:sha256:<64 hex digits>, with parameters as in ?=k=5&by=max)
                        <g:Aggregation ref='x'/>           @ 26: attribute of Aggregation: ref (expected: enough, href, minReplies, partial, timeout)
                        <g:Aggregation minReplies='-1'/>   @ 26: minReplies: -1 (expected: >= 0)
                        <g:Aggregation enough='0'/>        @ 26: enough: 0 (expected: >= 1)
                        <g:Aggregation enough='any'/>      @ 26: enough: any (expected: >= 1)
                        <g:Aggregation partial='yes'/>     @ 26: partial: yes (expected: true or false)
                        <g:View>some</g:View>              @ 26: view: some (expected: full | hyparview | cyclon)
                        <g:Peers/>                         @ 26: Peers: 0 elements wsa:EndpointReference (expected: exactly one
                        <g:Peers maxAge='soon'/>           @ 26: maxAge: soon (expected: an ISO-8601 duration
                        <g:Peers maxAge='PT0.01S'/>        @ 26: maxAge: PT0.01S (expected: PT0.05S..PT24H)
                        <g:Peers maxAge='PT1S'>urn:x</g:Peers> @ 26: text in Peers: urn:x (expected: elements only)
                        <g:Peers age='PT1S'/>              @ 26: attribute of Peers: age (expected: maxAge)
                        <g:ShadowOf>urn:x</g:ShadowOf>     @ 26: text in ShadowOf: urn:x (expected: elements only)
                        <g:ShadowOf/>                      @ 26: ShadowOf: 0 elements wsa:EndpointReference (expected: exactly one
                        <g:Rounds>3</g:Rounds><g:Rounds>3</g:Rounds> @ 26: child of GossipAssertion: Rounds twice (expected: once)
                        eager                              @ 25: text in GossipAssertion: eager (expected: elements only)
                        """)
        void anImpossibleAssertionWithDocumentLineAndRange(String values, String message) {
            Wsdls wsdl = Wsdls.with().inBinding(Wsdls.policy("p", values.startsWith("<") ? "\n" + values : values));
            assertThatThrownBy(() -> GossipWsdl.read(wsdl.read()))
                    .isInstanceOf(PolicyException.class)
                    .hasMessageStartingWith("needs.wsdl:" + message);
        }

        @Test
        void aRepairPeriodAboveTheLifetime() {
            Wsdls wsdl =
                    Wsdls.with().inBinding(Wsdls.policy("p", "<g:Repair>PT5S</g:Repair><g:Lifetime>PT2S</g:Lifetime>"));
            assertThatThrownBy(() -> GossipWsdl.read(wsdl.read()))
                    .hasMessage("needs.wsdl:25: repair: PT5S (expected: none or PT0.05S..PT2S, the lifetime)");
        }

        @Test
        void whatIsOnlyImpossibleAfterMerging() {
            Wsdls wsdl = Wsdls.with()
                    .inBinding(Wsdls.policy("p", "<g:Repair>PT5S</g:Repair>"))
                    .inBindingOperation(Wsdls.policy("q", "<g:Lifetime>PT2S</g:Lifetime>"));
            assertThatThrownBy(() -> GossipWsdl.read(wsdl.read()))
                    .hasMessageMatching("needs.wsdl:\\d+: repair: PT5S .*");
        }

        @Test
        void alternativesThatDiffer() {
            String policy = "<wsp:Policy xmlns:wsp='" + Names.POLICY + "'><wsp:ExactlyOne><wsp:All>"
                    + Wsdls.assertion(values(7)) + "</wsp:All><wsp:All>" + Wsdls.assertion(values(8))
                    + "</wsp:All></wsp:ExactlyOne></wsp:Policy>";
            assertThatThrownBy(
                            () -> GossipWsdl.read(Wsdls.with().inBinding(policy).read()))
                    .hasMessage(
                            "needs.wsdl:25: GossipAssertion: differs from another one of the same binding NeedsBinding"
                                    + " (expected: the same assertion in all policies and alternatives)");
        }

        @Test
        void bindingsThatDiffer() {
            Wsdls wsdl = Wsdls.with()
                    .replace(
                            "<wsdl:service",
                            "<wsdl:binding name='Other' type='tns:Needs'>" + Wsdls.policy("o", values(2))
                                    + "</wsdl:binding><wsdl:service")
                    .inBinding(Wsdls.policy("p", values(3)));
            assertThatThrownBy(() -> GossipWsdl.read(wsdl.read()))
                    .hasMessageContaining("gossip policy of binding Other: differs from another binding");
        }

        @Test
        void anAssertionWhereNobodyWouldLookForIt() {
            Wsdls wsdl = Wsdls.with().inPort(Wsdls.policy("p", values(3)));
            assertThatThrownBy(() -> GossipWsdl.read(wsdl.read()))
                    .hasMessageContaining("GossipAssertion: on wsdl:port (expected: on a binding");
        }

        @Test
        void aCircleOfReferences() {
            String circle = "<wsp:Policy xmlns:wsp='" + Names.POLICY + "' xmlns:wsu='" + Names.UTILITY + "' wsu:Id='c'>"
                    + Wsdls.assertion("") + "<wsp:PolicyReference URI='#c'/></wsp:Policy>";
            assertThatThrownBy(() -> GossipWsdl.read(Wsdls.with()
                            .definitions(circle)
                            .inBinding(Wsdls.reference("c"))
                            .read()))
                    .hasMessageContaining("PolicyReference: over 16 references inside each other");
        }

        @Test
        void aReferenceThatLeavesTheDocument() {
            String policy = Wsdls.policy("p", "")
                    .replace("</wsp:Policy>", "<wsp:PolicyReference URI='http://127.0.0.1:1/p'/></wsp:Policy>");
            assertThatThrownBy(
                            () -> GossipWsdl.read(Wsdls.with().inBinding(policy).read()))
                    .hasMessageContaining(
                            "PolicyReference: http://127.0.0.1:1/p (expected: #id of a policy in the same document)");
        }

        @Test
        void alternativesThatMultiply() {
            String choice = "<wsp:ExactlyOne><wsp:All/><wsp:All/></wsp:ExactlyOne>".repeat(30);
            String policy = Wsdls.policy("p", "").replace("</wsp:Policy>", choice + "</wsp:Policy>");
            assertThatThrownBy(
                            () -> GossipWsdl.read(Wsdls.with().inBinding(policy).read()))
                    .hasMessageContaining("policy alternatives: over 64 (expected: at most 64)");
        }

        @Test
        void twoRelations() {
            String shadow = "<g:ShadowOf><wsa:EndpointReference><wsa:Address>urn:%s</wsa:Address>"
                    + "</wsa:EndpointReference></g:ShadowOf>";
            Wsdls wsdl = Wsdls.with()
                    .inBinding(Wsdls.policy("p", shadow.formatted("x:a")))
                    .inPortType(Wsdls.policy("q", shadow.formatted("x:b")));
            assertThatThrownBy(() -> GossipWsdl.read(wsdl.read()))
                    .hasMessageContaining("(expected: one shadow or one original for a port type)");
        }

        @Test
        void aReferenceToNothing() {
            String policy = Wsdls.policy("p", "").replace("</wsp:Policy>", "<wsp:PolicyReference/></wsp:Policy>");
            assertThatThrownBy(
                            () -> GossipWsdl.read(Wsdls.with().inBinding(policy).read()))
                    .hasMessage("needs.wsdl:25: PolicyReference:  (expected: #id of a policy in the same document)");
        }
    }
}
