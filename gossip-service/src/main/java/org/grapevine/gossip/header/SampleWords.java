package org.grapevine.gossip.header;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import javax.xml.namespace.QName;
import org.grapevine.core.message.Control;
import org.grapevine.core.message.EncodedPayload;
import org.grapevine.core.message.Payload;
import org.grapevine.core.message.Sample;
import org.grapevine.dpws.soap.MalformedEnvelopeException;
import org.grapevine.dpws.soap.XmlReader;
import org.grapevine.dpws.soap.XmlWriter;

/** Values of single devices as elements: {@code <g:Sample device="address" taken="1732147200000">value</g:Sample>}. */
final class SampleWords {

    private static final QName SAMPLE = Gossip1.name("Sample");

    private SampleWords() {}

    static void write(XmlWriter body, AddressWords addresses, List<Sample> samples) {
        for (Sample sample : samples) {
            body.start(SAMPLE)
                    .attribute("device", addresses.write(sample.device()))
                    .attribute("taken", Long.toString(Math.max(0, sample.takenMillis())))
                    .raw(element(sample.value()))
                    .end();
        }
    }

    /** A value as it stands in the envelope. */
    static String element(Payload value) {
        if (value instanceof EncodedPayload payload) {
            return new String(payload.bytes(), UTF_8);
        }
        throw new IllegalArgumentException("payload: " + value + " (expected: an encoded element)");
    }

    static List<Sample> read(XmlReader body, AddressWords addresses)
            throws MalformedEnvelopeException, MalformedGossipException {
        List<Sample> samples = new ArrayList<>();
        while (body.nextChild()) {
            if (!body.is(SAMPLE)) {
                throw new MalformedGossipException("samples: " + body.name() + " (expected: g:Sample)");
            }
            if (samples.size() == Control.Samples.MOST_SAMPLES) {
                throw new MalformedGossipException("samples: over " + Control.Samples.MOST_SAMPLES + " (expected: 1.."
                        + Control.Samples.MOST_SAMPLES + ")");
            }
            samples.add(sample(body, addresses));
        }
        return samples;
    }

    private static Sample sample(XmlReader body, AddressWords addresses)
            throws MalformedEnvelopeException, MalformedGossipException {
        String device = ControlElement.required(body, "device");
        long taken = ControlElement.number(body, "taken", Long.MAX_VALUE - 1);
        if (!body.nextChild()) {
            throw new MalformedGossipException("g:Sample: empty (expected: one element, the value)");
        }
        Sample sample = new Sample(addresses.read(device), taken, new EncodedPayload(body.standaloneBytes()));
        if (body.nextChild()) {
            throw new MalformedGossipException("g:Sample: two elements (expected: one, the value)");
        }
        return sample;
    }
}
