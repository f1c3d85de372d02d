package org.grapevine.dpws.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import javax.xml.namespace.QName;
import org.grapevine.dpws.addressing.EndpointReference;
import org.grapevine.dpws.device.Device;
import org.grapevine.dpws.discovery.DiscoveryCodec;
import org.grapevine.dpws.discovery.Probe;
import org.grapevine.dpws.discovery.ScopeRule;
import org.grapevine.dpws.discovery.WsDiscovery;
import org.grapevine.dpws.eventing.EventingCodec;
import org.grapevine.dpws.eventing.EventingDialect;
import org.grapevine.dpws.eventing.EventingDialect.Verb;
import org.grapevine.dpws.metadata.MetadataExchange;
import org.grapevine.dpws.metadata.MetadataSection;
import org.grapevine.dpws.metadata.Relationship;
import org.grapevine.dpws.soap.Namespaces;
import org.grapevine.dpws.soap.SoapFault;
import org.grapevine.dpws.soap.Wsa;
import org.junit.jupiter.api.Test;

/** The names of DPWS 1.1 and of the standards under it, written out once more: a slip in one of them would part us from all others. */
class NamesRowsTest {

    private static final String WSA = "http://www.w3.org/2005/08/addressing";
    private static final String WSD = "http://docs.oasis-open.org/ws-dd/ns/discovery/2009/01";
    private static final String DPWS = "http://docs.oasis-open.org/ws-dd/ns/dpws/2009/01";
    private static final String WXF = "http://schemas.xmlsoap.org/ws/2004/09/transfer";
    private static final String WSX = "http://schemas.xmlsoap.org/ws/2004/09/mex";
    private static final String WSE = "http://schemas.xmlsoap.org/ws/2004/08/eventing";

    @Test
    void s1_namespaces() {
        assertThat(Namespaces.S12).isEqualTo("http://www.w3.org/2003/05/soap-envelope");
        assertThat(Namespaces.WSA).isEqualTo(WSA);
        assertThat(Namespaces.WSD).isEqualTo(WSD);
        assertThat(Namespaces.DPWS).isEqualTo(DPWS);
        assertThat(Namespaces.WXF).isEqualTo(WXF);
        assertThat(Namespaces.WSX).isEqualTo(WSX);
        assertThat(Namespaces.WSE).isEqualTo(WSE);
        assertThat(Namespaces.WSP).isEqualTo("http://www.w3.org/ns/ws-policy");
        assertThat(Namespaces.WSDL).isEqualTo("http://schemas.xmlsoap.org/wsdl/");
    }

    @Test
    void s1_wellKnownValues() {
        assertThat(WsDiscovery.AD_HOC_ADDRESS).isEqualTo("urn:docs-oasis-open-org:ws-dd:ns:discovery:2009:01");
        assertThat(EndpointReference.ANONYMOUS_ADDRESS).isEqualTo(WSA + "/anonymous");
        assertThat(EndpointReference.of(WSA + "/none").isNone()).isTrue();
        assertThat(Wsa.REPLY_RELATION).isEqualTo(WSA + "/reply");
        assertThat(EventingCodec.PUSH).isEqualTo(WSE + "/DeliveryModes/Push");
        assertThat(EventingCodec.ACTION_FILTER).isEqualTo(DPWS + "/Action");
        assertThat(MetadataSection.THIS_MODEL_DIALECT).isEqualTo(DPWS + "/ThisModel");
        assertThat(MetadataSection.THIS_DEVICE_DIALECT).isEqualTo(DPWS + "/ThisDevice");
        assertThat(MetadataSection.RELATIONSHIP_DIALECT).isEqualTo(DPWS + "/Relationship");
        assertThat(MetadataSection.WSDL_DIALECT).isEqualTo("http://schemas.xmlsoap.org/wsdl/");
        assertThat(Relationship.HOST_TYPE).isEqualTo(DPWS + "/host");
        assertThat(WsDiscovery.DEVICE_TYPE).isEqualTo(new QName(DPWS, "Device"));
        assertThat(WsDiscovery.DISCOVERY_PROXY_TYPE).isEqualTo(new QName(WSD, "DiscoveryProxy"));
        assertThat(WsDiscovery.SUPPRESSION_RELATION).isEqualTo(WSD + "/Suppression");
        assertThat(Arrays.stream(ScopeRule.values()).map(ScopeRule::uri))
                .containsExactlyInAnyOrder(
                        WSD + "/rfc3986", WSD + "/uuid", WSD + "/ldap", WSD + "/strcmp0", WSD + "/none");
    }

    @Test
    void s2_actions() {
        assertThat(Map.of(
                        WsDiscovery.HELLO_ACTION, WSD + "/Hello",
                        WsDiscovery.BYE_ACTION, WSD + "/Bye",
                        WsDiscovery.PROBE_ACTION, WSD + "/Probe",
                        WsDiscovery.PROBE_MATCHES_ACTION, WSD + "/ProbeMatches",
                        WsDiscovery.RESOLVE_ACTION, WSD + "/Resolve",
                        WsDiscovery.RESOLVE_MATCHES_ACTION, WSD + "/ResolveMatches",
                        MetadataExchange.GET_ACTION, WXF + "/Get",
                        MetadataExchange.GET_RESPONSE_ACTION, WXF + "/GetResponse",
                        MetadataExchange.GET_METADATA_ACTION, WSX + "/GetMetadata/Request",
                        MetadataExchange.GET_METADATA_RESPONSE_ACTION, WSX + "/GetMetadata/Response"))
                .allSatisfy((ours, standard) -> assertThat(ours).isEqualTo(standard));
        EventingDialect eventing = EventingDialect.SUBMISSION_2004;
        assertThat(Arrays.stream(Verb.values()).map(eventing::action))
                .containsExactly(WSE + "/Subscribe", WSE + "/Renew", WSE + "/GetStatus", WSE + "/Unsubscribe");
        assertThat(Arrays.stream(Verb.values()).map(eventing::responseAction))
                .containsExactly(
                        WSE + "/SubscribeResponse",
                        WSE + "/RenewResponse",
                        WSE + "/GetStatusResponse",
                        WSE + "/UnsubscribeResponse");
        assertThat(eventing.endAction()).isEqualTo(WSE + "/SubscriptionEnd");
        assertThat(Wsa.FAULT_ACTION).isEqualTo(WSA + "/fault");
        assertThat(Wsa.SOAP_FAULT_ACTION).isEqualTo(WSA + "/soap/fault");
        assertThat(SoapFault.DPWS_FAULT_ACTION).isEqualTo(DPWS + "/fault");
        assertThat(SoapFault.DISCOVERY_FAULT_ACTION).isEqualTo(WSD + "/fault");
    }

    /** Every message of a device that a client meets on its way from the Probe to a subscription. */
    @Test
    void s1_whatWeSendKeepsToOneGeneration() throws Exception {
        try (LoopbackLink link = new LoopbackLink()) {
            Peer peer = link.peer();
            Device lamp = Device.named("Lamp").host(new LampService.Simple()).start(link.host());
            URI service = lamp.hostedServices().get(0).address();
            TreeSet<String> used = new TreeSet<>();
            used.addAll(Xml.namespaces(
                    Xml.parse(Peer.await(peer.group, WsDiscovery.HELLO_ACTION).bytes())));
            for (byte[] answer : List.of(
                    link.post(lamp.address(), DiscoveryCodec.multicast(Probe.of(List.of(), List.of()), "urn:uuid:1"))
                            .body(),
                    link.post(lamp.address(), MetadataExchange.get(lamp.epr(), "urn:uuid:2"))
                            .body(),
                    link.post(
                                    service,
                                    MetadataExchange.getMetadata(
                                            EndpointReference.of(service.toString()),
                                            "urn:uuid:3",
                                            MetadataExchange.Query.ALL))
                            .body(),
                    link.post(
                                    service,
                                    LoopbackLink.bytes(EventingNet.envelope(
                                            WSE + "/Subscribe",
                                            "",
                                            "<e:Subscribe>" + EventingNet.delivery("http://127.0.0.1:9/")
                                                    + "</e:Subscribe>")))
                            .body())) {
                assertThat(new String(answer, UTF_8)).doesNotContain("Fault");
                used.addAll(Xml.namespaces(Xml.parse(answer)));
            }
            assertThat(used).containsExactlyInAnyOrder(Namespaces.S12, WSA, WSD, DPWS, WSX, WSE);
        }
    }

    @Test
    void s1_theWsdlDialectIsTakenWithoutItsSlashToo() throws Exception {
        try (LoopbackLink link = new LoopbackLink()) {
            Device lamp = Device.named("Lamp").host(new LampService.Simple()).start(link.host());
            URI service = lamp.hostedServices().get(0).address();
            for (String dialect : List.of("http://schemas.xmlsoap.org/wsdl/", "http://schemas.xmlsoap.org/wsdl")) {
                byte[] question = MetadataExchange.getMetadata(
                        EndpointReference.of(service.toString()),
                        "urn:uuid:4",
                        MetadataExchange.Query.ofDialect(dialect));
                assertThat(Xml.shape(Xml.body(link.post(service, question).body())))
                        .isEqualTo("x:Metadata(x:MetadataSection(x:Location))");
            }
        }
    }
}
