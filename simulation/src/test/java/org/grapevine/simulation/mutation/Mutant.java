package org.grapevine.simulation.mutation;

/**
 * A bug planted on purpose.
 *
 * @param name what is wrong, in a few words
 * @param file name of the engine's source file
 * @param original what stands there exactly once
 * @param replacement what is put in its place
 * @param firstSeed of the random scenarios that hunt for it
 */
record Mutant(String name, String file, String original, String replacement, long firstSeed) {

    Mutant(String name, String file, String original, String replacement) {
        this(name, file, original, replacement, 0);
    }

    /** The same one, which takes many seeds from the first one on, hunted from a seed that is known to show it. */
    Mutant from(long seed) {
        return new Mutant(name, file, original, replacement, seed);
    }

    /**
     * The source with the bug in it.
     *
     * @throws IllegalStateException if the snippet is not there exactly once: the engine has changed, and the mutant must follow
     */
    String plantedIn(String source) {
        int first = source.indexOf(original);
        if (first < 0 || source.indexOf(original, first + 1) >= 0) {
            throw new IllegalStateException(name + ": found " + (first < 0 ? "nowhere" : "more than once") + " in "
                    + file + " (expected: once): " + original);
        }
        return source.substring(0, first) + replacement + source.substring(first + original.length());
    }

    @Override
    public String toString() {
        return name;
    }
}
