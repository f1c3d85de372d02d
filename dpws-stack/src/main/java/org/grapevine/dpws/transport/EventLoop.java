package org.grapevine.dpws.transport;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One thread that owns engines: runs the tasks of a bounded inbox in order of arrival, and timers when they are due. Any
 * thread may offer, schedule and cancel; one task runs at a time, on the loop's thread or on one that stands in for it
 * ({@link #runHere}). A task that throws is counted and logged, and the loop goes on. Tasks must not block: all engines of the
 * loop wait meanwhile.
 */
public final class EventLoop implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EventLoop.class);
    private static final int TASKS_BETWEEN_TIMER_CHECKS = 64;
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(5);

    private final String name;
    private final int inboxCapacity;
    private final int timerCapacity;
    private final long startWallMillis;
    private final long startNanos = System.nanoTime();
    private final Thread thread;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition work = lock.newCondition();
    private final ArrayDeque<Runnable> inbox = new ArrayDeque<>();
    private final TreeSet<LoopTimer> timers = new TreeSet<>(
            Comparator.comparingLong((LoopTimer timer) -> timer.dueNanos).thenComparingLong(timer -> timer.sequence));
    private long nextSequence;
    private boolean closed;
    private boolean idle; // the thread waits, and nobody has woken it yet
    private @Nullable Thread standIn; // runs a task in place of the thread
    private boolean lookAgain; // the thread has to be woken behind the stand-in
    private volatile @Nullable Thread current; // whose tasks run now
    private long refusedTasks;
    private long refusedTimers;
    private long abandoned;
    private final LongAdder executed = new LongAdder();
    private final LongAdder failures = new LongAdder();
    private final LogGate logGate = new LogGate();

    private EventLoop(String name, int inboxCapacity, int timerCapacity, InstantSource clock) {
        this.startWallMillis = clock.millis();
        this.name = name;
        this.inboxCapacity = inboxCapacity;
        this.timerCapacity = timerCapacity;
        this.thread = new Thread(this::run, name);
    }

    /**
     * Starts a loop.
     *
     * @param name the name of its thread
     * @param inboxCapacity tasks that may wait; more are refused
     * @param timerCapacity timers that may be pending; more are refused
     */
    public static EventLoop start(String name, int inboxCapacity, int timerCapacity) {
        return start(name, inboxCapacity, timerCapacity, InstantSource.system());
    }

    /**
     * As above, by another clock than that of the machine.
     *
     * @param clock read once, for {@link #nowMillis}; timers go by monotonic time
     */
    public static EventLoop start(String name, int inboxCapacity, int timerCapacity, InstantSource clock) {
        Arguments.require(inboxCapacity >= 1, "inboxCapacity: %s (expected: >= 1)", inboxCapacity);
        Arguments.require(timerCapacity >= 1, "timerCapacity: %s (expected: >= 1)", timerCapacity);
        EventLoop loop = new EventLoop(name, inboxCapacity, timerCapacity, clock);
        loop.thread.start();
        return loop;
    }

    public String name() {
        return name;
    }

    /**
     * Milliseconds since the epoch by a clock that never jumps: the wall clock at the start of the loop, or the clock that it was started with, plus the
     * monotonic time since. May differ from the wall clock after that was set. Any thread.
     */
    public long nowMillis() {
        return startWallMillis + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos);
    }

    /** Whether the calling thread runs a task of this loop now, be it the loop's own or a stand-in. */
    public boolean isCurrent() {
        return Thread.currentThread() == current;
    }

    /**
     * Puts a task at the end of the inbox.
     *
     * @return false when the inbox is full or the loop closed: the task will not run, and was counted as refused
     */
    public boolean offer(Runnable task) {
        lock.lock();
        try {
            if (closed || inbox.size() == inboxCapacity) {
                refusedTasks++;
                return false;
            }
            inbox.add(task);
            wake();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Runs a task at once on the calling thread, if the loop has nothing to do: waking the loop's own thread may take longer than
     * the task. Tasks that are offered meanwhile wait for it.
     *
     * @return false if the loop is busy or closed: the task was not run
     */
    public boolean runHere(Runnable task) {
        lock.lock();
        try {
            if (closed || !idle || standIn != null || !inbox.isEmpty()) {
                return false;
            }
            standIn = Thread.currentThread();
            current = standIn;
        } finally {
            lock.unlock();
        }
        try {
            runGuarded(task);
        } finally {
            lock.lock();
            try {
                current = null;
                standIn = null;
                // What came meanwhile did not wake the thread, which could have done nothing.
                if (closed || lookAgain || !inbox.isEmpty()) {
                    lookAgain = false;
                    wake();
                }
            } finally {
                lock.unlock();
            }
        }
        return true;
    }

    /** Signals once for each time that the thread waits: a signal costs more than most tasks. With the lock. */
    private void wake() {
        if (idle && standIn == null) {
            idle = false;
            work.signal();
        }
    }

    /**
     * Runs a task on the loop after a delay, never earlier.
     *
     * @return the timer, for cancelling; empty when too many are pending or the loop is closed: the task will not run, and
     *     was counted as refused
     */
    public Optional<LoopTimer> schedule(long delayMillis, Runnable task) {
        Arguments.require(delayMillis >= 0, "delayMillis: %s (expected: >= 0)", delayMillis);
        long dueNanos = System.nanoTime() - startNanos + TimeUnit.MILLISECONDS.toNanos(delayMillis);
        lock.lock();
        try {
            if (closed || timers.size() == timerCapacity) {
                refusedTimers++;
                return Optional.empty();
            }
            LoopTimer timer = new LoopTimer(this, task, dueNanos, nextSequence++);
            timers.add(timer);
            if (timers.first() == timer) {
                lookAgain |= standIn != null;
                wake();
            }
            return Optional.of(timer);
        } finally {
            lock.unlock();
        }
    }

    boolean cancel(LoopTimer timer) {
        lock.lock();
        try {
            return timers.remove(timer);
        } finally {
            lock.unlock();
        }
    }

    public EventLoopCounters counters() {
        lock.lock();
        try {
            return new EventLoopCounters(
                    inbox.size(),
                    timers.size(),
                    executed.sum(),
                    failures.sum(),
                    refusedTasks,
                    refusedTimers,
                    abandoned);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Stops the loop and waits for its thread. The task that is running ends; what still waits is dropped and counted as
     * abandoned. From the loop's own thread it only asks for the stop. Safe to call again.
     */
    @Override
    public void close() {
        lock.lock();
        try {
            if (!closed) {
                closed = true;
                abandoned += (long) inbox.size() + timers.size();
                inbox.clear();
                timers.clear();
                wake();
            }
        } finally {
            lock.unlock();
        }
        if (!isCurrent()) {
            Threads.join(thread, STOP_PATIENCE);
        }
    }

    private void run() {
        List<Runnable> batch = new ArrayList<>(TASKS_BETWEEN_TIMER_CHECKS);
        while (takeDue(batch)) {
            for (Runnable task : batch) {
                runGuarded(task);
            }
            batch.clear();
        }
    }

    /** Waits until something is due, and nobody stands in. */
    private boolean takeDue(List<Runnable> batch) {
        lock.lock();
        try {
            current = null;
            while (!closed || standIn != null) {
                long idleNanos = Long.MAX_VALUE;
                if (standIn == null) {
                    long nowNanos = System.nanoTime() - startNanos;
                    takeDue(nowNanos, batch);
                    if (!batch.isEmpty()) {
                        current = thread;
                        return true;
                    }
                    idleNanos = timers.isEmpty() ? Long.MAX_VALUE : timers.first().dueNanos - nowNanos;
                } else {
                    lookAgain = true;
                }
                idle = true;
                long unused = work.awaitNanos(idleNanos);
                idle = false;
            }
            return false;
        } catch (InterruptedException e) {
            // Only close() ends the loop; an interrupt that some task left behind must not.
            idle = false;
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Due timers go first: they are late already, the inbox is only impatient. */
    private void takeDue(long nowNanos, List<Runnable> batch) {
        while (!timers.isEmpty() && timers.first().dueNanos <= nowNanos && batch.size() < TASKS_BETWEEN_TIMER_CHECKS) {
            LoopTimer due = timers.first();
            timers.remove(due);
            batch.add(due.task);
        }
        for (int taken = 0; taken < TASKS_BETWEEN_TIMER_CHECKS && !inbox.isEmpty(); taken++) {
            batch.add(inbox.remove());
        }
    }

    private void runGuarded(Runnable task) {
        try {
            task.run();
        } catch (Throwable e) {
            // Errors too: a StackOverflowError provoked by one message must not silence every engine of this loop.
            failures.increment();
            if (logGate.permits(e.getClass().getName(), System.nanoTime())) {
                LOG.error("{}: a task failed; same kind not logged again for a minute", name, e);
            }
        }
        executed.increment();
    }
}
