package org.grapevine.gossip.driver;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.grapevine.core.message.EncodedPayload;
import org.grapevine.core.message.Payload;
import org.grapevine.core.message.Sample;
import org.grapevine.core.reply.AggregationException;
import org.grapevine.core.reply.AggregationFunction;
import org.grapevine.core.reply.Partial;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes one answer of all values of a request that collects, for a client that takes one: each value is merged as a device's own. The
 * merges run one after the other off the event loop; what waits for them is bounded.
 */
final class SampleFold implements Requests.Taker {

    private static final Logger LOG = LoggerFactory.getLogger(SampleFold.class);

    /** Values that wait to be merged, bytes; a guess. */
    static final long MOST_WAITING_BYTES = 16L << 20;

    /** Merges between which others have their turn. */
    private static final int MERGES_AT_ONCE = 16;

    /** Runs functions off the event loop. */
    interface Functions {

        /** False if there is no room for the task: it will not run. */
        boolean run(String function, Runnable task);

        AggregationFunction find(String function) throws AggregationException;
    }

    private final Functions merges;
    private final String function;
    private final ArrayDeque<Payload> waiting = new ArrayDeque<>(); // guarded by this, like all below
    private long waitingBytes;
    private boolean running;
    private @Nullable String failure;
    private @Nullable Partial merged;
    private @Nullable Answer last;
    private final CompletableFuture<Answer> folded = new CompletableFuture<>();

    SampleFold(Functions merges, String function) {
        this.merges = merges;
        this.function = function;
    }

    @Override
    public synchronized void samples(List<Sample> samples) {
        if (failure != null) {
            return;
        }
        for (Sample sample : samples) {
            waitingBytes += sample.value().sizeBytes();
            waiting.add(sample.value());
        }
        if (waitingBytes > MOST_WAITING_BYTES) {
            give("busy: more values have come than can be merged");
        }
        start();
    }

    @Override
    public synchronized CompletableFuture<Answer> end(Answer answer) {
        last = answer;
        start();
        return folded;
    }

    /** Goes on with what there is to do, unless that is under way. */
    private void start() {
        boolean more = !waiting.isEmpty() || last != null;
        if (running || !more) {
            return;
        }
        running = merges.run(function, this::step);
        if (!running) {
            give("busy: no room to merge now");
            finish(Optional.empty());
        }
    }

    private void give(String why) {
        waiting.clear();
        waitingBytes = 0;
        if (failure == null) {
            failure = why;
        }
    }

    private void step() {
        try {
            AggregationFunction merging = merges.find(function);
            for (int i = 0; i < MERGES_AT_ONCE; i++) {
                Payload next = next();
                if (next == null) {
                    break;
                }
                mergeOne(merging, next);
            }
            stepped(merging);
        } catch (AggregationException e) {
            failed(e.getMessage());
        } catch (RuntimeException e) {
            LOG.error("aggregation {} failed", function, e);
            failed("aggregation " + function + ": internal error");
        }
    }

    private synchronized @Nullable Payload next() {
        Payload next = waiting.poll();
        waitingBytes -= next == null ? 0 : next.sizeBytes();
        return next;
    }

    private void mergeOne(AggregationFunction merging, Payload value) throws AggregationException {
        Partial before = merged();
        Optional<Payload> with = merging.merge(Optional.of(value), before == null ? List.of() : List.of(before));
        if (with.isPresent()) {
            keep(new Partial(with.get(), before == null ? 1 : before.contributors() + 1));
        }
    }

    private synchronized @Nullable Partial merged() {
        return merged;
    }

    private synchronized void keep(Partial partial) {
        merged = partial;
    }

    private void stepped(AggregationFunction merging) throws AggregationException {
        Partial all;
        synchronized (this) {
            running = false;
            if (!waiting.isEmpty() || last == null) {
                start();
                return;
            }
            running = true; // Nothing begins behind the end.
            all = failure == null && last.failure().isEmpty() ? merged : null;
        }
        finish(all == null ? Optional.empty() : Optional.of(((EncodedPayload) merging.finish(all.payload())).bytes()));
    }

    private void failed(String why) {
        boolean ended;
        synchronized (this) {
            running = false;
            give(why);
            ended = last != null;
        }
        if (ended) {
            finish(Optional.empty());
        }
    }

    private void finish(Optional<byte[]> element) {
        Answer answer;
        synchronized (this) {
            if (last == null) {
                return;
            }
            answer = failure == null || last.failure().isPresent()
                    ? last.with(element)
                    : Answer.failed(failure, last.completeness());
        }
        folded.complete(answer);
    }
}
