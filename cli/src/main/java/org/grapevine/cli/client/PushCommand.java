package org.grapevine.cli.client;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.grapevine.cli.console.Fields;
import org.grapevine.cli.console.Reporter;
import org.grapevine.cli.console.Session;
import org.grapevine.cli.console.UsageException;
import org.grapevine.gossip.client.ClientMessage;
import org.grapevine.gossip.client.GossipClient;
import org.grapevine.gossip.client.ServiceDescription;
import org.grapevine.policy.Order;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code grapevine push}: sends a one-way message into the network through a shadow. */
@Command(name = "push", description = "Send a body file to all devices of a port type, through one shadow.")
public final class PushCommand implements Callable<Integer> {

    private final Session session;

    @Mixin
    private ShadowOptions target = new ShadowOptions();

    @Mixin
    private NetworkOptions options = new NetworkOptions();

    @Mixin
    private GossipOptions gossip = new GossipOptions();

    @Option(
            names = "--order",
            paramLabel = "none|origin",
            description = "origin: what enters here first is delivered first, at every device.")
    private @Nullable String order;

    public PushCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        BodyFile body = target.body();
        Map<String, String> parameters = gossip.attributes();
        if (order != null) {
            parameters.put(
                    "order",
                    GossipOptions.named("--order", order, Order::ofWireName).wireName());
        }
        try (Network network = options.open(session)) {
            ShadowOptions.Entries entries = target.find(network);
            ClientMessage message = target.message(body, parameters);
            ServiceDescription.Operation operation = target.operation(entries.first(), message, body);
            requirePushable(operation);
            long startedNanos = System.nanoTime();
            GossipClient.Sending sending;
            try {
                sending = network.gossip().send(entries.entries(), message, Network.HTTP_TIMEOUT);
            } catch (IllegalArgumentException e) {
                throw new UsageException(String.valueOf(e.getMessage()), e);
            }
            Duration longest = Network.HTTP_TIMEOUT.multipliedBy(2);
            URI first = network.await(
                    sending.accepted(), longest, entries.first().shadow().toString());
            long elapsed = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startedNanos);
            GossipClient.Outcome outcome = network.await(sending.outcome(), longest, first.toString());
            tell(sending.messageId(), operation.action(), entries, outcome, elapsed);
        }
        return 0;
    }

    private void tell(
            String id, String action, ShadowOptions.Entries entries, GossipClient.Outcome outcome, long elapsedMillis) {
        Map<String, String> failures = new LinkedHashMap<>(entries.unusable());
        outcome.failed()
                .forEach((entry, failure) -> failures.put(entry.toString(), Network.reason(entry.toString(), failure)));
        Reporter reporter = session.reporter();
        reporter.line("message " + id);
        outcome.accepted().forEach(entry -> reporter.line("accepted by " + entry));
        failures.values().forEach(failure -> reporter.line("not accepted: " + failure));
        Fields fields = Fields.step("push")
                .and("messageId", id)
                .and("acceptedBy", outcome.accepted().get(0).toString())
                .and("action", action)
                .and("elapsedMs", elapsedMillis);
        if (outcome.accepted().size() + failures.size() > 1) {
            List<Fields> each = new ArrayList<>();
            outcome.accepted()
                    .forEach(entry -> each.add(
                            Fields.nested().and("address", entry.toString()).and("accepted", true)));
            failures.forEach((entry, failure) -> each.add(
                    Fields.nested().and("address", entry).and("accepted", false).and("failure", failure)));
            fields.and("entries", each);
        }
        reporter.json(fields);
    }

    private static void requirePushable(ServiceDescription.Operation operation) {
        if (operation.style() != ServiceDescription.Style.ONE_WAY) {
            throw UsageException.of(
                    "operation " + operation.name(),
                    operation.style(),
                    operation.isAnswered() ? "one-way; 'grapevine aggregate' calls this one" : "one-way");
        }
        if (!operation.isGossiped()) {
            throw UsageException.of("operation " + operation.name(), "not gossiped", "one that its policy gossips");
        }
    }
}
