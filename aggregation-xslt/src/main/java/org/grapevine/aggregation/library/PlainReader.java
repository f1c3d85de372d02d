package org.grapevine.aggregation.library;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A short cut for documents as devices mostly write them: a few kilobytes of ASCII, of elements, attributes and texts, and nothing
 * else. It reads such a one in a third of the time that the hardened reader takes. Whatever is out of the ordinary (a comment, an
 * entity, an attribute over two lines, every mistake) it leaves to that reader, which then accepts or refuses it; so it never
 * decides what is allowed, and needs to be right only about what it understands. One thread.
 */
public final class PlainReader {

    /** So small that no text, attribute or number of children can be over a limit of the hardened reader. */
    static final int MAX_BYTES = 8 << 10;

    private static final int MAX_DEPTH = 32;
    private static final int MAX_NAMED = 1_000;
    private static final int MAX_ATTRIBUTES = 32;
    private static final int MAX_NAME = 128;
    private static final int MAX_NAMESPACE = 512;
    private static final int MAX_SCOPE = 128;

    private static final byte NAME_START = 1;
    private static final byte NAME = 2;
    private static final byte TEXT = 4;
    private static final byte ATTRIBUTE = 8;
    private static final byte SPACE = 16;
    private static final byte COLON = 32;
    private static final byte[] KINDS = kinds();

    private static final String XMLNS = "xmlns";
    private static final String XML = "xml";

    /** A name in the document, with the octets that it was read from. */
    @SuppressWarnings("ArrayRecordComponent") // Never compared as a record.
    private record Symbol(byte[] octets, String prefix, String local) {}

    private final Symbol[] symbols = new Symbol[256];
    private final Element[] open = new Element[MAX_DEPTH];
    private final int[] nameStarts = new int[MAX_DEPTH];
    private final int[] nameEnds = new int[MAX_DEPTH];
    private final int[] scopes = new int[MAX_DEPTH];
    private final String[] prefixes = new String[MAX_SCOPE];
    private final String[] namespaces = new String[MAX_SCOPE];
    private final List<Symbol> attributeNames = new ArrayList<>();
    private final List<String> attributeValues = new ArrayList<>();
    private byte[] text = new byte[0];
    private int at;
    private int scope;
    private int named;

    private static byte[] kinds() {
        byte[] kinds = new byte[256];
        for (int c = ' '; c < 0x7f; c++) {
            if (c != '<' && c != '&') {
                // A "]" could be the start of "]]>", which no text may hold.
                kinds[c] |= c == ']' ? ATTRIBUTE : TEXT | ATTRIBUTE;
            }
            boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
            if (letter) {
                kinds[c] |= NAME_START;
            }
            if (letter || (c >= '0' && c <= '9') || c == '-' || c == '.') {
                kinds[c] |= NAME;
            }
        }
        kinds[':'] |= COLON;
        kinds['\n'] |= TEXT | SPACE;
        kinds['\t'] |= TEXT | SPACE;
        kinds[' '] |= SPACE;
        return kinds;
    }

    /** Reads a document; null if it is not plain, which says nothing about whether it is well-formed. */
    public @Nullable Element read(byte[] document) {
        if (document.length > MAX_BYTES) {
            return null;
        }
        text = document;
        at = 0;
        scope = 0;
        named = 0;
        skipSpace();
        if (peek() != '<') {
            return null;
        }
        Element root = null;
        int depth = 0;
        do {
            if (peek() != '<') {
                if (!characters(open[depth - 1])) {
                    return null;
                }
            } else if (at + 1 < text.length && text[at + 1] == '/') {
                depth--;
                if (depth < 0 || !end(depth)) {
                    return null;
                }
                scope = scopes[depth];
            } else {
                if (depth == MAX_DEPTH) {
                    return null;
                }
                Element element = start(depth);
                if (element == null) {
                    return null;
                }
                if (depth == 0) {
                    root = element;
                } else {
                    open[depth - 1].with(element);
                }
                if (text[at - 2] == '/') {
                    scope = scopes[depth];
                } else {
                    open[depth] = element;
                    depth++;
                }
            }
        } while (depth > 0);
        skipSpace();
        return at == text.length ? root : null;
    }

    private int peek() {
        return at < text.length ? text[at] : -1;
    }

    private boolean isNext(byte kind) {
        return at < text.length && (KINDS[text[at] & 0xff] & kind) != 0;
    }

    /** Where octets of a kind end, or where one is met; locals only, for this is where the time goes. */
    private int skip(byte kind, int until) {
        byte[] octets = text;
        byte[] kinds = KINDS;
        int i = at;
        while (i < octets.length && (kinds[octets[i] & 0xff] & kind) != 0 && octets[i] != until) {
            i++;
        }
        return i;
    }

    private void skipSpace() {
        while (isNext(SPACE)) {
            at++;
        }
    }

    private boolean characters(Element into) {
        int from = at;
        at = skip(TEXT, -1);
        if (peek() != '<') {
            return false;
        }
        into.text(string(from, at));
        return true;
    }

    private boolean end(int depth) {
        int from = at + 2;
        int length = nameEnds[depth] - nameStarts[depth];
        at = from + length;
        if (at > text.length || !Arrays.equals(text, nameStarts[depth], nameEnds[depth], text, from, at)) {
            return false;
        }
        skipSpace();
        return peek() == '>' && at++ >= 0;
    }

    /** Reads a start tag, to behind its end; null if it is not plain. */
    private @Nullable Element start(int depth) {
        at++;
        nameStarts[depth] = at;
        Symbol name = symbol();
        nameEnds[depth] = at;
        scopes[depth] = scope;
        if (name == null || !attributes(depth)) {
            return null;
        }
        if (peek() == '/') {
            at++;
        }
        if (peek() != '>') {
            return null;
        }
        at++;
        String namespace = namespace(name.prefix());
        if (namespace == null) {
            return null;
        }
        int count = attributeNames.size();
        named += 1 + count;
        if (named > MAX_NAMED) {
            return null;
        }
        Element element = new Element(name.prefix(), namespace, name.local(), count);
        for (int i = 0; i < count; i++) {
            Symbol attribute = attributeNames.get(i);
            String ofAttribute = attribute.prefix().isEmpty() ? "" : namespace(attribute.prefix());
            if (ofAttribute == null) {
                return null;
            }
            element.attributes()
                    .add(new Element.Attribute(
                            attribute.prefix(), ofAttribute, attribute.local(), attributeValues.get(i)));
        }
        return element;
    }

    /** Reads the attributes of a start tag, and puts its namespaces into scope; false if they are not plain. */
    private boolean attributes(int depth) {
        attributeNames.clear();
        attributeValues.clear();
        while (isNext(SPACE)) {
            skipSpace();
            if (!isNext(NAME_START)) {
                return true;
            }
            Symbol name = symbol();
            if (name == null || peek() != '=' || attributeNames.size() == MAX_ATTRIBUTES) {
                return false;
            }
            at++;
            String value = value();
            if (value == null || !add(name, value, depth)) {
                return false;
            }
        }
        return true;
    }

    private @Nullable String value() {
        int quote = peek();
        if (quote != '"' && quote != '\'') {
            return null;
        }
        at++;
        int from = at;
        at = skip(ATTRIBUTE, quote);
        if (peek() != quote) {
            return null;
        }
        at++;
        return string(from, at - 1);
    }

    private boolean add(Symbol name, String value, int depth) {
        if (name.prefix().equals(XMLNS)
                || (name.prefix().isEmpty() && name.local().equals(XMLNS))) {
            return declare(name.prefix().isEmpty() ? "" : name.local(), value, depth);
        }
        for (int i = 0; i < attributeNames.size(); i++) {
            // Whether two prefixes are one namespace is for the other reader to find out.
            if (attributeNames.get(i).local().equals(name.local())) {
                return false;
            }
        }
        attributeNames.add(name);
        attributeValues.add(value);
        return true;
    }

    private boolean declare(String prefix, String namespace, int depth) {
        boolean reserved = prefix.startsWith(XML) || namespace.contains("w3.org");
        if (reserved || namespace.isEmpty() || namespace.length() > MAX_NAMESPACE || scope == MAX_SCOPE) {
            return false;
        }
        for (int i = scopes[depth]; i < scope; i++) {
            if (prefixes[i].equals(prefix)) {
                return false;
            }
        }
        prefixes[scope] = prefix;
        namespaces[scope] = namespace;
        scope++;
        return true;
    }

    /** Null if the prefix is not declared. */
    private @Nullable String namespace(String prefix) {
        for (int i = scope - 1; i >= 0; i--) {
            if (prefixes[i].equals(prefix)) {
                return namespaces[i];
            }
        }
        return prefix.isEmpty() ? "" : null;
    }

    /** Reads a name; null if it is not plain. */
    private @Nullable Symbol symbol() {
        if (!isNext(NAME_START)) {
            return null;
        }
        byte[] octets = text;
        byte[] kinds = KINDS;
        int from = at;
        int colon = -1;
        int hash = 0;
        int i = from;
        for (; i < octets.length; i++) {
            byte c = octets[i];
            if ((kinds[c & 0xff] & (NAME | COLON)) == 0) {
                break;
            }
            if (c == ':') {
                if (colon >= 0) {
                    return null;
                }
                colon = i;
            }
            hash = hash * 31 + c;
        }
        at = i;
        int slot = (hash ^ hash >>> 8) & symbols.length - 1;
        Symbol known = symbols[slot];
        if (known != null && Arrays.equals(known.octets(), 0, known.octets().length, text, from, at)) {
            return known;
        }
        boolean noLocal = colon >= 0 && (colon + 1 == at || (KINDS[text[colon + 1]] & NAME_START) == 0);
        if (at - from > MAX_NAME || noLocal) {
            return null;
        }
        String prefix = colon < 0 ? "" : string(from, colon);
        String local = string(colon < 0 ? from : colon + 1, at);
        if (prefix.startsWith(XML) && !prefix.equals(XMLNS)) {
            return null;
        }
        Symbol symbol = new Symbol(Arrays.copyOfRange(text, from, at), prefix, local);
        symbols[slot] = symbol;
        return symbol;
    }

    private String string(int from, int to) {
        return new String(text, from, to - from, StandardCharsets.ISO_8859_1);
    }
}
