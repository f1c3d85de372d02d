package org.grapevine.dpws.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.grapevine.dpws.device.Loopback.SOAP;
import static org.grapevine.dpws.device.Loopback.fault;
import static org.grapevine.dpws.device.Loopback.request;
import static org.grapevine.dpws.device.Loopback.soap;

import java.net.http.HttpResponse;
import org.grapevine.dpws.hosting.Operation;
import org.grapevine.dpws.soap.SoapFault;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A message whose action names one operation of a service, and whose Body is that of another. */
class ActionAndBodyTest {

    private static final String ECHO = "<l:echo xmlns:l='" + Lamp.NAMESPACE + "'><text>a</text></l:echo>";
    private static final String DIM = "<l:dim xmlns:l='" + Lamp.NAMESPACE + "'><percent>7</percent></l:dim>";

    private final Lamp.Simple lamp = new Lamp.Simple();
    private Loopback net;
    private HostedService service;

    @BeforeEach
    void open() throws Exception {
        net = new Loopback();
        service = Device.named("Lamp")
                .host(lamp)
                .start(net.host())
                .hostedServices()
                .get(0);
    }

    @AfterEach
    void close() {
        net.close();
    }

    private String action(String operation) {
        return service.operations().stream()
                .filter(candidate -> candidate.name().equals(operation))
                .map(Operation::inputAction)
                .findFirst()
                .orElseThrow();
    }

    private void assertRefused(String action, String body, String reason) throws Exception {
        HttpResponse<byte[]> response = net.post(service.address(), SOAP, soap(request(action), body));
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(fault(response).code()).isEqualTo(SoapFault.Code.SENDER);
        assertThat(fault(response).reason()).isEqualTo(reason);
        assertThat(lamp.levels).isEmpty();
    }

    @Test
    void isRefusedIfTheActionIsThatOfAOneWay() throws Exception {
        assertRefused(
                action("dim"),
                ECHO,
                "Body of " + action("dim") + ": {urn:test:lamp}echo (expected: {urn:test:lamp}dim)");
    }

    @Test
    void isRefusedIfTheBodyIsThatOfAOneWay() throws Exception {
        assertRefused(
                action("echo"),
                DIM,
                "Body of " + action("echo") + ": {urn:test:lamp}dim (expected: {urn:test:lamp}echo)");
    }

    @Test
    void isRefusedIfTheBodyIsEmpty() throws Exception {
        assertRefused(action("dim"), "", "Body of " + action("dim") + ": empty (expected: {urn:test:lamp}dim)");
    }
}
