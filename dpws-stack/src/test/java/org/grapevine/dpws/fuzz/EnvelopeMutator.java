package org.grapevine.dpws.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.grapevine.dpws.discovery.WsDiscovery;
import org.grapevine.dpws.fuzz.Markup.Attribute;
import org.grapevine.dpws.fuzz.Markup.Element;
import org.grapevine.dpws.fuzz.Markup.Raw;
import org.grapevine.dpws.soap.Namespaces;

/** Makes one envelope from a golden one: none, one or a few changes to its structure, then perhaps to its bytes. For one thread. */
final class EnvelopeMutator {

    private static final int MOST_CHANGES = 4;

    /** Characters from which on nothing more is added: a change may multiply them. */
    private static final int LARGE = 50_000;

    private static final String[] NAMESPACES = {
        Namespaces.S12,
        Namespaces.WSA,
        Namespaces.WSD,
        Namespaces.DPWS,
        Namespaces.WXF,
        Namespaces.WSX,
        Namespaces.WSE,
        Namespaces.XML,
        "http://schemas.xmlsoap.org/soap/envelope/",
        GoldenEnvelopes.WSA_2004,
        GoldenEnvelopes.WSD_2005,
        GoldenEnvelopes.DPWS_2006,
        GoldenEnvelopes.EVENTING_2011,
        GoldenEnvelopes.GOSSIP,
        Meter.NAMESPACE,
        "http://www.w3.org/2000/xmlns/",
        "urn:nobody",
        "",
        " "
    };

    private static final String[] PREFIXES = {
        "s", "a", "d", "p", "x", "e", "g", "m", "", "zz", "xml", "xmlns", "é", "a:b"
    };

    private static final String[] NAMES = {
        "Envelope",
        "Header",
        "Body",
        "Fault",
        "Action",
        "MessageID",
        "RelatesTo",
        "To",
        "ReplyTo",
        "FaultTo",
        "From",
        "Address",
        "EndpointReference",
        "ReferenceParameters",
        "Metadata",
        "Hello",
        "Bye",
        "Probe",
        "ProbeMatches",
        "ProbeMatch",
        "Resolve",
        "ResolveMatches",
        "ResolveMatch",
        "Types",
        "Scopes",
        "XAddrs",
        "MetadataVersion",
        "AppSequence",
        "GetMetadata",
        "Dialect",
        "MetadataSection",
        "Subscribe",
        "Renew",
        "GetStatus",
        "Unsubscribe",
        "Identifier",
        "Expires",
        "Filter",
        "Delivery",
        "NotifyTo",
        "EndTo",
        "Security",
        "Sig",
        "Gossip",
        "Hop",
        "echo",
        "text",
        "dim",
        "percent",
        "add",
        "reading",
        "values",
        "raw",
        "é",
        "1a",
        "",
        "a b",
        "Include"
    };

    private static final String[] ATTRIBUTES = {
        "s:mustUnderstand",
        "mustUnderstand",
        "s:role",
        "s:relay",
        "s:encodingStyle",
        "a:IsReferenceParameter",
        "xml:lang",
        "xml:space",
        "xml:base",
        "xml:id",
        "xmlns",
        "xmlns:a",
        "xmlns:s",
        "xmlns:xml",
        "xmlns:xmlns",
        "xmlns:zz",
        "MatchBy",
        "Mode",
        "Dialect",
        "Type",
        "RelationshipType",
        "InstanceId",
        "MessageNumber",
        "SequenceId",
        "qname",
        "d:Id",
        "zz:a",
        "a",
        ":",
        "é"
    };

    private static final String[] VALUES = {
        "",
        " ",
        "\t\r\n",
        "0",
        "-0",
        "-1",
        "+1",
        "1",
        "01",
        " 1 ",
        "1.5",
        "1e9",
        "0x10",
        "NaN",
        "INF",
        "\u0661",
        "4294967295",
        "4294967296",
        "2147483648",
        "9223372036854775808",
        "99999999999999999999999999999999",
        "true",
        "TRUE",
        "urn:uuid:",
        "urn:uuid:00000000-0000-0000-0000-000000000000",
        "uuid:00000000-0000-0000-0000-000000000000",
        ":",
        "a:",
        ":a",
        "zz:Device",
        "p:",
        "p:Device p:Device",
        "p:é",
        "xml:a",
        "xmlns:a",
        "Device",
        "%",
        "%zz",
        "%2F",
        "http://",
        "http:",
        "//",
        "/",
        "?",
        "#",
        "http://[::1",
        "http://[::1]:80/",
        "http://127.0.0.1:99999/",
        "http://127.0.0.1:9/%00",
        "http://127.0.0.1:9/../a",
        "http://127.0.0.1:9/a/./b",
        "https://127.0.0.1:9/",
        "soap.udp://127.0.0.1:0/",
        "soap.udp://127.0.0.1",
        "soap.udp://",
        "mailto:a",
        "ldap:///",
        "ldap:///ou=a,,=",
        "ldap:///ou=\\",
        "ldap://127.0.0.1:9/ou=x,o=y?a?b",
        "cid:%3C%3E",
        Namespaces.WSA + "/anonymous",
        Namespaces.WSA + "/none",
        Namespaces.WSA + "/reply",
        WsDiscovery.AD_HOC_ADDRESS,
        WsDiscovery.PROBE_ACTION,
        WsDiscovery.RESOLVE_ACTION,
        WsDiscovery.HELLO_ACTION,
        WsDiscovery.BYE_ACTION,
        WsDiscovery.PROBE_MATCHES_ACTION,
        WsDiscovery.RESOLVE_MATCHES_ACTION,
        Namespaces.WSD + "/",
        Namespaces.WSD + "/rfc3986",
        Namespaces.WSD + "/none",
        Namespaces.WSD + "/strcmp0",
        Namespaces.WSD + "/uuid",
        Namespaces.WSD + "/ldap",
        Namespaces.WXF + "/Get",
        Namespaces.WSX + "/GetMetadata/Request",
        Namespaces.WSE + "/Subscribe",
        Namespaces.WSE + "/Renew",
        Namespaces.S12 + "/role/next",
        Namespaces.S12 + "/role/none",
        Namespaces.S12 + "/role/ultimateReceiver",
        Namespaces.WSDL,
        "urn:test:meter/echo",
        "urn:test:meter/dim",
        FuzzedHost.EPR_PREFIX + "1",
        "PT0S",
        "-PT1S",
        "PT10S",
        "P1Y",
        "P99999999999Y",
        "PT99999999999999999999S",
        "PT0.0000000000001S",
        "2026-01-01T00:00:00Z",
        "-9999999999-01-01T00:00:00+99:99",
        "9999999999-12-31T23:59:59Z",
        "é€\uD834\uDD1E",
        "\u0085",
        "\u2028",
        "\u200B",
        "\uFEFF",
        "\uFFFD",
        "\u00A0",
        "a\u0301",
        "&#13;",
        "&#10;&#9;",
        "&#x1F600;",
        "&#0;",
        "&#8;",
        "&#xFFFE;",
        "&#xD800;",
        "&#x110000;",
        "&#99999999999;",
        "&lt;a&gt;",
        "&amp;amp;",
        "&apos;&quot;",
        "&nope;",
        "&",
        "<",
        "]]>",
        "]]&gt;",
        "--",
        "<![CDATA[<a>&]]>",
        "<![CDATA[",
        "<!-- c -->",
        "<!-- -- -->",
        "<?pi?>",
        "<?xml version='1.0'?>",
        "<!DOCTYPE a>",
        "\u0000",
        "\u0001",
        "\uFFFF",
        "\u000B"
    };

    private static final String[] BEFORE = {
        "<?xml version='1.0' encoding='UTF-8'?>",
        "<?xml version=\"1.0\" encoding=\"utf-8\" standalone=\"yes\"?>\n",
        "<?xml version='1.0'?>",
        "<?xml version='1.1'?>",
        "<?xml version='1.0' encoding='UTF-16'?>",
        "<?xml version='1.0' encoding='ISO-8859-1'?>",
        "<?xml version='1.0' encoding='UTF-32'?>",
        "<?xml version='1.0' encoding='UTF-7'?>",
        "<?xml version='1.0' encoding='Cp037'?>",
        "<?xml version='1.0' encoding=''?>",
        "<?xml encoding='UTF-8'?>",
        "<?xml ?>",
        "<?xml",
        "\uFEFF",
        "\uFEFF\uFEFF",
        " \r\n\t",
        "<!-- first -->",
        "<?pi first?>",
        "<!DOCTYPE a>",
        "<!DOCTYPE a SYSTEM 'http://127.0.0.1:9/a.dtd'>",
        "<!DOCTYPE a [<!ENTITY b 'c'><!ENTITY d '&b;&b;&b;&b;&b;&b;'>]>",
        "<!DOCTYPE a [<!ENTITY % p SYSTEM 'file:///p'> %p;]>",
        "junk",
        "\u0000",
        "POST / HTTP/1.1\r\n\r\n"
    };

    private static final Charset[] ENCODINGS = {
        StandardCharsets.UTF_16,
        StandardCharsets.UTF_16LE,
        StandardCharsets.UTF_16BE,
        StandardCharsets.ISO_8859_1,
        StandardCharsets.US_ASCII,
        Charset.forName("UTF-32BE"),
        Charset.forName("UTF-32LE")
    };

    /** Bytes that UTF-8 does not allow: overlong, a surrogate, too high, alone, cut off. */
    private static final byte[][] NOT_UTF_8 = {
        {(byte) 0xC0, (byte) 0x80},
        {(byte) 0xED, (byte) 0xA0, (byte) 0x80},
        {(byte) 0xF4, (byte) 0x90, (byte) 0x80, (byte) 0x80},
        {(byte) 0x80},
        {(byte) 0xE2, (byte) 0x82},
        {(byte) 0xFF},
        {(byte) 0xFE, (byte) 0xFF},
        {(byte) 0xEF, (byte) 0xBF, (byte) 0xBE},
        {(byte) 0xEF, (byte) 0xBF, (byte) 0xBF},
        {(byte) 0xF0, (byte) 0x9F}
    };

    private final RandomGenerator random;
    private final List<Element> others;

    /**
     * A mutator for one input.
     *
     * @param others envelopes from which parts are taken
     */
    EnvelopeMutator(RandomGenerator random, List<Element> others) {
        this.random = random;
        this.others = others;
    }

    /**
     * A new envelope.
     *
     * @param id the message id of the input, where the change leaves it
     */
    byte[] mutate(Element golden, String id) {
        Element root = golden.copy();
        fill(root, id);
        boolean changes = random.nextInt(8) != 0;
        if (changes && random.nextInt(5) != 0) {
            for (int i = 1 + skewed(MOST_CHANGES); i > 0 && root.size() < LARGE; i--) {
                change(root);
            }
        }
        StringBuilder text = new StringBuilder();
        if (random.nextInt(6) == 0) {
            text.append("<?xml version='1.0' encoding='UTF-8'?>");
        }
        root.write(text, random.nextBoolean() ? '"' : '\'');
        String written = text.toString();
        if (random.nextInt(12) == 0) {
            written = written.replace("><", pick(">\n<", "> <", ">\r\n\t<", "><!-- é --><"));
        }
        byte[] bytes = written.getBytes(UTF_8);
        if (changes && random.nextInt(6) == 0) {
            for (int i = 1 + skewed(MOST_CHANGES); i > 0; i--) {
                bytes = changeBytes(written, bytes);
            }
        }
        return bytes;
    }

    /** 0 most often, then less and less up to the bound. */
    private int skewed(int bound) {
        return random.nextInt(1 + random.nextInt(bound));
    }

    private void fill(Element root, String id) {
        for (Element element : root.all()) {
            for (int i = 0; i < element.children.size(); i++) {
                if (element.children.get(i) instanceof Raw raw && raw.text().indexOf('@') >= 0) {
                    element.children.set(i, new Raw(filled(raw.text(), id)));
                }
            }
            element.attributes.replaceAll(attribute -> attribute.value().indexOf('@') >= 0
                    ? new Attribute(attribute.name(), filled(attribute.value(), id))
                    : attribute);
        }
    }

    private String filled(String text, String id) {
        return text.replace(GoldenEnvelopes.ID, id)
                .replace(GoldenEnvelopes.PEER, "urn:uuid:peer-" + random.nextInt(random.nextBoolean() ? 16 : 1 << 30))
                .replace(GoldenEnvelopes.NUMBER, Integer.toString(random.nextInt(1 << random.nextInt(31))));
    }

    private void change(Element root) {
        List<Element> all = root.all();
        Element element = pick(all);
        switch (random.nextInt(26)) {
            case 0 -> removeSomeChild(element);
            case 1 -> repeatSomeChild(element);
            case 2 -> swapSomeChildren(element);
            case 3 -> {
                Element inner = element.copy();
                element.children.clear();
                element.children.add(inner);
            }
            case 4 -> {
                Element wrapped = new Element(pick(PREFIXES) + ":" + pick(NAMES));
                wrapped.children.addAll(element.children);
                element.children.clear();
                element.children.add(wrapped);
            }
            case 5 -> pick(all).children.add(element == root ? root.copy() : element.copy());
            case 6 -> element.name = (element.prefix().isEmpty() ? "" : element.prefix() + ":") + pick(NAMES);
            case 7 -> {
                String prefix = pick(PREFIXES);
                element.name = (prefix.isEmpty() ? "" : prefix + ":") + element.localName();
            }
            case 8 -> redeclare(pick(random.nextBoolean() ? List.of(root) : all));
            case 9 -> element.attributes.add(new Attribute(pick(ATTRIBUTES), value()));
            case 10 -> changeSomeAttribute(element);
            case 11 -> {
                if (!element.attributes.isEmpty()) {
                    element.attributes.remove(random.nextInt(element.attributes.size()));
                }
            }
            case 12, 13, 14 -> changeText(all);
            case 15 -> element.children.add(random.nextInt(element.children.size() + 1), new Raw(value()));
            case 16 -> nest(element);
            case 17 -> many(element);
            case 18 -> {
                String name = pick("b", "x:b", "xmlns:b", "s:b");
                for (int i = manyTimes(); i > 0; i--) {
                    element.attributes.add(new Attribute(name + i, random.nextInt(20) == 0 ? value() : "urn:b"));
                }
            }
            case 19 -> headerBlocks(root);
            case 20 ->
                element.children.add(
                        random.nextInt(element.children.size() + 1),
                        pick(pick(others).all()).copy());
            case 21 -> otherGeneration(all);
            case 22 -> {
                Element other = pick(all);
                String name = element.name;
                element.name = other.name;
                other.name = name;
            }
            case 23 -> element.children.clear();
            case 24 -> element.children.add(new Raw("&#x41;".repeat(manyTimes())));
            default ->
                root.attributes.replaceAll(attribute ->
                        random.nextInt(6) == 0 ? new Attribute(attribute.name(), pick(NAMESPACES)) : attribute);
        }
    }

    private void removeSomeChild(Element element) {
        if (!element.children.isEmpty()) {
            element.children.remove(random.nextInt(element.children.size()));
        }
    }

    private void repeatSomeChild(Element element) {
        if (!element.children.isEmpty()) {
            Markup.Node child = pick(element.children);
            for (int i = 1 + skewed(60); i > 0; i--) {
                element.children.add(child instanceof Element inner ? inner.copy() : child);
            }
        }
    }

    private void swapSomeChildren(Element element) {
        if (!element.children.isEmpty()) {
            int one = random.nextInt(element.children.size());
            int other = random.nextInt(element.children.size());
            Markup.Node child = element.children.get(one);
            element.children.set(one, element.children.get(other));
            element.children.set(other, child);
        }
    }

    private void redeclare(Element element) {
        String name = element.attributes.isEmpty() || random.nextInt(4) == 0
                ? pick("xmlns", "xmlns:a", "xmlns:d", "xmlns:s", "xmlns:zz")
                : pick(element.attributes).name();
        element.attributes.removeIf(attribute -> attribute.name().equals(name));
        element.attributes.add(new Attribute(name, pick(NAMESPACES)));
    }

    private void changeSomeAttribute(Element element) {
        if (!element.attributes.isEmpty()) {
            int at = random.nextInt(element.attributes.size());
            element.attributes.set(at, new Attribute(element.attributes.get(at).name(), value()));
        }
    }

    private void changeText(List<Element> all) {
        List<Element> withText = all.stream()
                .filter(element -> element.children.size() == 1 && element.children.get(0) instanceof Raw)
                .toList();
        if (!withText.isEmpty()) {
            Element element = pick(withText);
            Raw old = (Raw) element.children.get(0);
            element.children.set(0, new Raw(random.nextInt(4) == 0 ? mixed(old.text()) : value()));
        }
    }

    /** What stood there, with something inside, before or behind. */
    private String mixed(String old) {
        int at = random.nextInt(old.length() + 1);
        return old.substring(0, at) + value() + old.substring(at);
    }

    private void nest(Element element) {
        Element outer = element;
        for (int i = manyTimes(); i > 0; i--) {
            Element inner = new Element(element.name);
            outer.children.add(inner);
            outer = inner;
        }
    }

    private void many(Element element) {
        String name = random.nextBoolean() ? pick(NAMES) : element.name;
        for (int i = manyTimes(); i > 0; i--) {
            // Each one of its own: a later change to one of them is not one to all.
            element.children.add(new Element(name));
        }
    }

    private void headerBlocks(Element root) {
        for (Markup.Node child : root.children) {
            if (child instanceof Element header && header.localName().equals("Header")) {
                String name = random.nextBoolean() ? "m:Block" : pick(PREFIXES) + ":" + pick(NAMES);
                for (int i = manyTimes(); i > 0; i--) {
                    Element block = new Element(name);
                    if (random.nextInt(8) == 0) {
                        block.attributes.add(new Attribute("s:mustUnderstand", pick("true", "1", "false", "yes", "")));
                        block.attributes.add(new Attribute("s:role", value()));
                    }
                    header.children.add(block);
                }
            }
        }
    }

    private void otherGeneration(List<Element> all) {
        String[] change =
                switch (random.nextInt(6)) {
                    case 0 -> new String[] {Namespaces.WSA, GoldenEnvelopes.WSA_2004};
                    case 1 -> new String[] {Namespaces.WSD, GoldenEnvelopes.WSD_2005};
                    case 2 -> new String[] {Namespaces.DPWS, GoldenEnvelopes.DPWS_2006};
                    case 3 -> new String[] {GoldenEnvelopes.WSA_2004, Namespaces.WSA};
                    case 4 -> new String[] {GoldenEnvelopes.WSD_2005, Namespaces.WSD};
                    default -> new String[] {Namespaces.S12, "http://schemas.xmlsoap.org/soap/envelope/"};
                };
        for (Element element : all) {
            element.attributes.replaceAll(attribute ->
                    new Attribute(attribute.name(), attribute.value().replace(change[0], change[1])));
            element.children.replaceAll(
                    child -> child instanceof Raw raw ? new Raw(raw.text().replace(change[0], change[1])) : child);
        }
    }

    private byte[] changeBytes(String written, byte[] bytes) {
        int length = bytes.length;
        int at = random.nextInt(length + 1);
        switch (random.nextInt(14)) {
            case 0 -> {
                return Arrays.copyOf(bytes, at);
            }
            case 1, 2, 3 -> {
                byte[] flipped = bytes.clone();
                for (int i = 1 + skewed(32); i > 0 && length > 0; i--) {
                    flipped[random.nextInt(length)] ^= (byte) (1 << random.nextInt(8));
                }
                return flipped;
            }
            case 4 -> {
                return inserted(bytes, at, new byte[1 + skewed(64)]);
            }
            case 5 -> {
                return inserted(bytes, at, NOT_UTF_8[random.nextInt(NOT_UTF_8.length)]);
            }
            case 6 -> {
                int end = at + skewed(length - at + 1);
                return inserted(Arrays.copyOf(bytes, at), at, Arrays.copyOfRange(bytes, end, length));
            }
            case 7 -> {
                int end = at + skewed(length - at + 1);
                return inserted(bytes, end, Arrays.copyOfRange(bytes, at, end));
            }
            case 8, 9 -> {
                return inserted(bytes, 0, pick(BEFORE).getBytes(UTF_8));
            }
            case 10 -> {
                return inserted(bytes, length, pick(VALUES).getBytes(UTF_8));
            }
            case 11 -> {
                return inserted(bytes, length, bytes);
            }
            case 12 -> {
                return written.getBytes(ENCODINGS[random.nextInt(ENCODINGS.length)]);
            }
            default -> {
                byte[] noise = new byte[random.nextInt(64)];
                random.nextBytes(noise);
                return random.nextInt(8) == 0 ? noise : inserted(bytes, at, noise);
            }
        }
    }

    private static byte[] inserted(byte[] bytes, int at, byte[] piece) {
        byte[] result = new byte[bytes.length + piece.length];
        System.arraycopy(bytes, 0, result, 0, at);
        System.arraycopy(piece, 0, result, at, piece.length);
        System.arraycopy(bytes, at, result, at + piece.length, bytes.length - at);
        return result;
    }

    private String value() {
        return switch (random.nextInt(24)) {
            case 0 -> pick("x", "é", "urn:a ", "p:Device ", " ", "%41").repeat(manyTimes());
            case 1 -> Long.toString(random.nextLong());
            case 2 -> pick(VALUES) + pick(VALUES);
            default -> pick(VALUES);
        };
    }

    /** Mostly few; around the limits of the reader and beyond any datagram at times. */
    private int manyTimes() {
        int[] bounds = {3, 10, 33, 34, 65, 600, 2_100, 5_000};
        return 1 + random.nextInt(bounds[random.nextInt(random.nextInt(4) == 0 ? bounds.length : 5)]);
    }

    private <T> T pick(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    private String pick(String... choices) {
        return choices[random.nextInt(choices.length)];
    }
}
