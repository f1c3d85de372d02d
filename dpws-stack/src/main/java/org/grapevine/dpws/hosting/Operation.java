package org.grapevine.dpws.hosting;

import java.lang.reflect.Method;
import java.util.Optional;
import javax.xml.namespace.QName;

/**
 * One operation of a hosted service.
 *
 * @param name the operation's name in the WSDL
 * @param style whether it answers
 * @param inputAction {@code wsa:Action} of the request
 * @param outputAction {@code wsa:Action} of the response; empty when one-way
 * @param inputElement the request's body element; empty when the body is empty
 * @param outputElement the response's body element; empty when the body is empty or the operation one-way
 * @param method of the service interface
 */
public record Operation(
        String name,
        Style style,
        String inputAction,
        Optional<String> outputAction,
        Optional<QName> inputElement,
        Optional<QName> outputElement,
        Method method) {

    /** The transmission primitives of WSDL 1.1, 2.4 that an interface with Java methods can have. */
    public enum Style {
        ONE_WAY,
        REQUEST_RESPONSE
    }
}
