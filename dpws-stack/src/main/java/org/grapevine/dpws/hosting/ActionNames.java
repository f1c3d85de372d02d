package org.grapevine.dpws.hosting;

import jakarta.jws.WebMethod;
import jakarta.xml.ws.Action;
import java.lang.reflect.Method;
import java.util.Locale;
import javax.xml.namespace.QName;
import org.jspecify.annotations.Nullable;

/**
 * Names of actions: what the annotations say, else the default pattern of WS-Addressing 1.0 - Metadata, 4.4.4. As JAX-WS
 * has it, a SOAP action counts for the input.
 */
final class ActionNames {

    private ActionNames() {}

    static String ofInput(QName portType, String operation, Method method, boolean oneWay) {
        Action action = method.getAnnotation(Action.class);
        if (action != null && !action.input().isEmpty()) {
            return action.input();
        }
        @Nullable WebMethod webMethod = method.getAnnotation(WebMethod.class);
        if (webMethod != null && !webMethod.action().isEmpty()) {
            return webMethod.action();
        }
        return byPattern(portType, oneWay ? operation : operation + "Request");
    }

    static String ofOutput(QName portType, String operation, Method method) {
        Action action = method.getAnnotation(Action.class);
        if (action != null && !action.output().isEmpty()) {
            return action.output();
        }
        return byPattern(portType, operation + "Response");
    }

    /** Of what a service asks its subscribers: what the annotations say about the output comes first, since that is what it is. */
    static String ofSolicit(QName portType, String operation, Method method) {
        Action action = method.getAnnotation(Action.class);
        if (action != null && !action.output().isEmpty()) {
            return action.output();
        }
        @Nullable WebMethod webMethod = method.getAnnotation(WebMethod.class);
        if (webMethod != null && !webMethod.action().isEmpty()) {
            return webMethod.action();
        }
        return byPattern(portType, operation + "Solicit");
    }

    /** Of what subscribers answer to that. */
    static String ofSolicitResponse(QName portType, String operation, Method method) {
        Action action = method.getAnnotation(Action.class);
        return action != null && !action.input().isEmpty()
                ? action.input()
                : byPattern(portType, operation + "Response");
    }

    /** The parts are set apart by a colon in URNs and a slash elsewhere; one that ends the namespace is not doubled. */
    static String byPattern(QName portType, String message) {
        String namespace = portType.getNamespaceURI();
        String delimiter = namespace.toLowerCase(Locale.ROOT).startsWith("urn:") ? ":" : "/";
        String start = namespace.endsWith(delimiter) ? namespace : namespace + delimiter;
        return start + portType.getLocalPart() + delimiter + message;
    }
}
