package org.grapevine.dpws.metadata;

/**
 * A text for people.
 *
 * @param language as in {@code xml:lang}; empty if nobody said
 */
public record LocalizedText(String text, String language) {

    public static LocalizedText of(String text) {
        return new LocalizedText(text, "");
    }
}
