package org.grapevine.cli.console;

/** What was asked for made sense and did not work out. One line on standard error, exit code 1. */
public final class FailedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public FailedException(String message) {
        super(message);
    }

    public FailedException(String message, Throwable cause) {
        super(message, cause);
    }
}
