package org.grapevine.core.engine;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.grapevine.core.contract.GossipAction;
import org.grapevine.core.contract.GossipTimer;
import org.grapevine.core.message.Completeness;
import org.grapevine.core.message.Control;
import org.grapevine.core.message.Faults;
import org.grapevine.core.message.Payload;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.core.message.Sample;
import org.jspecify.annotations.Nullable;

/**
 * Samples on their way to the initiator. A relay has one batch under way to its parent (stop and wait); what comes in the meantime
 * makes up the next one. A batch that has no room is not acknowledged, so its sender keeps it: the way up fills from the top.
 */
final class Collecting {

    private final GossipConfig config;
    private final ReplyLimits limits;
    private final Counters counters;
    private final RequestSpread spread;
    private final Outgoing outgoing;

    /** Those that hold samples. */
    private final Set<SampleQueue> queues = new LinkedHashSet<>(0);

    private long bytes;

    Collecting(GossipConfig config, Counters counters, RequestSpread spread, Outgoing outgoing) {
        this.config = config;
        this.limits = config.replies();
        this.counters = counters;
        this.spread = spread;
        this.outgoing = outgoing;
    }

    /** The device's own value. */
    void onOwn(long now, Query query, Payload value, List<GossipAction> actions) {
        if (!take(now, query, List.of(new Sample(spread.self(), now, value)), actions)) {
            counters.drop(DropReason.SAMPLE_LOST);
            query.failed(Faults.BUSY, 1);
        }
    }

    /** Takes samples, or none of them if there is no room: then it returns false. */
    boolean take(long now, Query query, List<Sample> samples, List<GossipAction> actions) {
        if (query.parent == null) {
            give(query, samples, actions);
            return true;
        }
        SampleQueue queue = query.samples;
        if (queue == null) {
            queue = new SampleQueue();
            query.samples = queue;
            queues.add(queue);
        }
        if (!makeRoom(queue, samples)) {
            return false;
        }
        for (Sample sample : samples) {
            queue.add(sample);
            bytes += sample.value().sizeBytes();
        }
        send(now, query, actions);
        return true;
    }

    private boolean makeRoom(SampleQueue queue, List<Sample> samples) {
        long more = 0;
        for (Sample sample : samples) {
            more += sample.value().sizeBytes();
        }
        while (queue.size() + samples.size() > limits.samples() && queue.size() > 0) {
            if (!drop(queue)) {
                return false;
            }
        }
        for (SampleQueue each : queues) {
            while (bytes + more > limits.sampleBytes() && drop(each)) {
                // Another one of the same.
            }
        }
        return bytes + more <= limits.sampleBytes();
    }

    private boolean drop(SampleQueue queue) {
        long size = queue.makeRoom();
        if (size < 0) {
            return false;
        }
        bytes -= size;
        return true;
    }

    /** At the initiator: each device once. */
    private void give(Query query, List<Sample> samples, List<GossipAction> actions) {
        Set<PeerAddress> collected = query.collected;
        if (collected == null) {
            collected = new HashSet<>();
            query.collected = collected;
        }
        List<Sample> fresh = new ArrayList<>(samples.size());
        for (Sample sample : samples) {
            if (collected.contains(sample.device())) {
                counters.drop(DropReason.SECOND_SAMPLE);
            } else if (collected.size() >= limits.collected()) {
                counters.drop(DropReason.SAMPLE_LOST);
                query.truncated(1);
            } else {
                collected.add(sample.device());
                fresh.add(sample);
                query.completeness = query.completeness.plus(new Completeness(1, 0, 0, 0, 0, sample.takenMillis()));
            }
        }
        if (!fresh.isEmpty()) {
            actions.add(new GossipAction.Collected(query.id, fresh));
        }
    }

    /** Sends the next batch, if none is under way. */
    void send(long now, Query query, List<GossipAction> actions) {
        SampleQueue queue = query.samples;
        if (queue == null || queue.isFlying() || !queue.hasMore()) {
            return;
        }
        queue.nextBatch(limits.batchBytes());
        query.repeatAfter = config.repeatAfterMillis();
        fly(now, query, queue, actions);
    }

    private void fly(long now, Query query, SampleQueue queue, List<GossipAction> actions) {
        PeerAddress parent = query.parent;
        if (parent != null) {
            outgoing.control(parent, new Control.Samples(query.id, queue.number(), queue.flying()), actions);
            query.repeatAt = now + query.repeatAfter;
            if (!query.repetitionScheduled) {
                query.repetitionScheduled = true;
                actions.add(new GossipAction.Schedule(query.repeatAfter, new GossipTimer.RepeatReply(query.id)));
            }
        }
    }

    /** Says the batch under way again. */
    void repeat(long now, Query query, List<GossipAction> actions) {
        SampleQueue queue = query.samples;
        if (queue != null && queue.isFlying() && now < query.answerBy) {
            query.repeatAfter = Math.min(config.repeatAtMostMillis(), 2 * query.repeatAfter);
            fly(now, query, queue, actions);
        }
    }

    /** The parent has a batch. */
    void onAck(long now, Query query, int number, List<GossipAction> actions) {
        SampleQueue queue = query.samples;
        if (queue != null && queue.isFlying() && number == queue.number()) {
            queue.batchTaken();
            send(now, query, actions);
        }
    }

    /** True if the parent has everything. */
    static boolean isDrained(Query query) {
        return query.samples == null || query.samples.untold() == 0;
    }

    /** Another parent is to have everything. What it cannot have is told as truncated. */
    void startAgain(long now, Query query, List<GossipAction> actions) {
        SampleQueue queue = query.samples;
        if (queue != null) {
            query.truncated(queue.startAgain());
            send(now, query, actions);
        }
    }

    /** What the last word to the parent covers. What it has not taken by now is lost, and told as truncated. */
    Completeness covered(Query query) {
        @Nullable SampleQueue queue = query.samples;
        if (queue == null) {
            return query.completeness;
        }
        for (int i = 0; i < queue.untold(); i++) {
            counters.drop(DropReason.SAMPLE_LOST);
        }
        return query.completeness.plus(new Completeness(queue.told(), 0, 0, 0, queue.untold(), Completeness.NONE));
    }

    /** Nobody will ask for the samples any more. */
    void release(Query query) {
        SampleQueue queue = query.samples;
        if (queue != null) {
            query.samples = null;
            bytes -= queue.bytes();
            queues.remove(queue);
        }
    }

    long bytes() {
        return bytes;
    }
}
