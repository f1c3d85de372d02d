package org.grapevine.dpws.soap;

import java.util.Locale;

/** Characters of XML 1.0: which may stand in a document, and how those are written that mean something else. */
final class XmlText {

    private XmlText() {}

    /** @throws IllegalArgumentException naming the character that no XML document can hold, in whatever spelling */
    static void requireXml(CharSequence text) {
        int at = 0;
        while (at < text.length()) {
            int c = Character.codePointAt(text, at);
            boolean legal =
                    c >= 0x20 ? c < 0xD800 || (c > 0xDFFF && c != 0xFFFE && c != 0xFFFF) : "\t\n\r".indexOf(c) >= 0;
            if (!legal) {
                throw new IllegalArgumentException(String.format(
                        Locale.ROOT,
                        "character U+%04X at %d of '%s' (expected: characters of XML 1.0)",
                        c,
                        at,
                        XmlReader.shown(text.toString())));
            }
            at += Character.charCount(c);
        }
    }

    /** Escapes for element content; a carriage return would otherwise be read as a line feed. */
    static void escapeText(CharSequence text, StringBuilder to) {
        requireXml(text);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '&' -> to.append("&amp;");
                case '<' -> to.append("&lt;");
                case '>' -> to.append("&gt;");
                case '\r' -> to.append("&#13;");
                default -> to.append(c);
            }
        }
    }

    /** Escapes for a value in double quotes; white space other than blanks would otherwise be read as blanks. */
    static void escapeAttribute(CharSequence text, StringBuilder to) {
        requireXml(text);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '&' -> to.append("&amp;");
                case '<' -> to.append("&lt;");
                case '"' -> to.append("&quot;");
                case '\r' -> to.append("&#13;");
                case '\n' -> to.append("&#10;");
                case '\t' -> to.append("&#9;");
                default -> to.append(c);
            }
        }
    }

    /** Close to NCName of Namespaces in XML 1.0: no white space, colon or markup, and no digit, dot or dash first. */
    static boolean isNcName(String name) {
        if (name.isEmpty()) {
            return false;
        }
        int first = name.codePointAt(0);
        if (!Character.isLetter(first) && first != '_') {
            return false;
        }
        return name.codePoints()
                .allMatch(c -> Character.isLetterOrDigit(c)
                        || c == '_'
                        || c == '-'
                        || c == '.'
                        || c == 0xB7
                        || Character.getType(c) == Character.NON_SPACING_MARK
                        || Character.getType(c) == Character.COMBINING_SPACING_MARK);
    }
}
