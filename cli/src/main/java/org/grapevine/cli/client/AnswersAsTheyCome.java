package org.grapevine.cli.client;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.grapevine.cli.console.ExitCode;
import org.grapevine.cli.console.FailedException;
import org.grapevine.cli.console.Fields;
import org.grapevine.cli.console.OnInterrupt;
import org.grapevine.cli.console.Progress;
import org.grapevine.cli.console.Session;
import org.grapevine.cli.console.UsageException;
import org.grapevine.dpws.device.DeviceHost;
import org.grapevine.dpws.device.NotificationSink;
import org.grapevine.gossip.client.AskListener;
import org.grapevine.gossip.client.AskSubscription;
import org.grapevine.gossip.client.ClientMessage;
import org.grapevine.gossip.client.DeviceSample;
import org.grapevine.gossip.client.GossipEntry;
import org.grapevine.gossip.client.Repetition;
import org.grapevine.gossip.client.RunAnswer;

/** Lets a shadow ask all devices, once or again and again, and prints what comes until it is over or Ctrl-C ends it. */
final class AnswersAsTheyCome {

    private static final String SINK = "/answers";

    private final Session session;
    private final Repetition repetition;
    private final AnswerReport report;
    private final AtomicInteger failedRuns = new AtomicInteger();
    private final AtomicInteger runs = new AtomicInteger();
    private final Stay<AskSubscription.Ended> stay = new Stay<>(this::interrupted);
    private volatile boolean interrupted;

    AnswersAsTheyCome(Session session, Repetition repetition) {
        this.session = session;
        this.repetition = repetition;
        this.report = new AnswerReport(session.reporter());
    }

    /**
     * Asks, and waits for the end.
     *
     * @param runLongest how long one run may take
     * @param secure whether this computer can serve HTTPS
     */
    @SuppressWarnings("try") // The hook is a resource for its closing only.
    int run(Network network, List<GossipEntry> entries, ClientMessage message, Duration runLongest, boolean secure) {
        // Answers come to this computer.
        entries.forEach(entry -> Stay.requireReachable(session, entry.shadow(), "--to", "answers"));
        boolean https =
                secure && "https".equalsIgnoreCase(entries.get(0).shadow().getScheme());
        DeviceHost host = https ? network.secureHost() : network.host();
        try (NotificationSink sink = NotificationSink.open(host, SINK);
                OnInterrupt leaving = stay.endedByTheUser()) {
            String asked = entries.get(0).shadow().toString();
            AskSubscription subscription = network.await(
                    network.gossip().every(sink, entries, message, repetition, new Printer(asked)),
                    Network.HTTP_TIMEOUT.multipliedBy(2L * entries.size()),
                    asked);
            CompletableFuture<Void> unused = subscription.ended().thenAccept(stay::end);
            return tellEnd(await(subscription, runLongest), network, subscription);
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()), e);
        } finally {
            stay.close();
        }
    }

    private AskSubscription.Ended interrupted() {
        interrupted = true;
        return new AskSubscription.Ended(runs.get(), Optional.empty());
    }

    /** Prints on the threads of the host, one thing after the other. */
    private final class Printer implements AskListener {
        private final String entry;

        Printer(String entry) {
            this.entry = entry;
        }

        @Override
        public void onSample(DeviceSample sample) {
            report.sample(sample);
        }

        @Override
        public void onRun(RunAnswer run) {
            runs.incrementAndGet();
            if (run.failure().isPresent()) {
                failedRuns.incrementAndGet();
            }
            report.run(entry, run, repetition.every().isPresent());
        }
    }

    @SuppressWarnings("try") // The progress is shown as long as it is open.
    private AskSubscription.Ended await(AskSubscription subscription, Duration runLongest) {
        if (repetition.every().isPresent()) {
            return get(Duration.ZERO);
        }
        try (Progress ignored = session.progress("aggregate", runLongest.toMillis())) {
            return get(runLongest);
        } catch (FailedException e) {
            throw new FailedException(subscription.entry() + ": " + e.getMessage(), e);
        }
    }

    private AskSubscription.Ended get(Duration longest) {
        try {
            return stay.await(longest);
        } catch (TimeoutException e) {
            throw new FailedException("no end within " + Network.seconds(longest), e);
        }
    }

    private int tellEnd(AskSubscription.Ended how, Network network, AskSubscription subscription) {
        String goodbye = "";
        if (interrupted) {
            try {
                network.await(
                        subscription.unsubscribe(),
                        Network.HTTP_TIMEOUT.multipliedBy(2),
                        subscription.entry().toString());
            } catch (FailedException e) {
                // It runs out by itself; who asked should know that it still lasts.
                goodbye = ", not unsubscribed: " + e.getMessage();
            }
        }
        session.reporter()
                .json(Fields.step("ended")
                        .and("why", interrupted ? "interrupted" : how.failure().orElse("done"))
                        .and("runs", runs.get())
                        .and("failedRuns", failedRuns.get())
                        .and("unsubscribed", interrupted && goodbye.isEmpty()));
        if (how.failure().isPresent()) {
            throw new FailedException(subscription.entry() + ": it ended after " + runs.get()
                    + (runs.get() == 1 ? " run: " : " runs: ") + how.failure().get());
        }
        if (repetition.every().isPresent() || interrupted) {
            session.reporter().line(runs.get() + (runs.get() == 1 ? " run" : " runs") + goodbye);
        }
        return failedRuns.get() == 0 ? ExitCode.DONE : ExitCode.FAILED;
    }
}
