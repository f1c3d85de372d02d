package org.grapevine.cli.console;

/**
 * Something to be done when Ctrl-C or a signal ends the process, such as saying Bye. Closing it takes it back.
 *
 * <pre>{@code
 * try (OnInterrupt leaving = OnInterrupt.run(host::close)) { ... }
 * }</pre>
 */
public final class OnInterrupt implements AutoCloseable {

    private final Thread hook;

    private OnInterrupt(Runnable task) {
        this.hook = new Thread(task, "grapevine-leave");
    }

    public static OnInterrupt run(Runnable task) {
        OnInterrupt interrupt = new OnInterrupt(task);
        Runtime.getRuntime().addShutdownHook(interrupt.hook);
        return interrupt;
    }

    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The process is ending already, and the task runs.
            return;
        }
    }
}
