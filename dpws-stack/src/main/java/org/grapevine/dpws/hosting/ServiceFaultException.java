package org.grapevine.dpws.hosting;

/**
 * What a service throws to answer with a fault in its own words, where its interface declares none: unlike other exceptions, its
 * message goes to the client.
 */
public final class ServiceFaultException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final boolean blamesSender;

    private ServiceFaultException(String reason, boolean blamesSender, Throwable cause) {
        super(reason, cause);
        this.blamesSender = blamesSender;
    }

    /** The request is wrong: {@code name: value (expected: ...)}. */
    public static ServiceFaultException sender(String reason, Throwable cause) {
        return new ServiceFaultException(reason, true, cause);
    }

    /** The service cannot answer. */
    public static ServiceFaultException receiver(String reason, Throwable cause) {
        return new ServiceFaultException(reason, false, cause);
    }

    boolean blamesSender() {
        return blamesSender;
    }
}
