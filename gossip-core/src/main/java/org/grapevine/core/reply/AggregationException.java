package org.grapevine.core.reply;

import java.util.Objects;

/** A value that could not be merged; the message says which function, what was wrong, and what would be right. */
public final class AggregationException extends Exception {

    private static final long serialVersionUID = 1L;

    public AggregationException(String message) {
        super(message);
    }

    public AggregationException(String message, Throwable cause) {
        super(message, cause);
    }

    /** Never null, unlike that of exceptions in general. */
    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage());
    }
}
