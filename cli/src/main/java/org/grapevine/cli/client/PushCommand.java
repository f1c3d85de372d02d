package org.grapevine.cli.client;

import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.grapevine.cli.console.Fields;
import org.grapevine.cli.console.Reporter;
import org.grapevine.cli.console.Session;
import org.grapevine.cli.console.UsageException;
import org.grapevine.gossip.client.ServiceDescription;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

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

    public PushCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        BodyFile body = target.body();
        Map<String, String> parameters = gossip.attributes();
        try (Network network = options.open(session)) {
            ShadowOptions.Shadow shadow = target.find(network);
            ShadowOptions.Call call = target.call(shadow, body);
            call.description().ifPresent(PushCommand::requirePushable);
            Message message = Message.of(
                    body,
                    shadow.address(),
                    call.action(),
                    parameters,
                    network.ids().next());
            long startedNanos = System.nanoTime();
            network.await(
                    network.client().send(shadow.address(), message.envelope(), Network.HTTP_TIMEOUT),
                    Network.HTTP_TIMEOUT.multipliedBy(2),
                    shadow.address().toString());
            long elapsed = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startedNanos);
            Reporter reporter = session.reporter();
            reporter.line("message " + message.id());
            reporter.line("accepted by " + shadow.address());
            reporter.json(Fields.step("push")
                    .and("messageId", message.id())
                    .and("acceptedBy", shadow.address().toString())
                    .and("action", call.action())
                    .and("elapsedMs", elapsed));
        }
        return 0;
    }

    private static void requirePushable(ServiceDescription.Operation operation) {
        if (operation.style() != ServiceDescription.Style.ONE_WAY) {
            throw UsageException.of(
                    "operation " + operation.name(),
                    operation.style(),
                    operation.isAggregated() ? "one-way; 'grapevine aggregate' calls this one" : "one-way");
        }
        if (!operation.isGossiped()) {
            throw UsageException.of("operation " + operation.name(), "not gossiped", "one that its policy gossips");
        }
    }
}
