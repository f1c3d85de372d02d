package org.grapevine.dpws.transport;

/** A task that an {@link EventLoop} runs later. */
public final class LoopTimer {

    final Runnable task;
    final long dueNanos;
    final long sequence;
    private final EventLoop loop;

    LoopTimer(EventLoop loop, Runnable task, long dueNanos, long sequence) {
        this.loop = loop;
        this.task = task;
        this.dueNanos = dueNanos;
        this.sequence = sequence;
    }

    /**
     * Takes the timer out. Any thread; from the loop's own thread the answer is final.
     *
     * @return whether the task was still pending and will now not run
     */
    public boolean cancel() {
        return loop.cancel(this);
    }
}
