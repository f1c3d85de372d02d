package org.grapevine.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import javax.xml.namespace.QName;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.dpws.addressing.EndpointReference;
import org.grapevine.dpws.discovery.DeviceAnnouncement;
import org.grapevine.dpws.discovery.Probe;
import org.grapevine.dpws.discovery.ScopeRule;
import org.grapevine.policy.Binding;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class PeerSelectorTest {

    private static final QName PORT_TYPE = new QName("urn:test", "Notice");
    private static final QName METER = new QName("urn:test", "Meter");
    private static final QName GATEWAY = new QName("urn:test", "Gateway");
    private static final PeerAddress ADDRESS = new PeerAddress("soap.udp://192.0.2.1:9/shadow");
    private static final PeerSelector ANY = PeerSelector.of(PORT_TYPE, 1);

    private static Peer peer(List<QName> types, List<String> scopes) {
        return new Peer(
                EndpointReference.of("urn:test:device"),
                types,
                scopes,
                PORT_TYPE,
                ADDRESS,
                URI.create("http://192.0.2.1/shadow"),
                1,
                0);
    }

    private static Peer withoutHttp() {
        return new Peer(EndpointReference.of("urn:d"), List.of(), List.of(), PORT_TYPE, ADDRESS, null, 1, 0);
    }

    @Test
    void wantsThePortTypeAndNotTheExcluded() {
        Peer peer = peer(List.of(), List.of());
        assertThat(ANY.accepts(peer)).isTrue();
        assertThat(PeerSelector.of(METER, 1).accepts(peer)).isFalse();
        assertThat(ANY.excluding(Set.of(ADDRESS)).accepts(peer)).isFalse();
        assertThat(ANY.excluding(Set.of(new PeerAddress("soap.udp://192.0.2.1:9/other")))
                        .accepts(peer))
                .isTrue();
    }

    @Test
    void wantsAllOfItsTypes() {
        Peer peer = peer(List.of(METER), List.of());
        assertThat(ANY.withTypes(List.of(METER)).accepts(peer)).isTrue();
        assertThat(ANY.withTypes(List.of(METER, GATEWAY)).accepts(peer)).isFalse();
    }

    @Test
    void wantsItsBinding() {
        assertThat(ANY.withBinding(Binding.SOAP_UDP).accepts(withoutHttp())).isTrue();
        assertThat(ANY.withBinding(Binding.HTTP).accepts(withoutHttp())).isFalse();
        assertThat(ANY.withBinding(Binding.HTTP).accepts(peer(List.of(), List.of())))
                .isTrue();
    }

    @Test
    void refusesWhatCanMatchNobody() {
        assertThatThrownBy(() -> PeerSelector.of(PORT_TYPE, 0)).hasMessage("count: 0 (expected: >= 1)");
        assertThatThrownBy(() -> ANY.withScopes(ScopeRule.NONE, List.of("urn:a")))
                .hasMessage("scopes: [urn:a] (expected: none with the rule " + ScopeRule.NONE.uri() + ")");
        assertThatThrownBy(() -> PeerSelector.rule("urn:own-rule"))
                .hasMessage("matchBy: urn:own-rule (expected: one of " + String.join(" ", ScopeRule.uris()) + ")");
    }

    @Nested
    class Scopes {

        @ParameterizedTest
        @CsvSource({
            "RFC3986, http://grid.example/fan, http://grid.example/fan/1, true",
            "RFC3986, HTTP://GRID.example/fan/, http://grid.example/fan/1, true",
            "RFC3986, http://grid.example/fan, http://grid.example/fan1, false",
            "RFC3986, http://grid.example/fan/1, http://grid.example/fan, false",
            "STRCMP0, http://grid.example/fan, http://grid.example/fan, true",
            "STRCMP0, http://grid.example/fan, http://GRID.example/fan, false",
            "STRCMP0, http://grid.example/fan, http://grid.example/fan/1, false",
            "UUID, 98190dc2-0890-4ef8-ac9a-5940995e6119, urn:uuid:98190DC2-0890-4EF8-AC9A-5940995E6119, true",
            "UUID, 98190dc2-0890-4ef8-ac9a-5940995e6119, urn:uuid:98190dc2-0890-4ef8-ac9a-5940995e6118, false",
            "LDAP, 'ldap:///ou=engineering,o=exampleorg,c=us', 'ldap:///ou=floor1,ou=engineering,o=exampleorg,c=us', true",
            "LDAP, 'ldap:///ou=engineering,o=exampleorg,c=us', 'ldap:///ou=floor1,o=exampleorg,c=us', false"
        })
        void areComparedByTheRule(ScopeRule rule, String wanted, String own, boolean matches) {
            PeerSelector selector = ANY.withScopes(rule, List.of(wanted));
            assertThat(selector.accepts(peer(List.of(), List.of("urn:other", own))))
                    .isEqualTo(matches);
        }

        @Test
        void areComparedByTheDefaultRuleOfDiscoveryUnlessAnotherIsNamed() {
            assertThat(ANY.matchBy()).isEqualTo(ScopeRule.RFC3986);
            assertThat(PeerSelector.rule(ScopeRule.LDAP.uri())).isEqualTo(ScopeRule.LDAP);
        }

        @Test
        void areAllWanted() {
            PeerSelector selector = ANY.withScopes(ScopeRule.STRCMP0, List.of("urn:a", "urn:b"));
            assertThat(selector.accepts(peer(List.of(), List.of("urn:a")))).isFalse();
            assertThat(selector.accepts(peer(List.of(), List.of("urn:b", "urn:a"))))
                    .isTrue();
        }

        @Test
        void mayBeWantedNotToBe() {
            PeerSelector selector = ANY.withScopes(ScopeRule.NONE, List.of());
            assertThat(selector.accepts(peer(List.of(), List.of()))).isTrue();
            assertThat(selector.accepts(peer(List.of(), List.of("urn:a")))).isFalse();
        }

        /** What a Probe finds and what a selector accepts are the same devices. */
        @ParameterizedTest
        @EnumSource(ScopeRule.class)
        void meanWhatTheyMeanInAProbe(ScopeRule rule) {
            List<String> words = List.of(
                    "http://a/b",
                    "http://a/b/c",
                    "HTTP://A/b/",
                    "http://a/b/../c",
                    "urn:a",
                    "urn:uuid:98190dc2-0890-4ef8-ac9a-5940995e6119",
                    "98190DC2-0890-4EF8-AC9A-5940995E6119",
                    "ldap:///ou=x,o=y",
                    "ldap:///o=y");
            Random random = new Random(11);
            int accepted = 0;
            for (int i = 0; i < 5_000; i++) {
                List<String> own = some(words, random.nextInt(3), random);
                List<String> wanted = rule == ScopeRule.NONE ? List.of() : some(words, random.nextInt(3), random);
                List<QName> types = some(List.of(METER, GATEWAY), random.nextInt(3), random);
                List<QName> wantedTypes = some(List.of(METER, GATEWAY), random.nextInt(3), random);
                DeviceAnnouncement device = new DeviceAnnouncement(
                        EndpointReference.of("urn:test:device"), types, own, List.of("http://192.0.2.1/"), 1);
                boolean found = device.matches(new Probe(wantedTypes, wanted, rule.uri()), rule);
                PeerSelector selector = ANY.withTypes(wantedTypes).withScopes(rule, wanted);
                assertThat(selector.accepts(peer(types, own)))
                        .as("%s of %s and %s of %s", wanted, own, wantedTypes, types)
                        .isEqualTo(found);
                accepted += found ? 1 : 0;
            }
            assertThat(accepted).as("cases of both kinds").isBetween(100, 4_900);
        }

        private static <T> List<T> some(List<T> words, int count, Random random) {
            List<T> some = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                some.add(words.get(random.nextInt(words.size())));
            }
            return some;
        }
    }
}
