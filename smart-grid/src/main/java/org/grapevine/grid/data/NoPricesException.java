package org.grapevine.grid.data;

/** A day was asked for whose prices are not in the data; the message says which days are. */
public final class NoPricesException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    public NoPricesException(String message) {
        super(message);
    }
}
