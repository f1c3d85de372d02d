package org.grapevine.dpws.conformance;

import jakarta.jws.Oneway;
import jakarta.jws.WebMethod;
import jakarta.jws.WebParam;
import jakarta.jws.WebService;
import org.grapevine.dpws.eventing.EventSource;

/** A lamp as a device maker writes it, with events. */
@WebService(name = "Lamp", targetNamespace = LampService.NAMESPACE)
@EventSource(LampService.LampEvents.class)
public interface LampService {

    String NAMESPACE = "urn:test:lamp";
    String SWITCHED = "urn:test:lamp:LampEvents:switched";
    String DIMMED = "urn:test:lamp:LampEvents:dimmed";

    @WebMethod
    int level();

    /** What a lamp tells. */
    @WebService(name = "LampEvents", targetNamespace = NAMESPACE)
    interface LampEvents {

        @Oneway
        @WebMethod
        void switched(@WebParam(name = "on") boolean on);

        @Oneway
        @WebMethod
        void dimmed(@WebParam(name = "percent") int percent);
    }

    /** The maker's object. */
    final class Simple implements LampService {
        @Override
        public int level() {
            return 7;
        }
    }
}
