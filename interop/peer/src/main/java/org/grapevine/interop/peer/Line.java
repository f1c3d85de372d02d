package org.grapevine.interop.peer;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * One line between a test and a peer: words with one space between them. The first says what the line is; in the others, what
 * would break the line is percent-encoded.
 *
 * @param words at least one, and none of them empty
 */
public record Line(List<String> words) {

    /** The answer to a command that went well. */
    public static final String OK = "ok";

    /** The answer to one that did not; its only word says why. */
    public static final String FAILED = "failed";

    /** What a peer tells without being asked; its first word says what. */
    public static final String EVENT = "event";

    public Line {
        if (words.isEmpty()) {
            throw new IllegalArgumentException("words: none (expected: at least one)");
        }
        if (words.contains("")) {
            throw new IllegalArgumentException("word: '' (expected: not empty)");
        }
        words = List.copyOf(words);
    }

    public static Line of(String... words) {
        return new Line(List.of(words));
    }

    /**
     * Undoes {@link #toString}.
     *
     * @throws IllegalArgumentException if it is no such line
     */
    public static Line read(String text) {
        return new Line(Arrays.stream(text.strip().split(" +", -1))
                .map(word -> URLDecoder.decode(word, UTF_8))
                .toList());
    }

    public String first() {
        return words.get(0);
    }

    /** The words behind the first. */
    public List<String> rest() {
        return words.subList(1, words.size());
    }

    @Override
    public String toString() {
        return words.stream().map(word -> URLEncoder.encode(word, UTF_8)).collect(Collectors.joining(" "));
    }
}
