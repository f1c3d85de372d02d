package org.grapevine.aggregation;

/** Foreign texts on their way into our messages. */
final class Texts {

    private static final int SHOWN_CHARACTERS = 300;

    private Texts() {}

    /** One line of bounded length: neither a stylesheet nor an answer decides what a log looks like. */
    static String shortened(String text) {
        String line = text.replaceAll("[\\s\\p{Cntrl}]+", " ").strip();
        return line.length() <= SHOWN_CHARACTERS ? line : line.substring(0, SHOWN_CHARACTERS) + "...";
    }
}
