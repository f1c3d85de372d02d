package org.grapevine.interop;

import jakarta.jws.WebMethod;
import jakarta.jws.WebParam;
import jakarta.jws.WebResult;
import jakarta.jws.WebService;
import javax.xml.namespace.QName;
import org.grapevine.dpws.eventing.EventSource;

/** The service that every device of these conversations has. */
@WebService(targetNamespace = Lamp.NAMESPACE, name = "Lamp")
@EventSource(LampEvents.class)
public interface Lamp {

    String NAMESPACE = "http://example.org/lamp";
    QName PORT_TYPE = new QName(NAMESPACE, "Lamp");
    QName DEVICE_TYPE = new QName(NAMESPACE, "LampDevice");
    String DIM = NAMESPACE + "/Lamp/dimRequest";
    String DIM_RESPONSE = NAMESPACE + "/Lamp/dimResponse";

    /** Dims, and tells the level that it came to. */
    @WebMethod
    @WebResult(name = "level")
    int dim(@WebParam(name = "level") int level);
}
