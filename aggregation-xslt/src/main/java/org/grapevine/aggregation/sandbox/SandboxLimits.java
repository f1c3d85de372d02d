package org.grapevine.aggregation.sandbox;

/**
 * What small JVMs may use. The defaults are guesses for a device with one core to spare.
 *
 * @param jvms how many of them run side by side
 * @param heapMegabytes heap of each; a JVM that needs more ends
 * @param startMillis longest start of one, ms
 * @param millis longest use of one, ms: compiling, if the stylesheet is new to it, and the merge; what has not ended then is killed
 * @param waiting callers that may wait for one; more are refused
 * @param waitMillis how long each waits, ms
 * @param runsPerJvm uses after which a JVM is replaced by a fresh one
 * @param suspendedMillis how long a stylesheet is refused that made a JVM end or ran out of time, ms
 * @param suspended how many of these are remembered
 */
public record SandboxLimits(
        int jvms,
        int heapMegabytes,
        int startMillis,
        int millis,
        int waiting,
        int waitMillis,
        int runsPerJvm,
        int suspendedMillis,
        int suspended) {

    private static final int MOST_JVMS = 16;

    public SandboxLimits {
        require(jvms >= 1 && jvms <= MOST_JVMS, "jvms", jvms, "1.." + MOST_JVMS);
        require(heapMegabytes >= 32, "heapMegabytes", heapMegabytes, ">= 32");
        require(startMillis >= 1, "startMillis", startMillis, ">= 1");
        require(millis >= 1, "millis", millis, ">= 1");
        require(waiting >= 0, "waiting", waiting, ">= 0");
        require(waitMillis >= 1, "waitMillis", waitMillis, ">= 1");
        require(runsPerJvm >= 1, "runsPerJvm", runsPerJvm, ">= 1");
        require(suspendedMillis >= 1, "suspendedMillis", suspendedMillis, ">= 1");
        require(suspended >= 1, "suspended", suspended, ">= 1");
    }

    public static SandboxLimits defaults() {
        return new SandboxLimits(1, 64, 10_000, 4_000, 32, 5_000, 10_000, 60_000, 1_000);
    }

    private static void require(boolean holds, String name, int value, String expected) {
        if (!holds) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: " + expected + ")");
        }
    }
}
