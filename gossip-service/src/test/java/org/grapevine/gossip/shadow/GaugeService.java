package org.grapevine.gossip.shadow;

import jakarta.jws.WebMethod;
import jakarta.jws.WebParam;
import jakarta.jws.WebResult;
import jakarta.jws.WebService;
import org.grapevine.policy.Gossip;
import org.grapevine.policy.Replies;

/** A maker's service with a request for each way in which answers come back. */
@WebService(name = "Gauge", targetNamespace = GaugeService.NAMESPACE)
public interface GaugeService {

    String NAMESPACE = "urn:example:gauge";

    @Gossip(replies = Replies.AGGREGATE, aggregation = "add", timeout = "PT8S")
    @WebMethod
    @WebResult(name = "count")
    int sum(@WebParam(name = "of") String of);

    @Gossip(replies = Replies.COLLECT, aggregation = "add", timeout = "PT8S")
    @WebMethod
    @WebResult(name = "count")
    int each(@WebParam(name = "of") String of);

    @Gossip(replies = Replies.FIRST, timeout = "PT8S")
    @WebMethod
    @WebResult(name = "count")
    int any(@WebParam(name = "of") String of);

    @Gossip(replies = Replies.FIRST, enough = 3, aggregation = "add", timeout = "PT8S")
    @WebMethod
    @WebResult(name = "count")
    int some(@WebParam(name = "of") String of);

    @Gossip(replies = Replies.AGGREGATE, aggregation = "add", minReplies = 1_000, partial = true, timeout = "PT8S")
    @WebMethod
    @WebResult(name = "count")
    int crowd(@WebParam(name = "of") String of);

    @Gossip(replies = Replies.AGGREGATE, aggregation = "add", minReplies = 1_000, timeout = "PT8S")
    @WebMethod
    @WebResult(name = "count")
    int crowdOrNothing(@WebParam(name = "of") String of);

    /** An implementation that answers 1 to everything, after its own turn. */
    class Ones implements GaugeService {

        /** What it does when it is asked. */
        protected void onAsked(String of) {}

        private int one(String of) {
            onAsked(of);
            return 1;
        }

        @Override
        public int sum(String of) {
            return one(of);
        }

        @Override
        public int each(String of) {
            return one(of);
        }

        @Override
        public int any(String of) {
            return one(of);
        }

        @Override
        public int some(String of) {
            return one(of);
        }

        @Override
        public int crowd(String of) {
            return one(of);
        }

        @Override
        public int crowdOrNothing(String of) {
            return one(of);
        }
    }
}
