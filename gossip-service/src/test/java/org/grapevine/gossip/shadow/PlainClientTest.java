package org.grapevine.gossip.shadow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.xml.ws.WebServiceException;
import java.net.URI;
import java.util.List;
import javax.xml.namespace.QName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A JAX-WS client that knows nothing of gossip: it reads a WSDL and calls, the original or the shadow. */
@Timeout(120)
class PlainClientTest {

    private static NoticeService portAt(URI address) throws Exception {
        return jakarta.xml.ws.Service.create(
                        URI.create(address + "?wsdl").toURL(),
                        new QName(NoticeService.NAMESPACE, "NoticeServiceService"))
                .getPort(NoticeService.class);
    }

    @Test
    void callsTheOriginalAndTheShadowUnchanged() throws Exception {
        try (Village village = Village.ofNotices(2, settings -> settings)) {
            ShadowService shadow = village.shadow("device 0.0");
            NoticeService original = portAt(shadow.original().address());
            NoticeService gossiping = portAt(shadow.address());

            assertThat(List.of(original.echo("this"), gossiping.echo("this"))).containsOnly("device 0.0 says this");
            assertThat(original.count("all")).isEqualTo(1);
            assertThat(gossiping.count("all")).isEqualTo(4);
            village.expect("for one", 1);
            original.post("for one");
            assertThat(village.await("for one")).isTrue();
            village.expect("for all", 4);
            gossiping.post("for all");
            assertThat(village.await("for all")).isTrue();
        }
    }

    @Test
    void getsTheSameFaultFromBoth() throws Exception {
        try (Village village = Village.ofNotices(1, settings -> settings)) {
            ShadowService shadow = village.shadow("device 0.0");
            for (URI address : List.of(shadow.original().address(), shadow.address())) {
                assertThatThrownBy(() -> portAt(address).echo("trouble"))
                        .isInstanceOf(WebServiceException.class)
                        .hasMessageEndingWith("SoapFault: The service failed to process the request");
            }
        }
    }
}
