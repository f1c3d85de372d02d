package org.grapevine.cli.client;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.grapevine.cli.console.FailedException;
import org.grapevine.cli.console.Fields;
import org.grapevine.cli.console.Progress;
import org.grapevine.cli.console.Reporter;
import org.grapevine.cli.console.Session;
import org.grapevine.cli.console.UsageException;
import org.grapevine.cli.console.Values;
import org.grapevine.core.message.Completeness;
import org.grapevine.core.message.Hop;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.soap.MalformedEnvelopeException;
import org.grapevine.gossip.client.ClientMessage;
import org.grapevine.gossip.client.GossipClient;
import org.grapevine.gossip.client.ServiceDescription;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code grapevine aggregate}: asks all devices through a shadow and gets one answer. */
@Command(name = "aggregate", description = "Ask all devices of a port type through one shadow, and print one answer.")
public final class AggregateCommand implements Callable<Integer> {

    /** On top of the request's own time: for the last merge and the way back. */
    private static final Duration GRACE = Duration.ofSeconds(5);

    private static final String FUNCTION = "urn:sha256:[0-9a-f]{64}";

    private final Session session;

    @Mixin
    private ShadowOptions target = new ShadowOptions();

    @Mixin
    private NetworkOptions options = new NetworkOptions();

    @Mixin
    private GossipOptions gossip = new GossipOptions();

    @Option(names = "--timeout", paramLabel = "MS|PTnS", description = "Time for all answers together.")
    private @Nullable String timeout;

    @Option(
            names = "--margin",
            paramLabel = "MS|PTnS",
            description =
                    "What each device on the way takes off that time, up to all of it (default: a thirteenth of it).")
    private @Nullable String margin;

    @Option(
            names = "--min-replies",
            paramLabel = "N",
            description = "Devices that must be in the answer; fewer are a failure.")
    private @Nullable String minReplies;

    @Option(
            names = "--aggregation",
            paramLabel = "urn:sha256:HASH",
            description = "The function that merges the answers, one that the devices are willing to run.")
    private @Nullable String aggregation;

    public AggregateCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        BodyFile body = target.body();
        Map<String, String> parameters = parameters();
        try (Network network = options.open(session)) {
            ShadowOptions.Entries entries = target.find(network);
            ClientMessage message = target.message(body, parameters);
            ServiceDescription.Operation operation = target.operation(entries.first(), message, body);
            requireAggregated(operation);
            String asked = entries.first().shadow().toString();
            Duration longest = budget(message, operation)
                    .plus(GRACE)
                    .multipliedBy(entries.entries().size());
            long startedNanos = System.nanoTime();
            GossipClient.MergedAnswer merged;
            try (Progress progress = session.progress("aggregate", longest.toMillis())) {
                merged = network.await(
                        network.gossip().request(entries.entries(), message), longest.plus(GRACE), asked, progress);
            } catch (IllegalArgumentException e) {
                throw new UsageException(String.valueOf(e.getMessage()), e);
            }
            tell(merged, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startedNanos));
        }
        return 0;
    }

    private Map<String, String> parameters() {
        Map<String, String> parameters = gossip.attributes();
        if (timeout != null) {
            parameters.put("timeout", Long.toString(Values.millis("--timeout", timeout, 50, Hop.MAX_BUDGET_MILLIS)));
        }
        if (margin != null) {
            parameters.put("margin", Long.toString(Values.millis("--margin", margin, 1, Hop.MAX_BUDGET_MILLIS)));
        }
        if (minReplies != null) {
            parameters.put(
                    "min-replies", Long.toString(Values.integer("--min-replies", minReplies, 0, Integer.MAX_VALUE)));
        }
        if (aggregation != null) {
            if (!aggregation.matches(FUNCTION)) {
                throw UsageException.of("--aggregation", "'" + aggregation + "'", "urn:sha256:<64 hex digits>");
            }
            parameters.put("aggregation", aggregation);
        }
        return parameters;
    }

    private static void requireAggregated(ServiceDescription.Operation operation) {
        if (!operation.isAggregated()) {
            throw UsageException.of(
                    "operation " + operation.name(),
                    operation.style() + " without aggregation",
                    operation.isGossiped()
                            ? "one whose policy merges answers; 'grapevine push' sends this one"
                            : "one whose policy merges answers");
        }
    }

    /** How long the shadow itself will wait: as the message says, or else its policy. */
    private static Duration budget(ClientMessage message, ServiceDescription.Operation operation) {
        Duration ofPolicy =
                operation.policy().map(policy -> policy.timeout()).orElse(Duration.ofMillis(Hop.MAX_BUDGET_MILLIS));
        return Optional.ofNullable(message.choice().attributes().get("timeout"))
                .filter(text -> text.matches("[0-9]{1,9}"))
                .map(text -> Duration.ofMillis(Long.parseLong(text)))
                .orElse(ofPolicy);
    }

    private void tell(GossipClient.MergedAnswer merged, long elapsedMillis) {
        Envelope answer = merged.answer();
        Completeness completeness = merged.completeness();
        try {
            byte[] element = answer.bodyElement();
            Reporter reporter = session.reporter();
            reporter.text(PrettyXml.of(answer));
            reporter.line(sentence(completeness) + ", after " + Network.seconds(Duration.ofMillis(elapsedMillis)));
            reporter.json(Fields.step("aggregate")
                    .and("counted", completeness.counted())
                    .and("declined", completeness.declined())
                    .and("failed", completeness.failed())
                    .and("timedOut", completeness.timedOut())
                    .and("truncated", completeness.truncated())
                    .and("whole", completeness.isWhole())
                    .and("elapsedMs", elapsedMillis)
                    .and("answer", new String(element, StandardCharsets.UTF_8)));
        } catch (MalformedEnvelopeException e) {
            throw new FailedException(merged.entry() + ": " + e.getMessage(), e);
        }
    }

    /** Silent are requests, and several may have gone to one device: so many devices at most. */
    static String sentence(Completeness completeness) {
        int silent = completeness.timedOut();
        StringBuilder sentence = new StringBuilder()
                .append(completeness.counted())
                .append(completeness.counted() == 1 ? " device counted, " : " devices counted, ")
                .append(completeness.failed())
                .append(" failed, ")
                .append(silent == 0 ? "0 silent" : "up to " + silent + " silent");
        if (completeness.truncated() > 0) {
            sentence.append(", ").append(completeness.truncated()).append(" without time or rounds to ask further");
        }
        return sentence.toString();
    }
}
