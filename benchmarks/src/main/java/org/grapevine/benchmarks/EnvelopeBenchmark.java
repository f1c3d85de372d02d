package org.grapevine.benchmarks;

import com.ctc.wstx.stax.WstxInputFactory;
import com.ctc.wstx.stax.WstxOutputFactory;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.transform.Transformer;
import javax.xml.transform.TransformerException;
import javax.xml.transform.TransformerFactory;
import javax.xml.transform.dom.DOMSource;
import javax.xml.transform.stream.StreamResult;
import org.codehaus.stax2.XMLStreamReader2;
import org.codehaus.stax2.XMLStreamWriter2;
import org.grapevine.core.message.Hop;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.soap.MalformedEnvelopeException;
import org.grapevine.gossip.header.EnvelopePayload;
import org.grapevine.gossip.header.GossipHeader;
import org.grapevine.policy.Binding;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;
import org.w3c.dom.Document;
import org.xml.sax.SAXException;

/**
 * What a relay does with an envelope that arrived, beside what it would cost to read and write the whole of it again. The
 * parsers of the two baselines are made once, which is the best that a relay of that kind could do.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class EnvelopeBenchmark {

    private static final int OUTPUT_BYTES = 1_024;

    private final byte[] arrived = SampleEnvelope.arrived();
    private final EnvelopePayload prepared = new EnvelopePayload(SampleEnvelope.index(arrived), Binding.SOAP_UDP);
    private final PeerAddress target = SampleEnvelope.TARGETS.get(0);
    private final Hop nextHop = SampleEnvelope.nextHop();

    private final WstxInputFactory woodstoxInput = new WstxInputFactory();
    private final WstxOutputFactory woodstoxOutput = new WstxOutputFactory();
    private final DocumentBuilder domBuilder;
    private final Transformer domWriter;

    /** Everything that a relay has before the first envelope arrives. */
    public EnvelopeBenchmark() {
        woodstoxInput.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        domBuilder = domBuilder();
        domWriter = domWriter();
        // The first copy cuts the envelope; the others find it cut.
        prepared.splice();
    }

    /** Reads the header, up to the start tag of the Body's child. */
    @Benchmark
    public Envelope headerIndex() throws MalformedEnvelopeException {
        return SampleEnvelope.READER.index(arrived);
    }

    /** Reads the envelope to its end, as its last receiver does. */
    @Benchmark
    public Envelope wholeRead() throws MalformedEnvelopeException {
        return SampleEnvelope.READER.readWhole(arrived);
    }

    /** One copy for one peer of an envelope that is indexed and cut: writes {@code wsa:To} and {@code g:Hop}. */
    @Benchmark
    public byte[] splicedCopy() {
        return GossipHeader.copy(prepared, target, nextHop, SampleEnvelope.RELAY);
    }

    /** All that a relay does with the octets of one new envelope at fanout 4. */
    @Benchmark
    public void indexAndSplice4(Blackhole copies) throws MalformedEnvelopeException {
        EnvelopePayload payload = new EnvelopePayload(SampleEnvelope.READER.index(arrived), Binding.SOAP_UDP);
        for (PeerAddress peer : SampleEnvelope.TARGETS) {
            copies.consume(GossipHeader.copy(payload, peer, nextHop, SampleEnvelope.RELAY));
        }
    }

    /** Baseline for one copy: parses the whole envelope and writes every event again, with Woodstox. */
    @Benchmark
    public byte[] woodstoxReserialise() throws XMLStreamException {
        ByteArrayOutputStream out = new ByteArrayOutputStream(OUTPUT_BYTES);
        XMLStreamReader2 reader =
                (XMLStreamReader2) woodstoxInput.createXMLStreamReader(new ByteArrayInputStream(arrived));
        XMLStreamWriter2 writer = (XMLStreamWriter2) woodstoxOutput.createXMLStreamWriter(out, "UTF-8");
        while (reader.hasNext()) {
            reader.next();
            writer.copyEventFromReader(reader, false);
        }
        writer.close();
        reader.close();
        return out.toByteArray();
    }

    /** Baseline for one copy: builds the JDK's DOM of the whole envelope and writes it again. */
    @Benchmark
    public byte[] jdkDomReserialise() throws SAXException, IOException, TransformerException {
        ByteArrayOutputStream out = new ByteArrayOutputStream(OUTPUT_BYTES);
        Document document = domBuilder.parse(new ByteArrayInputStream(arrived));
        domWriter.transform(new DOMSource(document), new StreamResult(out));
        return out.toByteArray();
    }

    private static DocumentBuilder domBuilder() {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newDefaultNSInstance();
        try {
            factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            return factory.newDocumentBuilder();
        } catch (ParserConfigurationException e) {
            throw new AssertionError("the JDK's own parser lacks a feature", e);
        }
    }

    private static Transformer domWriter() {
        try {
            // By its own name: Saxon takes the place of the default on this class path.
            return TransformerFactory.newDefaultInstance().newTransformer();
        } catch (TransformerException e) {
            throw new AssertionError("the JDK's own identity transformer cannot be made", e);
        }
    }
}
