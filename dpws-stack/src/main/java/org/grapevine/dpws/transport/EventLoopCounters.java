package org.grapevine.dpws.transport;

/**
 * What an {@link EventLoop} did so far.
 *
 * @param waitingTasks tasks in the inbox now
 * @param pendingTimers timers not yet due now
 * @param executed tasks and timers that ran
 * @param failures of those, the ones that threw
 * @param refusedTasks offers refused because the inbox was full or the loop closed
 * @param refusedTimers timers refused because too many were pending or the loop was closed
 * @param abandoned tasks and timers that still waited when the loop was closed
 */
public record EventLoopCounters(
        int waitingTasks,
        int pendingTimers,
        long executed,
        long failures,
        long refusedTasks,
        long refusedTimers,
        long abandoned) {}
