package org.grapevine.cli.console;

/** With what a command ends. */
public final class ExitCode {

    /** Done. */
    public static final int DONE = 0;

    /** The asked-for thing failed. */
    public static final int FAILED = 1;

    /** Wrong use. */
    public static final int WRONG_USE = 2;

    private ExitCode() {}
}
