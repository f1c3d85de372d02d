package org.grapevine.dpws.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.grapevine.dpws.discovery.WsDiscovery;
import org.grapevine.dpws.soap.Golden;
import org.grapevine.dpws.soap.Namespaces;

/**
 * Envelopes that are right, from which the others are made: every message of DPWS 1.1 that a device gets or a client may get, the
 * older generation of discovery, eventing, gossip headers, and files of other stacks.
 *
 * <p>In texts, {@code @ID@} is replaced by an id of the input, {@code @PEER@} by the address of some device of the network,
 * {@code @N@} by a number.
 */
final class GoldenEnvelopes {

    static final String ID = "@ID@";
    static final String PEER = "@PEER@";
    static final String NUMBER = "@N@";

    static final String WSA_2004 = "http://schemas.xmlsoap.org/ws/2004/08/addressing";
    static final String WSD_2005 = "http://schemas.xmlsoap.org/ws/2005/04/discovery";
    static final String DPWS_2006 = "http://schemas.xmlsoap.org/ws/2006/02/devprof";
    static final String EVENTING_2011 = "http://www.w3.org/2011/03/ws-evt";
    static final String GOSSIP = "urn:org.grapevine:gossip:1";

    private static final String XOP = "http://www.w3.org/2004/08/xop/include";
    private static final String ANONYMOUS = Namespaces.WSA + "/anonymous";
    private static final String NOWHERE = "http://127.0.0.1:9/sink";

    /** What is mostly sent by datagram. */
    final List<Markup.Element> discovery = new ArrayList<>();

    /** What is mostly sent to the HTTP address of a device. */
    final List<Markup.Element> toDevice = new ArrayList<>();

    /** What is mostly sent to the HTTP address of a hosted service. */
    final List<Markup.Element> toService = new ArrayList<>();

    /** What a client gets. */
    final List<Markup.Element> answers = new ArrayList<>();

    /** All of them. */
    final List<Markup.Element> all = new ArrayList<>();

    GoldenEnvelopes() {
        discovery();
        metadata();
        service();
        eventing();
        faults();
        files();
        all.addAll(discovery);
        all.addAll(toDevice);
        all.addAll(toService);
        all.addAll(answers);
    }

    private void discovery() {
        String device = "<a:EndpointReference><a:Address>@PEER@</a:Address></a:EndpointReference>"
                + "<d:Types>p:Device m:Meter</d:Types><d:Scopes>urn:test:scope ldap:///ou=one,o=two http://a.test/b/c</d:Scopes>"
                + "<d:XAddrs>http://127.0.0.1:9/peer</d:XAddrs><d:MetadataVersion>@N@</d:MetadataVersion>";
        String sequence = "<d:AppSequence InstanceId='@N@' SequenceId='urn:test:sequence' MessageNumber='@N@'/>";
        for (String name : List.of("Hello", "Bye")) {
            discovery.add(envelope(adHoc(name) + sequence, "<d:" + name + ">" + device + "</d:" + name + ">"));
        }
        discovery.add(envelope(
                adHoc("Hello") + sequence,
                "<d:Hello>" + device.replace("p:Device m:Meter", "d:DiscoveryProxy d:TargetService") + "</d:Hello>"));
        discovery.add(envelope(adHoc("Probe"), "<d:Probe/>"));
        discovery.add(envelope(adHoc("Probe"), "<d:Probe><d:Types>p:Device</d:Types></d:Probe>"));
        for (String rule : List.of("rfc3986", "uuid", "ldap", "strcmp0", "none")) {
            String scopes = rule.equals("none") ? "" : "http://127.0.0.1:9/a/b urn:uuid:1b3a ldap:///ou=x,o=y";
            discovery.add(envelope(
                    adHoc("Probe") + "<a:ReplyTo><a:Address>" + ANONYMOUS + "</a:Address></a:ReplyTo>",
                    "<d:Probe><d:Types>p:Device m:Meter</d:Types><d:Scopes MatchBy='" + Namespaces.WSD + "/" + rule
                            + "'>" + scopes + "</d:Scopes></d:Probe>"));
        }
        discovery.add(envelope(
                adHoc("Resolve"),
                "<d:Resolve><a:EndpointReference><a:Address>" + FuzzedHost.EPR_PREFIX + "1</a:Address>"
                        + "</a:EndpointReference></d:Resolve>"));
        for (String name : List.of("Probe", "Resolve")) {
            Markup.Element matches = envelope(
                    "<a:Action>" + Namespaces.WSD + "/" + name + "Matches</a:Action><a:MessageID>@ID@</a:MessageID>"
                            + "<a:RelatesTo>urn:uuid:some-question</a:RelatesTo><a:To>" + ANONYMOUS + "</a:To>"
                            + sequence,
                    "<d:" + name + "Matches><d:" + name + "Match>" + device + "</d:" + name + "Match></d:" + name
                            + "Matches>");
            discovery.add(matches);
        }
        String old = generation2005(envelope(adHoc("Probe"), "<d:Probe><d:Types>p:Device</d:Types></d:Probe>"));
        discovery.add(Markup.parse(old));
        discovery.add(
                Markup.parse(generation2005(envelope(adHoc("Hello") + sequence, "<d:Hello>" + device + "</d:Hello>"))));
        discovery.add(envelope(
                request("soap.udp://127.0.0.1:3702/fuzz-one/meter/gossip", "urn:test:meter/dim")
                        + "<g:Gossip s:mustUnderstand='true' variant='eager-push' binding='soap.udp' fanout='auto' rounds='auto'/>"
                        + "<g:Hop left='3' from='soap.udp://127.0.0.1:9/x'/>",
                "<m:dim><percent>40</percent></m:dim>"));
        // What the directed Probe of DPWS looks like.
        toDevice.add(envelope(adHoc("Probe"), "<d:Probe><d:Types>p:Device</d:Types></d:Probe>"));
    }

    private void metadata() {
        toDevice.add(envelope(request(FuzzedHost.EPR_PREFIX + "1", Namespaces.WXF + "/Get"), ""));
        toDevice.add(envelope(request(FuzzedHost.EPR_PREFIX + "1", Namespaces.WXF + "/Get"), ""));
        String getMetadata = Namespaces.WSX + "/GetMetadata/Request";
        toService.add(envelope(request("http://127.0.0.1:9/fuzz-one/meter", getMetadata), "<x:GetMetadata/>"));
        toService.add(envelope(
                request("http://127.0.0.1:9/fuzz-one/meter", getMetadata),
                "<x:GetMetadata><x:Dialect>" + Namespaces.WSDL
                        + "</x:Dialect><x:Identifier>urn:test:meter</x:Identifier>" + "</x:GetMetadata>"));
        answers.add(envelope(
                "<a:Action>" + Namespaces.WXF + "/GetResponse</a:Action><a:RelatesTo>@ID@</a:RelatesTo>",
                "<x:Metadata><x:MetadataSection Dialect='" + Namespaces.DPWS + "/ThisModel'><p:ThisModel>"
                        + "<p:Manufacturer xml:lang='en'>Maker</p:Manufacturer><p:ManufacturerUrl>http://maker.test/</p:ManufacturerUrl>"
                        + "<p:ModelName xml:lang='de'>Zähler</p:ModelName></p:ThisModel></x:MetadataSection>"
                        + "<x:MetadataSection Dialect='" + Namespaces.DPWS + "/ThisDevice'><p:ThisDevice>"
                        + "<p:FriendlyName xml:lang='en'>meter</p:FriendlyName><p:FirmwareVersion>1</p:FirmwareVersion>"
                        + "</p:ThisDevice></x:MetadataSection>"
                        + "<x:MetadataSection Dialect='" + Namespaces.DPWS + "/Relationship'><p:Relationship Type='"
                        + Namespaces.DPWS + "/host'><p:Host><a:EndpointReference><a:Address>@PEER@</a:Address>"
                        + "</a:EndpointReference><p:Types>p:Device</p:Types></p:Host><p:Hosted><a:EndpointReference><a:Address>"
                        + "http://127.0.0.1:9/s</a:Address></a:EndpointReference><p:Types>m:Meter</p:Types><p:ServiceId>urn:s"
                        + "</p:ServiceId></p:Hosted></p:Relationship></x:MetadataSection>"
                        + "<x:MetadataSection Dialect='" + Namespaces.WSDL
                        + "'><x:Location>http://127.0.0.1:9/?wsdl</x:Location>"
                        + "</x:MetadataSection></x:Metadata>"));
    }

    private void service() {
        String to = "http://127.0.0.1:9/fuzz-one/meter";
        toService.add(envelope(request(to, "urn:test:meter/echo"), "<m:echo><text>some text é</text></m:echo>"));
        toService.add(envelope(request(to, "urn:test:meter/dim"), "<m:dim><percent>40</percent></m:dim>"));
        toService.add(envelope(
                request(to, "urn:test:meter/add"),
                "<m:add><reading><at>2026-11-21T10:00:00Z</at><values>1</values><values>-2</values><kind>ENERGY</kind>"
                        + "<type>m:Meter</type><raw>AAEC</raw><size>12.50</size></reading></m:add>"));
        toService.add(envelope(
                request(to, "urn:test:meter/add"),
                "<m:add><reading><values>1</values><kind>POWER</kind><raw><i:Include xmlns:i='" + XOP
                        + "' href='cid:a@b'/></raw></reading></m:add>"));
        // Of a client that knows nothing of WS-Addressing.
        toService.add(envelope("", "<m:echo><text>bare</text></m:echo>"));
    }

    private void eventing() {
        String to = "http://127.0.0.1:9/fuzz-one/meter";
        for (String space : List.of(Namespaces.WSE, EVENTING_2011)) {
            String manager =
                    "<a:Address>http://127.0.0.1:9/m</a:Address><a:ReferenceParameters><e:Identifier>urn:1</e:Identifier>"
                            + "</a:ReferenceParameters>";
            List<Markup.Element> messages = List.of(
                    envelope(
                            request(to, space + "/Subscribe"),
                            "<e:Subscribe><e:EndTo><a:Address>" + NOWHERE + "</a:Address></e:EndTo><e:Delivery Mode='"
                                    + space
                                    + "/DeliveryModes/Push'><e:NotifyTo><a:Address>" + NOWHERE
                                    + "</a:Address><a:ReferenceParameters><m:Sink>7</m:Sink></a:ReferenceParameters></e:NotifyTo>"
                                    + "</e:Delivery><e:Expires>PT10S</e:Expires><e:Filter Dialect='" + Namespaces.DPWS
                                    + "/Action'>urn:test:meter/Changed</e:Filter></e:Subscribe>"),
                    envelope(
                            request(to, space + "/Renew") + "<e:Identifier>urn:1</e:Identifier>",
                            "<e:Renew><e:Expires>PT10S</e:Expires></e:Renew>"),
                    envelope(
                            request(to, space + "/GetStatus") + "<e:Identifier>urn:1</e:Identifier>", "<e:GetStatus/>"),
                    envelope(
                            request(to, space + "/Unsubscribe") + "<e:Identifier>urn:1</e:Identifier>",
                            "<e:Unsubscribe/>"),
                    envelope(
                            request(to, space + "/SubscriptionEnd"),
                            "<e:SubscriptionEnd><e:SubscriptionManager>" + manager
                                    + "</e:SubscriptionManager><e:Status>" + space
                                    + "/SourceShuttingDown</e:Status><e:Reason xml:lang='en'>off</e:Reason></e:SubscriptionEnd>"));
            for (Markup.Element message : messages) {
                toService.add(Markup.parse(replaced(message, Namespaces.WSE, space)));
            }
            answers.add(Markup.parse(replaced(
                    envelope(
                            "<a:Action>" + space + "/SubscribeResponse</a:Action><a:RelatesTo>@ID@</a:RelatesTo>",
                            "<e:SubscribeResponse><e:SubscriptionManager>" + manager
                                    + "</e:SubscriptionManager><e:Expires>PT10S</e:Expires></e:SubscribeResponse>"),
                    Namespaces.WSE,
                    space)));
        }
    }

    private void faults() {
        answers.add(envelope(
                "<a:Action>" + Namespaces.WSA
                        + "/fault</a:Action><a:MessageID>@ID@</a:MessageID><a:RelatesTo>urn:uuid:q</a:RelatesTo>",
                "<s:Fault><s:Code><s:Value>s:Sender</s:Value><s:Subcode><s:Value>a:InvalidAddressingHeader</s:Value><s:Subcode>"
                        + "<s:Value>a:OnlyAnonymousAddressSupported</s:Value></s:Subcode></s:Subcode></s:Code><s:Reason>"
                        + "<s:Text xml:lang='en'>no</s:Text></s:Reason><s:Detail><a:ProblemHeaderQName>a:ReplyTo"
                        + "</a:ProblemHeaderQName></s:Detail></s:Fault>"));
    }

    private void files() {
        for (String file : List.of(
                "discovery/hello-of-another-stack.xml",
                "discovery/probe-of-another-stack.xml",
                "soap/default-namespace.xml",
                "soap/everything-spread-out.xml",
                "soap/one-line.xml",
                "soap/prefixes-of-wsdapi.xml",
                "soap/fault-of-another-stack.xml",
                "metadata/get-response-of-another-stack.xml")) {
            try {
                List<Markup.Element> kind = file.startsWith("discovery/") ? discovery : answers;
                kind.add(Markup.parse(new String(Golden.bytes(file), UTF_8)));
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private static String adHoc(String message) {
        return request(WsDiscovery.AD_HOC_ADDRESS, Namespaces.WSD + "/" + message);
    }

    private static String request(String to, String action) {
        return "<a:Action>" + action + "</a:Action><a:MessageID>@ID@</a:MessageID><a:To>" + to + "</a:To>";
    }

    private static Markup.Element envelope(String header, String body) {
        return Markup.parse("<s:Envelope xmlns:s='" + Namespaces.S12 + "' xmlns:a='" + Namespaces.WSA + "' xmlns:d='"
                + Namespaces.WSD + "' xmlns:p='" + Namespaces.DPWS + "' xmlns:x='" + Namespaces.WSX + "' xmlns:e='"
                + Namespaces.WSE + "' xmlns:g='" + GOSSIP + "' xmlns:m='" + Meter.NAMESPACE + "'><s:Header>" + header
                + "</s:Header><s:Body>" + body + "</s:Body></s:Envelope>");
    }

    private static String replaced(Markup.Element envelope, String from, String to) {
        StringBuilder text = new StringBuilder();
        envelope.write(text, '"');
        return text.toString().replace(from, to);
    }

    /** The same message in the generation of 2005/04. */
    private static String generation2005(Markup.Element envelope) {
        return replaced(envelope, Namespaces.WSD, WSD_2005)
                .replace(Namespaces.WSA, WSA_2004)
                .replace(Namespaces.DPWS, DPWS_2006)
                .replace(WsDiscovery.AD_HOC_ADDRESS, "urn:schemas-xmlsoap-org:ws:2005:04:discovery");
    }
}
