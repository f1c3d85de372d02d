package org.grapevine.dpws.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.grapevine.dpws.addressing.EndpointReference;
import org.grapevine.dpws.addressing.SoapUdpAddress;
import org.grapevine.dpws.discovery.DeviceAnnouncement;
import org.grapevine.dpws.discovery.DiscoveryCodec;
import org.grapevine.dpws.discovery.DiscoveryTiming;
import org.grapevine.dpws.discovery.Hello;
import org.grapevine.dpws.discovery.Probe;
import org.grapevine.dpws.discovery.TargetService;
import org.grapevine.dpws.discovery.TargetServices;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.soap.EnvelopeLimits;
import org.grapevine.dpws.soap.EnvelopeReader;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The scope rules of WS-Discovery 1.1, 5.1 (R1019 for rfc3986 and strcmp0), row by row of table 7.5. Both sides come from XML with
 * prefixes and white space as other stacks might write them, different ones in each run through the generator; the answer is that of
 * one device, and of the same one among many.
 */
class ScopeVectorsTest {

    private static final EnvelopeReader READER = new EnvelopeReader(EnvelopeLimits.udp());
    private static final String WSD = "http://docs.oasis-open.org/ws-dd/ns/discovery/2009/01";
    private static final SoapUdpAddress CLIENT = SoapUdpAddress.of("192.0.2.1", 50_000);

    /** Lists are separated by blanks; an empty one is written as -. */
    @ParameterizedTest(name = "7.5 {0}: {1} | {2} -> {3}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "rfc3986 | http://a.de/abc/d | http://a.de/abc/d | true",
                "rfc3986 | http://a.de/abc/d | HTTP://A.dE/abc/d | true",
                "rfc3986 | http://a.de/abc/d | http://a.de/abc | true",
                "rfc3986 | http://a.de/abc/d | http://a.de/abc/ | true",
                "rfc3986 | http://a.de/abc/d | http://a.de | true",
                "rfc3986 | http://a.de/abc/d | http://a.de/abc?a=x&b=y | true",
                "rfc3986 | http://a.de/abc/d | http://a.de/abc#f | true",
                "rfc3986 | http://a.de/abc/d | http://a.de/Abc/d | false",
                "rfc3986 | http://a.de/abc/d | http://a.de/ab | false",
                "rfc3986 | http://a.de/abc/d | http://a.de/abc/d/d | false",
                "rfc3986 | http://a.de/abc/d | http://a.de/abc/./d | false",
                "rfc3986 | http://a.de/abc/d | http://a.de/abc/../d | false",
                "rfc3986 | http://a.de/abc/./d | http://a.de/abc/./d | false",
                "rfc3986 | http://a.de/abc/d | http%3A%2F%2Fa.de%2Fabc%2Fd | false",
                "rfc3986 | https://127.0.0.1:46581 | https://127.0.0.1:465 | false",
                "rfc3986 | http://user:pass@a.de/abc | http://a.de/abc | false",
                "rfc3986 | urn:oid:2.5.4.3 | urn:oid:2.5.4.3 | true",
                "rfc3986 | urn:oid | uRn:oid | true",
                "rfc3986 | my-scheme:abc | my-schemE:abc | true",
                "rfc3986 | sdc.mds.pkp:a.2.840 | sdc.mds.pkp:A.2.840 | false",
                "rfc3986 | x:/r/H%2Fb/Longer | x:/r/H%2Fb | true",
                "rfc3986 | x:/r/H%2Fb | x:/r/H%2Fb/Longer | false",
                "rfc3986 | x:/r/H/b | x:/r/H%2Fb | false",
                "rfc3986 | http://a/b http://a/c | http://a | true",
                "rfc3986 | http://a/b | http://a/b http://z | false",
                "rfc3986 | http://a/b | - | true",
                "rfc3986 | - | http://a/b | false",
                "strcmp0 | testdevice | testDEVICE | false",
                "strcmp0 | testdevice | testdevice | true",
                "strcmp0 | http://a/b | http://a | false",
                "uuid | urn:uuid:550E8400-E29B-41D4-A716-446655440000 | uuid:550e8400-e29b-41d4-a716-446655440000 | true",
                "uuid | urn:uuid:550E8400-E29B-41D4-A716-446655440000 | uuid:550e8400-e29b-41d4-a716-446655440001 | false",
                "uuid | not-a-uuid | not-a-uuid | false",
                "ldap | ldap://h/cn=x,o=acme,c=us | ldap://h/o=acme,c=us | true",
                "ldap | ldap://h/o=acme,c=us | ldap://h/cn=x,o=acme,c=us | false",
                "ldap | ldap://h/cn=x,o=acme,c=us | ldap://i/o=acme,c=us | false",
                "none | - | - | true",
                "none | http://a | - | false",
                "none | - | http://a | false"
            })
    void aProbeFindsADeviceByItsScopes(String rule, String targetScopes, String probeScopes, boolean match)
            throws Exception {
        for (int seed = 0; seed < 20; seed++) {
            Random random = new Random(seed);
            DeviceAnnouncement device = hello(listOf(targetScopes), random).device();
            assertThat(device.scopes()).containsExactlyInAnyOrderElementsOf(listOf(targetScopes));
            Envelope envelope = probe(rule, listOf(probeScopes), random);
            Probe probe = (Probe) DiscoveryCodec.read(envelope).orElseThrow();
            assertThat(service(device, random).onProbe(envelope, probe, CLIENT))
                    .as("seed %d", seed)
                    .hasSize(match ? 1 : 0);
            assertThat(amongOthers(device, random).onMessage(envelope, probe, CLIENT))
                    .as("seed %d, among others", seed)
                    .hasSize(match ? 1 : 0);
        }
    }

    private static List<String> listOf(String cell) {
        return cell.equals("-") ? List.of() : Arrays.asList(cell.split(" "));
    }

    private static TargetService service(DeviceAnnouncement device, Random random) {
        TargetService service =
                new TargetService(device, 1, DiscoveryTiming.defaults(), () -> "urn:id:" + random.nextLong(), random);
        assertThat(service.start()).hasSize(1);
        return service;
    }

    /** Many enough that they are searched and not looked at one by one; none of them matches anything asked here. */
    private static TargetServices amongOthers(DeviceAnnouncement device, Random random) {
        TargetServices services = new TargetServices();
        for (int i = 0; i < 40; i++) {
            if (i == 20) {
                services.add(service(device, random));
            }
            DeviceAnnouncement other = new DeviceAnnouncement(
                    EndpointReference.of("urn:other:" + i), List.of(), List.of("other:scope/" + i), List.of(), 1);
            TargetService silent = service(other, random);
            assertThat(silent.stop()).hasSize(1);
            services.add(silent);
        }
        return services;
    }

    private static Hello hello(List<String> scopes, Random random) throws Exception {
        Names names = new Names(random);
        String body = names.tag(
                "d",
                "Hello",
                "",
                names.tag("a", "EndpointReference", "", names.tag("a", "Address", "", names.spaced("urn:uuid:1")))
                        + (scopes.isEmpty() && random.nextBoolean()
                                ? ""
                                : names.tag("d", "Scopes", "", names.list(scopes)))
                        + names.tag("d", "MetadataVersion", "", names.spaced("1")));
        return (Hello) DiscoveryCodec.read(names.envelope("/Hello", body)).orElseThrow();
    }

    private static Envelope probe(String rule, List<String> scopes, Random random) throws Exception {
        Names names = new Names(random);
        boolean byDefault = rule.equals("rfc3986") && random.nextBoolean();
        String matchBy = byDefault ? "" : " MatchBy='" + names.spaced(WSD + "/" + rule) + "'";
        return names.envelope(
                "/Probe", names.tag("d", "Probe", "", names.tag("d", "Scopes", matchBy, names.list(scopes))));
    }

    /** Writes as no two stacks do. */
    private static final class Names {
        private final Random random;
        private final String prefixOfSoap;
        private final Optional<String> discovery;
        private final String addressing;

        Names(Random random) {
            this.random = random;
            List<String> prefixes = new ArrayList<>(List.of("a", "b", "wsd", "d", "wsa", "s", "n-1"));
            Collections.shuffle(prefixes, random);
            this.prefixOfSoap = prefixes.get(0);
            this.discovery = random.nextInt(3) == 0 ? Optional.empty() : Optional.of(prefixes.get(1));
            this.addressing = prefixes.get(2);
        }

        String tag(String kind, String local, String attributes, String content) {
            String name = kind.equals("a")
                    ? addressing + ":" + local
                    : discovery.map(p -> p + ":").orElse("") + local;
            return gap() + "<" + name + attributes + gap() + ">" + content + "</" + name + gap() + ">" + gap();
        }

        Envelope envelope(String action, String body) throws Exception {
            String ofDiscovery = discovery.map(prefix -> "xmlns:" + prefix).orElse("xmlns");
            String soap = prefixOfSoap;
            String xml = "<" + soap + ":Envelope xmlns:" + soap + "='http://www.w3.org/2003/05/soap-envelope' xmlns:"
                    + addressing + "=\"http://www.w3.org/2005/08/addressing\" " + ofDiscovery + "='" + WSD + "'>"
                    + gap() + "<" + soap + ":Header>" + tag("a", "MessageID", "", spaced("urn:uuid:2"))
                    + tag("a", "Action", "", spaced(WSD + action)) + "</" + soap + ":Header>" + gap() + "<" + soap
                    + ":Body>" + body + "</" + soap + ":Body></" + soap + ":Envelope>";
            return READER.readWhole(xml.getBytes(UTF_8));
        }

        String list(List<String> items) {
            List<String> shuffled = new ArrayList<>(items);
            Collections.shuffle(shuffled, random);
            StringBuilder list = new StringBuilder(gap());
            for (String item : shuffled) {
                list.append(item.replace("&", random.nextBoolean() ? "&amp;" : "&#38;"))
                        .append(" \n\t\r".charAt(random.nextInt(4)))
                        .append(gap());
            }
            return list.toString();
        }

        String spaced(String value) {
            return gap() + value + gap();
        }

        private String gap() {
            return List.of("", "", " ", "\n\t ", "\r\n").get(random.nextInt(5));
        }
    }
}
