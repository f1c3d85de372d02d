package org.grapevine.dpws.addressing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressingTest {

    @Nested
    class AnEndpointReference {

        @Test
        void isIdentifiedByTheExactStringOfItsAddress() {
            EndpointReference plain = EndpointReference.of("urn:uuid:A");
            assertThat(new EndpointReference("urn:uuid:A", List.of("<p/>")))
                    .isEqualTo(plain)
                    .hasSameHashCodeAs(plain);
            assertThat(EndpointReference.of("urn:uuid:a")).isNotEqualTo(plain);
        }

        @Test
        void knowsTheTwoSpecialAddresses() {
            assertThat(EndpointReference.ANONYMOUS.isAnonymous()).isTrue();
            assertThat(EndpointReference.NONE.isNone()).isTrue();
            assertThat(EndpointReference.of("urn:a").isAnonymous()).isFalse();
        }

        @Test
        void hasAnAddress() {
            assertThatThrownBy(() -> EndpointReference.of(" "))
                    .hasMessage("endpoint address: ' ' (expected: an absolute IRI)");
        }
    }

    @Nested
    class MessageIdsFromAGenerator {

        @Test
        void areTheSameForTheSameSeedAndNeverRepeat() {
            MessageIds ids = MessageIds.uuids(new Random(1));
            MessageIds same = MessageIds.uuids(new Random(1));
            Set<String> all = new HashSet<>();
            for (int i = 0; i < 1_000; i++) {
                String id = ids.next();
                assertThat(id).isEqualTo(same.next());
                all.add(id);
                UUID uuid = UUID.fromString(id.substring("urn:uuid:".length()));
                assertThat(uuid.version()).isEqualTo(4);
                assertThat(uuid.variant()).isEqualTo(2);
            }
            assertThat(all).hasSize(1_000);
        }
    }

    @Nested
    class ASoapUdpAddress {

        @ParameterizedTest
        @CsvSource({
            "soap.udp://239.255.255.250:3702, 239.255.255.250, 3702, ''",
            "soap.udp://[ff02::c]:3702, ff02::c, 3702, ''",
            "soap.udp://[fe80::1%eth0]:1/a/b?c, fe80::1%eth0, 1, /a/b?c",
            "SOAP.UDP://meter-17.example:65535/, meter-17.example, 65535, /"
        })
        void isTakenApartAndPutTogether(String text, String host, int port, String path) {
            SoapUdpAddress address = SoapUdpAddress.parse(text);
            assertThat(address).isEqualTo(new SoapUdpAddress(host, port, path));
            assertThat(SoapUdpAddress.parse(address.toString())).isEqualTo(address);
            assertThat(address.toString()).isEqualToIgnoringCase(text);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "",
                    "http://h:1",
                    "soap.udp://",
                    "soap.udp://h",
                    "soap.udp://h:",
                    "soap.udp://h:0",
                    "soap.udp://h:65536",
                    "soap.udp://h:-1",
                    "soap.udp://h:1x",
                    "soap.udp://:1",
                    "soap.udp://a b:1",
                    "soap.udp://[::1]",
                    "soap.udp://[::1:1",
                    "soap.udp://::1:1",
                    "soap.udp://[host]:1",
                    "soap.udp://u@h:1",
                    "soap.udp://h:999999999999"
                })
        void isRefusedWithItsValue(String text) {
            assertThatThrownBy(() -> SoapUdpAddress.parse(text))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("address: '" + text + "' (expected: soap.udp://host:port[/path], port 1..65535)");
        }

        @Test
        void isBuiltFromPartsThatAreChecked() {
            assertThat(SoapUdpAddress.of("::1", 7).toString()).isEqualTo("soap.udp://[::1]:7");
            assertThatThrownBy(() -> SoapUdpAddress.of("h", 0)).hasMessage("soap.udp port: 0 (expected: 1..65535)");
            assertThatThrownBy(() -> SoapUdpAddress.of("a/b", 1)).hasMessageContaining("'a/b'");
            assertThatThrownBy(() -> new SoapUdpAddress("h", 1, "x")).hasMessageContaining("'x'");
        }
    }
}
