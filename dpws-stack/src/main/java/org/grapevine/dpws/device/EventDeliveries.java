package org.grapevine.dpws.device;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.grapevine.dpws.eventing.EventingFault;
import org.grapevine.dpws.eventing.SubscriptionManager;
import org.grapevine.dpws.soap.SoapFault;
import org.grapevine.dpws.transport.EventLoop;
import org.grapevine.dpws.transport.HttpReply;
import org.grapevine.dpws.transport.HttpSender;
import org.grapevine.dpws.transport.LoopTimer;
import org.jspecify.annotations.Nullable;

/** Does what a {@link SubscriptionManager} wants done: posts what may go now, and comes back for what may go later. */
final class EventDeliveries {

    private static final long LOOP_TIMEOUT_MILLIS = 5_000;
    private static final long GOODBYE_MILLIS = 3_000;

    private final SubscriptionManager subscriptions; // of the loop
    private final EventLoop loop;
    private final HttpSender sender;
    private final Owner owner;

    // Of the loop.
    private @Nullable LoopTimer timer;
    private long timerDue;
    private final CompletableFuture<Void> gone = new CompletableFuture<>();
    private boolean leaving;

    private volatile boolean crashed;

    /** Whose subscriptions they are. */
    interface Owner {

        /** The body of an answer; empty if there is none, or none that can be read. Any thread. */
        Optional<byte[]> read(HttpReply reply);

        /** Somebody answered a question. On the loop. */
        void answered(long question, Optional<byte[]> body);

        /** Something has changed, and all that may go has gone. On the loop. */
        void performed();
    }

    /** Something to be done on the loop. */
    interface LoopCall<T> {
        T call() throws EventingFault;
    }

    EventDeliveries(SubscriptionManager subscriptions, EventLoop loop, HttpSender sender, Owner owner) {
        this.subscriptions = subscriptions;
        this.loop = loop;
        this.sender = sender;
        this.owner = owner;
    }

    /**
     * Does something on the loop. Any thread.
     *
     * @return fails with RejectedExecutionException if the loop is full or closed
     */
    <T> CompletableFuture<T> onLoop(LoopCall<T> call) {
        CompletableFuture<T> result = new CompletableFuture<>();
        boolean taken = loop.offer(() -> {
            try {
                result.complete(call.call());
            } catch (EventingFault | RuntimeException e) {
                result.completeExceptionally(e);
            }
        });
        if (!taken) {
            result.completeExceptionally(
                    new RejectedExecutionException("eventing: the event loop is full or closed (expected: room)"));
        }
        return result;
    }

    /** Answers a message of a subscriber; on a worker of the HTTP server, which waits for the loop. */
    EnvelopeHandler.Answer answer(LoopCall<SubscriptionManager.Answer> call) throws FaultException {
        try {
            SubscriptionManager.Answer answer = onLoop(() -> {
                        try {
                            return call.call();
                        } finally {
                            perform();
                        }
                    })
                    .get(LOOP_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
            return new EnvelopeHandler.Reply(answer.action(), answer.body());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FaultException(SoapFault.endpointUnavailable(0));
        } catch (TimeoutException e) {
            throw new FaultException(SoapFault.endpointUnavailable(LOOP_TIMEOUT_MILLIS));
        } catch (ExecutionException e) {
            if (e.getCause() instanceof EventingFault fault) {
                throw new FaultException(fault.fault());
            }
            if (e.getCause() instanceof RejectedExecutionException) {
                throw new FaultException(SoapFault.endpointUnavailable(LOOP_TIMEOUT_MILLIS));
            }
            throw new IllegalStateException("eventing", e.getCause());
        }
    }

    /**
     * The source stops: what waits goes out, and each subscriber who wants to know is told. Any thread.
     *
     * @return done when that is so, or after 3 s
     */
    CompletableFuture<Void> stop() {
        if (crashed) {
            return CompletableFuture.completedFuture(null);
        }
        boolean taken = loop.offer(() -> {
            leaving = true;
            subscriptions.shutDown(loop.nowMillis());
            Optional<LoopTimer> patience = loop.schedule(GOODBYE_MILLIS, () -> gone.complete(null));
            perform();
            if (patience.isEmpty()) {
                gone.complete(null);
            }
        });
        if (!taken) {
            gone.complete(null);
        }
        return gone;
    }

    /** The source is gone without a word: nothing is sent from now on. Any thread. */
    void crash() {
        crashed = true;
        gone.complete(null);
        // A loop that is full lets the timer fire once, in vain.
        boolean unused = loop.offer(() -> {
            if (timer != null) {
                timer.cancel();
                timer = null;
            }
        });
    }

    /** Sends what may go now, and sets the timer for what may go later. On the loop. */
    void perform() {
        if (crashed) {
            return;
        }
        for (SubscriptionManager.Delivery delivery : subscriptions.deliveries(loop.nowMillis())) {
            CompletableFuture<HttpReply> unused = sender.post(
                            delivery.to(),
                            HttpReply.SOAP_CONTENT_TYPE,
                            delivery.envelope(),
                            Duration.ofMillis(delivery.timeoutMillis()))
                    .whenComplete((reply, failure) -> delivered(delivery, reply, failure));
        }
        owner.performed();
        if (leaving && subscriptions.isIdle()) {
            gone.complete(null);
        }
        setTimer();
    }

    private static SubscriptionManager.Outcome outcome(@Nullable HttpReply reply, @Nullable Throwable failure) {
        if (failure instanceof RejectedExecutionException) {
            return SubscriptionManager.Outcome.BUSY;
        }
        return failure != null || reply == null
                ? SubscriptionManager.Outcome.FAILED
                : SubscriptionManager.Outcome.ofStatus(reply.status());
    }

    private void delivered(
            SubscriptionManager.Delivery delivery, @Nullable HttpReply reply, @Nullable Throwable failure) {
        SubscriptionManager.Outcome outcome = outcome(reply, failure);
        boolean replied = delivery.question().isPresent() && outcome == SubscriptionManager.Outcome.ACCEPTED;
        Optional<byte[]> body = replied && reply != null ? owner.read(reply) : Optional.empty();
        // If the loop is full the subscription manager finds out by itself, when the delivery takes too long.
        boolean unused = loop.offer(() -> {
            subscriptions.delivered(loop.nowMillis(), delivery.number(), outcome);
            if (replied) {
                owner.answered(delivery.question().getAsLong(), body);
            }
            perform();
        });
    }

    private void setTimer() {
        OptionalLong due = subscriptions.nextDue();
        LoopTimer current = timer;
        if (current != null && (due.isEmpty() || due.getAsLong() != timerDue)) {
            current.cancel();
            timer = null;
        }
        if (timer == null && due.isPresent()) {
            timerDue = due.getAsLong();
            long delay = Math.max(0, timerDue - loop.nowMillis());
            // A loop without room for one more timer is full; the next message or event comes by here again.
            timer = loop.schedule(delay, this::onTimer).orElse(null);
        }
    }

    private void onTimer() {
        timer = null;
        subscriptions.advance(loop.nowMillis());
        perform();
    }
}
