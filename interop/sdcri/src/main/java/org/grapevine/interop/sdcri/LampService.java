package org.grapevine.interop.sdcri;

import java.util.List;
import javax.xml.namespace.QName;
import org.somda.sdc.dpws.device.WebService;
import org.somda.sdc.dpws.soap.SoapUtil;
import org.somda.sdc.dpws.soap.interception.MessageInterceptor;
import org.somda.sdc.dpws.soap.interception.RequestResponseObject;
import org.somda.sdc.dpws.soap.wsaddressing.WsAddressingUtil;
import org.somda.sdc.dpws.soap.wseventing.ActionBasedEventSource;
import org.somda.sdc.dpws.soap.wseventing.model.WsEventingStatus;
import org.w3c.dom.Element;

/** The lamp of all peers, as SDCri's users write a service. */
final class LampService extends WebService {

    static final String NAMESPACE = "http://example.org/lamp";
    static final QName PORT_TYPE = new QName(NAMESPACE, "Lamp");
    static final QName DEVICE_TYPE = new QName(NAMESPACE, "LampDevice");
    static final String ID = "lamp";
    static final String DIM = NAMESPACE + "/Lamp/dimRequest";
    static final String DIM_RESPONSE = NAMESPACE + "/Lamp/dimResponse";
    static final String DIMMED = NAMESPACE + "/LampEvents/dimmed";

    private final SoapUtil soap;
    private final WsAddressingUtil addressing;
    private final ActionBasedEventSource events;

    LampService(SoapUtil soap, WsAddressingUtil addressing, ActionBasedEventSource events) {
        this.soap = soap;
        this.addressing = addressing;
        this.events = events;
        registerEventSource(events);
    }

    /** Called by SDCri for messages of that action. */
    @SuppressWarnings("UnnecessaryQualifier") // SDCri looks for it, not Guice.
    @MessageInterceptor(DIM)
    void onDim(RequestResponseObject exchange) throws Exception {
        List<Object> body =
                exchange.getRequest().getOriginalEnvelope().getBody().getAny();
        Element dim = (Element) body.get(0);
        String level = dim.getElementsByTagName("level").item(0).getTextContent();
        exchange.getResponse().getWsAddressingHeader().setAction(addressing.createAttributedURIType(DIM_RESPONSE));
        soap.setBody(
                Xml.read("<l:dimResponse xmlns:l='" + NAMESPACE + "'><level>" + level + "</level></l:dimResponse>"),
                exchange.getResponse());
    }

    void tellDimmed(String level) throws Exception {
        events.sendNotification(
                DIMMED, Xml.read("<l:dimmed xmlns:l='" + NAMESPACE + "'><level>" + level + "</level></l:dimmed>"));
    }

    void endSubscriptions() {
        events.subscriptionEndToAll(WsEventingStatus.STATUS_SOURCE_CANCELLING);
    }
}
