package org.grapevine.grid.data;

/** A data file that does not hold what it should. The message is one line: file, line, what it says, what is expected. */
public final class DataFileException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public DataFileException(String message) {
        super(message);
    }
}
