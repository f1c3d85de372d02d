package org.grapevine.dpws.transport;

import java.util.Locale;

final class Arguments {

    private Arguments() {}

    static void require(boolean holds, String message, Object... values) {
        if (!holds) {
            throw new IllegalArgumentException(String.format(Locale.ROOT, message, values));
        }
    }
}
