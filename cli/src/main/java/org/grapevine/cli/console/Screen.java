package org.grapevine.cli.console;

import java.io.PrintStream;

/**
 * Where output goes.
 *
 * @param columns width to which lines are broken; 0 if standard output is no terminal, and lines are never broken
 * @param progress true if standard error is a terminal, where a progress bar may be drawn
 */
public record Screen(PrintStream out, PrintStream err, int columns, boolean progress) {

    public Screen {
        if (columns < 0) {
            throw new IllegalArgumentException("columns: " + columns + " (expected: >= 0)");
        }
    }

    /** Two streams that are no terminals. */
    public static Screen of(PrintStream out, PrintStream err) {
        return new Screen(out, err, 0, false);
    }
}
