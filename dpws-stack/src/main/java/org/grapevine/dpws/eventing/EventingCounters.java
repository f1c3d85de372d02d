package org.grapevine.dpws.eventing;

/**
 * What an event source did for its subscribers so far.
 *
 * @param active subscriptions now
 * @param granted subscriptions granted
 * @param renewed granted Renews
 * @param unsubscribed subscriptions ended by their subscribers
 * @param expired subscriptions that ran out
 * @param ended subscriptions that the source ended
 * @param refusedAtLimit Subscribes refused because there were too many, in all or for one host
 * @param refusedSinks Subscribes refused because of an address to which nothing is sent
 * @param accepted notifications that a sink accepted
 * @param failed attempts to deliver that failed
 * @param postponed attempts that did not leave, for want of room in the sender
 * @param overflowed subscriptions ended because too many notifications waited
 * @param dropped notifications that were waiting when their subscription ended
 * @param droppedEnds SubscriptionEnds not sent because too many were waiting
 * @param queued notifications that wait or are under way now
 */
public record EventingCounters(
        int active,
        long granted,
        long renewed,
        long unsubscribed,
        long expired,
        long ended,
        long refusedAtLimit,
        long refusedSinks,
        long accepted,
        long failed,
        long postponed,
        long overflowed,
        long dropped,
        long droppedEnds,
        long queued) {}
