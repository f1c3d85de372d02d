package org.grapevine.interop;

import jakarta.jws.Oneway;
import jakarta.jws.WebMethod;
import jakarta.jws.WebParam;
import jakarta.jws.WebResult;
import jakarta.jws.WebService;
import org.grapevine.policy.Gossip;
import org.grapevine.policy.Replies;

/** A service that gossips: what its shadow gets, all lamps of the street get. */
@WebService(targetNamespace = StreetLamp.NAMESPACE, name = "StreetLamp")
@Gossip(repair = "PT0.2S")
public interface StreetLamp {

    String NAMESPACE = "http://example.org/street";

    /** For all lamps, without an answer. */
    @Oneway
    @WebMethod
    void announce(@WebParam(name = "text") String text);

    /** Power that is used for a purpose; the shadow answers with the sum over all lamps. */
    @Gossip(replies = Replies.AGGREGATE, aggregation = "sum", timeout = "PT8S")
    @WebMethod
    @WebResult(name = "watts")
    int watts(@WebParam(name = "purpose") String purpose);

    /** What is written on the lamp; a question to one, which does not gossip. Fails for a language that it does not know. */
    @WebMethod
    @WebResult(name = "label")
    String label(@WebParam(name = "language") String language);
}
