package org.grapevine.dpws.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.grapevine.dpws.conformance.EventingNet.addressOf;
import static org.grapevine.dpws.conformance.EventingNet.delivery;
import static org.grapevine.dpws.conformance.EventingNet.envelope;
import static org.grapevine.dpws.conformance.EventingNet.epr;
import static org.grapevine.dpws.conformance.EventingNet.eventsOf;
import static org.grapevine.dpws.conformance.EventingNet.textOf;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.grapevine.dpws.device.Device;
import org.grapevine.dpws.device.DeviceHost;
import org.grapevine.dpws.device.DpwsClient;
import org.grapevine.dpws.device.FaultException;
import org.grapevine.dpws.device.Notification;
import org.grapevine.dpws.device.NotificationSink;
import org.grapevine.dpws.device.Subscription;
import org.grapevine.dpws.device.SubscriptionOptions;
import org.grapevine.dpws.eventing.EventingCodec;
import org.grapevine.dpws.eventing.EventingCounters;
import org.grapevine.dpws.eventing.EventingDialect;
import org.grapevine.dpws.eventing.Expiry;
import org.grapevine.dpws.soap.Namespaces;
import org.grapevine.dpws.soap.SoapFault;
import org.grapevine.dpws.transport.HttpReply;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Our subscribers and our event sources with each other, with strangers, and with those who mean no good. */
class EventingConversationTest {

    private EventingNet net;

    @BeforeEach
    void start() throws Exception {
        net = new EventingNet();
    }

    @AfterEach
    void stop() {
        net.close();
    }

    private static <T> T get(CompletableFuture<T> future) throws Exception {
        return future.get(EventingNet.PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    private static Notification next(BlockingQueue<Notification> events) throws InterruptedException {
        Notification next = events.poll(EventingNet.PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        if (next == null) {
            throw new AssertionError("no notification within " + EventingNet.PATIENCE);
        }
        return next;
    }

    private static EventingCounters awaitCounters(Device device, Predicate<EventingCounters> wanted) throws Exception {
        long deadline = System.nanoTime() + EventingNet.PATIENCE.toNanos();
        while (true) {
            EventingCounters counters = get(eventsOf(device).counters());
            if (wanted.test(counters)) {
                return counters;
            }
            assertThat(System.nanoTime()).as(counters.toString()).isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    @Nested
    class OurSubscribersAndSources {

        @ParameterizedTest
        @EnumSource(EventingDialect.class)
        void understandEachOtherInEitherDialect(EventingDialect dialect) throws Exception {
            Device lamp = net.lamp();
            BlockingQueue<Notification> events = new LinkedBlockingQueue<>();
            try (NotificationSink sink = NotificationSink.open(net.host(limits -> limits), "/sink")) {
                Subscription subscription = get(sink.subscribe(
                        addressOf(lamp),
                        SubscriptionOptions.toActions(List.of(LampService.DIMMED))
                                .expiring(Duration.ofMinutes(10))
                                .in(dialect),
                        events::add));
                assertThat(subscription.remaining()).isBetween(Duration.ofMinutes(9), Duration.ofMinutes(10));

                lamp.events(LampService.LampEvents.class).switched(true);
                lamp.events(LampService.LampEvents.class).dimmed(30);
                assertThat(next(events).action()).isEqualTo(LampService.DIMMED);

                assertThat(get(subscription.renew(Duration.ofMinutes(20))))
                        .isEqualTo(new Expiry.After(Duration.ofMinutes(20).toMillis()));
                assertThat(get(subscription.getStatus()).deadline(0))
                        .isGreaterThan(Duration.ofMinutes(19).toMillis());
                get(subscription.unsubscribe());

                assertThat(get(subscription.ended()).reason()).isEqualTo(Subscription.Reason.UNSUBSCRIBED);
                assertThat(get(eventsOf(lamp).counters()).active()).isZero();
                assertThat(sink.counters().subscriptions()).isZero();
            }
        }

        @Test
        void needNoMoreThanTheClientOfTheirHost() throws Exception {
            Device lamp = net.lamp();
            BlockingQueue<Notification> events = new LinkedBlockingQueue<>();
            DpwsClient client = net.host(limits -> limits).client();
            Subscription subscription =
                    get(client.subscribe(addressOf(lamp), SubscriptionOptions.toAll(), events::add));
            Subscription second = client.blocking()
                    .subscribe(addressOf(lamp), SubscriptionOptions.toAll(), events::add, Duration.ofSeconds(5));
            get(second.unsubscribe());

            lamp.events(LampService.LampEvents.class).dimmed(30);

            assertThat(next(events).action()).isEqualTo(LampService.DIMMED);
            get(subscription.unsubscribe());
            assertThat(events).isEmpty();
        }

        @Test
        void doNotLoseWhatWaitsForTheListenerWhenTheSourceStops() throws Exception {
            Device lamp = net.lamp();
            BlockingQueue<Notification> events = new LinkedBlockingQueue<>();
            CountDownLatch mayListen = new CountDownLatch(1);
            try (NotificationSink sink = NotificationSink.open(net.host(limits -> limits), "/sink")) {
                Subscription subscription = get(sink.subscribe(addressOf(lamp), SubscriptionOptions.toAll(), event -> {
                    try {
                        assertThat(mayListen.await(20, TimeUnit.SECONDS)).isTrue();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    events.add(event);
                }));
                for (int i = 0; i < 5; i++) {
                    lamp.events(LampService.LampEvents.class).dimmed(i);
                }
                get(lamp.stop());
                assertThat(subscription.ended()).isNotDone();

                mayListen.countDown();

                assertThat(get(subscription.ended()).reason()).isEqualTo(Subscription.Reason.SOURCE_SHUTTING_DOWN);
                assertThat(events).hasSize(5);
            }
        }

        @ParameterizedTest
        @EnumSource(EventingDialect.class)
        void tellEachOtherThatTheSourceStops(EventingDialect dialect) throws Exception {
            Device lamp = net.lamp();
            try (NotificationSink sink = NotificationSink.open(net.host(limits -> limits), "/sink")) {
                Subscription subscription = get(sink.subscribe(
                        addressOf(lamp), SubscriptionOptions.toAll().in(dialect), event -> {}));

                get(lamp.stop());

                assertThat(get(subscription.ended()).reason()).isEqualTo(Subscription.Reason.SOURCE_SHUTTING_DOWN);
            }
        }

        @Test
        void tellApartManySubscriptionsAtOnePath() throws Exception {
            Device lamp = net.lamp();
            List<BlockingQueue<Notification>> events =
                    List.of(new LinkedBlockingQueue<>(), new LinkedBlockingQueue<>());
            try (NotificationSink sink = NotificationSink.open(net.host(limits -> limits), "/sink")) {
                get(sink.subscribe(
                        addressOf(lamp),
                        SubscriptionOptions.toActions(List.of(LampService.DIMMED)),
                        events.get(0)::add));
                get(sink.subscribe(
                        addressOf(lamp),
                        SubscriptionOptions.toActions(List.of(LampService.SWITCHED)),
                        events.get(1)::add));

                lamp.events(LampService.LampEvents.class).switched(false);
                lamp.events(LampService.LampEvents.class).dimmed(1);

                assertThat(next(events.get(0)).action()).isEqualTo(LampService.DIMMED);
                assertThat(next(events.get(1)).action()).isEqualTo(LampService.SWITCHED);
            }
        }

        @Test
        void endWhenTheSinkCloses() throws Exception {
            Device lamp = net.lamp();
            DeviceHost client = net.host(limits -> limits);
            NotificationSink sink = NotificationSink.open(client, "/sink");
            get(sink.subscribe(addressOf(lamp), SubscriptionOptions.toAll(), event -> {}));

            sink.close();
            sink.close();

            assertThat(get(eventsOf(lamp).counters()).unsubscribed()).isEqualTo(1);
            assertThat(client.paths()).doesNotContain("/sink");
            assertThat(sink.subscribe(addressOf(lamp), SubscriptionOptions.toAll(), event -> {}))
                    .isCompletedExceptionally();
        }

        @Test
        void endWhenTheHostOfTheSinkCloses() throws Exception {
            Device lamp = net.lamp();
            DeviceHost client = net.host(limits -> limits);
            NotificationSink sink = NotificationSink.open(client, "/sink");
            Subscription subscription = get(sink.subscribe(addressOf(lamp), SubscriptionOptions.toAll(), event -> {}));

            client.close();

            assertThat(get(subscription.ended()).reason()).isEqualTo(Subscription.Reason.UNSUBSCRIBED);
            assertThat(get(eventsOf(lamp).counters()).unsubscribed()).isEqualTo(1);
            sink.close();
        }

        @Test
        void ofWhichTheListenerFailsGoOn() throws Exception {
            Device lamp = net.lamp();
            BlockingQueue<Notification> events = new LinkedBlockingQueue<>();
            try (NotificationSink sink = NotificationSink.open(net.host(limits -> limits), "/sink")) {
                get(sink.subscribe(addressOf(lamp), SubscriptionOptions.toAll(), event -> {
                    events.add(event);
                    throw new IllegalStateException("of the listener's own");
                }));
                lamp.events(LampService.LampEvents.class).dimmed(1);
                lamp.events(LampService.LampEvents.class).dimmed(2);

                next(events);
                next(events);
            }
        }

        @Test
        void neverRenewedComeToTheirEnd() throws Exception {
            Device lamp = net.lamp();
            try (NotificationSink sink = NotificationSink.open(net.host(limits -> limits), "/sink")) {
                Subscription subscription = get(sink.subscribe(
                        addressOf(lamp),
                        SubscriptionOptions.toAll()
                                .expiring(Duration.ofMillis(200))
                                .withoutRenewal(),
                        event -> {}));

                assertThat(get(subscription.ended()).reason()).isEqualTo(Subscription.Reason.EXPIRED);
                assertThat(subscription.remaining()).isZero();
            }
        }

        @Test
        void whoseRenewalIsRefusedEnd() throws Exception {
            Device lamp = net.lamp();
            try (NotificationSink sink = NotificationSink.open(net.host(limits -> limits), "/sink")) {
                Subscription subscription = get(sink.subscribe(
                        addressOf(lamp), SubscriptionOptions.toAll().expiring(Duration.ofSeconds(2)), event -> {}));
                String identifier =
                        subscription.manager().referenceParameters().get(0).replaceAll("<[^>]*>", "");
                net.manage(lamp, "Unsubscribe", "", identifier);

                assertThat(get(subscription.ended()).reason()).isEqualTo(Subscription.Reason.RENEWAL_REFUSED);
            }
        }

        @Test
        void failToSubscribeWithTheSourcesFault() throws Exception {
            Device lamp = net.lamp();
            try (NotificationSink sink = NotificationSink.open(net.host(limits -> limits), "/sink")) {
                assertThatThrownBy(() -> get(sink.subscribe(
                                addressOf(lamp), SubscriptionOptions.toActions(List.of("urn:nothing")), event -> {})))
                        .isInstanceOf(ExecutionException.class)
                        .hasCauseInstanceOf(FaultException.class);
                assertThat(sink.counters().subscriptions()).isZero();
            }
        }

        @Test
        void refuseImpossibleWishes() {
            assertThatThrownBy(() -> SubscriptionOptions.toAll().expiring(Duration.ZERO))
                    .hasMessage("expires: PT0S (expected: above zero)");
            assertThatThrownBy(() -> SubscriptionOptions.toActions(List.of("urn:a urn:b")))
                    .hasMessage("filter action: 'urn:a urn:b' (expected: a URI without white space)");
        }

        @Test
        void nameTheEventsThatADeviceHas() throws Exception {
            Device lamp = net.lamp();

            assertThatThrownBy(() -> lamp.events(Runnable.class))
                    .hasMessage("events of device Lamp: java.lang.Runnable (expected: one of ["
                            + LampService.LampEvents.class.getName() + "])");
            assertThat(eventsOf(lamp).notify("urn:nothing", new byte[0]))
                    .failsWithin(EventingNet.PATIENCE)
                    .withThrowableOfType(ExecutionException.class)
                    .withMessageContaining("event action: urn:nothing (expected: one of [");
        }

        @Test
        void reachAThousandSubscribers() throws Exception {
            int subscribers = 1_000;
            Device lamp = net.lamp();
            CountDownLatch arrived = new CountDownLatch(subscribers);
            try (NotificationSink sink = NotificationSink.open(net.host(limits -> limits), "/sink")) {
                List<CompletableFuture<Subscription>> subscribing = new ArrayList<>();
                for (int i = 0; i < subscribers; i++) {
                    subscribing.add(
                            sink.subscribe(addressOf(lamp), SubscriptionOptions.toAll(), e -> arrived.countDown()));
                    if (i % 50 == 49) {
                        get(CompletableFuture.allOf(subscribing.toArray(CompletableFuture<?>[]::new)));
                    }
                }

                lamp.events(LampService.LampEvents.class).switched(true);

                assertThat(arrived.await(20, TimeUnit.SECONDS)).isTrue();
                assertThat(awaitCounters(lamp, counters -> counters.queued() == 0)
                                .accepted())
                        .isEqualTo(subscribers);
            }
        }
    }

    @Test
    void manyDevicesOfAHostNotifyOneClientAtOnce() throws Exception {
        DeviceHost host = net.host(limits -> limits);
        int devices = 150;
        CountDownLatch arrived = new CountDownLatch(devices);
        List<Device> lamps = new ArrayList<>();
        try (NotificationSink sink = NotificationSink.open(net.host(limits -> limits), "/sink")) {
            for (int i = 0; i < devices; i++) {
                Device lamp =
                        Device.named("Lamp " + i).host(new LampService.Simple()).start(host);
                lamps.add(lamp);
                get(sink.subscribe(addressOf(lamp), SubscriptionOptions.toAll(), event -> arrived.countDown()));
            }

            for (Device lamp : lamps) {
                CompletableFuture<Integer> unused =
                        eventsOf(lamp).notify(LampService.DIMMED, "<d xmlns='urn:test:lamp'/>".getBytes(UTF_8));
            }

            assertThat(arrived.await(20, TimeUnit.SECONDS)).isTrue();
            for (Device lamp : lamps) {
                assertThat(awaitCounters(lamp, c -> c.accepted() == 1).failed()).isZero();
            }
        }
    }

    @Nested
    class Strangers {

        @Test
        void ofTheW3cSubscribeWithoutWsAddressing() throws Exception {
            Device lamp = net.lamp();
            EventingNet.Sink sink = net.sink();
            String subscribe = "<s:Envelope xmlns:s='" + Namespaces.S12 + "' xmlns:a='" + Namespaces.WSA + "' xmlns:w='"
                    + Namespaces.WS_EVT + "'><s:Body><w:Subscribe><w:Delivery>"
                    + epr("w:NotifyTo", sink.address.toString())
                    + "</w:Delivery><w:Format Name='" + EventingCodec.UNWRAPPED
                    + "'/><w:Expires>PT5M</w:Expires></w:Subscribe></s:Body></s:Envelope>";

            EventingNet.Reply reply = net.post(addressOf(lamp), subscribe);

            assertThat(reply.status()).as(reply.text()).isEqualTo(200);
            assertThat(textOf(reply, "GrantedExpires")).isEqualTo("PT5M");
            lamp.events(LampService.LampEvents.class).switched(true);
            assertThat(sink.next().action()).hasValue(LampService.SWITCHED);
        }

        @Test
        void mayMarkTheIdentifierAsToBeUnderstood() throws Exception {
            Device lamp = net.lamp();
            EventingNet.Reply granted = net.subscribe(lamp, net.sink(), "");

            EventingNet.Reply reply = net.post(
                    addressOf(lamp),
                    envelope(
                            Namespaces.WSE + "/GetStatus",
                            "<e:Identifier s:mustUnderstand='true'>" + textOf(granted, "Identifier")
                                    + "</e:Identifier>",
                            "<e:GetStatus/>"));

            assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        }

        @Test
        void areToldOfALimitByTheHttpStatusToo() throws Exception {
            Device lamp = net.lamp(limits -> limits.withSubscriptions(1, 1));
            net.subscribe(lamp, net.sink(), "");
            String subscribe = envelope(
                    Namespaces.WS_EVT + "/Subscribe",
                    "",
                    "<w:Subscribe><w:Delivery>" + epr("w:NotifyTo", "http://127.0.0.1:9/x")
                            + "</w:Delivery></w:Subscribe>");

            EventingNet.Reply reply = net.post(addressOf(lamp), subscribe);

            assertThat(reply.status()).isEqualTo(500);
            assertThat(reply.fault().subcodes().get(0).getLocalPart()).isEqualTo("EndpointUnavailable");
        }
    }

    @Nested
    class BadSinks {

        @Test
        void thatAnswerWithFaultsAreNotNotifiedAgain() throws Exception {
            Device lamp = net.lamp();
            EventingNet.Sink sink = net.sink();
            sink.answer = request ->
                    HttpReply.soap(400, SoapFault.sender("no").toEnvelope("urn:uuid:answer", request.messageId()));
            net.subscribe(lamp, sink, "");

            lamp.events(LampService.LampEvents.class).switched(true);
            lamp.events(LampService.LampEvents.class).switched(false);

            EventingCounters counters = awaitCounters(lamp, c -> c.active() == 0);
            assertThat(counters.ended()).isEqualTo(1);
            assertThat(counters.failed()).isEqualTo(1);
            assertThat(sink.received).hasSize(1);
        }

        @Test
        void thatFailForAWhileMissNothing() throws Exception {
            Device lamp = net.lamp(l -> l.withDelivery(8, 3, Duration.ofMillis(5), Duration.ofSeconds(5)));
            EventingNet.Sink sink = net.sink();
            sink.answer = request -> sink.received.size() < 3 ? HttpReply.text(500, "not yet") : HttpReply.accepted();
            net.subscribe(lamp, sink, "");

            lamp.events(LampService.LampEvents.class).dimmed(1);
            lamp.events(LampService.LampEvents.class).dimmed(2);

            EventingCounters counters = awaitCounters(lamp, c -> c.accepted() == 2);
            assertThat(counters.failed()).isEqualTo(2);
            List<String> bodies = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                bodies.add(new String(sink.next().bodyElement(), UTF_8).replaceAll("<[^>]*>", ""));
            }
            assertThat(bodies).containsExactly("1", "1", "1", "2");
        }

        @Test
        void thatNeverAnswerEndAfterTheTimeout() throws Exception {
            Device lamp = net.lamp(l -> l.withDelivery(8, 0, Duration.ofMillis(5), Duration.ofMillis(200)));
            CountDownLatch never = new CountDownLatch(1);
            EventingNet.Sink hanging = net.sink();
            hanging.answer = request -> {
                never.await();
                return HttpReply.accepted();
            };
            EventingNet.Sink end = net.sink();
            net.subscribe(lamp, epr("e:EndTo", end.address.toString()) + delivery(hanging.address.toString()));
            try {
                lamp.events(LampService.LampEvents.class).switched(true);

                assertThat(EventingCodec.readEnd(EventingDialect.SUBMISSION_2004, end.next())
                                .status())
                        .isEqualTo(Namespaces.WSE + "/DeliveryFailure");
            } finally {
                never.countDown();
            }
        }

        @Test
        void thatAreTheSourceItselfEndAtTheFirstNotification() throws Exception {
            Device lamp = net.lamp();
            net.subscribe(lamp, delivery(addressOf(lamp).toString()));

            lamp.events(LampService.LampEvents.class).switched(true);

            assertThat(awaitCounters(lamp, c -> c.active() == 0).failed()).isEqualTo(1);
        }

        @Test
        void doNotHoldUpTheEndOfADevice() throws Exception {
            Device lamp = net.lamp();
            CountDownLatch never = new CountDownLatch(1);
            EventingNet.Sink hanging = net.sink();
            hanging.answer = request -> {
                never.await();
                return HttpReply.accepted();
            };
            net.subscribe(lamp, epr("e:EndTo", hanging.address.toString()) + delivery(hanging.address.toString()));
            try {
                lamp.events(LampService.LampEvents.class).switched(true);
                long before = System.nanoTime();

                get(lamp.stop());

                assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(10));
            } finally {
                never.countDown();
            }
        }
    }

    @Nested
    class BadSubscribers {

        @Test
        void withThousandsOfSubscribesGetSoManyAndNoMore() throws Exception {
            Device lamp = net.lamp(limits -> limits.withSubscriptions(100, 50));
            EventingNet.Sink sink = net.sink();
            int granted = 0;
            for (int i = 0; i < 500; i++) {
                granted += net.subscribe(lamp, sink, "").status() == 200 ? 1 : 0;
            }

            assertThat(granted).isEqualTo(50);
            assertThat(get(eventsOf(lamp).counters()).refusedAtLimit()).isEqualTo(450);
        }

        @Test
        void withAFilterOfTwentyKilobytesGetWhatIsOffered() throws Exception {
            Device lamp = net.lamp();
            String filter = "<e:Filter Dialect='" + Namespaces.DPWS + "/Action'>" + "urn:x ".repeat(3_400)
                    + LampService.SWITCHED + "</e:Filter>";

            assertThat(net.subscribe(lamp, net.sink(), filter).status()).isEqualTo(200);
        }

        @Test
        void withReferenceParametersOfThirtyKilobytesAreRefused() throws Exception {
            Device lamp = net.lamp();
            String notifyTo = "<e:Delivery><e:NotifyTo><a:Address>http://127.0.0.1:9/x</a:Address>"
                    + "<a:ReferenceParameters><x>" + "y".repeat(30_000)
                    + "</x></a:ReferenceParameters></e:NotifyTo></e:Delivery>";

            EventingNet.Reply reply = net.subscribe(lamp, notifyTo);

            assertThat(reply.status()).isEqualTo(500);
            assertThat(reply.fault().subcodes().get(0).getLocalPart()).isEqualTo("EventSourceUnableToProcess");
        }

        @Test
        void thatAreTooManyForASinkAreSentBackAndCounted() throws Exception {
            Device lamp = net.lamp();
            CountDownLatch release = new CountDownLatch(1);
            try (NotificationSink sink = NotificationSink.open(net.host(limits -> limits), "/sink")) {
                Subscription subscription = get(sink.subscribe(addressOf(lamp), SubscriptionOptions.toAll(), event -> {
                    try {
                        release.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                }));
                // The source ends the subscription when the sink, whose listener stands still, has sent back too often.
                for (int i = 0; i < 1_100; i++) {
                    lamp.events(LampService.LampEvents.class).dimmed(i);
                    if (i % 100 == 99) {
                        EventingCounters unused = awaitCounters(lamp, c -> c.queued() < 100 || c.active() == 0);
                    }
                }
                EventingCounters ended = awaitCounters(lamp, c -> c.active() == 0);
                release.countDown();

                assertThat(ended.ended()).isEqualTo(1);
                assertThat(get(subscription.ended()).reason()).isEqualTo(Subscription.Reason.DELIVERY_FAILURE);
                assertThat(sink.counters().busy()).isGreaterThanOrEqualTo(1);
            } finally {
                release.countDown();
            }
        }
    }
}
