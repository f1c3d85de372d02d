package org.grapevine.gossip.shadow;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import javax.xml.namespace.QName;
import org.grapevine.dpws.device.Device;
import org.grapevine.dpws.device.DeviceHost;
import org.grapevine.dpws.device.DpwsClient;
import org.grapevine.dpws.device.FaultException;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.soap.EnvelopeWriter;
import org.grapevine.policy.GossipWsdl;
import org.grapevine.policy.PortGossip;
import org.grapevine.policy.ShadowRelation;
import org.grapevine.policy.WsdlDocument;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A service that is made from a WSDL document. */
@Timeout(120)
class WsdlFirstTest {

    private static final Duration SOON = Duration.ofSeconds(15);

    static byte[] message(String operation, String text) {
        return EnvelopeWriter.forAction(Bulletins.NAMESPACE + ":" + operation)
                .messageId("urn:uuid:" + UUID.randomUUID())
                .body(("<b:" + operation + " xmlns:b='" + Bulletins.NAMESPACE + "'>" + text + "</b:" + operation + ">")
                        .getBytes(UTF_8))
                .toBytes();
    }

    static PortGossip policy(DpwsClient client, URI address) throws Exception {
        return Objects.requireNonNull(policies(client, address).get(Bulletins.PORT_TYPE));
    }

    static Map<QName, PortGossip> policies(DpwsClient client, URI address) throws Exception {
        WsdlDocument wsdl = WsdlDocument.read(client.wsdl(address, SOON).get(20, TimeUnit.SECONDS), address.toString());
        return GossipWsdl.read(wsdl);
    }

    private static Village village() throws Exception {
        Village village = new Village();
        for (int h = 0; h < 2; h++) {
            DeviceHost host = village.host(settings -> settings);
            for (int d = 0; d < 3; d++) {
                String name = "device " + h + "." + d;
                village.device(host, name, Bulletins.of(Bulletins.text(), new Bulletins(village, name)));
            }
        }
        village.awaitPeers();
        return village;
    }

    @Test
    void getsAShadowIfItsWsdlCarriesThePolicy() throws Exception {
        try (Village village = village()) {
            ShadowService shadow = village.shadow("device 0.0");
            DpwsClient client = village.hosts.get(1).client();
            village.expect("hear, hear", 6);

            client.send(shadow.address(), message("post", "hear, hear"), SOON).get(20, TimeUnit.SECONDS);

            assertThat(village.await("hear, hear")).isTrue();
            PortGossip ofOriginal = policy(client, shadow.original().address());
            PortGossip ofShadow = policy(client, shadow.address());
            assertThat(ofOriginal.relation())
                    .isEqualTo(ShadowRelation.shadowedBy(shadow.address().toString()));
            assertThat(ofShadow.relation())
                    .isEqualTo(
                            ShadowRelation.shadowOf(shadow.original().address().toString()));
            assertThat(ofShadow.policy()).isEqualTo(ofOriginal.policy());
            assertThat(ofShadow.forOperation("post").orElseThrow().fanout()).isEqualTo(3);
        }
    }

    @Test
    void isPlainIfItsWsdlCarriesNone() throws Exception {
        try (Village village = new Village()) {
            DeviceHost host = village.host(settings -> settings);
            Device device = village.device(
                    host, "plain", Bulletins.of(Bulletins.withoutPolicy(), new Bulletins(village, "plain")));
            URI address = device.hostedServices().get(0).address();

            assertThat(village.shadows()).isEmpty();
            Envelope answer =
                    host.client().call(address, message("ask", "this"), SOON).get(20, TimeUnit.SECONDS);
            assertThat(new String(answer.bodyElement(), UTF_8)).contains("plain heard this");
        }
    }

    @Nested
    class Requests {

        @Test
        void areAnsweredByTheOriginalAndThroughTheShadow() throws Exception {
            try (Village village = village()) {
                ShadowService shadow = village.shadow("device 0.1");
                DpwsClient client = village.hosts.get(1).client();
                for (URI address : new URI[] {shadow.original().address(), shadow.address()}) {
                    Envelope answer =
                            client.call(address, message("ask", "this"), SOON).get(20, TimeUnit.SECONDS);

                    assertThat(answer.action()).contains("urn:example:bulletin:Bulletin:askResponse");
                    assertThat(new String(answer.bodyElement(), UTF_8)).contains(">device 0.1 heard this<");
                }
            }
        }

        @ParameterizedTest
        @CsvSource({"trouble, 500, no such bulletin", "defect, 500, internal error"})
        void thatFailAreAnsweredByAFaultThatShowsNothingOfTheInside(String text, int status, String reason)
                throws Exception {
            try (Village village = village()) {
                ShadowService shadow = village.shadow("device 0.1");

                assertThatThrownBy(() -> village.hosts
                                .get(1)
                                .client()
                                .call(shadow.original().address(), message("ask", text), SOON)
                                .get(20, TimeUnit.SECONDS))
                        .cause()
                        .isInstanceOfSatisfying(
                                FaultException.class,
                                e -> assertThat(e.fault().httpStatus()).isEqualTo(status))
                        .hasMessage(reason);
            }
        }
    }

    @ParameterizedTest(name = "{2}")
    @CsvSource(
            delimiter = '@',
            value = {
                "name=\"Bulletin\">\\s+<wsdl:operation @ name=\"Other\"><wsdl:operation @ bulletin.wsdl: port type: {urn:example:bulletin}Bulletin (expected: one of [{urn:example:bulletin}Other])",
                "<g:Fanout>3 @ <g:Fanout>0 @ bulletin.wsdl:26: fanout: 0 (expected: 1..64 or auto)",
                "style=\"document\" @ style=\"rpc\" @ bulletin.wsdl: bindings of {urn:example:bulletin}Bulletin: 0 of SOAP 1.2 and document style (expected: one)",
                "element=\"tns:post\" @ type=\"xsd:string\" @ bulletin.wsdl: message {urn:example:bulletin}post: 1 parts, by type (expected: one part with an element)",
                "message=\"tns:ask\" @ message=\"tns:nobody\" @ bulletin.wsdl: message of operation ask: tns:nobody (expected: one of the document)",
                "element=\"tns:ask\" @ element=\"tns:post\" @ bulletin.wsdl: input of operation post: as that of another one (expected: an element of its own)",
                "binding=\"tns:BulletinBinding\" @ binding=\"tns:Other\" @ bulletin.wsdl: ports of binding {urn:example:bulletin}BulletinBinding: none (expected: at least one)",
                "<wsdl:types> @ <wsdl:import namespace=\"urn:x\" location=\"x.wsdl\"/><wsdl:types> @ bulletin.wsdl: wsdl:import: present (expected: none: one document with all in it)",
                "<wsdl:input message=\"tns:ask\"/> @ <wsdl:output message=\"tns:ask\"/> @ bulletin.wsdl: operation ask: begins with an output (expected: an input, and an output if it answers)"
            })
    void whoseWsdlIsImpossibleIsRefused(String part, String other, String message) throws Exception {
        String wsdl = Bulletins.text().replaceFirst(part, other);
        assertThat(wsdl).isNotEqualTo(Bulletins.text());
        try (Village village = new Village()) {
            DeviceHost host = village.host(settings -> settings);

            assertThatThrownBy(() -> village.device(
                            host, "impossible", Bulletins.of(wsdl, new Bulletins(village, "impossible"))))
                    .hasMessage(message);
            assertThat(host.devices()).isEmpty();
        }
    }
}
