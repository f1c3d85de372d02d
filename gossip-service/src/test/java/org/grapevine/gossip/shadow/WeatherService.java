package org.grapevine.gossip.shadow;

import jakarta.jws.Oneway;
import jakarta.jws.WebMethod;
import jakarta.jws.WebParam;
import jakarta.jws.WebResult;
import jakarta.jws.WebService;
import org.grapevine.dpws.eventing.EventSource;
import org.grapevine.policy.Binding;
import org.grapevine.policy.Gossip;
import org.grapevine.policy.Replies;

/** A maker's service with events and questions that spread, and with some that do not. */
@WebService(name = "Weather", targetNamespace = WeatherService.NAMESPACE)
@EventSource(WeatherService.Events.class)
public interface WeatherService {

    String NAMESPACE = "urn:example:weather";

    @WebMethod
    @WebResult(name = "degrees")
    int temperature();

    /** What happens. */
    @WebService(name = "WeatherEvents", targetNamespace = NAMESPACE)
    interface Events {

        @Gossip(fanout = 4, repair = "PT0.2S")
        @Oneway
        @WebMethod
        void storm(@WebParam(name = "text") String text);

        @Gossip(fanout = 4, repair = "PT0.2S", binding = Binding.HTTP)
        @Oneway
        @WebMethod
        void flood(@WebParam(name = "text") String text);

        @Gossip(fanout = 4, replies = Replies.AGGREGATE, aggregation = "add", timeout = "PT8S")
        @WebMethod
        @WebResult(name = "count")
        int shelters(@WebParam(name = "of") String of);

        @Gossip(fanout = 4, replies = Replies.AGGREGATE, aggregation = "add", timeout = "PT8S", binding = Binding.HTTP)
        @WebMethod
        @WebResult(name = "count")
        int boats(@WebParam(name = "of") String of);

        @WebMethod
        @WebResult(name = "count")
        int umbrellas(@WebParam(name = "of") String of);

        @Oneway
        @WebMethod
        void breeze(@WebParam(name = "text") String text);
    }

    /** Its implementation. */
    final class Station implements WeatherService {
        @Override
        public int temperature() {
            return 20;
        }
    }
}
