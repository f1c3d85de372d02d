package org.grapevine.dpws.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** WS-Discovery 1.1, 5.1. */
class ScopeRuleTest {

    @ParameterizedTest(name = "{0}: {1} | {2} -> {3}")
    @CsvSource(
            delimiter = '|',
            value = {
                "RFC3986 | http://a.de/abc/d | http://a.de/abc/d | true",
                "RFC3986 | http://a.de/abc/d | HTTP://A.dE/abc/d | true",
                "RFC3986 | http://a.de/abc/d | http://a.de/abc | true",
                "RFC3986 | http://a.de/abc/d | http://a.de/abc/ | true",
                "RFC3986 | http://a.de/abc/d | http://a.de/abc/d/ | true",
                "RFC3986 | http://a.de/abc/d/ | http://a.de/abc/d | true",
                "RFC3986 | http://a.de/abc/d | http://a.de | true",
                "RFC3986 | http://a.de/abc/d | http://a.de/ | true",
                "RFC3986 | http://a.de | http://a.de/ | true",
                "RFC3986 | http://a.de/abc/d | http://a.de/abc?a=x&b=y | true",
                "RFC3986 | http://a.de/abc/d?q#f | http://a.de/abc/d | true",
                "RFC3986 | http://a.de/abc/d | http://a.de/abc#f | true",
                "RFC3986 | http://a.de?x=/../y | http://a.de | true",
                "RFC3986 | http://a.de/abc/d | http://a.de/Abc/d | false",
                "RFC3986 | http://a.de/abc/d | http://a.de/ab | false",
                "RFC3986 | http://a.de/abc/d | http://a.de/abc/d/d | false",
                "RFC3986 | http://a.de/abc/d | http://a.de/abc/./d | false",
                "RFC3986 | http://a.de/abc/d | http://a.de/abc/../d | false",
                "RFC3986 | http://a.de/abc/./d | http://a.de/abc/./d | false",
                "RFC3986 | http://a.de/abc/%2E/d | http://a.de/abc/%2E/d | false",
                "RFC3986 | http://a.de/abc/d | http%3A%2F%2Fa.de%2Fabc%2Fd | false",
                "RFC3986 | http://a.de/abc/d | https://a.de/abc/d | false",
                "RFC3986 | https://127.0.0.1:46581 | https://127.0.0.1:465 | false",
                "RFC3986 | https://127.0.0.1:46581 | https://127.0.0.1:46581 | true",
                "RFC3986 | http://user:pass@a.de/abc | http://a.de/abc | false",
                "RFC3986 | urn:oid:2.5.4.3 | urn:oid:2.5.4.3 | true",
                "RFC3986 | urn:oid:2.5.4.3 | urn:oid:2.5.4 | false",
                "RFC3986 | urn:oid | uRn:oid | true",
                "RFC3986 | my-scheme:abc | my-schemE:abc | true",
                "RFC3986 | sdc.mds.pkp:a.2.840 | sdc.mds.pkp:A.2.840 | false",
                "RFC3986 | x:/r/H%2Fb/Longer | x:/r/H%2Fb | true",
                "RFC3986 | x:/r/H%2Fb | x:/r/H%2Fb/Longer | false",
                "RFC3986 | x:/r/H/b | x:/r/H%2Fb | false",
                "RFC3986 | x:/r/H%2fb | x:/r/H%2Fb | true",
                "RFC3986 | x:/r/caf%C3%A9 | x:/r/café | true",
                "RFC3986 | x:/r/100% | x:/r/100% | true",
                "RFC3986 | x:/r/%zz | x:/r/%zz | true",
                "RFC3986 | x:/r | x:r | false",
                "RFC3986 | http://a//b | http://a/b | false",
                "RFC3986 | grid:fan/ssc-3 | grid:fan | true",
                "RFC3986 | grid:fan/ssc-3 | grid:fan/ssc | false",
                "RFC3986 | plain | plain | true",
                "STRCMP0 | testdevice | testDEVICE | false",
                "STRCMP0 | testdevice | testdevice | true",
                "STRCMP0 | http://a/b | http://a | false",
                "UUID | urn:uuid:550E8400-E29B-41D4-A716-446655440000 | uuid:550e8400-e29b-41d4-a716-446655440000 | true",
                "UUID | urn:uuid:550E8400-E29B-41D4-A716-446655440000 | 550e8400-e29b-41d4-a716-446655440000 | true",
                "UUID | urn:uuid:550E8400-E29B-41D4-A716-446655440000 | uuid:550e8400-e29b-41d4-a716-446655440001 | false",
                "UUID | not-a-uuid | not-a-uuid | false",
                "LDAP | ldap://h/cn=x,o=acme,c=us | ldap://h/o=acme,c=us | true",
                "LDAP | ldap://h/cn=x,o=acme,c=us | LDAP://H/O=acme,%20C=us | true",
                "LDAP | ldap://h/cn=x,o=acme,c=us | ldap://h/cn=x,o=acme,c=us??sub | true",
                "LDAP | ldap://h/cn=x,o=acme,c=us | ldap://h | true",
                "LDAP | ldap://h/o=acme,c=us | ldap://h/cn=x,o=acme,c=us | false",
                "LDAP | ldap://h/cn=x,o=acme,c=us | ldap://h/cn=x,o=acme | false",
                "LDAP | ldap://h:389/c=us | ldap://h/c=us | false",
                "LDAP | ldap://h/cn=x\\,o=acme,c=us | ldap://h/o=acme,c=us | false",
                "LDAP | http://h/c=us | http://h/c=us | false",
                "NONE | http://a | http://a | false"
            })
    void comparesOneScopeWithAnother(ScopeRule rule, String target, String probe, boolean match) {
        assertThat(rule.matches(List.of(target), List.of(probe))).isEqualTo(match);
    }

    @Test
    void asksForEveryScopeOfTheProbeAndNotForEveryOneOfTheTarget() {
        List<String> two = List.of("http://a/b", "http://a/c");
        assertThat(ScopeRule.RFC3986.matches(two, List.of("http://a"))).isTrue();
        assertThat(ScopeRule.RFC3986.matches(two, List.of("http://a/c", "http://a/b")))
                .isTrue();
        assertThat(ScopeRule.RFC3986.matches(List.of("http://a/b"), List.of("http://a/b", "http://z")))
                .isFalse();
        assertThat(ScopeRule.RFC3986.matches(List.of(), List.of("http://a"))).isFalse();
    }

    @Test
    void matchesEverythingWithoutScopesButForTheRuleOfNone() {
        for (ScopeRule rule : ScopeRule.values()) {
            assertThat(rule.matches(List.of(), List.of())).as("%s", rule).isTrue();
            assertThat(rule.matches(List.of("http://a"), List.of()))
                    .as("%s", rule)
                    .isEqualTo(rule != ScopeRule.NONE);
        }
        assertThat(ScopeRule.NONE.matches(List.of(), List.of("http://a"))).isFalse();
    }

    @Test
    void isFoundByItsUri() {
        String namespace = "http://docs.oasis-open.org/ws-dd/ns/discovery/2009/01";
        assertThat(ScopeRule.uris())
                .containsExactly(
                        namespace + "/rfc3986",
                        namespace + "/uuid",
                        namespace + "/ldap",
                        namespace + "/strcmp0",
                        namespace + "/none");
        for (ScopeRule rule : ScopeRule.values()) {
            assertThat(ScopeRule.of(rule.uri())).contains(rule);
        }
        assertThat(ScopeRule.of("urn:nope")).isEmpty();
    }
}
