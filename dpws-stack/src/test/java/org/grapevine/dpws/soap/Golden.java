package org.grapevine.dpws.soap;

import java.io.IOException;
import java.io.InputStream;

/** Envelopes kept as files. */
public final class Golden {

    private Golden() {}

    /**
     * The bytes of a file.
     *
     * @param path below the package {@code org.grapevine.dpws} of the test resources
     */
    public static byte[] bytes(String path) throws IOException {
        try (InputStream in = Golden.class.getResourceAsStream("/org/grapevine/dpws/" + path)) {
            if (in == null) {
                throw new IOException("no golden envelope: " + path);
            }
            return in.readAllBytes();
        }
    }
}
