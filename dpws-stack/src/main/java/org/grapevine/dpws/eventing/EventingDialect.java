package org.grapevine.dpws.eventing;

import java.util.Optional;
import javax.xml.namespace.QName;
import org.grapevine.dpws.soap.Namespaces;

/** The two versions of WS-Eventing that are in use. One conversation keeps to one of them. */
public enum EventingDialect {

    /** The submission of August 2004, which DPWS 1.1 prescribes; its endpoint references are those of WS-Addressing 1.0. */
    SUBMISSION_2004(Namespaces.WSE),

    /** The W3C's of March 2011, which Apache CXF speaks. */
    W3C_2011(Namespaces.WS_EVT);

    private final String namespace;

    EventingDialect(String namespace) {
        this.namespace = namespace;
    }

    /** The messages that a subscriber sends. */
    public enum Verb {
        SUBSCRIBE("Subscribe"),
        RENEW("Renew"),
        GET_STATUS("GetStatus"),
        UNSUBSCRIBE("Unsubscribe");

        private final String element;

        Verb(String element) {
            this.element = element;
        }

        String element() {
            return element;
        }
    }

    /** A message of a subscriber: which one, in which dialect. */
    public record Request(EventingDialect dialect, Verb verb) {

        /** The request of an action; empty if the action is none of a subscriber's. */
        public static Optional<Request> ofAction(String action) {
            for (EventingDialect dialect : values()) {
                if (action.startsWith(dialect.namespace)) {
                    for (Verb verb : Verb.values()) {
                        if (action.equals(dialect.action(verb))) {
                            return Optional.of(new Request(dialect, verb));
                        }
                    }
                }
            }
            return Optional.empty();
        }

        /** The request of a body's element, for clients that name no action. */
        public static Optional<Request> ofBody(QName body) {
            return ofAction(body.getNamespaceURI() + "/" + body.getLocalPart());
        }
    }

    public String namespace() {
        return namespace;
    }

    /** {@code wsa:Action} of a request. */
    public String action(Verb verb) {
        return namespace + "/" + verb.element;
    }

    /** {@code wsa:Action} of the answer to a request. */
    public String responseAction(Verb verb) {
        return action(verb) + "Response";
    }

    /** {@code wsa:Action} of the message that tells a subscriber of the end. */
    public String endAction() {
        return namespace + "/SubscriptionEnd";
    }

    /** The reference parameter by which a subscription manager knows its subscriptions. */
    public QName identifier() {
        return name("Identifier");
    }

    QName name(String local) {
        return new QName(namespace, local, "wse");
    }

    /** Where the answers say how long: the W3C gave it a name of its own. */
    QName grantedExpires() {
        return name(this == W3C_2011 ? "GrantedExpires" : "Expires");
    }
}
