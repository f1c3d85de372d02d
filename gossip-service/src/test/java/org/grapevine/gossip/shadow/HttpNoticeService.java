package org.grapevine.gossip.shadow;

import jakarta.jws.Oneway;
import jakarta.jws.WebMethod;
import jakarta.jws.WebParam;
import jakarta.jws.WebService;
import org.grapevine.policy.Binding;
import org.grapevine.policy.Gossip;

/** As {@link NoticeService}, with copies that travel by HTTP. */
@WebService(targetNamespace = NoticeService.NAMESPACE)
@Gossip(binding = Binding.HTTP)
public interface HttpNoticeService {

    @Oneway
    @WebMethod
    void post(@WebParam(name = "text") String text);
}
