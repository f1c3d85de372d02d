package org.grapevine.simulation.scenario;

/**
 * A kind of segment. There is one segment of it, or, if the devices of a group open one each, as many as these.
 *
 * @param name by which groups refer to it
 * @param link name of the link that carries its messages
 * @param lan true if each segment of it is one LAN, so that a multicast reaches all its devices
 */
public record SegmentKind(String name, String link, boolean lan) {

    /** A kind whose segments are no LANs. */
    public SegmentKind(String name, String link) {
        this(name, link, false);
    }
}
