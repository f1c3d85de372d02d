package org.grapevine.gossip.ask;

/**
 * What a shadow has done for those who ask by subscription.
 *
 * @param asks that it has now
 * @param refused because of what they ask; those at a limit of subscriptions are in its {@code EventingCounters}
 * @param runs begun
 * @param delayed runs that began late, because the one before was not over
 * @param failed runs that ended without an answer for a reason
 * @param abandoned runs whose subscriber had gone before their end
 * @param results answers sent on, of whole runs
 * @param samples single values sent on
 * @param overflowed asks that ended because too much waited for a slow sink
 */
public record AskStats(
        int asks,
        long refused,
        long runs,
        long delayed,
        long failed,
        long abandoned,
        long results,
        long samples,
        long overflowed) {}
