package org.grapevine.dpws.eventing;

import javax.xml.namespace.QName;
import org.grapevine.dpws.soap.Namespaces;
import org.grapevine.dpws.soap.SoapFault;
import org.grapevine.dpws.soap.XmlWriter;

/** A request that a subscription manager answers with a fault. Without stack trace: strangers cause it at will. */
public final class EventingFault extends Exception {

    private static final long serialVersionUID = 1L;

    private final transient SoapFault fault;

    EventingFault(SoapFault fault) {
        super(fault.reason(), null, false, false);
        this.fault = fault;
    }

    public SoapFault fault() {
        return fault;
    }

    /** A mode other than push (DPWS R3010). */
    static EventingFault deliveryModeUnavailable(EventingDialect dialect) {
        XmlWriter detail = new XmlWriter().element(dialect.name("SupportedDeliveryMode"), EventingCodec.PUSH);
        return sender(
                dialect, "DeliveryModeRequestedUnavailable", "The requested delivery mode is not supported.", detail);
    }

    /** A format other than the unwrapped one; W3C only. */
    static EventingFault deliveryFormatUnavailable(EventingDialect dialect) {
        XmlWriter detail = new XmlWriter().element(dialect.name("SupportedDeliveryFormat"), EventingCodec.UNWRAPPED);
        return sender(
                dialect,
                "DeliveryFormatRequestedUnavailable",
                "The requested delivery format is not supported.",
                detail);
    }

    /** Neither a time to come nor a duration that lasts. */
    static EventingFault invalidExpiration(EventingDialect dialect) {
        return dialect == EventingDialect.W3C_2011
                ? sender(
                        dialect,
                        "UnsupportedExpirationValue",
                        "The expiration time requested cannot be granted.",
                        new XmlWriter())
                : sender(
                        dialect,
                        "InvalidExpirationTime",
                        "The expiration time requested is invalid (expected: a duration above zero or a time to come).",
                        new XmlWriter());
    }

    /** A filter dialect other than that of DPWS (R3012). */
    static EventingFault filteringUnavailable(EventingDialect dialect) {
        XmlWriter detail = new XmlWriter().element(dialect.name("SupportedDialect"), EventingCodec.ACTION_FILTER);
        return sender(
                dialect, "FilteringRequestedUnavailable", "The requested filter dialect is not supported.", detail);
    }

    /** A filter of which no action is offered (DPWS R3020). */
    static EventingFault filterActionNotSupported() {
        return new EventingFault(SoapFault.sender(
                "None of the filter's actions is offered here.",
                new QName(Namespaces.DPWS, "FilterActionNotSupported", "dpws")));
    }

    /** An address to which no notification can be sent (DPWS R3017, R3018). */
    static EventingFault unusableAddress(EventingDialect dialect, String address) {
        return dialect == EventingDialect.W3C_2011
                ? sender(
                        dialect,
                        "UnusableEPR",
                        "An endpoint reference in the Subscribe message is unusable.",
                        new XmlWriter().element(new QName(Namespaces.WSA, "ProblemIRI"), address))
                : new EventingFault(SoapFault.destinationUnreachable(address));
    }

    /** A limit of the event source. */
    static EventingFault unableToProcess(EventingDialect dialect, String reason) {
        return dialect == EventingDialect.W3C_2011
                ? new EventingFault(SoapFault.endpointUnavailable(60_000))
                : new EventingFault(SoapFault.receiver(reason, dialect.name("EventSourceUnableToProcess")));
    }

    /** A Renew of what is no subscription, or no longer. */
    static EventingFault unableToRenew(EventingDialect dialect) {
        return dialect == EventingDialect.W3C_2011
                ? unknownSubscription(dialect)
                : new EventingFault(
                        SoapFault.receiver("There is no such subscription to renew.", dialect.name("UnableToRenew")));
    }

    /** GetStatus or Unsubscribe of what is no subscription, or no longer; the submission has no fault of its own for it. */
    static EventingFault unknownSubscription(EventingDialect dialect) {
        return dialect == EventingDialect.W3C_2011
                ? sender(dialect, "UnknownSubscription", "The subscription is not known.", new XmlWriter())
                : invalidMessage(dialect, "The subscription is not known.");
    }

    static EventingFault noDeliveryMechanism(EventingDialect dialect) {
        return sender(dialect, "NoDeliveryMechanismEstablished", "No delivery mechanism specified.", new XmlWriter());
    }

    /** A message that is not as its schema says. */
    static EventingFault invalidMessage(EventingDialect dialect, String reason) {
        return dialect == EventingDialect.W3C_2011
                ? new EventingFault(SoapFault.sender(reason))
                : sender(dialect, "InvalidMessage", reason, new XmlWriter());
    }

    private static EventingFault sender(EventingDialect dialect, String code, String reason, XmlWriter detail) {
        SoapFault fault = SoapFault.sender(reason, dialect.name(code));
        String elements = detail.toXml();
        return new EventingFault(elements.isEmpty() ? fault : fault.withDetail(elements));
    }
}
