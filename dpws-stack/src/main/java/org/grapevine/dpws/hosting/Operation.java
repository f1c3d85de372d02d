package org.grapevine.dpws.hosting;

import java.lang.reflect.Method;
import java.util.Optional;
import javax.xml.namespace.QName;

/**
 * One operation of a hosted service, or of its events.
 *
 * @param name the operation's name in the WSDL
 * @param style who sends first, and whether an answer comes
 * @param inputAction {@code wsa:Action} of what the service gets: a request, or the answer to what it asked; empty text for a
 *     notification
 * @param outputAction {@code wsa:Action} of what the service sends: a response, or an event; empty when one-way
 * @param inputElement body element of what it gets; empty when the body is empty
 * @param outputElement body element of what it sends; empty when the body is empty or the operation one-way
 * @param method of the interface
 */
public record Operation(
        String name,
        Style style,
        String inputAction,
        Optional<String> outputAction,
        Optional<QName> inputElement,
        Optional<QName> outputElement,
        Method method) {

    /** The transmission primitives of WSDL 1.1, 2.4. */
    public enum Style {
        /** A client sends, nobody answers. */
        ONE_WAY,
        /** A client asks, the service answers. */
        REQUEST_RESPONSE,
        /** The service sends to its subscribers, nobody answers. */
        NOTIFICATION,
        /** The service asks its subscribers, who answer. */
        SOLICIT_RESPONSE
    }

    /** True if the service sends first. */
    public boolean isEvent() {
        return style == Style.NOTIFICATION || style == Style.SOLICIT_RESPONSE;
    }

    /** True if an answer comes, from either side. */
    public boolean isAnswered() {
        return style == Style.REQUEST_RESPONSE || style == Style.SOLICIT_RESPONSE;
    }
}
