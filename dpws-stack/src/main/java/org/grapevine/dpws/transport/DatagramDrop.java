package org.grapevine.dpws.transport;

/** Why a datagram of a {@link Link} was lost on this machine. */
public enum DatagramDrop {
    /** Not sent: above the limit of the options. */
    SEND_TOO_LARGE,
    /** Not sent: the kernel's send buffer had no room. */
    SEND_BUFFER_FULL,
    /** Not sent: refused by the kernel (no route, wrong IP version, closed, ...). */
    SEND_ERROR,
    /** Lost by {@link TransportFaults}, on its way out or in. */
    FAULT,
    /** Not sent: held back by {@link TransportFaults}, for which there was no room. */
    HELD_BACK_FULL,
    /** Dropped on arrival: above the limit of the options. */
    RECEIVE_TOO_LARGE,
    /** A read that failed. */
    RECEIVE_ERROR,
    /** The handler threw. */
    HANDLER_FAILURE,
    /** It was no message; counted by the handler. */
    MALFORMED,
    /** It was for nobody here; counted by the handler. */
    MISADDRESSED
}
