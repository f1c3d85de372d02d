package org.grapevine.dpws.eventing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import javax.xml.namespace.QName;
import org.grapevine.dpws.addressing.EndpointReference;
import org.grapevine.dpws.eventing.EventingDialect.Request;
import org.grapevine.dpws.eventing.EventingDialect.Verb;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.soap.EnvelopeLimits;
import org.grapevine.dpws.soap.EnvelopeReader;
import org.grapevine.dpws.soap.EnvelopeWriter;
import org.grapevine.dpws.soap.Namespaces;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The messages of WS-Eventing on the wire. */
class EventingCodecTest {

    private static final EventingDialect DPWS = EventingDialect.SUBMISSION_2004;
    private static final EventingDialect W3C = EventingDialect.W3C_2011;

    private static Envelope envelope(byte[] body) throws Exception {
        return new EnvelopeReader(EnvelopeLimits.http())
                .readWhole(EnvelopeWriter.forAction("urn:any").body(body).toBytes());
    }

    private static Envelope envelope(String body) throws Exception {
        return envelope(body.getBytes(UTF_8));
    }

    @ParameterizedTest
    @EnumSource(EventingDialect.class)
    void subscribeGoesThereAndBack(EventingDialect dialect) throws Exception {
        SubscribeRequest request = new SubscribeRequest(
                dialect,
                Optional.of(EndpointReference.of("http://a/n")),
                Optional.of(EndpointReference.of("http://a/e")),
                Optional.of("urn:mode"),
                Optional.of("PT1H"),
                true,
                Optional.of(SubscribeRequest.Filter.ofActions(List.of("urn:a", "urn:b"))));

        assertThat(EventingCodec.readSubscribe(dialect, envelope(EventingCodec.writeSubscribe(request))))
                .isEqualTo(request);
    }

    @Test
    void subscribeIsReadInAnyOrderWithStrangersInside() throws Exception {
        SubscribeRequest request = EventingCodec.readSubscribe(
                DPWS,
                envelope("<Subscribe xmlns='" + Namespaces.WSE + "' xmlns:q='" + Namespaces.WSA + "'><x xmlns='urn:x'/>"
                        + "<Expires> PT1S </Expires><Delivery><y xmlns='urn:x'><z/></y><NotifyTo><q:Address> http://a/n"
                        + "</q:Address></NotifyTo></Delivery></Subscribe>"));

        assertThat(request.notifyTo().orElseThrow().address()).isEqualTo("http://a/n");
        assertThat(request.expires()).hasValue("PT1S");
        assertThat(request.filter()).isEmpty();
    }

    @Test
    void aFilterOfAnotherLanguageMayHoldAnything() throws Exception {
        SubscribeRequest request = EventingCodec.readSubscribe(
                DPWS,
                envelope("<e:Subscribe xmlns:e='" + Namespaces.WSE
                        + "'><e:Delivery/><e:Filter Dialect='urn:q'><q/>text</e:Filter></e:Subscribe>"));

        assertThat(request.filter()).hasValue(new SubscribeRequest.Filter(Optional.of("urn:q"), List.of()));
    }

    @Test
    void aFilterOfAnotherLanguageThatIsOneElementIsKeptAsItStands() throws Exception {
        SubscribeRequest request = new SubscribeRequest(
                DPWS,
                Optional.of(EndpointReference.of("http://a/n")),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                true,
                Optional.of(SubscribeRequest.Filter.ofElement("urn:q", "<q:a xmlns:q='urn:q'>7</q:a>")));

        SubscribeRequest.Filter read = EventingCodec.readSubscribe(
                        DPWS, envelope(EventingCodec.writeSubscribe(request)))
                .filter()
                .orElseThrow();

        assertThat(read.dialect()).contains("urn:q");
        assertThat(read.actions()).isEmpty();
        assertThat(read.element().orElseThrow()).startsWith("<q:a").contains("xmlns:q='urn:q'", ">7<");
    }

    @Test
    void subscribeWithoutDeliveryIsRefused() {
        assertThatThrownBy(() ->
                        EventingCodec.readSubscribe(DPWS, envelope("<e:Subscribe xmlns:e='" + Namespaces.WSE + "'/>")))
                .hasMessage("Subscribe: has no Delivery");
    }

    @ParameterizedTest
    @EnumSource(EventingDialect.class)
    void subscribeResponseGoesThereAndBack(EventingDialect dialect) throws Exception {
        EventingCodec.SubscribeResponse response =
                new EventingCodec.SubscribeResponse(EndpointReference.of("http://a/m"), new Expiry.After(5_000));
        byte[] body = EventingCodec.writeSubscribeResponse(dialect, response);

        assertThat(EventingCodec.readSubscribeResponse(dialect, envelope(body))).isEqualTo(response);
        assertThat(new String(body, UTF_8)).contains(dialect == W3C ? ":GrantedExpires>PT5S<" : ":Expires>PT5S<");
    }

    @Test
    void subscribeResponseNeedsItsParts() {
        String start = "<e:SubscribeResponse xmlns:e='" + Namespaces.WSE + "' xmlns:a='" + Namespaces.WSA + "'>";
        String manager = "<e:SubscriptionManager><a:Address>http://a/</a:Address></e:SubscriptionManager>";
        assertThatThrownBy(() -> EventingCodec.readSubscribeResponse(DPWS, envelope(start + "</e:SubscribeResponse>")))
                .hasMessage("SubscribeResponse: has no SubscriptionManager");
        assertThatThrownBy(() ->
                        EventingCodec.readSubscribeResponse(DPWS, envelope(start + manager + "</e:SubscribeResponse>")))
                .hasMessage("SubscribeResponse: has no Expires");
        assertThatThrownBy(() -> EventingCodec.readSubscribeResponse(
                        DPWS, envelope(start + manager + "<e:Expires>soon</e:Expires></e:SubscribeResponse>")))
                .hasMessage("Expires: 'soon' (expected: a duration or a dateTime)");
    }

    @Test
    void theEndIsReadInBothSpellings() throws Exception {
        for (String spelling : List.of("SourceCancelling", "SourceCanceling")) {
            EventingCodec.SubscriptionEnd end = EventingCodec.readEnd(
                    DPWS,
                    envelope("<e:SubscriptionEnd xmlns:e='" + Namespaces.WSE + "'><e:Status>" + Namespaces.WSE + "/"
                            + spelling + "</e:Status><e:Reason xml:lang='de'>Ende</e:Reason>"
                            + "<e:Reason xml:lang='en'>End</e:Reason></e:SubscriptionEnd>"));

            assertThat(EndStatus.of(end.status())).hasValue(EndStatus.SOURCE_CANCELLING);
            assertThat(end.reason()).hasValue("Ende");
            assertThat(end.manager()).isEmpty();
        }
        assertThat(EndStatus.of("urn:else")).isEmpty();
    }

    @Test
    void theEndNeedsAStatus() {
        assertThatThrownBy(() ->
                        EventingCodec.readEnd(DPWS, envelope("<e:SubscriptionEnd xmlns:e='" + Namespaces.WSE + "'/>")))
                .hasMessage("SubscriptionEnd: has no Status");
    }

    @Test
    void requestsAreKnownByActionOrBody() {
        assertThat(Request.ofAction(Namespaces.WSE + "/GetStatus")).hasValue(new Request(DPWS, Verb.GET_STATUS));
        assertThat(Request.ofAction(Namespaces.WS_EVT + "/Renew")).hasValue(new Request(W3C, Verb.RENEW));
        assertThat(Request.ofAction(Namespaces.WSE + "/SubscribeResponse")).isEmpty();
        assertThat(Request.ofBody(new QName(Namespaces.WS_EVT, "Unsubscribe")))
                .hasValue(new Request(W3C, Verb.UNSUBSCRIBE));
    }
}
