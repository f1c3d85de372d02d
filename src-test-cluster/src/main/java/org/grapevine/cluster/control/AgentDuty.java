package org.grapevine.cluster.control;

import java.nio.ByteBuffer;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.grapevine.cluster.plan.AgentTask;
import org.grapevine.cluster.record.RecordCodec;
import org.jspecify.annotations.Nullable;

/**
 * An agent's part in one run after the other: makes the work, tells it what to do, and says what came of it. What is asked twice is
 * done once and answered twice. Used in one thread.
 */
final class AgentDuty implements AutoCloseable {

    private static final int MOST_REASON = 1_000;
    private static final byte[] NOTHING = {};

    private final AgentWork.Maker maker;
    private final Consumer<ControlMessage> answer;
    private final Executor own;
    private long run;
    private @Nullable AgentWork work;
    private final Set<Phase> begun = EnumSet.noneOf(Phase.class);
    private final Set<Phase> done = EnumSet.noneOf(Phase.class);
    private byte[] record = NOTHING;
    private volatile String lacking = "";

    /**
     * Has nothing to do yet.
     *
     * @param answer speaks to the coordinator
     * @param own brings what work tells from its threads back to this one
     */
    AgentDuty(AgentWork.Maker maker, Consumer<ControlMessage> answer, Executor own) {
        this.maker = maker;
        this.answer = answer;
        this.own = own;
    }

    /** The run that it has part in; 0 for none. */
    long run() {
        return run;
    }

    void prepare(AgentTask task) {
        if (task.run() != run) {
            close();
            run = task.run();
        }
        phase(run, Phase.PREPARE, () -> {
            AgentWork made = maker.make(task);
            work = made;
            return made.prepare();
        });
    }

    /** Whatever has not settled within the time is told, and is no failure. */
    void settle(long ofRun, long withinMillis) {
        phase(ofRun, Phase.SETTLE, () -> {
            AgentWork settling = working();
            CompletableFuture<String> in = settling.settled().thenApply(settled -> "");
            return in.completeOnTimeout(
                            "its devices had not settled after " + withinMillis + " ms",
                            withinMillis,
                            TimeUnit.MILLISECONDS)
                    .thenAccept(how -> lacking = how.isEmpty() ? "" : how + words(settling.unsettled()));
        });
    }

    private static String words(String unsettled) {
        String all = unsettled.isEmpty() ? "" : ": " + unsettled;
        return all.substring(0, Math.min(all.length(), MOST_REASON));
    }

    void begin(long ofRun, long startMillis) {
        phase(ofRun, Phase.RUN, () -> {
            working().begin(startMillis);
            return CompletableFuture.completedFuture(null);
        });
    }

    void finish(long ofRun) {
        phase(ofRun, Phase.FINISH, () -> working().finish().thenAccept(seen -> {
            byte[] octets = RecordCodec.encode(seen);
            if (octets.length > ControlCodec.MOST_RECORD_OCTETS) {
                throw new IllegalStateException("record: " + octets.length + " octets (expected: at most "
                        + ControlCodec.MOST_RECORD_OCTETS + ")");
            }
            record = octets;
        }));
    }

    void fetch(long ofRun, int offset) {
        byte[] whole = record;
        if (ofRun == run && done.contains(Phase.FINISH) && offset < whole.length) {
            int length = Math.min(whole.length - offset, ControlCodec.PART_OCTETS);
            answer.accept(new ControlMessage.Part(run, offset, ByteBuffer.wrap(whole, offset, length)));
        }
    }

    /** Ends the run, however far it is; no answer is late. */
    void close(long ofRun) {
        if (ofRun == run) {
            close();
        }
        answer.accept(new ControlMessage.Closed(ofRun));
    }

    private AgentWork working() {
        AgentWork current = work;
        if (current == null) {
            throw new IllegalStateException("work: none (expected: prepared)");
        }
        return current;
    }

    /** Something that work is asked for. */
    private interface Step {
        CompletableFuture<?> take();
    }

    private void phase(long ofRun, Phase phase, Step step) {
        if (ofRun != run) {
            return;
        }
        if (!begun.add(phase)) {
            if (done.contains(phase)) {
                tell(phase);
            }
            return;
        }
        CompletableFuture<?> future;
        try {
            future = step.take();
        } catch (RuntimeException e) {
            fail(phase, e);
            return;
        }
        var unused = future.whenComplete((nothing, failure) -> own.execute(() -> {
            if (ofRun != run) {
                return;
            }
            if (failure != null) {
                fail(phase, failure);
            } else {
                done.add(phase);
                tell(phase);
            }
        }));
    }

    private void tell(Phase phase) {
        switch (phase) {
            case PREPARE ->
                answer.accept(new ControlMessage.Prepared(run, working().journals()));
            case SETTLE -> answer.accept(new ControlMessage.Settled(run, lacking));
            case FINISH -> answer.accept(new ControlMessage.Finished(run, record.length));
            default -> {} // Nobody waits for it.
        }
    }

    private void fail(Phase phase, Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        String reason = cause.getMessage() == null ? cause.toString() : cause.getMessage();
        answer.accept(
                new ControlMessage.Failed(run, phase, reason.substring(0, Math.min(reason.length(), MOST_REASON))));
    }

    /** Stops the devices, if there are any. */
    @Override
    public void close() {
        AgentWork ended = work;
        work = null;
        run = 0;
        record = NOTHING;
        lacking = "";
        begun.clear();
        done.clear();
        if (ended != null) {
            ended.close();
        }
    }
}
