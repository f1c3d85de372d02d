package org.grapevine.gossip.shadow;

import jakarta.jws.Oneway;
import jakarta.jws.WebMethod;
import jakarta.jws.WebParam;
import jakarta.jws.WebResult;
import jakarta.jws.WebService;
import org.grapevine.dpws.eventing.EventSource;

/** A maker's service with one operation of each style, and not a word of gossip: its policy is attached while it runs. */
@WebService(name = "Hall", targetNamespace = HallService.NAMESPACE)
@EventSource(HallService.Events.class)
public interface HallService {

    String NAMESPACE = "urn:example:hall";

    @Oneway
    @WebMethod
    void post(@WebParam(name = "text") String text);

    @WebMethod
    @WebResult(name = "count")
    int visitors(@WebParam(name = "of") String of);

    /** What it tells, and asks, its subscribers. */
    @WebService(name = "HallEvents", targetNamespace = NAMESPACE)
    interface Events {

        @Oneway
        @WebMethod
        void alarm(@WebParam(name = "text") String text);

        @WebMethod
        @WebResult(name = "count")
        int helpers(@WebParam(name = "of") String of);
    }
}
