package org.grapevine.aggregation.library;

/** Texts as the functions of XPath see them: white space is that of XML, and lengths count code points. */
final class Spaces {

    private static final int SHOWN = 40;

    private Spaces() {}

    static boolean isSpace(char c) {
        return c == ' ' || c == '\n' || c == '\t' || c == '\r';
    }

    /** Without white space at the ends, and with one space for each run of it inside. */
    static String normalized(String text) {
        if (isNormal(text)) {
            return text;
        }
        StringBuilder normal = new StringBuilder(text.length());
        boolean gap = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (isSpace(c)) {
                gap = normal.length() > 0;
            } else {
                if (gap) {
                    normal.append(' ');
                    gap = false;
                }
                normal.append(c);
            }
        }
        return normal.toString();
    }

    private static boolean isNormal(String text) {
        boolean space = true;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (isSpace(c)) {
                if (space || c != ' ') {
                    return false;
                }
                space = true;
            } else {
                space = false;
            }
        }
        return text.isEmpty() || !space;
    }

    static int length(String text) {
        return text.codePointCount(0, text.length());
    }

    /** What an error message shows of a text. */
    static String start(String text) {
        return length(text) <= SHOWN ? text : text.substring(0, text.offsetByCodePoints(0, SHOWN));
    }

    /** In the order of code points, which is not that of {@link String#compareTo} outside the basic plane. */
    static int compare(String a, String b) {
        int length = Math.min(a.length(), b.length());
        for (int i = 0; i < length; i++) {
            char x = a.charAt(i);
            char y = b.charAt(i);
            if (x != y) {
                boolean high = Character.isSurrogate(x);
                return high == Character.isSurrogate(y) ? Character.compare(x, y) : high ? 1 : -1;
            }
        }
        return Integer.compare(a.length(), b.length());
    }
}
