package org.grapevine.cli.client;

import jakarta.jws.Oneway;
import jakarta.jws.WebMethod;
import jakarta.jws.WebParam;
import jakarta.jws.WebResult;
import jakarta.jws.WebService;
import org.grapevine.policy.Gossip;
import org.grapevine.policy.Replies;

/** A maker's service: a one-way notice, a request whose answers are added up, and a plain request. */
@WebService(targetNamespace = BulletinService.NAMESPACE)
@Gossip(repair = "PT0.2S")
public interface BulletinService {

    String NAMESPACE = "urn:example:bulletin";

    @Oneway
    @WebMethod
    void post(@WebParam(name = "text") String text);

    @Gossip(replies = Replies.AGGREGATE, aggregation = "add", timeout = "PT8S")
    @WebMethod
    @WebResult(name = "count")
    int count(@WebParam(name = "of") String of);

    @WebMethod
    @WebResult(name = "echo")
    String echo(@WebParam(name = "text") String text);
}
