package org.grapevine.dpws.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jws.WebMethod;
import jakarta.jws.WebService;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import org.grapevine.dpws.addressing.EndpointReference;
import org.grapevine.dpws.device.Device;
import org.grapevine.dpws.device.DeviceHost;
import org.grapevine.dpws.device.HostedService;
import org.grapevine.dpws.device.Loopback;
import org.grapevine.dpws.hosting.Operation;
import org.grapevine.dpws.metadata.MetadataExchange;
import org.grapevine.dpws.metadata.MetadataSection;
import org.grapevine.dpws.soap.Namespaces;
import org.grapevine.dpws.transport.LoopbackAddresses;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;

/** DPWS 1.1, 5.3 and 5.4: what the WSDL of a hosted service says, as a client fetches it. */
class WsdlRowsTest {

    private static final String WSAM = "http://www.w3.org/2007/05/addressing/metadata";
    private static final String SOAP12_BINDING = "http://schemas.xmlsoap.org/wsdl/soap12/";

    private Loopback net;

    @BeforeEach
    void open() throws Exception {
        net = new Loopback();
    }

    @AfterEach
    void close() {
        net.close();
    }

    /** An interface with a method that no object has. */
    @WebService(name = "Clock", targetNamespace = "urn:test:clock")
    interface Clock {
        @WebMethod
        int hour();

        static int hoursOfADay() {
            return 24;
        }
    }

    static final class Noon implements Clock {
        @Override
        public int hour() {
            return Clock.hoursOfADay() / 2;
        }
    }

    private HostedService lamp() throws Exception {
        return Device.named("Lamp")
                .host(new LampService.Simple())
                .start(net.host())
                .hostedServices()
                .get(0);
    }

    private Element wsdl(HostedService service) throws Exception {
        return Xml.parse(net.get(URI.create(service.address() + "?wsdl")).body());
    }

    @Test
    void r2037_theProfileStandsOnEveryBindingAndOnNoPortType() throws Exception {
        Element wsdl = wsdl(lamp());
        List<Element> bindings = Xml.children(wsdl, Namespaces.WSDL, "binding");
        assertThat(bindings).hasSize(2); // That of the service, and that of its events.
        for (Element binding : bindings) {
            Element policy = Xml.child(binding, "http://www.w3.org/ns/ws-policy", "Policy");
            Element profile = Xml.child(policy, Namespaces.DPWS, "Profile");
            assertThat(profile.getAttributeNS("http://www.w3.org/ns/ws-policy", "Optional"))
                    .isEqualTo("true");
            // As the schema of WSDL has it: what extends a binding comes before its operations.
            assertThat(Xml.children(binding).get(0)).isSameAs(policy);
        }
        for (Element portType : Xml.children(wsdl, Namespaces.WSDL, "portType")) {
            assertThat(Xml.namespaces(portType)).doesNotContain("http://www.w3.org/ns/ws-policy");
        }
    }

    @Test
    void r2028_nothingIsBoundToSoap11() throws Exception {
        HostedService lamp = lamp();
        assertThat(Xml.namespaces(wsdl(lamp)))
                .contains(SOAP12_BINDING)
                .doesNotContain("http://schemas.xmlsoap.org/wsdl/soap/");
    }

    @Test
    void s9_3_theWsdlNamesTheActionThatTheWireBears() throws Exception {
        HostedService lamp = lamp();
        Element portType = Xml.children(wsdl(lamp), Namespaces.WSDL, "portType").stream()
                .filter(type -> type.getAttribute("name").equals("Lamp"))
                .findFirst()
                .orElseThrow();
        Element level = Xml.child(portType, Namespaces.WSDL, "operation");
        String input = Xml.child(level, Namespaces.WSDL, "input").getAttributeNS(WSAM, "Action");
        String output = Xml.child(level, Namespaces.WSDL, "output").getAttributeNS(WSAM, "Action");
        assertThat(input).isEqualTo("urn:test:lamp:Lamp:levelRequest");
        var answer = net.post(
                lamp.address(),
                Loopback.SOAP,
                Loopback.soap(Loopback.request(input), "<l:level xmlns:l='" + LampService.NAMESPACE + "'/>"));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(Loopback.envelope(answer).action()).hasValue(output);
    }

    @Test
    void s9_3_staticMethodsAreNoOperations() throws Exception {
        HostedService clock = Device.named("Clock")
                .host(new Noon())
                .start(net.host())
                .hostedServices()
                .get(0);
        assertThat(clock.operations()).extracting(Operation::name).containsExactly("hour");
        String wsdl = new String(net.get(URI.create(clock.address() + "?wsdl")).body(), UTF_8);
        assertThat(wsdl).contains("\"hour\"").doesNotContain("hoursOfADay");
        var answer = net.post(
                clock.address(),
                Loopback.SOAP,
                Loopback.soap(
                        Loopback.request(clock.operations().get(0).inputAction()),
                        "<c:hour xmlns:c='urn:test:clock'/>"));
        assertThat(new String(answer.body(), UTF_8)).contains(">12<");
    }

    /** A device at two addresses, of which a client may reach only one. */
    private DeviceHost hostOnTwoLinks() throws Exception {
        List<InetSocketAddress> binds = List.of(
                new InetSocketAddress(LoopbackAddresses.ipv4(1), 0),
                new InetSocketAddress(LoopbackAddresses.ipv4(2), 0));
        return net.hostWith(settings -> settings.withBinds(binds));
    }

    private static String locationIn(Element wsdl) {
        Element service = Xml.child(wsdl, Namespaces.WSDL, "service");
        Element port = Xml.child(service, Namespaces.WSDL, "port");
        return Xml.child(port, SOAP12_BINDING, "address").getAttribute("location");
    }

    @Test
    void s9_3_theWsdlNamesTheAddressOfTheLinkOnWhichItWasAskedFor() throws Exception {
        DeviceHost host = hostOnTwoLinks();
        Device.named("Lamp").host(new LampService.Simple()).start(host);
        List<URI> addresses = host.httpAddresses("/lamp/lamp");
        assertThat(addresses).hasSize(2);
        for (URI address : addresses) {
            assertThat(locationIn(
                            Xml.parse(net.get(URI.create(address + "?wsdl")).body())))
                    .isEqualTo(address.toString());
        }
    }

    @Test
    void s9_3_aForeignNameInTheHostHeaderIsNotBelieved() throws Exception {
        HostedService lamp = lamp();
        try (Socket socket = new Socket(Loopback.address(), lamp.address().getPort())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream()
                    .write(("GET " + lamp.path() + "?wsdl HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n")
                            .getBytes(UTF_8));
            String answer = new String(socket.getInputStream().readAllBytes(), UTF_8);
            assertThat(answer).contains(lamp.address().toString()).doesNotContain("evil.example");
        }
    }

    @Test
    void s9_3_theLocationOfTheWsdlIsAtTheAddressThatToNames() throws Exception {
        DeviceHost host = hostOnTwoLinks();
        Device.named("Lamp").host(new LampService.Simple()).start(host);
        List<URI> addresses = host.httpAddresses("/lamp/lamp");
        for (URI address : addresses) {
            assertThat(wsdlSectionsAt(address, address.toString()))
                    .extracting(MetadataSection.Location::url)
                    .containsExactly(address + "?wsdl");
        }
        // Whoever names no address of the service, or another, gets the first.
        assertThat(wsdlSectionsAt(addresses.get(1), "http://evil.example/lamp/lamp"))
                .extracting(MetadataSection.Location::url)
                .containsExactly(addresses.get(0) + "?wsdl");
    }

    private List<MetadataSection.Location> wsdlSectionsAt(URI address, String to) throws Exception {
        byte[] request =
                MetadataExchange.getMetadata(EndpointReference.of(to), "urn:uuid:question", MetadataExchange.Query.ALL);
        var answer = net.post(address, Loopback.SOAP, new String(request, UTF_8));
        return MetadataExchange.readResponse(Loopback.envelope(answer)).sections().stream()
                .filter(MetadataSection.Location.class::isInstance)
                .map(MetadataSection.Location.class::cast)
                .toList();
    }
}
