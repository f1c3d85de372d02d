package org.grapevine.core.message;

/**
 * A part of the network whose members gossip among themselves, named by the scope that they share. A device may be in
 * several and joins them.
 *
 * @param scope a WS-Discovery scope, compared character by character
 */
public record Segment(String scope) {
    @Override
    public String toString() {
        return scope;
    }
}
