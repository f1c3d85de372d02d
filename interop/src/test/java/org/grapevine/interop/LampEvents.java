package org.grapevine.interop;

import jakarta.jws.Oneway;
import jakarta.jws.WebMethod;
import jakarta.jws.WebParam;
import jakarta.jws.WebService;

/** What a lamp tells its subscribers. */
@WebService(targetNamespace = Lamp.NAMESPACE, name = "LampEvents")
public interface LampEvents {

    String DIMMED = Lamp.NAMESPACE + "/LampEvents/dimmed";

    /** The lamp has another level now. */
    @Oneway
    @WebMethod
    void dimmed(@WebParam(name = "level") int level);
}
