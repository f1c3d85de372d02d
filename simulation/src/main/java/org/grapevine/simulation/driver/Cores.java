package org.grapevine.simulation.driver;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;

/** Spreads independent runs over cores. Each run is single-threaded; only whole runs go side by side. */
public final class Cores {

    /** Tasks begun ahead of the one whose result is waited for, per core: enough that a long one does not idle the others. */
    private static final int AHEAD = 4;

    private Cores() {}

    /** Cores that this process may use. */
    public static int available() {
        return Runtime.getRuntime().availableProcessors();
    }

    /**
     * Runs a task for each piece of work and hands the results over on this thread, in the order of the work. Whatever a task or
     * the consumer throws ends everything and is thrown here; so does an interrupt, as {@link InterruptedException}.
     *
     * @param cores tasks at the same time
     * @param work drawn as needed, on this thread
     */
    public static <T, R> void forEach(int cores, Iterator<T> work, Function<T, R> task, Consumer<R> inOrder)
            throws InterruptedException {
        AtomicInteger number = new AtomicInteger();
        ExecutorService threads = Executors.newFixedThreadPool(cores, runnable -> {
            Thread thread = new Thread(runnable, "simulation-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
        Deque<Future<R>> begun = new ArrayDeque<>();
        try {
            while (work.hasNext() || !begun.isEmpty()) {
                while (work.hasNext() && begun.size() < AHEAD * cores) {
                    T next = work.next();
                    begun.add(threads.submit(() -> task.apply(next)));
                }
                inOrder.accept(begun.remove().get());
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            if (e.getCause() instanceof Error failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        } finally {
            threads.shutdownNow();
        }
    }
}
