package org.grapevine.dpws.device;

import org.grapevine.dpws.soap.SoapFault;

/** A request that is answered with a fault. */
public final class FaultException extends Exception {

    private static final long serialVersionUID = 1L;

    private final transient SoapFault fault;

    public FaultException(SoapFault fault) {
        // Clients cause these at any rate; the fault says all there is to say.
        super(fault.reason(), null, false, false);
        this.fault = fault;
    }

    public SoapFault fault() {
        return fault;
    }
}
