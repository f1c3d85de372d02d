package org.grapevine.grid.measurement;

import jakarta.jws.WebMethod;
import jakarta.jws.WebParam;
import jakarta.jws.WebResult;
import jakarta.jws.WebService;
import jakarta.jws.soap.SOAPBinding;
import org.grapevine.policy.Gossip;
import org.grapevine.policy.Replies;

/** Where a device is asked what it measures. */
@WebService(name = "GridMeasurements", targetNamespace = GridMeasurements.NAMESPACE)
@SOAPBinding(parameterStyle = SOAPBinding.ParameterStyle.BARE)
public interface GridMeasurements {

    String NAMESPACE = "urn:org.grapevine:smart-grid:measurement:1";

    /** The last voltage that the device measured. Asked through a shadow: those of all devices, each as it is. */
    @Gossip(replies = Replies.COLLECT, aggregation = "all-voltages.xsl", timeout = "PT2S")
    @WebMethod
    @WebResult(name = "voltages", targetNamespace = NAMESPACE)
    Voltages lastVoltage(
            @WebParam(name = "lastVoltageRequest", targetNamespace = NAMESPACE) LastVoltageRequest lastVoltageRequest);

    /** The phase angle of the voltage at an instant. Asked through a shadow: how far those of all devices are apart. */
    @Gossip(replies = Replies.AGGREGATE, aggregation = "angle-range.xsl", timeout = "PT2S")
    @WebMethod
    @WebResult(name = "phaseAngles", targetNamespace = NAMESPACE)
    PhaseAngles phaseAngles(
            @WebParam(name = "phaseAnglesRequest", targetNamespace = NAMESPACE) PhaseAnglesRequest phaseAnglesRequest);
}
