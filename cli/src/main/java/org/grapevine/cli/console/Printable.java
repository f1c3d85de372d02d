package org.grapevine.cli.console;

/** Makes text of strangers harmless for a terminal: what moves the cursor, colours, or turns the writing direction is shown as '?'. */
public final class Printable {

    private Printable() {}

    /** The text on one line. */
    public static String line(String text) {
        StringBuilder line = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            if (c == '\t' || c == '\n' || c == '\r') {
                line.append(' ');
            } else {
                line.appendCodePoint(isHarmless(c) ? c : '?');
            }
        });
        return line.toString();
    }

    private static boolean isHarmless(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }
}
