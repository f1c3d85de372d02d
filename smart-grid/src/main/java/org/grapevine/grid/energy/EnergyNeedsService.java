package org.grapevine.grid.energy;

import jakarta.jws.WebMethod;
import jakarta.jws.WebParam;
import jakarta.jws.WebResult;
import jakarta.jws.WebService;
import jakarta.jws.soap.SOAPBinding;
import org.grapevine.policy.Gossip;
import org.grapevine.policy.Replies;

/** Where a device is asked for the energy that it, or the appliances behind it, need on a day. */
@WebService(name = "EnergyNeedsService", targetNamespace = EnergyNeeds.NAMESPACE)
@SOAPBinding(parameterStyle = SOAPBinding.ParameterStyle.BARE)
public interface EnergyNeedsService {

    @Gossip(replies = Replies.AGGREGATE, aggregation = "sum-by-period.xsl", timeout = "PT10S")
    @WebMethod
    @WebResult(name = "energyNeeds", targetNamespace = EnergyNeeds.NAMESPACE)
    EnergyNeeds needs(
            @WebParam(name = "energyNeedsRequest", targetNamespace = EnergyNeeds.NAMESPACE)
                    EnergyNeedsRequest energyNeedsRequest);
}
