package org.grapevine.aggregation;

/**
 * Ends a run from inside; no stylesheet can catch it, and every further step would throw it again. An error and no exception,
 * because Saxon prints the exceptions that it does not expect to the error stream.
 */
final class RunLimitError extends Error {

    private static final long serialVersionUID = 1L;

    RunLimitError(String message) {
        super(message, null, false, false);
    }
}
