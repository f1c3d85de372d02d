package org.grapevine.dpws.eventing;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.grapevine.dpws.addressing.EndpointReference;
import org.grapevine.dpws.soap.MalformedEnvelopeException;
import org.grapevine.dpws.soap.Namespaces;
import org.grapevine.dpws.soap.XmlReader;

/** What an event source grants to whom: which sinks it sends to, for how long, and which events. For one thread. */
final class SubscriptionTerms {

    private final Set<String> actions;
    private final EventingLimits limits;
    private final SinkAddresses sinks;
    private long refusedSinks;

    /**
     * How long a subscription lasts.
     *
     * @param deadline in ms since the epoch
     * @param asMoment whether the subscriber counts in moments, not in durations
     */
    record Grant(long deadline, boolean asMoment) {

        Expiry expiry(long now) {
            return asMoment ? new Expiry.At(deadline) : new Expiry.After(Math.max(0, deadline - now));
        }
    }

    /**
     * What is granted to a Subscribe.
     *
     * @param sink where notifications go
     * @param actions of the events that are wanted, all of them offered
     */
    record Granted(URI sink, Grant until, Set<String> actions) {}

    SubscriptionTerms(Set<String> actions, EventingLimits limits, SinkAddresses sinks) {
        this.actions = actions;
        this.limits = limits;
        this.sinks = sinks;
    }

    /** Sinks to which nothing may be sent. */
    long refusedSinks() {
        return refusedSinks;
    }

    /**
     * Looks at a Subscribe, whoever else there is.
     *
     * @throws EventingFault if there is nothing to grant
     */
    Granted granted(long now, SubscribeRequest request) throws EventingFault {
        return granted(now, request, wanted -> wanted(request.dialect(), wanted));
    }

    /** As above for a subscriber whose filter somebody else has judged. */
    Granted granted(long now, SubscribeRequest request, Set<String> wanted) throws EventingFault {
        return granted(now, request, filter -> wanted);
    }

    private interface Judge {
        Set<String> wanted(Optional<SubscribeRequest.Filter> filter) throws EventingFault;
    }

    private Granted granted(long now, SubscribeRequest request, Judge judge) throws EventingFault {
        EventingDialect dialect = request.dialect();
        if (request.notifyTo().isEmpty()) {
            throw dialect == EventingDialect.W3C_2011
                    ? EventingFault.noDeliveryMechanism(dialect)
                    : EventingFault.invalidMessage(dialect, "Delivery: has no NotifyTo");
        }
        String onlyMode = dialect == EventingDialect.W3C_2011 ? EventingCodec.UNWRAPPED : EventingCodec.PUSH;
        if (!request.mode().orElse(onlyMode).equals(onlyMode)) {
            throw dialect == EventingDialect.W3C_2011
                    ? EventingFault.deliveryFormatUnavailable(dialect)
                    : EventingFault.deliveryModeUnavailable(dialect);
        }
        URI sink = usable(dialect, request.notifyTo().get());
        if (request.endTo().isPresent()) {
            usable(dialect, request.endTo().get());
        }
        Grant grant = grant(now, dialect, request.expires(), request.bestEffort());
        return new Granted(sink, grant, judge.wanted(request.filter()));
    }

    /**
     * Where to.
     *
     * @throws EventingFault if nothing may be sent there, or its reference parameters are too many
     */
    private URI usable(EventingDialect dialect, EndpointReference sink) throws EventingFault {
        Optional<URI> uri = sinks.usable(sink.address());
        if (uri.isEmpty() || sink.isAnonymous() || sink.isNone() || !areHarmless(sink.referenceParameters())) {
            refusedSinks++;
            throw EventingFault.unusableAddress(dialect, sink.address());
        }
        int bytes = 0;
        for (String parameter : sink.referenceParameters()) {
            bytes += parameter.getBytes(StandardCharsets.UTF_8).length;
        }
        if (bytes > limits.maxReferenceParameterBytes()) {
            refusedSinks++;
            throw EventingFault.unableToProcess(
                    dialect,
                    "Reference parameters: " + bytes + " octets (expected: at most "
                            + limits.maxReferenceParameterBytes() + ").");
        }
        return uri.get();
    }

    /** Who subscribes writes header blocks of the notifications: those by which SOAP and addressing work are not for it. */
    private static boolean areHarmless(List<String> referenceParameters) {
        for (String parameter : referenceParameters) {
            try (XmlReader reader = XmlReader.ofFragment(parameter)) {
                String namespace = reader.name().getNamespaceURI();
                if (namespace.equals(Namespaces.WSA) || namespace.equals(Namespaces.S12)) {
                    return false;
                }
            } catch (MalformedEnvelopeException e) {
                return false;
            }
        }
        return true;
    }

    /**
     * Until when.
     *
     * @param asked {@code wse:Expires}; nothing for the default
     * @throws EventingFault if that is no time, past, or longer than may be where the subscriber wants all or nothing
     */
    Grant grant(long now, EventingDialect dialect, Optional<String> asked, boolean bestEffort) throws EventingFault {
        if (asked.isEmpty()) {
            return new Grant(now + limits.defaultExpiry().toMillis(), false);
        }
        Optional<Expiry> expiry = Expiry.parse(asked.get());
        if (expiry.isEmpty()) {
            throw EventingFault.invalidExpiration(dialect);
        }
        boolean isMoment = expiry.get() instanceof Expiry.At;
        boolean forever = dialect == EventingDialect.W3C_2011 && expiry.get().equals(new Expiry.After(0));
        long deadline = forever ? Long.MAX_VALUE : expiry.get().deadline(now);
        long longest = now + limits.maxExpiry().toMillis();
        if (deadline <= now || (deadline > longest && !bestEffort)) {
            throw EventingFault.invalidExpiration(dialect);
        }
        return new Grant(Math.min(deadline, longest), isMoment);
    }

    /** Only what is offered is kept of a filter, so that it cannot be larger than the offer. */
    private Set<String> wanted(EventingDialect dialect, Optional<SubscribeRequest.Filter> filter) throws EventingFault {
        if (filter.isEmpty()) {
            return actions;
        }
        if (!filter.get().dialect().orElse("").equals(EventingCodec.ACTION_FILTER)) {
            throw EventingFault.filteringUnavailable(dialect);
        }
        Set<String> wanted = new LinkedHashSet<>(filter.get().actions());
        wanted.retainAll(actions);
        if (wanted.isEmpty()) {
            throw EventingFault.filterActionNotSupported();
        }
        return wanted.equals(actions) ? actions : wanted;
    }
}
