package org.grapevine.yaml;

/**
 * Something in a file that cannot be. The message is one line for the person who wrote the file:
 * {@code file:line: key: found (expected: ...)}.
 */
public final class YamlMistake extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private static final int MAX_LENGTH = 1_000;

    /**
     * A mistake.
     *
     * @param message what is wrong; whatever in it would break the line becomes a space, and a very long one is cut
     */
    public YamlMistake(String message) {
        super(oneLine(message));
    }

    /** A mistake that something else found first. */
    public YamlMistake(String message, Throwable cause) {
        super(oneLine(message), cause);
    }

    private static String oneLine(String message) {
        String line = message.replaceAll("[\\p{Cntrl}\u2028\u2029]+", " ");
        return line.length() <= MAX_LENGTH ? line : line.substring(0, MAX_LENGTH) + "...";
    }
}
