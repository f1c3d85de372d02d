package org.grapevine.dpws.eventing;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Says which events a hosted service has; stands on the service's interface or its class. Each operation of the named interface is a
 * kind of event, which the WSDL shows as an output-only operation (DPWS R2004) and to which clients subscribe by WS-Eventing.
 *
 * <pre>{@code
 * @WebService(name = "LampEvents", targetNamespace = "urn:example:lamp")
 * interface LampEvents {
 *     @Oneway @WebMethod void switched(@WebParam(name = "on") boolean on);
 * }
 *
 * @WebService(name = "Lamp", targetNamespace = "urn:example:lamp")
 * @EventSource(LampEvents.class)
 * interface Lamp { ... }
 * }</pre>
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface EventSource {

    /**
     * An interface with {@code @WebService}, in the target namespace of the service's own, whose operations are all one-way. If it has
     * the service's port type name too, its operations join that port type; otherwise they are a port type beside it.
     */
    Class<?> value();
}
