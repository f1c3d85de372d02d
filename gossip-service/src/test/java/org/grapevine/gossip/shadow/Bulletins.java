package org.grapevine.gossip.shadow;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.xml.ws.Provider;
import jakarta.xml.ws.WebServiceException;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.Objects;
import javax.xml.namespace.QName;
import javax.xml.transform.Source;
import javax.xml.transform.TransformerException;
import javax.xml.transform.TransformerFactory;
import javax.xml.transform.dom.DOMResult;
import javax.xml.transform.stream.StreamSource;
import org.grapevine.dpws.hosting.WsdlService;
import org.grapevine.policy.WsdlDocument;
import org.jspecify.annotations.Nullable;
import org.w3c.dom.Document;

/** A service of which there is a WSDL, bulletin.wsdl, and no Java interface. */
final class Bulletins implements Provider<Source> {

    static final String NAMESPACE = "urn:example:bulletin";
    static final QName PORT_TYPE = new QName(NAMESPACE, "Bulletin");

    private final Village village;
    private final String name;

    Bulletins(Village village, String name) {
        this.village = village;
        this.name = name;
    }

    static String text() {
        try (InputStream in = Objects.requireNonNull(Bulletins.class.getResourceAsStream("bulletin.wsdl"))) {
            return new String(in.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static WsdlService of(String wsdl, Provider<Source> provider) {
        return new WsdlService(WsdlDocument.read(wsdl.getBytes(UTF_8), "bulletin.wsdl"), PORT_TYPE, provider);
    }

    /** The same without its policy. */
    static String withoutPolicy() {
        return text().replaceAll("(?s)<wsp:Policy>.*</wsp:Policy>", "");
    }

    @Override
    public @Nullable Source invoke(Source request) {
        DOMResult parsed = new DOMResult();
        try {
            TransformerFactory.newDefaultInstance().newTransformer().transform(request, parsed);
        } catch (TransformerException e) {
            throw new IllegalStateException(e);
        }
        org.w3c.dom.Element body = ((Document) parsed.getNode()).getDocumentElement();
        if (body.getLocalName().equals("post")) {
            village.arrived(body.getTextContent(), name);
            return null;
        }
        if (body.getTextContent().equals("trouble")) {
            throw new WebServiceException("no such bulletin");
        }
        if (body.getTextContent().equals("defect")) {
            throw new IllegalStateException("the inside of " + name);
        }
        return new StreamSource(new StringReader("<b:askResponse xmlns:b='" + NAMESPACE + "'>" + name + " heard "
                + body.getTextContent() + "</b:askResponse>"));
    }
}
