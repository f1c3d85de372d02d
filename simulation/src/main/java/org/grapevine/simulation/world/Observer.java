package org.grapevine.simulation.world;

import org.grapevine.core.contract.GossipAction;
import org.grapevine.core.message.GossipMessage;
import org.grapevine.core.message.MessageId;

/**
 * Told all that happens in a simulated network, as it happens: checkers and recorders. It sees everything and changes nothing;
 * what it is handed stays valid during the call only, unless it is immutable. Times in µs of virtual time.
 */
public interface Observer {

    /** Before anything happens; all devices are made, those that start at once are up. */
    default void begins(World world) {}

    /** A device starts, for the first time or again, with nothing remembered. */
    default void started(long now, Device device) {}

    /** A device is gone: crashed, or left with a Bye. */
    default void stopped(long now, Device device) {}

    /** A workload hands a message or a request to a device's engine, which has not seen it yet. */
    default void published(long now, Device at, GossipMessage message) {}

    /** An engine gives a copy or a control message to the network. The baseline's notifications pass here too. */
    default void sent(long now, Transit transit) {}

    /**
     * An engine gives one copy for a whole segment to the network: right before {@link #sent} for each receiver's, none of
     * which the sender sends by itself.
     *
     * @param bytes of the one copy
     * @param receivers members of the segment that are up, the sender left out
     */
    default void multicast(long now, Device from, GossipAction.Multicast sent, int bytes, int receivers) {}

    /** The network doubles what was sent: one more is under way. */
    default void duplicated(long now, Transit transit) {}

    /** What was sent will not arrive. */
    default void lost(long now, Transit transit, Loss why) {}

    /** What was sent arrives, and is handed to the engine right after. */
    default void arrived(long now, Transit transit) {}

    /** A hosted service takes a message, or a request that it will answer. */
    default void delivered(long now, Device device, GossipMessage message) {}

    /** An engine wants values merged. */
    default void merging(long now, Device device, GossipAction.Merge merge) {}

    /** Values of a request that collects have come to its initiator. */
    default void collected(long now, Device initiator, GossipAction.Collected values) {}

    /** A request is over at its initiator, with a value or with all that were collected. */
    default void completed(long now, Device initiator, GossipAction.Complete outcome) {}

    /** A request is over at its initiator, without a value. */
    default void failed(long now, Device initiator, GossipAction.Fail outcome) {}

    /** The baseline has given one subscriber up. */
    default void gaveUp(long now, Device subscriber, MessageId message) {}

    /**
     * In a recorded run only, in place of the {@link #arrived} that nobody saw: the delivery told of next came over so many copies.
     */
    default void came(long now, Device device, GossipMessage message, int hops) {}

    /**
     * In a recorded run only, in place of each {@link #sent}: what the engine of a device that was up at the end had sent.
     *
     * @param copies of messages and requests
     * @param controls control messages of gossip
     */
    default void counted(Device device, long copies, long controls) {}

    /** Called now and then, every so many events, with nothing under way inside an engine: for checks of what is held. */
    default void glance(long now, World world) {}

    /**
     * As {@link #glance}, but once in each second of virtual time in which anything happens, if there are membership engines; with
     * more than 1,000 devices, once in as many seconds as there are thousands of them.
     */
    default void look(long now, World world) {}

    /** After the last event. */
    default void ended(long now, World world) {}
}
