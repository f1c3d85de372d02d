package org.grapevine.gossip.shadow;

import jakarta.jws.Oneway;
import jakarta.jws.WebMethod;
import jakarta.jws.WebParam;
import jakarta.jws.WebResult;
import jakarta.jws.WebService;
import org.grapevine.policy.Gossip;
import org.grapevine.policy.Order;
import org.grapevine.policy.Priority;
import org.grapevine.policy.Replies;
import org.grapevine.policy.Variant;

/** A maker's service that is strict with clients. */
@WebService(targetNamespace = LimitedNoticeService.NAMESPACE)
@Gossip(
        eagerHops = 2,
        lan = "test:village",
        types = "{urn:example:limited}Limited",
        order = Order.ORIGIN,
        limits =
                @Gossip.Limits(
                        variants = {Variant.TREE, Variant.PULL},
                        maxFanout = 6,
                        maxRounds = 7,
                        maxLifetime = "PT40S",
                        minRepair = "PT0.2S",
                        maxTimeout = "PT9S",
                        maxPriority = Priority.CONTROL))
public interface LimitedNoticeService {

    String NAMESPACE = "urn:example:limited";

    @Oneway
    @WebMethod
    void post(@WebParam(name = "text") String text);

    @Gossip(replies = Replies.AGGREGATE, aggregation = "add", limits = @Gossip.Limits(maxFanout = 3))
    @WebMethod
    @WebResult(name = "count")
    int count(@WebParam(name = "of") String of);
}
