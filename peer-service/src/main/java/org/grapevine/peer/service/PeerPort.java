package org.grapevine.peer.service;

import jakarta.jws.WebMethod;
import jakarta.jws.WebParam;
import jakarta.jws.WebResult;
import jakarta.jws.WebService;
import jakarta.jws.soap.SOAPBinding;

/**
 * The Peer Service of a device, for devices that keep no view themselves, that join, or that look at others. What is wrong with a
 * request is a Sender fault that names the value and what is expected.
 */
@WebService(name = "PeerService", targetNamespace = Peers1.NAMESPACE)
@SOAPBinding(parameterStyle = SOAPBinding.ParameterStyle.BARE)
public interface PeerPort {

    /** Draws peers uniformly and without replacement. */
    @WebMethod(operationName = "GetPeers")
    @WebResult(name = "GetPeersResponse", targetNamespace = Peers1.NAMESPACE)
    GetPeersResponse getPeers(@WebParam(name = "GetPeers", targetNamespace = Peers1.NAMESPACE) GetPeers request);

    /** Takes entries into a view of the device, and gives some of it. */
    @WebMethod(operationName = "ExchangeView")
    @WebResult(name = "ExchangeViewResponse", targetNamespace = Peers1.NAMESPACE)
    ExchangeViewResponse exchangeView(
            @WebParam(name = "ExchangeView", targetNamespace = Peers1.NAMESPACE) ExchangeView request);

    /** Tells how the views of the device stand. */
    @WebMethod(operationName = "GetStatus")
    @WebResult(name = "GetStatusResponse", targetNamespace = Peers1.NAMESPACE)
    GetStatusResponse getStatus(@WebParam(name = "GetStatus", targetNamespace = Peers1.NAMESPACE) GetStatus request);
}
