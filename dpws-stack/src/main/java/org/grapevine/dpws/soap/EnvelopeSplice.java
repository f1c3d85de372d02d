package org.grapevine.dpws.soap;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import javax.xml.namespace.QName;

/**
 * Copies of one envelope that differ in a few header blocks. What stays is prepared once, so a copy is a handful of array
 * copies; the Body is never looked at. Immutable; for any number of threads.
 *
 * <p>The given blocks are put at the end of the Header. Each has to declare every namespace it uses, the empty one included
 * ({@code xmlns=""}) if its elements have no prefix: around it stands whatever the first sender chose.
 */
public final class EnvelopeSplice {

    /** All before the new blocks. */
    private final byte[] prefix;

    /** An end tag for a Header that had none, or nothing. */
    private final byte[] closing;

    private final byte[] bytes;
    private final int suffixStart;
    private final int suffixLength;

    /**
     * Prepares the part that all copies share.
     *
     * @param takeOut header blocks that no copy has; all of these names go, also repeated ones
     */
    public EnvelopeSplice(Envelope envelope, Set<QName> takeOut) {
        this(envelope, takeOut, envelope.offset());
    }

    /**
     * As the constructor, but copies may stand inside another document: they have no byte order mark and no XML declaration, which
     * say nothing in UTF-8.
     */
    public static EnvelopeSplice ofElement(Envelope envelope, Set<QName> takeOut) {
        return new EnvelopeSplice(envelope, takeOut, behindDeclaration(envelope));
    }

    private EnvelopeSplice(Envelope envelope, Set<QName> takeOut, int start) {
        Envelope.Header header = envelope.header();
        this.bytes = envelope.bytes();
        boolean selfClosed = header.form() == Envelope.HeaderForm.SELF_CLOSED;
        String opening =
                switch (header.form()) {
                    case OPEN -> "";
                    case SELF_CLOSED -> ">";
                    case ABSENT -> "<" + header.qualifiedName() + ">";
                };
        this.closing = header.form() == Envelope.HeaderForm.OPEN
                ? new byte[0]
                : ("</" + header.qualifiedName() + ">").getBytes(StandardCharsets.UTF_8);
        this.suffixStart = header.contentEnd() + (selfClosed ? "/>".length() : 0);
        this.suffixLength = envelope.offset() + envelope.length() - suffixStart;
        this.prefix = prefix(envelope, takeOut, start, opening.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] prefix(Envelope envelope, Set<QName> takeOut, int start, byte[] opening) {
        byte[] bytes = envelope.bytes();
        int keptSize = envelope.headerContentEnd() - start + opening.length;
        for (HeaderBlock block : envelope.headerBlocks()) {
            keptSize -= takeOut.contains(block.name()) ? block.end() - block.start() : 0;
        }
        byte[] kept = new byte[keptSize];
        int from = start;
        int size = 0;
        for (HeaderBlock block : envelope.headerBlocks()) {
            if (takeOut.contains(block.name())) {
                System.arraycopy(bytes, from, kept, size, block.start() - from);
                size += block.start() - from;
                from = block.end();
            }
        }
        System.arraycopy(bytes, from, kept, size, envelope.headerContentEnd() - from);
        size += envelope.headerContentEnd() - from;
        System.arraycopy(opening, 0, kept, size, opening.length);
        return kept;
    }

    private static int behindDeclaration(Envelope envelope) {
        byte[] bytes = envelope.bytes();
        int start = envelope.offset();
        if (bytes[start] == (byte) 0xEF) {
            start += 3;
        }
        if (bytes[start] == '<' && bytes[start + 1] == '?') {
            while (bytes[start] != '?' || bytes[start + 1] != '>') {
                start++;
            }
            start += 2;
        }
        return start;
    }

    /** A new envelope with the given header blocks. */
    public byte[] with(byte[]... blocks) {
        byte[] copy = new byte[sizeWith(blocks)];
        System.arraycopy(prefix, 0, copy, 0, prefix.length);
        int at = prefix.length;
        for (byte[] block : blocks) {
            System.arraycopy(block, 0, copy, at, block.length);
            at += block.length;
        }
        System.arraycopy(closing, 0, copy, at, closing.length);
        System.arraycopy(bytes, suffixStart, copy, at + closing.length, suffixLength);
        return copy;
    }

    /**
     * As {@link #with}, straight into a buffer.
     *
     * @throws java.nio.BufferOverflowException if it has no room for {@link #sizeWith} octets
     */
    public void writeTo(ByteBuffer out, byte[]... blocks) {
        out.put(prefix);
        for (byte[] block : blocks) {
            out.put(block);
        }
        out.put(closing).put(bytes, suffixStart, suffixLength);
    }

    /** Size in octets of what {@link #with} gives for the same blocks. */
    public int sizeWith(byte[]... blocks) {
        int size = prefix.length + closing.length + suffixLength;
        for (byte[] block : blocks) {
            size += block.length;
        }
        return size;
    }
}
