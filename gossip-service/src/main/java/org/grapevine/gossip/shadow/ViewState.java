package org.grapevine.gossip.shadow;

import org.grapevine.core.message.Segment;

/**
 * How far a shadow has come to know one of its segments.
 *
 * @param links peers that messages go to
 * @param peers that it knows, those in reserve included
 * @param devices estimated in the segment, this one included
 * @param wanted links that make its view a settled one: one less than it has room for in a HyParView, so as many as the fanout;
 *     8 peers to exchange others with in a Cyclon; everybody where it knows all that discovery finds
 */
public record ViewState(Segment segment, int links, int peers, int devices, int wanted) {

    /** Of a view that is to have everybody. */
    static final int EVERYBODY = Integer.MAX_VALUE;

    /**
     * Whether messages find enough peers.
     *
     * @param members devices that the segment really has, this one included
     */
    public boolean isSettled(int members) {
        return links >= Math.min(wanted, members - 1);
    }
}
