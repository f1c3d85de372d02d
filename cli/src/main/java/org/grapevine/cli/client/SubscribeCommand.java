package org.grapevine.cli.client;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.grapevine.cli.console.ExitCode;
import org.grapevine.cli.console.FailedException;
import org.grapevine.cli.console.Fields;
import org.grapevine.cli.console.OnInterrupt;
import org.grapevine.cli.console.Reporter;
import org.grapevine.cli.console.Session;
import org.grapevine.cli.console.UsageException;
import org.grapevine.cli.console.Values;
import org.grapevine.dpws.device.DeviceHost;
import org.grapevine.dpws.device.Notification;
import org.grapevine.dpws.device.NotificationSink;
import org.grapevine.dpws.device.Subscription;
import org.grapevine.dpws.device.SubscriptionOptions;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.soap.MalformedEnvelopeException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code grapevine subscribe}: prints the notifications of a hosted service. */
@Command(
        name = "subscribe",
        description = "Subscribe to the events of a hosted service, and print each as it comes, until Ctrl-C.")
public final class SubscribeCommand implements Callable<Integer> {

    private static final String SINK = "/notifications";
    private static final long LONGEST_EXPIRES_MILLIS = Duration.ofDays(30).toMillis();
    private static final int MOST_COUNTED = 1_000_000_000;

    private final Session session;

    @Parameters(index = "0", paramLabel = "ADDRESS", description = "HTTP address of the hosted service.")
    private String address = "";

    @Option(
            names = "--action",
            paramLabel = "URI",
            description = "Only events of this action, as inspect shows it. May be repeated (default: all).")
    private List<String> actions = new ArrayList<>();

    @Option(
            names = "--expires",
            paramLabel = "MS|PTnM",
            description = "Time to ask for; it is renewed at half of what is granted (default: as the service likes).")
    private @Nullable String expires;

    @Option(names = "--count", paramLabel = "N", description = "End after N notifications.")
    private @Nullable String count;

    @Option(
            names = "--for",
            paramLabel = "SECONDS",
            description = "End after so many seconds; with --count, fewer notifications by then are a failure.")
    private @Nullable String seconds;

    @Mixin
    private NetworkOptions options = new NetworkOptions();

    private final AtomicLong received = new AtomicLong();
    private final Stay<String> stay = new Stay<>(() -> "interrupted");

    public SubscribeCommand(Session session) {
        this.session = session;
    }

    @Override
    @SuppressWarnings("try") // The hook is a resource for its closing only.
    public Integer call() {
        URI service = Values.httpAddress("ADDRESS", address);
        SubscriptionOptions wish = wish();
        long wanted = count == null ? Long.MAX_VALUE : Values.integer("--count", count, 1, MOST_COUNTED);
        Duration longest = seconds == null
                ? Duration.ZERO
                : Values.seconds("--for", seconds, Duration.ofMillis(100), Duration.ofDays(1));
        // Notifications come to this computer.
        Stay.requireReachable(session, service, "ADDRESS", "notifications");
        try (Network network = options.open(session)) {
            boolean secure = "https".equalsIgnoreCase(service.getScheme()) && options.hasCertificate();
            DeviceHost host = secure ? network.secureHost() : network.host();
            try (NotificationSink sink = NotificationSink.open(host, SINK);
                    OnInterrupt leaving = stay.endedByTheUser()) {
                Subscription subscription = network.await(
                        sink.subscribe(service, wish, notification -> onNotification(notification, wanted)),
                        Network.HTTP_TIMEOUT.multipliedBy(2),
                        address);
                tellGranted(sink, subscription);
                return tellEnd(await(subscription, longest), wanted, network, subscription);
            }
        } finally {
            stay.close();
        }
    }

    private SubscriptionOptions wish() {
        SubscriptionOptions wish;
        try {
            wish = SubscriptionOptions.toActions(actions);
        } catch (IllegalArgumentException e) {
            throw new UsageException("--action: " + e.getMessage(), e);
        }
        return expires == null
                ? wish
                : wish.expiring(Duration.ofMillis(Values.millis("--expires", expires, 1_000, LONGEST_EXPIRES_MILLIS)));
    }

    /** On the threads of the host. */
    private void onNotification(Notification notification, long wanted) {
        long number = received.incrementAndGet();
        if (number > wanted) {
            received.decrementAndGet();
            return;
        }
        Reporter reporter = session.reporter();
        Envelope envelope = notification.envelope();
        try {
            boolean empty = envelope.bodyName().isEmpty();
            String body = empty ? "" : new String(envelope.bodyElement(), StandardCharsets.UTF_8);
            String pretty = empty ? "" : "\n" + PrettyXml.of(envelope);
            reporter.text(notification.action() + pretty);
            reporter.json(Fields.step("notification")
                    .and("number", number)
                    .and("action", notification.action())
                    .and("messageId", envelope.messageId().orElse(null))
                    .and("body", body));
        } catch (MalformedEnvelopeException e) {
            reporter.line(notification.action() + ": " + e.getMessage());
        }
        if (number == wanted) {
            stay.end("count");
        }
    }

    private void tellGranted(NotificationSink sink, Subscription subscription) {
        Duration granted = subscription.remaining();
        Reporter reporter = session.reporter();
        reporter.line("subscribed to " + address + " for "
                + Network.seconds(Duration.ofSeconds((granted.toMillis() + 500) / 1_000)) + ", renewed until Ctrl-C");
        reporter.json(Fields.step("subscribed")
                .and("address", address)
                .and("manager", subscription.manager().address())
                .and("sink", sink.address().toString())
                .and("grantedMs", granted.toMillis()));
    }

    /** How it ended: count, time, interrupted, or a reason of the source. */
    private String await(Subscription subscription, Duration longest) {
        CompletableFuture<Void> unused = subscription.ended().thenAccept(how -> {
            String reason = how.reason().name().toLowerCase(Locale.ROOT).replace('_', '-');
            stay.end(how.text().isEmpty() ? reason : reason + ": " + how.text());
        });
        try {
            return stay.await(longest);
        } catch (TimeoutException e) {
            return "time";
        }
    }

    private int tellEnd(String how, long wanted, Network network, Subscription subscription) {
        boolean wished = List.of("count", "time", "interrupted").contains(how);
        String goodbye = "";
        if (wished) {
            try {
                network.await(subscription.unsubscribe(), Network.HTTP_TIMEOUT.multipliedBy(2), address);
            } catch (FailedException e) {
                // The subscription runs out by itself; who subscribed should know that it still lasts.
                goodbye = ", not unsubscribed: " + e.getMessage();
            }
        }
        long got = received.get();
        Reporter reporter = session.reporter();
        reporter.json(Fields.step("ended")
                .and("why", how)
                .and("notifications", got)
                .and("unsubscribed", wished && goodbye.isEmpty()));
        String number = got + (got == 1 ? " notification" : " notifications");
        if (!wished) {
            throw new FailedException(address + ": the subscription ended after " + number + ": " + how);
        }
        if (how.equals("time") && count != null && got < wanted) {
            throw new FailedException(number + " within " + seconds + " s (expected: " + wanted + ")" + goodbye);
        }
        reporter.line(number + goodbye);
        return ExitCode.DONE;
    }
}
