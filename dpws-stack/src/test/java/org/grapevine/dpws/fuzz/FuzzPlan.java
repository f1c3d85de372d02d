package org.grapevine.dpws.fuzz;

import java.util.Optional;

/**
 * How much is thrown, from system properties {@code fuzz.seed}, {@code fuzz.envelopes}, {@code fuzz.datagrams},
 * {@code fuzz.requests} and {@code fuzz.only}; without them the short slice of every build.
 *
 * @param envelopes how many go through the codecs in memory
 * @param datagrams how many are sent to a host
 * @param requests how many HTTP inputs
 * @param only the one input to run, as it stands in a failure; empty for all
 */
record FuzzPlan(long seed, long envelopes, int datagrams, int requests, Optional<Only> only) {

    /** One input, such as {@code datagram:17}. */
    record Only(String kind, long index) {}

    static FuzzPlan fromProperties() {
        String only = System.getProperty("fuzz.only", "");
        return new FuzzPlan(
                Long.getLong("fuzz.seed", 1),
                Long.getLong("fuzz.envelopes", 5_000),
                Integer.getInteger("fuzz.datagrams", 12_000),
                Integer.getInteger("fuzz.requests", 1_000),
                only.isEmpty() ? Optional.empty() : Optional.of(parse(only)));
    }

    static Only parse(String only) {
        String[] parts = only.split(":", -1);
        if (parts.length != 2 || !parts[1].matches("[0-9]{1,12}")) {
            throw new IllegalArgumentException("fuzz.only: " + only + " (expected: as in datagram:17)");
        }
        return new Only(parts[0], Long.parseLong(parts[1]));
    }

    /** The index of the one input to run if it is of this kind. */
    Optional<Long> only(String kind) {
        return only.filter(one -> one.kind().equals(kind)).map(Only::index);
    }

    /** True if an input of another kind is the one to run. */
    boolean skips(String kind) {
        return only.isPresent() && only(kind).isEmpty();
    }
}
