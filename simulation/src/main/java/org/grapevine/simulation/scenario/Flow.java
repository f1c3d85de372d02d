package org.grapevine.simulation.scenario;

import java.util.StringJoiner;

/** A YAML mapping in one line, <code>{ at: 1s, size: 200B }</code>, in the making. */
final class Flow {

    private final StringJoiner entries = new StringJoiner(", ", "{ ", " }").setEmptyValue("{}");

    Flow with(String key, String value) {
        entries.add(key + ": " + value);
        return this;
    }

    /** An entry that is left out if a reader would assume it anyway. */
    Flow with(String key, String value, boolean assumed) {
        return assumed ? this : with(key, value);
    }

    @Override
    public String toString() {
        return entries.toString();
    }
}
