package org.grapevine.grid.payload;

/**
 * A payload that does not say what its type demands. The message is one line: the element, the value, what is expected.
 * The fault is the sender's; where the payload came over the network it becomes a SOAP fault with code Sender.
 */
public final class MalformedPayloadException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    public MalformedPayloadException(String message) {
        super(message);
    }
}
