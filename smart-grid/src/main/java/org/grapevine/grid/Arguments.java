package org.grapevine.grid;

/** Refuses a caller's arguments with one line: the name, the value, what is expected. */
public final class Arguments {

    private Arguments() {}

    public static void requireArgument(boolean condition, String name, Object value, String expected) {
        if (!condition) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: " + expected + ")");
        }
    }
}
