package org.grapevine.grid.tariff;

import jakarta.jws.Oneway;
import jakarta.jws.WebMethod;
import jakarta.jws.WebParam;
import jakarta.jws.WebService;
import jakarta.jws.soap.SOAPBinding;
import org.grapevine.policy.Binding;
import org.grapevine.policy.Gossip;

/** Where a device hears of tariffs: a one-way operation, so that a tariff needs no answer from anybody. */
@WebService(name = "TariffService", targetNamespace = TariffEvent.NAMESPACE)
@SOAPBinding(parameterStyle = SOAPBinding.ParameterStyle.BARE)
@Gossip(fanout = Gossip.AUTO, rounds = Gossip.AUTO, binding = Binding.SOAP_UDP)
public interface TariffService {

    /**
     * Tells of a tariff that is new, changed or cancelled.
     *
     * @param tariffEvent as it came; {@link TariffEvent#toTariff} refuses what is malformed
     */
    @Oneway
    @WebMethod
    void tariffChanged(
            @WebParam(name = "tariffEvent", targetNamespace = TariffEvent.NAMESPACE) TariffEvent tariffEvent);
}
