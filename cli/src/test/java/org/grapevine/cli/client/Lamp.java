package org.grapevine.cli.client;

import jakarta.jws.Oneway;
import jakarta.jws.WebMethod;
import jakarta.jws.WebParam;
import jakarta.jws.WebService;
import org.grapevine.dpws.eventing.EventSource;

/** A service with an event. */
@WebService(name = "Lamp", targetNamespace = Lamp.NAMESPACE)
@EventSource(Lamp.Events.class)
public interface Lamp {

    String NAMESPACE = "urn:example:lamp";
    String SWITCHED = "urn:example:lamp:LampEvents:switched";

    @WebMethod
    int level();

    /** What it tells. */
    @WebService(name = "LampEvents", targetNamespace = Lamp.NAMESPACE)
    interface Events {

        @Oneway
        @WebMethod
        void switched(@WebParam(name = "on") boolean on);
    }
}
