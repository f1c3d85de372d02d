package org.grapevine.cli.console;

/** The command was asked for something that cannot be. One line on standard error, exit code 2. */
public final class UsageException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * A message as it stands behind {@code grapevine: }.
     *
     * @param message what is wrong, its value, and what is allowed
     */
    public UsageException(String message) {
        super(message);
    }

    public UsageException(String message, Throwable cause) {
        super(message, cause);
    }

    /** The usual form: {@code name: value (expected: ...)}. */
    public static UsageException of(String name, Object value, String expected) {
        return new UsageException(name + ": " + value + " (expected: " + expected + ")");
    }
}
