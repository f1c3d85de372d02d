package org.grapevine.cli.client;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import javax.xml.namespace.QName;
import org.grapevine.cli.console.FailedException;
import org.grapevine.cli.console.Fields;
import org.grapevine.cli.console.Reporter;
import org.grapevine.cli.console.Session;
import org.grapevine.cli.console.UsageException;
import org.grapevine.cli.console.Values;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.soap.MalformedEnvelopeException;
import org.grapevine.dpws.soap.SoapFault;
import org.grapevine.gossip.client.ServiceDescription;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code grapevine call}: sends a message to one hosted service, of whomever. */
@Command(name = "call", description = "Send a body file to one hosted service, and print its answer.")
public final class CallCommand implements Callable<Integer> {

    private static final Duration SHORTEST_TIMEOUT = Duration.ofMillis(100);
    private static final Duration LONGEST_TIMEOUT = Duration.ofMinutes(10);

    private final Session session;

    @Parameters(index = "0", paramLabel = "ADDRESS", description = "HTTP address of the hosted service.")
    private String address = "";

    @Parameters(
            index = "1",
            paramLabel = "FILE",
            description = "XML file with the body element, or with a whole SOAP 1.2 envelope.")
    private Path file = Path.of("");

    @Option(
            names = "--action",
            paramLabel = "URI",
            description = "wsa:Action of the message, in place of the one that the WSDL has for the body element.")
    private @Nullable String action;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            defaultValue = "10",
            description = "How long to wait for the answer (default: ${DEFAULT-VALUE}).")
    private String timeout = "10";

    @Mixin
    private NetworkOptions options = new NetworkOptions();

    public CallCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        URI service = Values.httpAddress("ADDRESS", address);
        BodyFile body = BodyFile.read(file);
        Duration longest = Values.seconds("--timeout", timeout, SHORTEST_TIMEOUT, LONGEST_TIMEOUT);
        try (Network network = options.open(session)) {
            String named = Optional.ofNullable(action)
                    .or(() -> body.envelope().flatMap(Envelope::action))
                    .filter(text -> !text.isEmpty())
                    .orElseGet(() -> actionOf(network, service, body.element()));
            Message message =
                    Message.of(body, service, named, Map.of(), network.ids().next());
            long startedNanos = System.nanoTime();
            CompletableFuture<Optional<Envelope>> answer = network.client()
                    .exchange(service, message.envelope(), longest)
                    .whenComplete((got, failure) -> tellFault(failure));
            Optional<Envelope> got = network.await(answer, longest.plus(Network.HTTP_TIMEOUT), address);
            tell(named, got, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startedNanos));
        }
        return 0;
    }

    /** The action of the operation whose input is that element. */
    private String actionOf(Network network, URI service, QName element) {
        ServiceDescription description =
                network.await(network.describe(service), Network.HTTP_TIMEOUT.multipliedBy(2), "WSDL of " + service);
        List<ServiceDescription.Operation> operations = description.operations().stream()
                .filter(operation -> !operation.isEvent())
                .toList();
        return operations.stream()
                .filter(operation -> operation.element().equals(Optional.of(element)))
                .findFirst()
                .map(ServiceDescription.Operation::action)
                .orElseThrow(() -> UsageException.of(
                        file + ": body element",
                        element,
                        operations.stream()
                                        .flatMap(operation -> operation.element().stream())
                                        .map(QName::toString)
                                        .collect(Collectors.joining(", "))
                                + "; or --action, which needs no WSDL"));
    }

    private void tell(String sent, Optional<Envelope> answer, long elapsedMillis) {
        Reporter reporter = session.reporter();
        Fields fields = Fields.step("call")
                .and("address", address)
                .and("action", sent)
                .and("accepted", answer.isEmpty())
                .and("elapsedMs", elapsedMillis);
        if (answer.isEmpty()) {
            reporter.line("accepted by " + address);
            reporter.json(fields.and("answerAction", null).and("answer", null));
            return;
        }
        try {
            Envelope envelope = answer.get();
            boolean empty = envelope.bodyName().isEmpty();
            reporter.text(empty ? "(an empty body)" : PrettyXml.of(envelope));
            reporter.json(fields.and("answerAction", envelope.action().orElse(null))
                    .and("answer", empty ? "" : new String(envelope.bodyElement(), StandardCharsets.UTF_8)));
        } catch (MalformedEnvelopeException e) {
            throw new FailedException(address + ": " + e.getMessage(), e);
        }
    }

    /** What is behind the one line on standard error. */
    private void tellFault(@Nullable Throwable failure) {
        Optional<SoapFault> known = Network.faultIn(failure);
        if (known.isEmpty()) {
            return;
        }
        SoapFault fault = known.get();
        Reporter reporter = session.reporter();
        List<String> subcodes = fault.subcodes().stream().map(QName::toString).toList();
        reporter.line("fault " + fault.code().qname().getLocalPart());
        if (!subcodes.isEmpty()) {
            reporter.field("subcodes", subcodes);
        }
        reporter.field("reason", fault.reason());
        fault.detail().ifPresent(detail -> reporter.field("detail", PrettyXml.brief(detail)));
        reporter.json(Fields.step("fault")
                .and("code", fault.code().qname().toString())
                .and("subcodes", subcodes)
                .and("reason", fault.reason())
                .and("detail", fault.detail().orElse(null)));
    }
}
