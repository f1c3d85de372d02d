package org.grapevine.gossip.client;

import java.net.URI;
import java.util.List;
import java.util.Optional;
import javax.xml.namespace.QName;

/**
 * A way into the network: a shadow, the service that it shadows, and what both WSDLs say about the port type.
 *
 * @param shadow HTTP address to which messages go that are to be gossiped
 * @param original HTTP address of the plain service
 * @param portType what both offer, with the policy of each operation
 */
public record GossipEntry(URI shadow, URI original, ServiceDescription.PortType portType) {

    /** Name of the port type. */
    public QName name() {
        return portType.name();
    }

    /** The operation of an action; empty if the WSDL has none. */
    public Optional<ServiceDescription.Operation> operation(String action) {
        return portType.operations().stream()
                .filter(operation -> operation.action().equals(action))
                .findFirst();
    }

    /** The operation that a client calls with a body element; empty if the WSDL has none. */
    public Optional<ServiceDescription.Operation> operation(Optional<QName> element) {
        List<ServiceDescription.Operation> operations = portType.operations();
        return operations.stream()
                .filter(operation -> !operation.isEvent() && operation.element().equals(element))
                .findFirst();
    }
}
