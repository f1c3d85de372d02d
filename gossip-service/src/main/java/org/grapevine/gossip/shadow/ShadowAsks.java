package org.grapevine.gossip.shadow;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import javax.xml.namespace.QName;
import org.grapevine.core.message.GossipMessage;
import org.grapevine.core.message.Sample;
import org.grapevine.dpws.device.FaultException;
import org.grapevine.dpws.device.HostedService;
import org.grapevine.dpws.hosting.Operation;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.soap.SoapFault;
import org.grapevine.gossip.ask.Asks;
import org.grapevine.gossip.header.MalformedGossipException;

/** Where what somebody asks by subscription begins to spread. Any thread. */
final class ShadowAsks implements Asks.Shadow {

    private final HostedService original;
    private final ShadowEntry entry;

    ShadowAsks(HostedService original, ShadowEntry entry) {
        this.original = original;
        this.entry = entry;
    }

    @Override
    public Operation operation(Optional<String> action, Optional<QName> body) throws FaultException {
        List<Operation> asked = original.operations().stream()
                .filter(operation -> operation.style() == Operation.Style.REQUEST_RESPONSE && entry.gossips(operation))
                .toList();
        return asked.stream()
                .filter(operation -> action.map(operation.inputAction()::equals)
                        .orElseGet(() -> operation.inputElement().equals(body)))
                .findFirst()
                .orElseThrow(() -> new FaultException(SoapFault.sender(unknown(action, body, asked))));
    }

    private static String unknown(Optional<String> action, Optional<QName> body, List<Operation> asked) {
        String known = asked.stream()
                .map(operation -> action.isPresent() ? operation.inputAction() : shown(operation.inputElement()))
                .collect(Collectors.joining(", "));
        return action.map(named -> "g:Ask action: " + named).orElseGet(() -> "g:Ask content: " + shown(body))
                + (known.isEmpty()
                        ? " (expected: a service whose policy brings answers)"
                        : " (expected: one of " + known + ")");
    }

    private static String shown(Optional<QName> element) {
        return element.map(QName::toString).orElse("nothing");
    }

    @Override
    public GossipMessage message(Envelope request, Operation operation)
            throws MalformedGossipException, FaultException {
        return entry.entering(request, operation).message();
    }

    @Override
    public Asks.Run start(GossipMessage message, Consumer<List<Sample>> samples) {
        ShadowEntry.Asked asked = entry.ask(message, samples);
        return new Asks.Run(asked.answer(), asked.abandon());
    }
}
