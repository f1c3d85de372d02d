package org.grapevine.dpws.soap;

import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** Writes the one element that stands in a Body; it has to declare the namespaces it uses. */
@FunctionalInterface
public interface BodyWriter {

    void write(XMLStreamWriter writer) throws XMLStreamException;
}
