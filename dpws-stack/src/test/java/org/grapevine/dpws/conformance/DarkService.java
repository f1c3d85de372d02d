package org.grapevine.dpws.conformance;

import jakarta.jws.WebMethod;
import jakarta.jws.WebService;

/** A service without events. */
@WebService(name = "Dark", targetNamespace = "urn:test:dark")
public interface DarkService {

    @WebMethod
    int level();

    /** The maker's object. */
    final class Simple implements DarkService {
        @Override
        public int level() {
            return 0;
        }
    }
}
