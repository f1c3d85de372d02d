package org.grapevine.dpws.eventing;

import java.util.List;
import java.util.Optional;
import org.grapevine.dpws.addressing.EndpointReference;

/**
 * What a Subscribe asks for, as it was written: nothing of it is checked yet.
 *
 * @param dialect version of WS-Eventing
 * @param notifyTo where notifications go; empty if there is none
 * @param endTo where a SubscriptionEnd goes; empty for nowhere
 * @param mode the delivery mode of 2004, the delivery format of the W3C; empty for the default
 * @param expires as written; empty if the source may choose
 * @param bestEffort whether a shorter time will do; of the W3C, in 2004 it always does
 * @param filter empty for all events
 */
public record SubscribeRequest(
        EventingDialect dialect,
        Optional<EndpointReference> notifyTo,
        Optional<EndpointReference> endTo,
        Optional<String> mode,
        Optional<String> expires,
        boolean bestEffort,
        Optional<Filter> filter) {

    /**
     * Which events are wanted.
     *
     * @param dialect URI of the filter's language; empty for XPath, the default of both versions
     * @param actions the content, if it is a list of URIs
     * @param element the content, if the language is another one and it is one element, which declares every namespace it needs
     */
    public record Filter(Optional<String> dialect, List<String> actions, Optional<String> element) {

        public Filter {
            actions = List.copyOf(actions);
        }

        public Filter(Optional<String> dialect, List<String> actions) {
            this(dialect, actions, Optional.empty());
        }

        /** In a language of one's own. */
        public static Filter ofElement(String dialect, String element) {
            return new Filter(Optional.of(dialect), List.of(), Optional.of(element));
        }

        /** For events of these actions. */
        public static Filter ofActions(List<String> actions) {
            return new Filter(Optional.of(EventingCodec.ACTION_FILTER), actions);
        }
    }
}
