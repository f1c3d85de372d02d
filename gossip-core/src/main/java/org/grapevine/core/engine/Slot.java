package org.grapevine.core.engine;

import java.util.List;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.core.message.Segment;
import org.jspecify.annotations.Nullable;

/** What a device knows of one child that it asked, or of somebody who may become one. Counts one reply at the most. */
final class Slot {

    enum State {
        /** It has the id and may want the request. */
        ADVERTISED,
        /** It was sent the request and has not said anything. */
        ASKED,
        /** It has this device as its parent, and is gathering. */
        ACCEPTED,
        /** It fell silent and its children were asked in its place: nothing that it still says is counted. */
        LOST,
        /** It has another parent. */
        DECLINED,
        /** It replied, faulted, or was refused. */
        ANSWERED
    }

    final Segment segment;
    final int left;
    /** What it has is advertised along a spare link of the tree. */
    final boolean spare;

    State state;
    /** The answer waits for it. Not any longer once it is given up; it may still answer then. */
    boolean awaited = true;
    /** It is asked in the place of that peer, which was lost. */
    @Nullable
    PeerAddress insteadOf;
    /** Whom it said it asked. */
    List<PeerAddress> children = List.of();
    /** When it was first asked, or spoke last. */
    long heardAt;

    long askedAt;
    /** When it is to be asked again. */
    long askAt;
    /** When something is to be decided about it: to ask again, or to wait no longer. */
    long lookAt;
    /** Asks since it spoke last. */
    int asks;
    /** It has said something. */
    boolean spoke;
    /** Samples taken from it. */
    int samples;
    /** Batches of samples taken from it. */
    int batches;

    Slot(RequestSpread.Child child) {
        this.segment = child.segment();
        this.left = child.left();
        this.spare = child.opening() == RequestSpread.Opening.SPARE_ID;
        this.state = child.opening() == RequestSpread.Opening.REQUEST ? State.ASKED : State.ADVERTISED;
    }

    /** True if its answer would be taken. */
    boolean mayAnswer() {
        return state != State.LOST && state != State.ANSWERED;
    }

    /** True if it has neither answered nor declined, and is not lost. */
    boolean isOpen() {
        return state == State.ADVERTISED || state == State.ASKED || state == State.ACCEPTED;
    }
}
