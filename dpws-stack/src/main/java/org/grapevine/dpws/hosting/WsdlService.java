package org.grapevine.dpws.hosting;

import jakarta.xml.ws.Provider;
import javax.xml.namespace.QName;
import javax.xml.transform.Source;
import org.grapevine.policy.WsdlDocument;

/**
 * A service of which a maker has a WSDL and no Java interface. A device takes it like any other service object:
 *
 * <pre>{@code
 * WsdlDocument wsdl = WsdlDocument.read(in, "needs.wsdl");
 * device.host(new WsdlService(wsdl, new QName("urn:example:needs", "Needs"), provider));
 * }</pre>
 *
 * <p>The WSDL is one document, with a document/literal SOAP 1.2 binding of the port type and a port for it; the address in it is filled
 * in. If it carries the gossip policy, that counts.
 *
 * @param wsdl taken as it is now; later changes of the tree are not seen
 * @param portType of that document
 * @param provider gets the element in the Body and gives the one of the answer, null for an empty Body or after a one-way message.
 *     Which operation is meant, the name of the element tells. Nobody has held it against the schema. Called by many threads at once;
 *     to answer with a fault of its own words it throws a {@link jakarta.xml.ws.WebServiceException} (or, where there is SAAJ, a {@link
 *     jakarta.xml.ws.soap.SOAPFaultException})
 */
public record WsdlService(WsdlDocument wsdl, QName portType, Provider<Source> provider) {}
