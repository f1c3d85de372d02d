package org.grapevine.dpws.device;

import java.util.concurrent.CompletableFuture;

/** Takes what a service emits in place of its own subscribers. Any thread; must not block. */
public interface EventOutlet {

    /** True if it takes events of that action; those of others go to the subscribers of the service as always. */
    boolean takes(String action);

    /**
     * Emits a notification.
     *
     * @param body one element in UTF-8 that declares every namespace it needs, or nothing for an empty body; not changed afterwards
     * @return completed when it is on its way; fails with RejectedExecutionException if there is no room for it, or
     *     IllegalArgumentException if it can never be sent
     */
    CompletableFuture<Void> emit(String action, byte[] body);

    /**
     * Asks the subscribers of a question.
     *
     * @param body as for {@link #emit}
     * @return one answer at most; fails as {@link #emit}, or with an IOException if the question as a whole has failed
     */
    CompletableFuture<Solicited<byte[]>> solicit(String action, byte[] body);
}
