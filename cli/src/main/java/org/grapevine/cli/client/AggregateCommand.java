package org.grapevine.cli.client;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.grapevine.cli.console.Progress;
import org.grapevine.cli.console.Session;
import org.grapevine.cli.console.UsageException;
import org.grapevine.cli.console.Values;
import org.grapevine.core.message.Hop;
import org.grapevine.gossip.ask.Ask;
import org.grapevine.gossip.client.ClientMessage;
import org.grapevine.gossip.client.GossipAnswer;
import org.grapevine.gossip.client.Repetition;
import org.grapevine.gossip.client.ServiceDescription;
import org.grapevine.policy.Replies;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code grapevine aggregate}: asks all devices through a shadow and gets one answer, or each of theirs. */
@Command(
        name = "aggregate",
        description = {
            "Ask all devices of a port type through one shadow, and print one answer, or each of theirs.",
            "docs/aggregation.md says how to merge answers with a stylesheet of your own."
        })
public final class AggregateCommand implements Callable<Integer> {

    /** On top of the request's own time: for the last merge and the way back. */
    private static final Duration GRACE = Duration.ofSeconds(5);

    private final Session session;

    @Mixin
    private ShadowOptions target = new ShadowOptions();

    @Mixin
    private NetworkOptions options = new NetworkOptions();

    @Mixin
    private GossipOptions gossip = new GossipOptions();

    @Mixin
    private ReplyOptions replies = new ReplyOptions();

    @Option(
            names = "--every",
            paramLabel = "MS|PTnM",
            description = "Let the shadow ask again every so long, until Ctrl-C or --runs.")
    private @Nullable String every;

    @Option(names = "--runs", paramLabel = "N", description = "With --every: end after N runs.")
    private @Nullable String runs;

    @Option(
            names = "--check",
            paramLabel = "FILE.xsl",
            description =
                    "Ask nobody: say whether devices will take this stylesheet, and if not, which line is to change.")
    private @Nullable Path check;

    @Option(
            names = "--sample",
            paramLabel = "FILE.xml",
            description =
                    "With --check: an answer of one device; repeat it to test whether the order of merging matters.")
    private List<Path> samples = new ArrayList<>();

    public AggregateCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        if (check != null) {
            return new CheckReport(session).check(check, samples);
        }
        if (!samples.isEmpty()) {
            throw UsageException.of("--sample", samples.get(0), "together with --check");
        }
        BodyFile body = target.body();
        Map<String, String> parameters = new LinkedHashMap<>(gossip.attributes());
        parameters.putAll(replies.attributes());
        Repetition repetition = repetition();
        try (Network network = options.open(session)) {
            ShadowOptions.Entries entries = target.find(network);
            ClientMessage given = target.message(body, parameters);
            ClientMessage message =
                    replies.stylesheet().map(given::withStylesheet).orElse(given);
            ServiceDescription.Operation operation = target.operation(entries.first(), message, body);
            requireAnswered(operation);
            Duration longest = budget(message, operation).plus(GRACE);
            if (repetition.every().isPresent() || collects(message, operation)) {
                return new AnswersAsTheyCome(session, repetition)
                        .run(network, entries.entries(), message, longest.plus(GRACE), options.hasCertificate());
            }
            ask(
                    network,
                    entries,
                    message,
                    longest.multipliedBy(entries.entries().size()));
        }
        return 0;
    }

    private void ask(Network network, ShadowOptions.Entries entries, ClientMessage message, Duration longest) {
        GossipAnswer answer;
        try (Progress progress = session.progress("aggregate", longest.toMillis())) {
            answer = network.await(
                    network.gossip().ask(entries.entries(), message),
                    longest.plus(GRACE),
                    entries.first().shadow().toString(),
                    progress);
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()), e);
        }
        new AnswerReport(session.reporter()).answer(answer);
    }

    private Repetition repetition() {
        if (every == null) {
            if (runs != null) {
                throw UsageException.of("--runs", runs, "together with --every");
            }
            return Repetition.ONCE;
        }
        Repetition repetition = Repetition.every(Duration.ofMillis(
                Values.millis("--every", every, Ask.SHORTEST_PERIOD.toMillis(), Ask.LONGEST_PERIOD.toMillis())));
        return runs == null ? repetition : repetition.times((int) Values.integer("--runs", runs, 1, Ask.MOST_RUNS));
    }

    private static void requireAnswered(ServiceDescription.Operation operation) {
        if (!operation.isAnswered()) {
            throw UsageException.of(
                    "operation " + operation.name(),
                    operation.style() + " without replies",
                    operation.isGossiped()
                            ? "one whose policy brings answers; 'grapevine push' sends this one"
                            : "one whose policy brings answers");
        }
    }

    private static boolean collects(ClientMessage message, ServiceDescription.Operation operation) {
        Replies ofPolicy = operation.policy().map(policy -> policy.replies()).orElse(Replies.NONE);
        return Optional.ofNullable(message.choice().attributes().get("replies"))
                .orElse(ofPolicy.wireName())
                .equals(Replies.COLLECT.wireName());
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
}
