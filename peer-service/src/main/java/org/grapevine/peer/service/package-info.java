/**
 * The Peer Service as a hosted service: what it is asked and answers, by the schema of its WSDL, and the object that answers. The
 * classes of messages keep text until they are read into values, so that every bad value is refused with the same kind of sentence.
 */
@XmlSchema(
        namespace = Peers1.NAMESPACE,
        elementFormDefault = XmlNsForm.QUALIFIED,
        xmlns = @XmlNs(prefix = "p", namespaceURI = Peers1.NAMESPACE))
@NullMarked
package org.grapevine.peer.service;

import jakarta.xml.bind.annotation.XmlNs;
import jakarta.xml.bind.annotation.XmlNsForm;
import jakarta.xml.bind.annotation.XmlSchema;
import org.jspecify.annotations.NullMarked;
