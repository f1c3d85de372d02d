package org.grapevine.gossip.header;

import java.util.Objects;

/** A gossip header or control message that says something impossible; one line with the name, the value and what is allowed. */
public final class MalformedGossipException extends Exception {

    private static final long serialVersionUID = 1L;

    /** What a stranger wrote may stand in the message, and end up in a log. */
    private static final int LONGEST = 400;

    public MalformedGossipException(String message) {
        // Strangers can cause these at any rate, and nobody reads where in our code it was noticed.
        super(oneLine(message), null, false, false);
    }

    private static String oneLine(String message) {
        String line = message.replaceAll("\\p{Cntrl}", "?");
        return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "...";
    }

    /** Never null, unlike that of exceptions in general. */
    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage());
    }
}
