package org.grapevine.dpws.metadata;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The sizes that DPWS 1.1 allows for the parts of metadata. */
final class FieldLimits {

    /** MAX_FIELD_SIZE: a text field has fewer characters of Unicode than this. */
    static final int MAX_FIELD_SIZE = 256;

    /** MAX_URI_SIZE: octets that a URI may have. */
    static final int MAX_URI_SIZE = 2_048;

    private FieldLimits() {}

    static void requireField(String name, String text) {
        int characters = text.codePointCount(0, text.length());
        if (characters >= MAX_FIELD_SIZE) {
            throw new IllegalArgumentException(name + ": " + characters + " characters, '"
                    + text.substring(0, text.offsetByCodePoints(0, 40)) + "...' (expected: < " + MAX_FIELD_SIZE + ")");
        }
    }

    static void requireField(String name, Optional<String> text) {
        text.ifPresent(present -> requireField(name, present));
    }

    static void requireUri(String name, String uri) {
        int octets = uri.getBytes(StandardCharsets.UTF_8).length;
        if (octets > MAX_URI_SIZE) {
            throw new IllegalArgumentException(name + ": " + octets + " octets, '" + uri.substring(0, 40)
                    + "...' (expected: <= " + MAX_URI_SIZE + ")");
        }
        if (uri.isEmpty() || uri.chars().anyMatch(c -> c <= ' ')) {
            throw new IllegalArgumentException(
                    name + ": '" + uri + "' (expected: a URI, not empty, without white space)");
        }
    }

    static void requireUri(String name, Optional<String> uri) {
        uri.ifPresent(present -> requireUri(name, present));
    }

    /** At least one text, and none in a language twice. */
    static List<LocalizedText> requireTexts(String name, List<LocalizedText> texts) {
        if (texts.isEmpty()) {
            throw new IllegalArgumentException(name + ": none (expected: at least one)");
        }
        Set<String> languages = new HashSet<>();
        for (LocalizedText text : texts) {
            requireField(name, text.text());
            if (!languages.add(text.language())) {
                throw new IllegalArgumentException(
                        name + ": two in language '" + text.language() + "' (expected: one in each)");
            }
        }
        return List.copyOf(texts);
    }
}
