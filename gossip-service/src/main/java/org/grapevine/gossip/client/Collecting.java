package org.grapevine.gossip.client;

import java.util.concurrent.CompletableFuture;

/**
 * Values of single devices on their way.
 *
 * @param end completed after the last value was given, with whom they cover and no value of its own; fails with an IOException that
 *     says why if they break off
 * @param stop wants no more of them
 */
public record Collecting(CompletableFuture<GossipAnswer> end, Runnable stop) {}
