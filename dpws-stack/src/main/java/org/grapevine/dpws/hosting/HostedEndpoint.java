package org.grapevine.dpws.hosting;

import java.util.List;
import java.util.Optional;
import javax.xml.namespace.QName;
import org.grapevine.dpws.soap.Attachment;
import org.grapevine.policy.PortGossip;
import org.w3c.dom.Document;

/** A service as its device sees it: called with the bytes of an envelope, described by a WSDL. Safe for any thread. */
public sealed interface HostedEndpoint extends AutoCloseable permits ServiceEndpoint, WsdlEndpoint {

    /** Name of the port type in the WSDL; the type of a hosted service (DPWS 1.1, Relationship metadata). */
    QName portType();

    /** The Java interface of the service; the class of the provider if it was made from a WSDL. */
    Class<?> serviceInterface();

    /** The operations, by name. */
    List<Operation> operations();

    /** What the service notifies of, if anything. */
    Optional<EventInterface> events();

    /** The gossip policy that the WSDL carries of its own accord. */
    Optional<PortGossip> ownPolicy();

    /**
     * The whole WSDL 1.1 in one document.
     *
     * @param at the address in it
     * @return a copy that the caller may change
     */
    Document wsdl(String at);

    /**
     * Calls the service on the calling thread and waits for it, one-way operations too.
     *
     * @param envelope SOAP 1.2 in UTF-8; not changed by the caller meanwhile
     * @param attachments what the envelope includes by MTOM
     * @return always a reply: what is wrong with the envelope or inside the service is a fault
     * @throws IllegalStateException when the endpoint is closed
     */
    InvocationReply invoke(byte[] envelope, List<Attachment> attachments);

    /** Takes no more calls; those that run come to their end. Safe to call again. */
    @Override
    void close();
}
