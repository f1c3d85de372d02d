package org.grapevine.grid.tariff;

import java.util.Arrays;
import java.util.Optional;

/** How far a tariff has come, in OpenADR's words. */
public enum TariffStatus {
    /** Announced, nothing decided. */
    NONE("none"),
    /** Its active period lies well ahead. */
    FAR("far"),
    /** Its active period begins soon. */
    NEAR("near"),
    ACTIVE("active"),
    COMPLETED("completed"),
    /** Taken back: its prices hold no longer. */
    CANCELLED("cancelled");

    private final String word;

    TariffStatus(String word) {
        this.word = word;
    }

    /** The word in the XML. */
    public String word() {
        return word;
    }

    static Optional<TariffStatus> of(String word) {
        return Arrays.stream(values())
                .filter(status -> status.word.equals(word))
                .findFirst();
    }
}
