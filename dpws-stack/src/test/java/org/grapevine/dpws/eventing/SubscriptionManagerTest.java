package org.grapevine.dpws.eventing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import javax.xml.namespace.QName;
import org.grapevine.dpws.addressing.EndpointReference;
import org.grapevine.dpws.addressing.MessageIds;
import org.grapevine.dpws.eventing.EventingDialect.Request;
import org.grapevine.dpws.eventing.EventingDialect.Verb;
import org.grapevine.dpws.eventing.SubscriptionManager.Delivery;
import org.grapevine.dpws.eventing.SubscriptionManager.Outcome;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.soap.EnvelopeLimits;
import org.grapevine.dpws.soap.EnvelopeReader;
import org.grapevine.dpws.soap.EnvelopeWriter;
import org.grapevine.dpws.soap.HeaderBlock;
import org.grapevine.dpws.soap.MalformedEnvelopeException;
import org.grapevine.dpws.soap.Namespaces;
import org.grapevine.dpws.soap.SoapFault;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An event source in virtual time: WS-Eventing of 2004 and 2011, DPWS 1.1, 5. */
class SubscriptionManagerTest {

    private static final String ON = "urn:test:on";
    private static final String OFF = "urn:test:off";
    private static final byte[] BODY = "<x/>".getBytes(UTF_8);
    private static final EventingDialect DPWS = EventingDialect.SUBMISSION_2004;
    private static final EventingDialect W3C = EventingDialect.W3C_2011;

    private long now = Instant.parse("2026-11-21T12:00:00Z").toEpochMilli();
    private SubscriptionManager source = source(same -> same);

    private static SubscriptionManager source(UnaryOperator<EventingLimits> limits) {
        AtomicInteger number = new AtomicInteger();
        MessageIds ids = () -> "urn:id:" + number.getAndIncrement();
        return new SubscriptionManager(
                to -> URI.create(to.filter("http://10.1.0.1/lamp"::equals).orElse("http://10.0.0.1/lamp")),
                Set.of(ON, OFF),
                limits.apply(EventingLimits.defaults()),
                SinkAddresses.of(() -> List.of(address(10, 0, 0, 1)), true),
                ids);
    }

    private static InetAddress address(int... bytes) {
        byte[] octets = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            octets[i] = (byte) bytes[i];
        }
        try {
            return InetAddress.getByAddress(octets);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    private static Envelope read(byte[] envelope) {
        try {
            return new EnvelopeReader(EnvelopeLimits.http(1 << 20)).readWhole(envelope);
        } catch (MalformedEnvelopeException e) {
            throw new AssertionError(e);
        }
    }

    private static SubscribeRequest to(EventingDialect dialect, String sink) {
        return new SubscribeRequest(
                dialect,
                Optional.of(EndpointReference.of(sink)),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                false,
                Optional.empty());
    }

    private static SubscribeRequest expiring(SubscribeRequest r, String expires) {
        return new SubscribeRequest(
                r.dialect(), r.notifyTo(), r.endTo(), r.mode(), Optional.of(expires), r.bestEffort(), r.filter());
    }

    private static SubscribeRequest ending(SubscribeRequest r, String endTo) {
        return new SubscribeRequest(
                r.dialect(),
                r.notifyTo(),
                Optional.of(EndpointReference.of(endTo)),
                r.mode(),
                r.expires(),
                r.bestEffort(),
                r.filter());
    }

    private static SubscribeRequest filtered(SubscribeRequest r, SubscribeRequest.Filter filter) {
        return new SubscribeRequest(
                r.dialect(), r.notifyTo(), r.endTo(), r.mode(), r.expires(), r.bestEffort(), Optional.of(filter));
    }

    private static SubscribeRequest mode(SubscribeRequest r, String mode) {
        return new SubscribeRequest(
                r.dialect(), r.notifyTo(), r.endTo(), Optional.of(mode), r.expires(), r.bestEffort(), r.filter());
    }

    private static SubscribeRequest bestEffort(SubscribeRequest r) {
        return new SubscribeRequest(r.dialect(), r.notifyTo(), r.endTo(), r.mode(), r.expires(), true, r.filter());
    }

    private Envelope answered(SubscriptionManager.Answer answer) {
        EnvelopeWriter envelope = EnvelopeWriter.forAction(answer.action());
        answer.body().ifPresent(envelope::body);
        return read(envelope.toBytes());
    }

    private EventingCodec.SubscribeResponse subscribe(SubscribeRequest request) throws Exception {
        byte[] envelope = EnvelopeWriter.forAction(request.dialect().action(Verb.SUBSCRIBE))
                .body(EventingCodec.writeSubscribe(request))
                .toBytes();
        SubscriptionManager.Answer answer =
                source.handle(now, new Request(request.dialect(), Verb.SUBSCRIBE), read(envelope));
        return EventingCodec.readSubscribeResponse(request.dialect(), answered(answer));
    }

    private Envelope manage(EventingDialect dialect, Verb verb, EndpointReference manager, Optional<Expiry> expires)
            throws EventingFault {
        byte[] envelope = EnvelopeWriter.forAction(dialect.action(verb))
                .to(manager)
                .body(EventingCodec.writeRequest(dialect, verb, expires))
                .toBytes();
        return answered(source.handle(now, new Request(dialect, verb), read(envelope)));
    }

    private SoapFault faultOf(SubscribeRequest request) {
        EventingFault[] fault = new EventingFault[1];
        assertThatThrownBy(() -> subscribe(request)).isInstanceOfSatisfying(EventingFault.class, e -> fault[0] = e);
        return fault[0].fault();
    }

    private List<Delivery> notifyAndStart(String action) {
        int unused = source.notify(now, action, BODY);
        return source.deliveries(now);
    }

    private Delivery onlyOne(List<Delivery> deliveries) {
        assertThat(deliveries).hasSize(1);
        return deliveries.get(0);
    }

    private List<Delivery> deliver(Delivery delivery, Outcome outcome) {
        source.delivered(now, delivery.number(), outcome);
        return source.deliveries(now);
    }

    private static QName subcode(SoapFault fault) {
        return fault.subcodes().get(0);
    }

    private static EventingCodec.SubscriptionEnd endIn(EventingDialect dialect, Delivery delivery) throws Exception {
        return EventingCodec.readEnd(dialect, read(delivery.envelope()));
    }

    @Nested
    class ASubscriberOfItsOwnKind {

        private static final String SINK = "http://10.0.0.2:8080/sink";
        private static final byte[] HEADER = "<h xmlns=\"urn:h\"/>".getBytes(UTF_8);

        private String subscribed() throws Exception {
            return source.subscribe(now, ending(to(DPWS, SINK), SINK), Optional.empty())
                    .identifier();
        }

        @Test
        void isToldWhatConcernsNobodyElse() throws Exception {
            String one = subscribed();
            String other = subscribed();

            assertThat(source.tell(now, one, "urn:test:own", HEADER, BODY)).isTrue();

            Envelope told = read(onlyOne(source.deliveries(now)).envelope());
            assertThat(told.action()).contains("urn:test:own");
            assertThat(told.headerBlock(new QName("urn:h", "h"))).isPresent();
            assertThat(source.notify(now, ON, BODY)).isZero();
            assertThat(source.waiting(one)).isEqualTo(new SubscriptionManager.Waiting(1, HEADER.length + BODY.length));
            assertThat(source.waiting(other)).isEqualTo(new SubscriptionManager.Waiting(0, 0));
        }

        @Test
        void whoseSourceHasNoMoreEndsWhenWhatWaitsIsOutEvenAtTheSecondAttempt() throws Exception {
            String subscribed = subscribed();
            assertThat(source.tell(now, subscribed, ON, HEADER, BODY)).isTrue();
            source.finish(now, subscribed, "All is told.");
            Delivery first = onlyOne(source.deliveries(now));

            assertThat(source.tell(now, subscribed, ON, HEADER, BODY)).isFalse();
            assertThat(deliver(first, Outcome.FAILED)).isEmpty();
            now += 500;
            source.advance(now);
            Delivery end = onlyOne(deliver(onlyOne(source.deliveries(now)), Outcome.ACCEPTED));

            assertThat(endIn(DPWS, end).status()).isEqualTo(EndStatus.SOURCE_CANCELLING.uri(DPWS));
            assertThat(endIn(DPWS, end).reason()).contains("All is told.");
            assertThat(source.takeGone()).containsExactly(subscribed);
            assertThat(source.takeGone()).isEmpty();
        }

        @Test
        void forWhomTooMuchWaitsEnds() throws Exception {
            source = source(limits -> limits.withDelivery(1, 0, Duration.ofMillis(1), Duration.ofSeconds(1)));
            String subscribed = subscribed();
            assertThat(source.tell(now, subscribed, ON, HEADER, BODY)).isTrue();

            assertThat(source.tell(now, subscribed, ON, HEADER, BODY)).isFalse();

            assertThat(source.takeGone()).containsExactly(subscribed);
            assertThat(source.counters().overflowed()).isEqualTo(1);
            assertThat(source.waiting(subscribed)).isEqualTo(new SubscriptionManager.Waiting(0, 0));
        }

        @Test
        void isKnownToHaveGoneHoweverItEnds() throws Exception {
            String expired = subscribed();
            now += EventingLimits.defaults().defaultExpiry().toMillis();
            source.advance(now);
            String ended = subscribed();
            source.end(now, ended, EndStatus.DELIVERY_FAILURE, "enough");
            String stopped = subscribed();
            source.shutDown(now);

            assertThat(source.takeGone()).containsExactly(expired, ended, stopped);
            assertThat(source.tell(now, expired, ON, HEADER, BODY)).isFalse();
        }
    }

    @Nested
    class AQuestion {

        private static final String SINK = "http://10.0.0.2:8080/sink";

        private Delivery ask(long number, long until) {
            assertThat(source.ask(now, number, ON, BODY, until)).isEqualTo(1);
            return onlyOne(source.deliveries(now));
        }

        @Test
        void goesToEachSubscriberWithAPlaceForTheAnswer() throws Exception {
            subscribe(to(DPWS, SINK));

            Delivery question = ask(7, now + 1_000);

            assertThat(question.question()).hasValue(7);
            assertThat(question.timeoutMillis()).isEqualTo(1_000);
            assertThat(read(question.envelope()).replyTo()).contains(EndpointReference.ANONYMOUS);
            assertThat(deliver(question, Outcome.ACCEPTED)).isEmpty();
            assertThat(source.takeUnanswered()).isEmpty();
        }

        @Test
        void thatFailsOrIsRefusedIsNotTriedAgainAndEndsNoSubscription() throws Exception {
            subscribe(to(DPWS, SINK));
            for (Outcome outcome : List.of(Outcome.FAILED, Outcome.REFUSED, Outcome.FAILED, Outcome.FAILED)) {
                assertThat(deliver(ask(3, now + 1_000), outcome)).isEmpty();
                assertThat(source.takeUnanswered()).containsExactly(3L);
            }
            assertThat(source.counters().active()).isEqualTo(1);
            assertThat(onlyOne(notifyAndStart(ON)).question()).isEmpty();
        }

        @Test
        void standsInLineAndIsNotAskedWhenNobodyWaitsAnyMore() throws Exception {
            subscribe(to(DPWS, SINK));
            Delivery first = onlyOne(notifyAndStart(ON));
            assertThat(source.ask(now, 5, ON, BODY, now + 1_000)).isEqualTo(1);
            assertThat(source.deliveries(now)).isEmpty();
            now += 2_000;

            assertThat(deliver(first, Outcome.ACCEPTED)).isEmpty();

            assertThat(source.takeUnanswered()).containsExactly(5L);
            assertThat(source.counters().queued()).isZero();
            assertThat(notifyAndStart(ON)).hasSize(1);
        }

        @Test
        void thatWaitsWhenItsSubscriptionEndsStaysWithoutAnswerOnce() throws Exception {
            EventingCodec.SubscribeResponse response = subscribe(to(DPWS, SINK));
            Delivery underWay = ask(1, now + 60_000);
            assertThat(source.ask(now, 2, ON, BODY, now + 60_000)).isEqualTo(1);

            Envelope unused = manage(DPWS, Verb.UNSUBSCRIBE, response.manager(), Optional.empty());
            assertThat(source.takeUnanswered()).containsExactly(2L);
            assertThat(deliver(underWay, Outcome.FAILED)).isEmpty();

            assertThat(source.takeUnanswered()).containsExactly(1L);
            assertThat(source.isIdle()).isTrue();
        }

        @Test
        void ofNoSuchEventIsRefused() {
            assertThatThrownBy(() -> source.ask(now, 1, "urn:nope", BODY, now + 1))
                    .hasMessageStartingWith("event action: urn:nope (expected: one of ");
        }
    }

    @Nested
    class ASubscriber {

        @ParameterizedTest
        @EnumSource(EventingDialect.class)
        void isNotifiedUntilItUnsubscribesInEitherDialect(EventingDialect dialect) throws Exception {
            EventingCodec.SubscribeResponse response = subscribe(to(dialect, "http://10.0.0.2:8080/sink"));
            assertThat(response.manager().address()).startsWith("http://10.0.0.1/lamp?subscription=");

            Delivery delivery = onlyOne(notifyAndStart(ON));
            assertThat(delivery.to()).hasToString("http://10.0.0.2:8080/sink");
            Envelope notification = read(delivery.envelope());
            assertThat(notification.action()).hasValue(ON);
            assertThat(notification.bodyName()).hasValue(new QName("x"));
            assertThat(deliver(delivery, Outcome.ACCEPTED)).isEmpty();

            Envelope answer = manage(dialect, Verb.UNSUBSCRIBE, response.manager(), Optional.empty());
            assertThat(answer.action()).hasValue(dialect.responseAction(Verb.UNSUBSCRIBE));
            assertThat(answer.bodyName().isPresent()).isEqualTo(dialect == W3C);
            assertThat(notifyAndStart(ON)).isEmpty();
            assertThat(source.counters().unsubscribed()).isEqualTo(1);
            assertThat(source.isIdle()).isTrue();
        }

        @Test
        void isNotSentWhatIsUnderWayTwice() throws Exception {
            subscribe(to(DPWS, "http://10.0.0.2/sink"));
            Delivery first = onlyOne(notifyAndStart(ON));
            assertThat(notifyAndStart(OFF)).isEmpty();

            Delivery second = onlyOne(deliver(first, Outcome.ACCEPTED));

            assertThat(read(second.envelope()).action()).hasValue(OFF);
            assertThat(deliver(first, Outcome.ACCEPTED)).isEmpty();
        }

        @Test
        void isKnownInItsOwnDialectOnly() throws Exception {
            EndpointReference manager =
                    subscribe(to(DPWS, "http://10.0.0.2/sink")).manager();

            assertThatThrownBy(() -> manage(W3C, Verb.GET_STATUS, manager, Optional.empty()))
                    .isInstanceOf(EventingFault.class);
        }

        /** SDCri's client echoes no reference parameters; the manager's address is what it does repeat. */
        @ParameterizedTest
        @EnumSource(EventingDialect.class)
        void mayEchoNothing(EventingDialect dialect) throws Exception {
            EndpointReference manager =
                    subscribe(to(dialect, "http://10.0.0.2:8080/sink")).manager();
            EndpointReference bare = EndpointReference.of(manager.address());
            assertThat(manager.referenceParameters()).hasSize(1);

            Envelope answer = manage(dialect, Verb.UNSUBSCRIBE, bare, Optional.empty());

            assertThat(answer.action()).hasValue(dialect.responseAction(Verb.UNSUBSCRIBE));
            assertThat(source.counters().unsubscribed()).isEqualTo(1);
            assertThatThrownBy(() -> manage(dialect, Verb.GET_STATUS, bare, Optional.empty()))
                    .isInstanceOf(EventingFault.class);
        }

        @Test
        void mayEchoItsIdentifierInTheOtherDialectsName() throws Exception {
            String identifier = subscribe(to(DPWS, "http://10.0.0.2/sink"))
                    .manager()
                    .referenceParameters()
                    .get(0)
                    .replace(DPWS.namespace(), W3C.namespace());

            assertThat(manage(
                                    DPWS,
                                    Verb.GET_STATUS,
                                    new EndpointReference("http://10.0.0.1/lamp", List.of(identifier)),
                                    Optional.empty())
                            .action())
                    .hasValue(DPWS.responseAction(Verb.GET_STATUS));
        }

        @Test
        void getsOnlyWhatItsFilterNames() throws Exception {
            subscribe(filtered(
                    to(DPWS, "http://10.0.0.2/sink"), SubscribeRequest.Filter.ofActions(List.of(OFF, "urn:other"))));

            assertThat(notifyAndStart(ON)).isEmpty();
            assertThat(notifyAndStart(OFF)).hasSize(1);
        }
    }

    @Nested
    class Time {

        @Test
        void endsASubscriptionSilently() throws Exception {
            subscribe(ending(expiring(to(DPWS, "http://10.0.0.2/sink"), "PT10S"), "http://10.0.0.2/end"));
            assertThat(source.nextDue()).hasValue(now + 10_000);

            now += 10_000;
            source.advance(now);

            assertThat(source.deliveries(now)).isEmpty();
            assertThat(source.counters().expired()).isEqualTo(1);
            assertThat(source.nextDue()).isEmpty();
        }

        @Test
        void isCountedFromTheRenewal() throws Exception {
            EndpointReference manager = subscribe(expiring(to(DPWS, "http://10.0.0.2/sink"), "PT1H"))
                    .manager();
            now += 1_000;
            Optional<Expiry> tenSeconds = Optional.of(new Expiry.After(10_000));
            manage(DPWS, Verb.RENEW, manager, tenSeconds);
            now += 4_000;
            manage(DPWS, Verb.RENEW, manager, tenSeconds);
            now += 9_000;

            Envelope status = manage(DPWS, Verb.GET_STATUS, manager, Optional.empty());

            assertThat(EventingCodec.readExpires(DPWS, Verb.GET_STATUS, status)).hasValue(new Expiry.After(1_000));
        }

        @Test
        void isChosenByTheSourceIfARenewalNamesNone() throws Exception {
            EndpointReference manager = subscribe(expiring(to(DPWS, "http://10.0.0.2/sink"), "PT1S"))
                    .manager();

            Envelope answer = manage(DPWS, Verb.RENEW, manager, Optional.empty());

            assertThat(EventingCodec.readExpires(DPWS, Verb.RENEW, answer))
                    .hasValue(new Expiry.After(Duration.ofHours(1).toMillis()));
        }

        @Test
        void asADateTimeIsToldAsADateTime() throws Exception {
            EventingCodec.SubscribeResponse response =
                    subscribe(expiring(to(DPWS, "http://10.0.0.2/sink"), "2026-11-21T14:00:00+01:00"));

            Expiry.At at = new Expiry.At(Instant.parse("2026-11-21T13:00:00Z").toEpochMilli());
            assertThat(response.expires()).isEqualTo(at);
            assertThat(EventingCodec.readExpires(
                            DPWS, Verb.GET_STATUS, manage(DPWS, Verb.GET_STATUS, response.manager(), Optional.empty())))
                    .hasValue(at);
        }

        @Test
        void beyondTheMaximumIsCutInTheSubmissionAndByBestEffort() throws Exception {
            Expiry day = new Expiry.After(Duration.ofDays(1).toMillis());

            assertThat(subscribe(expiring(to(DPWS, "http://10.0.0.2/sink"), "P9Y"))
                            .expires())
                    .isEqualTo(day);
            assertThat(subscribe(bestEffort(expiring(to(W3C, "http://10.0.0.2/sink"), "P9Y")))
                            .expires())
                    .isEqualTo(day);
            assertThat(subscribe(bestEffort(expiring(to(W3C, "http://10.0.0.2/sink"), "PT0S")))
                            .expires())
                    .as("for ever, with the W3C")
                    .isEqualTo(day);
        }

        @Test
        void thatRenewalsAskForDoesNotPileUp() throws Exception {
            EndpointReference manager =
                    subscribe(to(DPWS, "http://10.0.0.2/sink")).manager();
            for (int i = 0; i < 10_000; i++) {
                manage(DPWS, Verb.RENEW, manager, Optional.of(new Expiry.After(10_000 + i)));
            }

            now += 20_000;
            source.advance(now);

            assertThat(source.counters().expired()).isEqualTo(1);
            assertThat(source.nextDue()).isEmpty();
        }
    }

    @Nested
    class Faults {

        @Test
        void ofTheSubmissionBearItsCodes() {
            SubscribeRequest plain = to(DPWS, "http://10.0.0.2/sink");
            assertThat(subcode(faultOf(mode(plain, "urn:pull"))))
                    .isEqualTo(DPWS.name("DeliveryModeRequestedUnavailable"));
            assertThat(subcode(faultOf(expiring(plain, "PT0S")))).isEqualTo(DPWS.name("InvalidExpirationTime"));
            assertThat(subcode(faultOf(filtered(plain, new SubscribeRequest.Filter(Optional.empty(), List.of())))))
                    .isEqualTo(DPWS.name("FilteringRequestedUnavailable"));
            assertThat(subcode(faultOf(filtered(plain, SubscribeRequest.Filter.ofActions(List.of("urn:x"))))))
                    .isEqualTo(new QName(Namespaces.DPWS, "FilterActionNotSupported"));
            assertThat(subcode(faultOf(to(DPWS, "foo:bar"))))
                    .isEqualTo(new QName(Namespaces.WSA, "DestinationUnreachable"));
            SubscribeRequest nowhere = new SubscribeRequest(
                    DPWS,
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    true,
                    Optional.empty());
            assertThat(subcode(faultOf(nowhere))).isEqualTo(DPWS.name("InvalidMessage"));
            assertThat(source.counters().refusedSinks()).isEqualTo(1);
        }

        @Test
        void ofTheW3cBearItsCodesAndItsAction() {
            SubscribeRequest plain = to(W3C, "http://10.0.0.2/sink");
            SoapFault format = faultOf(mode(plain, W3C.namespace() + "/DeliveryFormats/Wrap"));
            assertThat(subcode(format)).isEqualTo(W3C.name("DeliveryFormatRequestedUnavailable"));
            assertThat(format.action()).isEqualTo(W3C.namespace() + "/fault");
            assertThat(format.detail().orElseThrow()).contains(EventingCodec.UNWRAPPED);
            assertThat(subcode(faultOf(expiring(plain, "P9Y")))).isEqualTo(W3C.name("UnsupportedExpirationValue"));
            assertThat(subcode(faultOf(filtered(plain, new SubscribeRequest.Filter(Optional.empty(), List.of())))))
                    .isEqualTo(W3C.name("FilteringRequestedUnavailable"));
            assertThat(subcode(faultOf(to(W3C, "foo:bar")))).isEqualTo(W3C.name("UnusableEPR"));
            SubscribeRequest nowhere = new SubscribeRequest(
                    W3C,
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    true,
                    Optional.empty());
            assertThat(subcode(faultOf(nowhere))).isEqualTo(W3C.name("NoDeliveryMechanismEstablished"));
        }

        @ParameterizedTest
        @EnumSource(
                value = Verb.class,
                names = {"RENEW", "GET_STATUS", "UNSUBSCRIBE"})
        void nameTheUnknownSubscriptionByTheDialect(Verb verb) {
            EndpointReference stranger = EndpointReference.of("http://10.0.0.1/lamp");
            assertThatThrownBy(() -> manage(W3C, verb, stranger, Optional.empty()))
                    .isInstanceOfSatisfying(EventingFault.class, e -> assertThat(subcode(e.fault()))
                            .isEqualTo(W3C.name("UnknownSubscription")));
            assertThatThrownBy(() -> manage(DPWS, verb, stranger, Optional.empty()))
                    .isInstanceOfSatisfying(EventingFault.class, e -> assertThat(subcode(e.fault()))
                            .isEqualTo(DPWS.name(verb == Verb.RENEW ? "UnableToRenew" : "InvalidMessage")));
        }

        @Test
        void answerABodyThatIsNotTheActions() {
            byte[] envelope = EnvelopeWriter.forAction(DPWS.action(Verb.GET_STATUS))
                    .body(BODY)
                    .toBytes();

            assertThatThrownBy(() -> source.handle(now, new Request(DPWS, Verb.GET_STATUS), read(envelope)))
                    .hasMessage("Body: is not that of a GetStatus (expected: GetStatus)");
        }

        @Test
        void ofTheMakerNameTheAction() {
            assertThatThrownBy(() -> source.notify(now, "urn:no", BODY))
                    .hasMessageStartingWith("event action: urn:no (expected: one of [");
        }
    }

    @Nested
    class WhatIsNotDelivered {

        private List<Delivery> failing(Delivery delivery) {
            return deliver(delivery, Outcome.FAILED);
        }

        @Test
        void isTriedAgainLaterAndLater() throws Exception {
            subscribe(to(DPWS, "http://10.0.0.2/sink"));
            Delivery first = onlyOne(notifyAndStart(ON));
            assertThat(failing(first)).isEmpty();
            assertThat(source.nextDue()).hasValue(now + 500);

            now += 500;
            source.advance(now);
            Delivery second = onlyOne(source.deliveries(now));
            assertThat(failing(second)).isEmpty();
            assertThat(source.nextDue()).hasValue(now + 1_000);

            now += 1_000;
            source.advance(now);
            assertThat(deliver(onlyOne(source.deliveries(now)), Outcome.ACCEPTED))
                    .isEmpty();
            assertThat(source.counters().accepted()).isEqualTo(1);
            assertThat(source.counters().failed()).isEqualTo(2);
            assertThat(source.counters().active()).isEqualTo(1);
        }

        @Test
        void endsTheSubscriptionAfterTheLastAttempt() throws Exception {
            source = source(limits -> limits.withDelivery(8, 0, Duration.ofMillis(1), Duration.ofSeconds(1)));
            subscribe(ending(to(DPWS, "http://10.0.0.2/sink"), "http://10.0.0.3/end"));

            Delivery end = onlyOne(failing(onlyOne(notifyAndStart(ON))));

            assertThat(end.to()).hasToString("http://10.0.0.3/end");
            assertThat(endIn(DPWS, end).status()).isEqualTo(Namespaces.WSE + "/DeliveryFailure");
            assertThat(deliver(end, Outcome.FAILED)).isEmpty();
            assertThat(source.isIdle()).isTrue();
        }

        @Test
        void isNotTriedAgainIfTheSinkDoesNotWantIt() throws Exception {
            subscribe(to(DPWS, "http://10.0.0.2/sink"));

            assertThat(deliver(onlyOne(notifyAndStart(ON)), Outcome.ofStatus(400)))
                    .isEmpty();

            assertThat(source.counters().active()).isZero();
            assertThat(source.counters().ended()).isEqualTo(1);
            assertThat(source.counters().dropped()).isEqualTo(1);
        }

        @Test
        void endsASlowSubscriptionWhenTooManyWait() throws Exception {
            source = source(limits -> limits.withDelivery(3, 2, Duration.ofMillis(1), Duration.ofSeconds(1)));
            subscribe(ending(to(W3C, "http://10.0.0.2/sink"), "http://10.0.0.3/end"));
            subscribe(to(DPWS, "http://10.0.0.4/sink"));
            List<Delivery> started = notifyAndStart(ON);
            assertThat(deliver(started.get(1), Outcome.ACCEPTED)).isEmpty();
            for (int i = 0; i < 2; i++) {
                assertThat(deliver(onlyOne(notifyAndStart(ON)), Outcome.ACCEPTED))
                        .isEmpty();
            }

            List<Delivery> last = notifyAndStart(ON);

            assertThat(last).extracting(d -> d.to().getHost()).containsExactlyInAnyOrder("10.0.0.4", "10.0.0.3");
            Delivery end = last.stream()
                    .filter(d -> d.to().getHost().equals("10.0.0.3"))
                    .findFirst()
                    .orElseThrow();
            assertThat(endIn(W3C, end).status()).isEqualTo(W3C.namespace() + "/DeliveryFailure");
            assertThat(endIn(W3C, end).manager()).isEmpty();
            assertThat(source.counters().overflowed()).isEqualTo(1);
            assertThat(source.counters().dropped()).isEqualTo(3);
        }

        @Test
        void forWantOfRoomWithUsIsNoFailureOfTheSink() throws Exception {
            subscribe(ending(to(DPWS, "http://10.0.0.2/sink"), "http://10.0.0.3/end"));
            Delivery delivery = onlyOne(notifyAndStart(ON));
            for (int i = 0; i < 50; i++) {
                assertThat(deliver(delivery, Outcome.BUSY)).isEmpty();
                assertThat(source.nextDue()).hasValue(now + 20);
                now += 20;
                source.advance(now);
                delivery = onlyOne(source.deliveries(now));
            }
            source.shutDown(now);
            Delivery end = onlyOne(deliver(delivery, Outcome.ACCEPTED));
            assertThat(deliver(end, Outcome.BUSY)).isEmpty();
            assertThat(source.isIdle()).isFalse();
            now += 20;
            source.advance(now);

            assertThat(deliver(onlyOne(source.deliveries(now)), Outcome.ACCEPTED))
                    .isEmpty();
            assertThat(source.isIdle()).isTrue();
            assertThat(source.counters().postponed()).isEqualTo(51);
            assertThat(source.counters().failed()).isZero();
        }

        @Test
        void andIsAnEndForWhichThereIsNeverRoomIsGivenUp() throws Exception {
            subscribe(ending(to(DPWS, "http://10.0.0.2/sink"), "http://10.0.0.3/end"));
            source.shutDown(now);
            int attempts = 0;
            while (!source.isIdle()) {
                attempts++;
                assertThat(deliver(onlyOne(source.deliveries(now)), Outcome.BUSY))
                        .isEmpty();
                now += 20;
                source.advance(now);
            }
            assertThat(attempts).isEqualTo(101);
            assertThat(source.nextDue()).isEmpty();
        }

        @Test
        void andWasForgottenByItsDelivererIsGivenUp() throws Exception {
            subscribe(to(DPWS, "http://10.0.0.2/sink"));
            Delivery lost = onlyOne(notifyAndStart(ON));
            now += 10_000;

            source.advance(now);

            assertThat(source.counters().failed()).isEqualTo(1);
            now += 500;
            source.advance(now);
            assertThat(source.deliveries(now)).hasSize(1);
            assertThat(deliver(lost, Outcome.ACCEPTED)).isEmpty();
            assertThat(source.counters().accepted()).isZero();
        }
    }

    @Nested
    class Lanes {

        @Test
        void boundWhatIsUnderWayToOnePeerAndTakeTurns() throws Exception {
            for (int i = 0; i < 10; i++) {
                subscribe(to(DPWS, "http://10.0.0.2/sink" + i));
            }
            subscribe(to(DPWS, "http://10.0.0.3/sink"));

            List<Delivery> started = notifyAndStart(ON);
            assertThat(started).hasSize(5);
            List<String> order = new ArrayList<>();
            while (!started.isEmpty()) {
                List<Delivery> next = new ArrayList<>();
                for (Delivery delivery : started) {
                    order.add(delivery.to().getPath());
                    next.addAll(deliver(delivery, Outcome.ACCEPTED));
                }
                started = next;
            }

            assertThat(order).hasSize(11).doesNotHaveDuplicates();
        }

        @Test
        void areShortOfOneForASinkThatHangs() throws Exception {
            subscribe(to(DPWS, "http://10.0.0.2/hanging"));
            subscribe(to(DPWS, "http://10.0.0.2/quick"));
            for (int i = 0; i < 20; i++) {
                for (Delivery delivery : notifyAndStart(ON)) {
                    if (delivery.to().getPath().equals("/quick")) {
                        assertThat(deliver(delivery, Outcome.ACCEPTED)).isEmpty();
                    }
                }
            }
            assertThat(source.counters().accepted()).isEqualTo(20);
            assertThat(source.counters().queued()).isEqualTo(20);
        }
    }

    @Nested
    class TheEndOfTheSource {

        @Test
        void waitsForWhatIsQueuedAndThenTellsTheSubscriber() throws Exception {
            subscribe(ending(to(DPWS, "http://10.0.0.2/sink"), "http://10.0.0.2/end"));
            Delivery first = onlyOne(notifyAndStart(ON));
            assertThat(notifyAndStart(OFF)).isEmpty();
            source.shutDown(now);
            assertThat(source.isIdle()).isFalse();

            Delivery second = onlyOne(deliver(first, Outcome.ACCEPTED));
            Delivery end = onlyOne(deliver(second, Outcome.ACCEPTED));

            assertThat(endIn(DPWS, end).status()).isEqualTo(Namespaces.WSE + "/SourceShuttingDown");
            assertThat(deliver(end, Outcome.ACCEPTED)).isEmpty();
            assertThat(source.isIdle()).isTrue();
        }

        @Test
        void triesNothingAgain() throws Exception {
            subscribe(ending(to(DPWS, "http://10.0.0.2/sink"), "http://10.0.0.2/end"));
            Delivery first = onlyOne(notifyAndStart(ON));
            source.shutDown(now);

            Delivery end = onlyOne(deliver(first, Outcome.FAILED));

            assertThat(endIn(DPWS, end).status()).isEqualTo(Namespaces.WSE + "/SourceShuttingDown");
        }

        @Test
        void takesNoMoreSubscribers() {
            source.shutDown(now);

            assertThat(subcode(faultOf(to(DPWS, "http://10.0.0.2/sink"))))
                    .isEqualTo(DPWS.name("EventSourceUnableToProcess"));
        }
    }

    @Nested
    class Abuse {

        @Test
        void byTenThousandSubscribesOfOneClientLeavesRoomForOthers() throws Exception {
            int granted = 0;
            for (int i = 0; i < 10_000; i++) {
                try {
                    subscribe(to(DPWS, "http://10.0.0.66:" + (1 + i) + "/sink"));
                    granted++;
                } catch (EventingFault e) {
                    assertThat(e)
                            .hasMessage("The event source has 1024 subscriptions for this host, and takes no more.");
                }
            }

            assertThat(granted).isEqualTo(1_024);
            assertThat(source.counters().refusedAtLimit()).isEqualTo(10_000 - 1_024);
            assertThat(subscribe(to(DPWS, "http://10.0.0.2/sink")).expires()).isNotNull();
        }

        @Test
        void byManyClientsHasABoundInAll() throws Exception {
            source = source(limits -> limits.withSubscriptions(3, 2));
            for (int i = 1; i <= 3; i++) {
                subscribe(to(DPWS, "http://10.0.1." + i + "/sink"));
            }

            assertThat(faultOf(to(DPWS, "http://10.0.1.9/sink")).reason())
                    .isEqualTo("The event source has 3 subscriptions, and takes no more.");
        }

        @Test
        void freesThePlaceOfWhatIsOver() throws Exception {
            source = source(limits -> limits.withSubscriptions(2, 1));
            EndpointReference manager =
                    subscribe(to(DPWS, "http://10.0.0.2/sink")).manager();
            manage(DPWS, Verb.UNSUBSCRIBE, manager, Optional.empty());

            assertThat(subscribe(to(DPWS, "http://10.0.0.2/sink")).manager()).isNotNull();
        }

        @Test
        void byReferenceParametersOf30KilobytesIsRefused() {
            SubscribeRequest large = new SubscribeRequest(
                    DPWS,
                    Optional.of(new EndpointReference(
                            "http://10.0.0.2/sink",
                            List.of("<my:a xmlns:my='urn:my'>" + "x".repeat(30_000) + "</my:a>"))),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    true,
                    Optional.empty());

            SoapFault fault = faultOf(large);

            assertThat(subcode(fault)).isEqualTo(DPWS.name("EventSourceUnableToProcess"));
            assertThat(fault.reason()).startsWith("Reference parameters: 30").contains("(expected: at most 2048)");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "<a:To xmlns:a='" + Namespaces.WSA + "'>http://10.0.0.9/</a:To>",
                    "<s:Fault xmlns:s='" + Namespaces.S12 + "'/>"
                })
        void byReferenceParametersThatSpeakForUsIsRefused(String parameter) {
            SubscribeRequest forged = new SubscribeRequest(
                    DPWS,
                    Optional.of(new EndpointReference("http://10.0.0.2/sink", List.of(parameter))),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    true,
                    Optional.empty());

            assertThat(subcode(faultOf(forged))).isEqualTo(new QName(Namespaces.WSA, "DestinationUnreachable"));
        }

        @Test
        void byAHugeFilterKeepsOnlyWhatIsOffered() throws Exception {
            List<String> actions = new ArrayList<>();
            for (int i = 0; i < 10_000; i++) {
                actions.add("urn:x:" + i);
            }
            actions.add(ON);
            subscribe(filtered(to(DPWS, "http://10.0.0.2/sink"), SubscribeRequest.Filter.ofActions(actions)));

            assertThat(notifyAndStart(OFF)).isEmpty();
            assertThat(notifyAndStart(ON)).hasSize(1);
        }

        @Test
        void ofEndToIsBoundedAndCounted() throws Exception {
            source = source(limits ->
                    limits.withSubscriptions(2, 2).withDelivery(1, 0, Duration.ofMillis(1), Duration.ofMinutes(10)));
            for (int round = 0; round < 5; round++) {
                for (int i = 0; i < 2; i++) {
                    subscribe(ending(to(DPWS, "http://10.0.0.2/sink"), "http://10.0.0.9/hanging"));
                }
                source.cancelAll(now, "test");
                List<Delivery> unused = source.deliveries(now);
            }

            assertThat(source.counters().droppedEnds()).isEqualTo(8);
        }
    }

    @Nested
    class RandomScenarios {

        /** Whatever happens in whatever order: bounds hold, order is kept, and in the end nothing is left. */
        @ParameterizedTest
        @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
        void keepTheBoundsAndTheOrder(long seed) throws Exception {
            Random random = new Random(seed);
            source = source(limits ->
                    limits.withSubscriptions(50, 20).withDelivery(5, 1, Duration.ofMillis(50), Duration.ofSeconds(1)));
            List<EndpointReference> managers = new ArrayList<>();
            List<Delivery> underWay = new ArrayList<>();
            Map<String, Integer> lastSeen = new HashMap<>();
            int event = 0;
            for (int step = 0; step < 4_000; step++) {
                now += random.nextInt(40);
                source.advance(now);
                switch (random.nextInt(6)) {
                    case 0 -> {
                        String sink = "http://10.0.0." + (1 + random.nextInt(5)) + "/" + step;
                        SubscribeRequest request = expiring(to(DPWS, sink), "PT" + (1 + random.nextInt(5)) + "S");
                        try {
                            managers.add(subscribe(random.nextBoolean() ? request : ending(request, sink + "/end"))
                                    .manager());
                        } catch (EventingFault e) {
                            assertThat(subcode(e.fault())).isEqualTo(DPWS.name("EventSourceUnableToProcess"));
                        }
                    }
                    case 1 -> {
                        if (!managers.isEmpty()) {
                            EndpointReference manager = managers.remove(random.nextInt(managers.size()));
                            try {
                                manage(
                                        DPWS,
                                        random.nextBoolean() ? Verb.UNSUBSCRIBE : Verb.RENEW,
                                        manager,
                                        Optional.empty());
                            } catch (EventingFault e) {
                                assertThat(e.fault().subcodes()).isNotEmpty();
                            }
                        }
                    }
                    case 2 -> {
                        int unused = source.notify(now, ON, ("<x>" + event++ + "</x>").getBytes(UTF_8));
                    }
                    default -> {
                        if (!underWay.isEmpty()) {
                            Delivery delivery = underWay.remove(random.nextInt(underWay.size()));
                            int drawn = random.nextInt(6);
                            Outcome outcome = drawn > 1 ? Outcome.ACCEPTED : drawn == 1 ? Outcome.BUSY : Outcome.FAILED;
                            Envelope sent = read(delivery.envelope());
                            if (outcome == Outcome.ACCEPTED
                                    && sent.action().orElse("").equals(ON)) {
                                String body = new String(sent.bodyElement(), UTF_8);
                                int number = Integer.parseInt(body.replaceAll(".*>(\\d+)<.*", "$1"));
                                Integer before = lastSeen.put(delivery.to().toString(), number);
                                // One that took too long was given up, and sent again.
                                assertThat(before == null || before <= number).isTrue();
                            }
                            source.delivered(now, delivery.number(), outcome);
                        }
                    }
                }
                underWay.addAll(source.deliveries(now));
                assertThat(source.counters().active()).isLessThanOrEqualTo(50);
                assertThat(source.counters().queued()).isBetween(0L, 250L);
            }
            source.shutDown(now);
            underWay.addAll(source.deliveries(now));
            long patience = now + 10_000;
            while (!source.isIdle() && now < patience) {
                while (!underWay.isEmpty()) {
                    source.delivered(now, underWay.remove(0).number(), Outcome.ACCEPTED);
                    underWay.addAll(source.deliveries(now));
                }
                now += 20;
                source.advance(now);
                underWay.addAll(source.deliveries(now));
            }
            assertThat(source.isIdle()).isTrue();
            assertThat(source.counters().queued()).isZero();
            assertThat(source.nextDue()).isEmpty();
        }
    }

    @Test
    void itsNotificationsMarkTheEchoedReferenceParameters() throws Exception {
        SubscribeRequest request = new SubscribeRequest(
                DPWS,
                Optional.of(new EndpointReference("http://10.0.0.2/sink", List.of("<my:a xmlns:my='urn:my'>1</my:a>"))),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                true,
                Optional.empty());
        subscribe(request);

        HeaderBlock echoed = read(onlyOne(notifyAndStart(ON)).envelope())
                .headerBlock(new QName("urn:my", "a"))
                .orElseThrow();

        assertThat(echoed.isReferenceParameter()).isTrue();
        assertThat(echoed.text()).hasValue("1");
    }
}
