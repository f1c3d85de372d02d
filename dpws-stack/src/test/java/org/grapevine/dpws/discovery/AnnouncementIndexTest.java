package org.grapevine.dpws.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import javax.xml.namespace.QName;
import org.grapevine.dpws.addressing.EndpointReference;
import org.junit.jupiter.api.Test;

class AnnouncementIndexTest {

    private static final List<String> SCOPES = List.of(
            "grid:a",
            "grid:a/b",
            "grid:a/b/c",
            "grid:ab",
            "http://H/x",
            "http://h/x/y",
            "http://h/../x",
            "urn:z",
            "ldap://h/cn=x,c=us",
            "ldap://h/c=us",
            "urn:uuid:550e8400-e29b-41d4-a716-446655440000",
            "550E8400-e29b-41d4-a716-446655440000");
    private static final List<QName> TYPES =
            List.of(new QName("urn:t", "A"), new QName("urn:t", "B"), new QName("urn:u", "A"), new QName("urn:u", "C"));

    private static final List<ScopeRule> RULES = List.of(ScopeRule.values());

    private static <T> List<T> some(List<T> from, int most, Random random) {
        List<T> some = new ArrayList<>();
        for (int i = random.nextInt(most + 1); i > 0; i--) {
            some.add(from.get(random.nextInt(from.size())));
        }
        return some;
    }

    @Test
    void findsWhatALookAtEachWouldFind() {
        for (int seed = 0; seed < 100; seed++) {
            Random random = new Random(seed);
            AnnouncementIndex index = new AnnouncementIndex();
            Map<EndpointReference, DeviceAnnouncement> all = new LinkedHashMap<>();
            for (int step = 0; step < 150; step++) {
                EndpointReference epr = EndpointReference.of("urn:" + random.nextInt(60));
                if (random.nextInt(4) == 0) {
                    index.remove(epr);
                    all.remove(epr);
                } else {
                    DeviceAnnouncement device = new DeviceAnnouncement(
                            epr, some(TYPES, 3, random), some(SCOPES, 3, random), List.of(), step);
                    index.put(device);
                    all.put(epr, device);
                }
                ScopeRule rule = RULES.get(random.nextInt(RULES.size()));
                Probe probe = new Probe(some(TYPES, 2, random), some(SCOPES, 2, random), rule.uri());
                assertThat(index.matching(probe, rule))
                        .as("seed %d, step %d, %s", seed, step, probe)
                        .containsExactlyElementsOf(all.values().stream()
                                .filter(device -> device.matches(probe, rule))
                                .toList());
                assertThat(index.size()).isEqualTo(all.size());
                assertThat(index.get(epr).isPresent()).isEqualTo(all.containsKey(epr));
            }
        }
    }
}
