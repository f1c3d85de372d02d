package org.grapevine.dpws.device;

import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.grapevine.dpws.addressing.EndpointReference;
import org.grapevine.dpws.soap.Attachment;
import org.grapevine.dpws.soap.Envelope;

/**
 * What answers the envelopes of one HTTP address, behind a {@link SoapDoor} that has checked them. Called on workers of the HTTP
 * server, by many at once.
 */
public interface EnvelopeHandler {

    /**
     * True if the message is answered by an envelope, false if by 202. Decides which header blocks it must have.
     *
     * @throws FaultException if this address knows no such message
     */
    boolean isRequest(Envelope envelope, Optional<String> httpAction) throws FaultException;

    /**
     * True if a message that came to this address is for it; false gives DestinationUnreachable. Generous: any address with the same
     * path will do, whatever name or number the client knows this host by.
     *
     * @param to {@code wsa:To}
     * @param path of the HTTP request
     */
    default boolean isFor(String to, String path) {
        if (to.equals(EndpointReference.ANONYMOUS_ADDRESS)) {
            return true;
        }
        try {
            return path.equals(URI.create(to).getRawPath());
        } catch (IllegalArgumentException e) {
            return false; // No URI leads anywhere.
        }
    }

    /**
     * Acts on a message.
     *
     * @param httpAction the action by the HTTP header, for clients without WS-Addressing
     * @return the answer; empty for one-way messages
     * @throws FaultException to answer with a fault
     */
    Optional<Answer> handle(Envelope envelope, Optional<String> httpAction) throws FaultException;

    /**
     * True if a client that knows nothing of WS-Addressing is served as well. The messages of DPWS itself need it; an application's
     * own do not.
     */
    default boolean servesUnaddressed() {
        return false;
    }

    /** What goes back. */
    sealed interface Answer permits Reply, Whole {}

    /**
     * An answer before its addressing headers.
     *
     * @param action {@code wsa:Action} of the answer
     * @param body one XML element in UTF-8, or nothing for an empty body
     * @param attachments what the body includes; with any, the answer goes by MTOM
     * @param headerBlocks further header blocks, each declaring the namespaces it uses
     */
    @SuppressWarnings("ArrayRecordComponent") // Handed on to one writer, never compared.
    record Reply(String action, Optional<byte[]> body, List<Attachment> attachments, byte[]... headerBlocks)
            implements Answer {
        public Reply {
            attachments = List.copyOf(attachments);
        }

        /** An answer without attachments. */
        public Reply(String action, Optional<byte[]> body, byte[]... headerBlocks) {
            this(action, body, List.of(), headerBlocks);
        }
    }

    /** An envelope that is complete already. */
    @SuppressWarnings("ArrayRecordComponent") // As above.
    record Whole(int httpStatus, byte[] envelope) implements Answer {}
}
