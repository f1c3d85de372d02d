package org.grapevine.dpws.discovery;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import javax.xml.namespace.QName;
import org.grapevine.dpws.soap.MalformedEnvelopeException;
import org.grapevine.dpws.soap.XmlReader;
import org.grapevine.dpws.soap.XmlWriter;

/**
 * The entries of a Discovery Proxy as lines of text, to be kept while it does not run. The first line names the format and its
 * version, each further one holds a device as XML, the last one says how many there are, so that a file cut short is noticed.
 */
public final class ProxySnapshot {

    private static final String FORMAT = "grapevine-proxy ";
    private static final int VERSION = 1;
    private static final String END = "end ";
    private static final QName ENTRY = new QName("entry");

    /** A snapshot that cannot be read; the message names the line and what was expected. */
    public static final class UnreadableException extends Exception {
        private static final long serialVersionUID = 1;

        private final boolean ofLaterVersion;

        UnreadableException(String message, boolean ofLaterVersion) {
            super(message);
            this.ofLaterVersion = ofLaterVersion;
        }

        /** True if it was written by a later release, and is in order for all that is known. */
        public boolean isOfLaterVersion() {
            return ofLaterVersion;
        }
    }

    private ProxySnapshot() {}

    /** The lines, without line ends. */
    public static List<String> write(List<ProxyEntry> entries) {
        List<String> lines = new ArrayList<>(entries.size() + 2);
        lines.add(FORMAT + VERSION);
        for (ProxyEntry entry : entries) {
            lines.add(line(entry));
        }
        lines.add(END + entries.size());
        return lines;
    }

    private static String line(ProxyEntry entry) {
        XmlWriter xml = new XmlWriter()
                .start(ENTRY)
                .attribute("heard", Long.toString(entry.heard().toEpochMilli()));
        entry.appSequence().ifPresent(sequence -> {
            xml.attribute("instance", Long.toString(sequence.instanceId()));
            sequence.sequenceId().ifPresent(id -> xml.attribute("sequence", id));
            xml.attribute("number", Long.toString(sequence.messageNumber()));
        });
        DiscoveryCodec.writeHello(xml, entry.device());
        // Only reference parameters can hold a line end, where it says what a blank says.
        return xml.end().toXml().replace('\n', ' ').replace('\r', ' ');
    }

    /**
     * Reads what {@link #write} gave.
     *
     * @param lines consumed one by one
     * @param most entries that are kept; the later ones of a file were heard of later
     */
    public static List<ProxyEntry> read(Iterator<String> lines, int most) throws UnreadableException {
        String first = lines.hasNext() ? lines.next() : "";
        if (!first.startsWith(FORMAT)) {
            throw bad(1, first, FORMAT + VERSION);
        }
        if (!first.equals(FORMAT + VERSION)) {
            throw new UnreadableException(
                    "line 1: '" + shown(first) + "' (expected: " + FORMAT + VERSION + ")",
                    first.matches(FORMAT + "[1-9][0-9]{0,8}"));
        }
        List<ProxyEntry> entries = new ArrayList<>();
        long count = 0;
        for (int number = 2; lines.hasNext(); number++) {
            String line = lines.next();
            if (line.startsWith(END)) {
                if (!line.equals(END + count) || lines.hasNext()) {
                    throw bad(number, line, END + count + " and no line behind it");
                }
                return entries.subList(Math.max(0, entries.size() - most), entries.size());
            }
            entries.add(entry(line, number));
            count++;
            if (entries.size() >= 2L * most) {
                entries.subList(0, entries.size() - most).clear();
            }
        }
        throw new UnreadableException("last line: cut short (expected: " + END + count + ")", false);
    }

    private static ProxyEntry entry(String line, int number) throws UnreadableException {
        try (XmlReader xml = XmlReader.ofFragment(line)) {
            if (!xml.is(ENTRY)) {
                throw bad(number, line, "<entry ...>");
            }
            Instant heard =
                    Instant.ofEpochMilli(Long.parseLong(xml.attribute("heard").orElse("")));
            Optional<AppSequence> sequence = Optional.empty();
            if (xml.attribute("instance").isPresent()) {
                sequence = Optional.of(new AppSequence(
                        XmlReader.unsignedInt(
                                "instance", xml.attribute("instance").get()),
                        xml.attribute("sequence"),
                        XmlReader.unsignedInt("number", xml.attribute("number").orElse(""))));
            }
            if (!xml.nextChild()) {
                throw bad(number, line, "<entry ...><wsd:Hello>");
            }
            return new ProxyEntry(DiscoveryCodec.readHello(xml), sequence, heard);
        } catch (MalformedEnvelopeException | IllegalArgumentException e) {
            throw new UnreadableException("line " + number + ": " + e.getMessage(), false);
        }
    }

    private static UnreadableException bad(int number, String line, String expected) {
        return new UnreadableException(
                "line " + number + ": '" + shown(line) + "' (expected: " + expected + ")", false);
    }

    private static String shown(String line) {
        String cut = line.length() <= 40 ? line : line.substring(0, 40) + "...";
        return cut.replaceAll("\\p{Cntrl}", "?");
    }
}
