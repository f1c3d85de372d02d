package org.grapevine.dpws.fuzz;

import java.io.ByteArrayOutputStream;
import java.util.List;

/**
 * What one client writes.
 *
 * @param kind name of the mutation, for the report
 * @param pieces written one after the other, with a pause between them
 * @param methods of the requests in it, one for each answer that must come; empty if it is no complete HTTP request, so that an
 *     answer or the end of the connection are both right
 * @param end what the client does when all is written
 * @param soap the envelope inside, if the request is one that a SOAP door reads; empty for none
 */
@SuppressWarnings("ArrayRecordComponent") // A carrier, never compared.
record HttpInput(String kind, List<byte[]> pieces, List<String> methods, End end, byte[] soap) {

    enum End {
        /** Reads all answers and goes on with the next input, on the same connection. */
        KEEP,
        /** Ends its own side and reads until the server does as well. */
        HALF_CLOSE,
        /** Closes without reading. */
        CLOSE,
        /** Breaks the connection without reading. */
        RESET
    }

    boolean isComplete() {
        return !methods.isEmpty();
    }

    byte[] bytes() {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        pieces.forEach(all::writeBytes);
        return all.toByteArray();
    }
}
