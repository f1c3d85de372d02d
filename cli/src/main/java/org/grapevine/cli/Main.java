package org.grapevine.cli;

import org.grapevine.cli.console.Screen;

/** Where the process starts; its exit code is that of {@link Grapevine#run}. */
public final class Main {

    /** Set by the start script when standard output is a terminal: its width. */
    private static final String COLUMNS = "grapevine.columns";

    /** Set by the start script to true when standard error is a terminal. */
    private static final String PROGRESS = "grapevine.progress";

    private static final String DEBUG_VARIABLE = "GRAPEVINE_DEBUG";

    private static final String COMMON_POOL = "java.util.concurrent.ForkJoinPool.common.parallelism";

    private Main() {}

    public static void main(String[] args) {
        widenCommonPool(Runtime.getRuntime().availableProcessors());
        int columns = Math.max(0, Integer.getInteger(COLUMNS, 0));
        Screen screen = new Screen(System.out, System.err, columns, Boolean.getBoolean(PROGRESS));
        String debug = System.getenv(DEBUG_VARIABLE);
        System.exit(Grapevine.run(args, screen, debug != null && !debug.isEmpty()));
    }

    /**
     * With one or two processors the JDK's common pool has one thread, and then the JDK's HTTP client starts a thread for every
     * response. That doubles what a notification costs. Has an effect before the pool is first used only.
     */
    static void widenCommonPool(int processors) {
        if (processors <= 2 && System.getProperty(COMMON_POOL) == null) {
            System.setProperty(COMMON_POOL, "2");
        }
    }
}
