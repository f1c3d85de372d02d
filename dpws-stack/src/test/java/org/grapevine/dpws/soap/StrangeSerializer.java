package org.grapevine.dpws.soap;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import javax.xml.namespace.QName;

/**
 * Writes envelopes with the habits of other people's stacks, drawn at random: prefixes or a default namespace, white space,
 * comments, quotes, attribute order, self-closed blocks, byte order marks, characters of one to four bytes. It notes where
 * everything went, so that a reader's offsets can be checked.
 */
final class StrangeSerializer {

    /** What was written where, in byte offsets. */
    @SuppressWarnings("ArrayRecordComponent") // A carrier of test data; never compared.
    record Written(
            byte[] bytes, int offset, int length, List<Block> blocks, int headerStart, int headerEnd, int bodyStart) {}

    record Block(QName name, int start, int end) {}

    static final String[] CHARACTERS = {"a", "é", "€", "𝄞", "&amp;", "&#x20AC;", "z", "<![CDATA[<ü>]]>"};

    private final RandomGenerator random;
    private final StringBuilder text = new StringBuilder();
    private final List<Block> blocks = new ArrayList<>();
    private final int padding;
    private int headerStart;
    private int headerEnd;
    private int bodyStart;

    StrangeSerializer(RandomGenerator random) {
        this.random = random;
        this.padding = random.nextInt(3) == 0 ? random.nextInt(1, 9) : 0;
    }

    Written write(List<QName> blockNames) {
        text.append(".".repeat(padding));
        if (random.nextInt(4) == 0) {
            text.append('\uFEFF');
        }
        if (random.nextBoolean()) {
            text.append(pick(
                    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>",
                    "<?xml version='1.0' encoding='utf-8' standalone='yes' ?>\r\n"));
        }
        space();
        String soap = pick("", "s", "soap", "SOAP-ENV", "é");
        String p = soap.isEmpty() ? "" : soap + ":";
        text.append('<').append(p).append("Envelope");
        List<String> declarations = new ArrayList<>(List.of(
                (soap.isEmpty() ? "xmlns" : "xmlns:" + soap) + "=" + quoted(Namespaces.S12),
                "xmlns:w=" + quoted(Namespaces.WSA),
                "xmlns:x=" + quoted("urn:x")));
        while (!declarations.isEmpty()) {
            text.append(pick(" ", "\n  ", "\t")).append(declarations.remove(random.nextInt(declarations.size())));
        }
        text.append(pick("", " ")).append('>');
        space();
        text.append('<')
                .append(p)
                .append("Header")
                .append(pick("", " ", " x:a='€'"))
                .append('>');
        headerStart = at();
        for (QName name : blockNames) {
            space();
            block(name);
        }
        space();
        headerEnd = at();
        text.append("</").append(p).append("Header").append(pick("", " ")).append('>');
        space();
        text.append('<').append(p).append("Body>");
        space();
        bodyStart = at();
        text.append("<x:Payload x:é='1'>").append(characters()).append("</x:Payload>");
        space();
        text.append("</").append(p).append("Body></").append(p).append("Envelope>");
        space();
        byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
        return new Written(bytes, padding, bytes.length - padding, blocks, headerStart, headerEnd, bodyStart);
    }

    private void block(QName name) {
        int start = at();
        String prefix = name.getNamespaceURI().equals(Namespaces.WSA) ? "w" : pick("x", "own");
        text.append('<').append(prefix).append(':').append(name.getLocalPart());
        if (prefix.equals("own")) {
            text.append(" xmlns:own=").append(quoted(name.getNamespaceURI()));
        }
        text.append(pick("", " plain='ü'", "\n  x:other=\"𝄞 > é\""));
        if (name.getNamespaceURI().equals(Namespaces.WSA)) {
            text.append('>')
                    .append(characters())
                    .append("</w:")
                    .append(name.getLocalPart())
                    .append('>');
        } else if (random.nextBoolean()) {
            text.append(pick("", " ")).append("/>");
        } else {
            text.append('>').append(characters());
            if (random.nextBoolean()) {
                text.append("<x:Child>").append(characters()).append("</x:Child><x:Empty/>");
            }
            text.append("</")
                    .append(prefix)
                    .append(':')
                    .append(name.getLocalPart())
                    .append('>');
        }
        blocks.add(new Block(name, start, at()));
    }

    private String characters() {
        StringBuilder some = new StringBuilder("v");
        for (int i = random.nextInt(12); i > 0; i--) {
            some.append(pick(CHARACTERS));
        }
        // Beyond the input buffer of the parser now and then.
        return random.nextInt(40) == 0 ? some.toString().repeat(200) : some.toString();
    }

    private void space() {
        text.append(pick("", "", "\n", "\r\n\t", "  ", "<!-- é€𝄞 <x/> -->"));
    }

    private String quoted(String value) {
        return random.nextBoolean() ? "\"" + value + "\"" : "'" + value + "'";
    }

    private int at() {
        return text.toString().getBytes(StandardCharsets.UTF_8).length;
    }

    private String pick(String... choices) {
        return choices[random.nextInt(choices.length)];
    }
}
