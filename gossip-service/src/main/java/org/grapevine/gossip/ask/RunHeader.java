package org.grapevine.gossip.ask;

import java.util.Optional;
import javax.xml.namespace.QName;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.soap.HeaderBlock;
import org.grapevine.dpws.soap.MalformedEnvelopeException;
import org.grapevine.dpws.soap.XmlReader;
import org.grapevine.dpws.soap.XmlWriter;
import org.grapevine.gossip.header.Gossip1;
import org.grapevine.gossip.header.MalformedGossipException;

/**
 * What stands in the header of a notification beside {@code g:Completeness}: of which run it is, and for a value that nobody merged
 * whose it is.
 *
 * <pre>{@code
 * <g:Run number="3" elapsed="212"/>     <g:Sample device="soap.udp://..." taken="1732147200000"/>
 * }</pre>
 */
public final class RunHeader {

    /** {@code wsa:Action} of the notification that ends a run which has no value: all were samples, or it failed. */
    public static final String END_ACTION = Gossip1.NAMESPACE + ":RunEnd";

    private static final QName RUN = new QName(Gossip1.NAMESPACE, "Run");
    private static final QName SAMPLE = new QName(Gossip1.NAMESPACE, "Sample");
    private static final QName END = new QName(Gossip1.NAMESPACE, "RunEnd");

    private static final int MOST_ADDRESS_CHARACTERS = 2_048;

    private RunHeader() {}

    /**
     * A run.
     *
     * @param number from 1 on
     * @param elapsedMillis since it began, ms
     */
    public record Run(int number, long elapsedMillis) {}

    /**
     * Of whom a sample is.
     *
     * @param takenMillis when the device gave it, ms since the epoch by its own clock
     */
    public record Taken(PeerAddress device, long takenMillis) {}

    static byte[] write(Run run) {
        return new XmlWriter()
                .start(RUN)
                .attribute("number", Integer.toString(run.number()))
                .attribute("elapsed", Long.toString(run.elapsedMillis()))
                .end()
                .toBytes();
    }

    static byte[] write(Taken taken) {
        return new XmlWriter()
                .start(SAMPLE)
                .attribute("device", taken.device().value())
                .attribute("taken", Long.toString(taken.takenMillis()))
                .end()
                .toBytes();
    }

    /** Body of the notification that ends a run without a value. */
    static byte[] writeEnd(Optional<String> failure) {
        XmlWriter end = new XmlWriter().start(END);
        failure.ifPresent(reason -> end.text(reason.replaceAll("[^\\x20-\\x7E\\u00A0-\\uD7FF]", " ")));
        return end.end().toBytes();
    }

    /**
     * Of which run a notification is.
     *
     * @throws MalformedGossipException if it does not say so
     */
    public static Run run(Envelope notification) throws MalformedGossipException {
        HeaderBlock block = notification
                .headerBlock(RUN)
                .orElseThrow(() -> new MalformedGossipException("g:Run: absent (expected in a notification)"));
        return new Run(
                (int) number(block, "number", Integer.MAX_VALUE), number(block, "elapsed", XmlReader.LONGEST_NUMBER));
    }

    /** Whose value it is; empty if it is no sample. */
    public static Optional<Taken> taken(Envelope notification) throws MalformedGossipException {
        Optional<HeaderBlock> block = notification.headerBlock(SAMPLE);
        if (block.isEmpty()) {
            return Optional.empty();
        }
        String device = attribute(block.get(), "device");
        if (device.isEmpty() || device.length() > MOST_ADDRESS_CHARACTERS) {
            throw new MalformedGossipException("g:Sample device: " + device.length() + " characters (expected: 1.."
                    + MOST_ADDRESS_CHARACTERS + ")");
        }
        return Optional.of(new Taken(new PeerAddress(device), number(block.get(), "taken", XmlReader.LONGEST_NUMBER)));
    }

    /**
     * Why a run has no value.
     *
     * @return empty if it has not failed
     */
    public static Optional<String> failure(Envelope end) throws MalformedGossipException {
        try (XmlReader reader = end.openBody(END)) {
            return Optional.of(reader.text().strip()).filter(text -> !text.isEmpty());
        } catch (MalformedEnvelopeException e) {
            throw new MalformedGossipException(e.getMessage());
        }
    }

    private static String attribute(HeaderBlock block, String name) {
        return Optional.ofNullable(block.attributes().get(new QName(name)))
                .map(String::strip)
                .orElse("");
    }

    private static long number(HeaderBlock block, String name, long highest) throws MalformedGossipException {
        try {
            return XmlReader.number(name, attribute(block, name), highest);
        } catch (MalformedEnvelopeException e) {
            throw new MalformedGossipException("g:" + block.name().getLocalPart() + " " + e.getMessage());
        }
    }
}
