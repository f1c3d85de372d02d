package org.grapevine.dpws.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.grapevine.dpws.conformance.EventingNet.addressOf;
import static org.grapevine.dpws.conformance.EventingNet.delivery;
import static org.grapevine.dpws.conformance.EventingNet.envelope;
import static org.grapevine.dpws.conformance.EventingNet.epr;
import static org.grapevine.dpws.conformance.EventingNet.eventsOf;
import static org.grapevine.dpws.conformance.EventingNet.textOf;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.namespace.QName;
import org.grapevine.dpws.device.Device;
import org.grapevine.dpws.device.FaultException;
import org.grapevine.dpws.device.NotificationSink;
import org.grapevine.dpws.device.Subscription;
import org.grapevine.dpws.device.SubscriptionOptions;
import org.grapevine.dpws.eventing.EndStatus;
import org.grapevine.dpws.eventing.EventingCodec;
import org.grapevine.dpws.eventing.EventingDialect;
import org.grapevine.dpws.eventing.Expiry;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.soap.HeaderBlock;
import org.grapevine.dpws.soap.Namespaces;
import org.grapevine.dpws.soap.SoapFault;
import org.grapevine.dpws.soap.Wsa;
import org.grapevine.dpws.transport.HttpReply;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** WS-Eventing of a device, row by row: DPWS 1.1, 5 (Eventing) and 4.3 (WSDL), WS-Eventing of August 2004. */
class EventingRowsTest {

    private static final String ACTION_FILTER = "<e:Filter Dialect='" + Namespaces.DPWS + "/Action'>";

    private EventingNet net;
    private Device lamp;
    private EventingNet.Sink sink;

    @BeforeEach
    void start() throws Exception {
        net = new EventingNet();
        lamp = net.lamp();
        sink = net.sink();
    }

    @AfterEach
    void stop() {
        net.close();
    }

    private static QName wse(String name) {
        return new QName(Namespaces.WSE, name);
    }

    private static void assertFault(
            EventingNet.Reply reply, int status, String action, SoapFault.Code code, QName... subcodes)
            throws Exception {
        assertThat(reply.status()).as(reply.text()).isEqualTo(status);
        assertThat(reply.envelope().action()).hasValue(action);
        assertThat(reply.envelope().relatesTo()).hasValue("urn:uuid:question");
        assertThat(reply.fault().code()).isEqualTo(code);
        assertThat(reply.fault().subcodes()).containsExactly(subcodes);
    }

    private String granted(String expires) throws Exception {
        EventingNet.Reply reply =
                net.subscribe(lamp, sink, expires.isEmpty() ? "" : "<e:Expires>" + expires + "</e:Expires>");
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        return textOf(reply, "Expires");
    }

    private String identifier(String more) throws Exception {
        EventingNet.Reply reply = net.subscribe(lamp, sink, more);
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        return textOf(reply, "Identifier");
    }

    private int notifySwitched(boolean on) throws Exception {
        String body = "<l:switched xmlns:l='" + LampService.NAMESPACE + "'><on>" + on + "</on></l:switched>";
        return eventsOf(lamp).notify(LampService.SWITCHED, body.getBytes(UTF_8)).get(20, TimeUnit.SECONDS);
    }

    @Nested
    class TheWsdl {

        @Test
        void r2004ShowsNotificationsAsOutputOnlyOperations() throws Exception {
            String wsdl = net.get(java.net.URI.create(addressOf(lamp) + "?wsdl"));
            String portType =
                    wsdl.replaceAll("(?s).*(<wsdl:portType[^>]*name=\"LampEvents\".*?</wsdl:portType>).*", "$1");

            assertThat(portType)
                    .contains("<wsdl:operation name=\"switched\">", "wsam:Action=\"" + LampService.SWITCHED + "\"")
                    .contains("<wsdl:output ")
                    .doesNotContain("<wsdl:input ");
        }

        @Test
        void section93MarksThePortTypeWithEventSource() throws Exception {
            String wsdl = net.get(java.net.URI.create(addressOf(lamp) + "?wsdl"));

            assertThat(wsdl).containsPattern("<wsdl:portType[^>]*name=\"LampEvents\"[^>]*wse:EventSource=\"true\"");
            assertThat(wsdl).doesNotContainPattern("<wsdl:portType[^>]*name=\"Lamp\"[^>]*EventSource");
        }

        @Test
        void r2019AndR2020HaveADocumentLiteralSoap12BindingForEachPortType() throws Exception {
            String wsdl = net.get(java.net.URI.create(addressOf(lamp) + "?wsdl"));

            for (String type : List.of("Lamp", "LampEvents")) {
                String binding = wsdl.replaceAll(
                        "(?s).*(<wsdl:binding[^>]*type=\"tns:" + type + "\".*?</wsdl:binding>).*", "$1");
                assertThat(binding)
                        .contains(
                                "<soap12:binding style=\"document\" transport=\"http://schemas.xmlsoap.org/soap/http\"")
                        .contains("<soap12:body use=\"literal\"");
            }
        }

        @Test
        void section92NamesBothPortTypesInTheHostedTypes() {
            assertThat(lamp.metadata()
                            .relationship()
                            .orElseThrow()
                            .hosted()
                            .get(0)
                            .types())
                    .containsExactly(
                            new QName(LampService.NAMESPACE, "Lamp"), new QName(LampService.NAMESPACE, "LampEvents"));
        }
    }

    @Nested
    class Delivery {

        @ParameterizedTest
        @ValueSource(strings = {"", " Mode='" + Namespaces.WSE + "/DeliveryModes/Push'"})
        void r3009SupportsPushNamedOrNot(String mode) throws Exception {
            EventingNet.Reply reply = net.subscribe(
                    lamp, "<e:Delivery" + mode + ">" + epr("e:NotifyTo", sink.address.toString()) + "</e:Delivery>");

            assertThat(reply.status()).as(reply.text()).isEqualTo(200);
            assertThat(reply.envelope().action()).hasValue(Namespaces.WSE + "/SubscribeResponse");
        }

        @Test
        void r3010RefusesAnotherModeAndSaysWhichThereIs() throws Exception {
            EventingNet.Reply reply = net.subscribe(
                    lamp,
                    "<e:Delivery Mode='urn:pull'>" + epr("e:NotifyTo", sink.address.toString()) + "</e:Delivery>");

            assertFault(reply, 400, Wsa.FAULT_ACTION, SoapFault.Code.SENDER, wse("DeliveryModeRequestedUnavailable"));
            assertThat(textOf(reply, "SupportedDeliveryMode")).isEqualTo(EventingCodec.PUSH);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "foo:bar",
                    "urn:uuid:00000000-0000-4000-8000-000000000000",
                    "http://239.255.255.250:3702/x",
                    "http://0.0.0.0/x",
                    "http://255.255.255.255/x",
                    "http://127.0.0.1:0/x",
                    "http://u:p@127.0.0.1/x",
                    "http://[ff02::c]/x",
                    Namespaces.WSA + "/none",
                    Namespaces.WSA + "/anonymous",
                    "not an address"
                })
        void r3017RefusesANotifyToThatIsNotUnderstood(String address) throws Exception {
            EventingNet.Reply reply = net.subscribe(lamp, delivery(address));

            assertFault(
                    reply,
                    400,
                    Wsa.FAULT_ACTION,
                    SoapFault.Code.SENDER,
                    new QName(Namespaces.WSA, "DestinationUnreachable"));
            assertThat(textOf(reply, "ProblemIRI")).isEqualTo(address);
        }

        @Test
        void r3018RefusesAnEndToThatIsNotUnderstood() throws Exception {
            EventingNet.Reply reply =
                    net.subscribe(lamp, epr("e:EndTo", "foo:bar") + delivery(sink.address.toString()));

            assertFault(
                    reply,
                    400,
                    Wsa.FAULT_ACTION,
                    SoapFault.Code.SENDER,
                    new QName(Namespaces.WSA, "DestinationUnreachable"));
        }

        @Test
        void r3019EndsASubscriptionWhoseSinkRefusesConnections() throws Exception {
            Device quick = net.lamp(limits -> limits.withDelivery(8, 1, Duration.ofMillis(10), Duration.ofSeconds(5)));
            EventingNet.Sink dead = net.sink();
            dead.close();
            EventingNet.Reply reply =
                    net.subscribe(quick, epr("e:EndTo", sink.address.toString()) + delivery(dead.address.toString()));

            quick.events(LampService.LampEvents.class).switched(true);

            Envelope end = sink.next();
            assertThat(end.action()).hasValue(Namespaces.WSE + "/SubscriptionEnd");
            EventingCodec.SubscriptionEnd said = EventingCodec.readEnd(EventingDialect.SUBMISSION_2004, end);
            assertThat(EndStatus.of(said.status())).hasValue(EndStatus.DELIVERY_FAILURE);
            assertThat(said.manager().orElseThrow().referenceParameters().get(0))
                    .contains(textOf(reply, "Identifier"));
            assertThat(eventsOf(quick).counters().get(20, TimeUnit.SECONDS).active())
                    .isZero();
        }
    }

    @Nested
    class Filters {

        @Test
        void r3008AndR3011FilterByAction() throws Exception {
            String only = ACTION_FILTER + "\n urn:nothing\t" + LampService.DIMMED + " </e:Filter>";
            assertThat(net.subscribe(lamp, sink, only).status()).isEqualTo(200);

            assertThat(notifySwitched(true)).isZero();
            lamp.events(LampService.LampEvents.class).dimmed(30);

            assertThat(sink.next().action()).hasValue(LampService.DIMMED);
        }

        @Test
        void section102ComparesActionsExactly() throws Exception {
            String other = ACTION_FILTER + LampService.DIMMED.toUpperCase(java.util.Locale.ROOT) + "</e:Filter>";

            assertThat(net.subscribe(lamp, sink, other).status()).isEqualTo(400);
        }

        @Test
        void section102GrantsEverythingWithoutAFilter() throws Exception {
            identifier("");

            lamp.events(LampService.LampEvents.class).switched(true);
            lamp.events(LampService.LampEvents.class).dimmed(30);

            assertThat(sink.next().action()).hasValue(LampService.SWITCHED);
            assertThat(sink.next().action()).hasValue(LampService.DIMMED);
        }

        @ParameterizedTest
        @ValueSource(strings = {" Dialect='http://www.w3.org/TR/1999/REC-xpath-19991116'", ""})
        void r3012RefusesAnXPathFilterAndSaysWhichDialectThereIs(String dialect) throws Exception {
            EventingNet.Reply reply = net.subscribe(lamp, sink, "<e:Filter" + dialect + ">//on</e:Filter>");

            assertFault(reply, 400, Wsa.FAULT_ACTION, SoapFault.Code.SENDER, wse("FilteringRequestedUnavailable"));
            assertThat(textOf(reply, "SupportedDialect")).isEqualTo(Namespaces.DPWS + "/Action");
        }

        @ParameterizedTest
        @ValueSource(strings = {"urn:nothing urn:neither", ""})
        void r3020RefusesAFilterOfWhichNoActionIsOffered(String actions) throws Exception {
            EventingNet.Reply reply = net.subscribe(lamp, sink, ACTION_FILTER + actions + "</e:Filter>");

            assertFault(
                    reply,
                    400,
                    Namespaces.DPWS + "/fault",
                    SoapFault.Code.SENDER,
                    new QName(Namespaces.DPWS, "FilterActionNotSupported"));
        }
    }

    @Nested
    class Expiration {

        @Test
        void r3005AndR3016GrantTheDurationThatIsAskedFor() throws Exception {
            assertThat(granted("PT10M")).isEqualTo("PT10M");
        }

        @Test
        void r3006GrantsADurationAtRenewalToo() throws Exception {
            EventingNet.Reply reply = net.manage(
                    lamp, "Renew", "<e:Expires>PT20M</e:Expires>", identifier("<e:Expires>PT10M</e:Expires>"));

            assertThat(reply.envelope().action()).hasValue(Namespaces.WSE + "/RenewResponse");
            assertThat(textOf(reply, "Expires")).isEqualTo("PT20M");
        }

        @Test
        void r3013GrantsADateTime() throws Exception {
            String asked = Instant.now()
                    .plus(Duration.ofMinutes(10))
                    .truncatedTo(ChronoUnit.MILLIS)
                    .toString();

            assertThat(granted(asked)).isEqualTo(asked);
        }

        @Test
        void section103ChoosesATimeIfNoneIsAskedFor() throws Exception {
            assertThat(Expiry.parse(granted("")))
                    .hasValue(new Expiry.After(Duration.ofHours(1).toMillis()));
        }

        @Test
        void section103GrantsLessThanAskedForBeyondItsMaximum() throws Exception {
            assertThat(Expiry.parse(granted("P999999999Y")))
                    .hasValue(new Expiry.After(Duration.ofDays(1).toMillis()));
        }

        @ParameterizedTest
        @ValueSource(
                strings = {"PT0S", "P0Y", "-PT10S", "2001-01-01T00:00:00Z", "tomorrow", "P", "PT", "P1H", "1", "PT1.S"})
        void section103RefusesWhatIsNoTimeToCome(String expires) throws Exception {
            EventingNet.Reply reply = net.subscribe(lamp, sink, "<e:Expires>" + expires + "</e:Expires>");

            assertFault(reply, 400, Wsa.FAULT_ACTION, SoapFault.Code.SENDER, wse("InvalidExpirationTime"));
        }
    }

    @Nested
    class TheLifeOfASubscription {

        @Test
        void section103RenewCountsFromNow() throws Exception {
            String identifier = identifier("<e:Expires>PT1H</e:Expires>");
            net.manage(lamp, "Renew", "<e:Expires>PT10S</e:Expires>", identifier);
            net.manage(lamp, "Renew", "<e:Expires>PT10S</e:Expires>", identifier);

            EventingNet.Reply status = net.manage(lamp, "GetStatus", "", identifier);

            assertThat(status.envelope().action()).hasValue(Namespaces.WSE + "/GetStatusResponse");
            assertThat(Expiry.parse(textOf(status, "Expires")).orElseThrow().deadline(0))
                    .isBetween(1L, 10_000L);
        }

        @Test
        void section103RefusesToRenewWhatIsUnknown() throws Exception {
            EventingNet.Reply reply = net.manage(lamp, "Renew", "<e:Expires>PT10S</e:Expires>", "urn:uuid:nobody");

            assertFault(reply, 500, Wsa.FAULT_ACTION, SoapFault.Code.RECEIVER, wse("UnableToRenew"));
        }

        @Test
        void section103RefusesToRenewWhatExpired() throws Exception {
            String identifier = identifier("<e:Expires>PT0.05S</e:Expires>");
            awaitNoSubscription();

            EventingNet.Reply reply = net.manage(lamp, "Renew", "<e:Expires>PT10S</e:Expires>", identifier);

            assertFault(reply, 500, Wsa.FAULT_ACTION, SoapFault.Code.RECEIVER, wse("UnableToRenew"));
        }

        @ParameterizedTest
        @ValueSource(strings = {"GetStatus", "Unsubscribe"})
        void section103AnswersAboutTheUnknownWithInvalidMessage(String verb) throws Exception {
            EventingNet.Reply reply = net.manage(lamp, verb, "", "urn:uuid:nobody");

            assertFault(reply, 400, Wsa.FAULT_ACTION, SoapFault.Code.SENDER, wse("InvalidMessage"));
        }

        @Test
        void section103AnswersASubscribeWithoutDeliveryWithInvalidMessage() throws Exception {
            assertFault(net.subscribe(lamp, ""), 400, Wsa.FAULT_ACTION, SoapFault.Code.SENDER, wse("InvalidMessage"));
        }

        @Test
        void section103AnswersWithEventSourceUnableToProcessWhenThereAreTooMany() throws Exception {
            Device small = net.lamp(limits -> limits.withSubscriptions(2, 1));
            assertThat(net.subscribe(small, sink, "").status()).isEqualTo(200);

            EventingNet.Reply reply = net.subscribe(small, sink, "");

            assertFault(reply, 500, Wsa.FAULT_ACTION, SoapFault.Code.RECEIVER, wse("EventSourceUnableToProcess"));
            assertThat(eventsOf(small).counters().get(20, TimeUnit.SECONDS).refusedAtLimit())
                    .isEqualTo(1);
        }

        @Test
        void section103ExpiresSilently() throws Exception {
            identifier(epr("e:EndTo", sink.address.toString()) + "<e:Expires>PT0.05S</e:Expires>");
            awaitNoSubscription();

            assertThat(notifySwitched(true)).isZero();
            assertThat(sink.received).isEmpty();
        }

        @Test
        void section103UnsubscribesWithAnEmptyBodyAndNoFurtherWord() throws Exception {
            String identifier = identifier(epr("e:EndTo", sink.address.toString()));

            EventingNet.Reply reply = net.manage(lamp, "Unsubscribe", "", identifier);

            assertThat(reply.status()).isEqualTo(200);
            assertThat(reply.envelope().action()).hasValue(Namespaces.WSE + "/UnsubscribeResponse");
            assertThat(reply.envelope().bodyName()).isEmpty();
            assertThat(notifySwitched(true)).isZero();
            assertThat(sink.received).isEmpty();
        }

        @Test
        void section103TellsTheEndWhenTheSourceStops() throws Exception {
            EventingNet.Sink silent = net.sink();
            net.subscribe(lamp, silent, "");
            identifier(epr("e:EndTo", sink.address + "?end"));

            lamp.stop().get(20, TimeUnit.SECONDS);

            Envelope end = sink.next();
            assertThat(end.to()).hasValue(sink.address + "?end");
            assertThat(EventingCodec.readEnd(EventingDialect.SUBMISSION_2004, end)
                            .status())
                    .isEqualTo(Namespaces.WSE + "/SourceShuttingDown");
            assertThat(silent.received).isEmpty();
        }

        @Test
        void section103TellsTheEndWhenTheServiceIsTakenAway() throws Exception {
            identifier(epr("e:EndTo", sink.address.toString()));

            assertThat(lamp.remove(lamp.hostedServices().get(0))).isTrue();

            assertThat(EventingCodec.readEnd(EventingDialect.SUBMISSION_2004, sink.next())
                            .status())
                    .isEqualTo(Namespaces.WSE + "/SourceShuttingDown");
        }

        @Test
        void section103CanBeEndedByTheSource() throws Exception {
            identifier(epr("e:EndTo", sink.address.toString()));

            eventsOf(lamp).cancelSubscriptions("Winter").get(20, TimeUnit.SECONDS);

            EventingCodec.SubscriptionEnd end = EventingCodec.readEnd(EventingDialect.SUBMISSION_2004, sink.next());
            assertThat(end.status()).isEqualTo(Namespaces.WSE + "/SourceCancelling");
            assertThat(end.reason()).hasValue("Winter");
        }

        private void awaitNoSubscription() throws Exception {
            long deadline = System.nanoTime() + EventingNet.PATIENCE.toNanos();
            while (eventsOf(lamp).counters().get(20, TimeUnit.SECONDS).active() > 0) {
                assertThat(System.nanoTime()).isLessThan(deadline);
                Thread.onSpinWait();
            }
        }
    }

    @Nested
    class Notifications {

        @Test
        void section103NamesTheEventAndTheSinkAndEchoesReferenceParameters() throws Exception {
            String notifyTo = "<e:NotifyTo><a:Address>" + sink.address + "</a:Address><a:ReferenceParameters>"
                    + "<my:Id xmlns:my='urn:my' on='a:b'>7</my:Id></a:ReferenceParameters></e:NotifyTo>";
            net.subscribe(lamp, "<e:Delivery>" + notifyTo + "</e:Delivery>");

            lamp.events(LampService.LampEvents.class).switched(true);

            Envelope notification = sink.next();
            assertThat(notification.action()).hasValue(LampService.SWITCHED);
            assertThat(notification.to()).hasValue(sink.address.toString());
            assertThat(notification.messageId()).isPresent();
            HeaderBlock echoed =
                    notification.headerBlock(new QName("urn:my", "Id")).orElseThrow();
            assertThat(echoed.text()).hasValue("7");
            assertThat(echoed.isReferenceParameter()).isTrue();
            assertThat(notification.bodyName()).hasValue(new QName(LampService.NAMESPACE, "switched"));
            assertThat(new String(notification.bodyElement(), UTF_8)).contains("<on>true</on>");
        }

        @Test
        void section103KeepTheirOrderForEachSubscriber() throws Exception {
            identifier("");
            List<String> expected = new ArrayList<>();
            for (int percent = 0; percent < 100; percent++) {
                lamp.events(LampService.LampEvents.class).dimmed(percent);
                expected.add("<percent>" + percent + "</percent>");
            }

            for (String each : expected) {
                assertThat(new String(sink.next().bodyElement(), UTF_8)).contains(each);
            }
        }

        @Test
        void section103DoNotWaitForASlowSink() throws Exception {
            CountDownLatch release = new CountDownLatch(1);
            EventingNet.Sink slow = net.sink();
            slow.answer = request -> {
                release.await();
                return HttpReply.accepted();
            };
            net.subscribe(lamp, slow, "");
            net.subscribe(lamp, sink, "");
            try {
                for (int percent = 0; percent < 20; percent++) {
                    lamp.events(LampService.LampEvents.class).dimmed(percent);
                }
                for (int percent = 0; percent < 20; percent++) {
                    sink.next();
                }
                assertThat(slow.received).hasSize(1);
            } finally {
                release.countDown();
            }
        }
    }

    @Nested
    class OtherServices {

        @Test
        void withoutEventsAnswerASubscribeWithActionNotSupported() throws Exception {
            Device dark = Device.named("Dark").host(new DarkService.Simple()).start(net.host(limits -> limits));

            assertFault(
                    net.subscribe(dark, sink, ""),
                    400,
                    Wsa.FAULT_ACTION,
                    SoapFault.Code.SENDER,
                    new QName(Namespaces.WSA, "ActionNotSupported"));
        }
    }

    @Nested
    class TheSubscriber {

        private final List<String> refusing = List.of(Namespaces.WSE + "/GetStatus");

        @Test
        void section103RenewsAtHalfOfTheGrantedTime() throws Exception {
            try (NotificationSink client = NotificationSink.open(net.host(limits -> limits), "/sink")) {
                Subscription subscription = client.subscribe(
                                addressOf(lamp),
                                SubscriptionOptions.toAll().expiring(Duration.ofSeconds(2)),
                                event -> {})
                        .get(20, TimeUnit.SECONDS);
                long deadline = System.nanoTime() + EventingNet.PATIENCE.toNanos();
                while (eventsOf(lamp).counters().get(20, TimeUnit.SECONDS).renewed() < 2) {
                    assertThat(System.nanoTime()).isLessThan(deadline);
                    Thread.onSpinWait();
                }
                assertThat(subscription.remaining()).isGreaterThan(Duration.ofMillis(900));
                assertThat(subscription.ended()).isNotDone();
            }
        }

        @Test
        void r3015CopesWithASourceThatRefusesGetStatus() throws Exception {
            EventingNet.Sink source = net.sink();
            source.answer = request -> refusing.contains(request.action().orElse(""))
                    ? HttpReply.soap(
                            400,
                            SoapFault.actionNotSupported(request.action().orElse(""))
                                    .toEnvelope("urn:uuid:answer", request.messageId()))
                    : HttpReply.soap(
                            200,
                            envelope(
                                            Namespaces.WSE + "/SubscribeResponse",
                                            "",
                                            "<e:SubscribeResponse>"
                                                    + epr("e:SubscriptionManager", source.address.toString())
                                                    + "<e:Expires>PT1H</e:Expires></e:SubscribeResponse>")
                                    .getBytes(UTF_8));
            try (NotificationSink client = NotificationSink.open(net.host(limits -> limits), "/sink")) {
                Subscription subscription = client.subscribe(source.address, SubscriptionOptions.toAll(), event -> {})
                        .get(20, TimeUnit.SECONDS);

                Expiry status = subscription.getStatus().get(20, TimeUnit.SECONDS);

                assertThat(status.deadline(0))
                        .isBetween(
                                Duration.ofMinutes(59).toMillis(),
                                Duration.ofHours(1).toMillis());
            }
        }

        @Test
        void section103IgnoresASubscriptionEndForUnknownManagers() throws Exception {
            try (NotificationSink client = NotificationSink.open(net.host(limits -> limits), "/sink")) {
                Subscription subscription = client.subscribe(addressOf(lamp), SubscriptionOptions.toAll(), event -> {})
                        .get(20, TimeUnit.SECONDS);
                byte[] end = envelope(
                                Namespaces.WSE + "/SubscriptionEnd",
                                "",
                                "<e:SubscriptionEnd>" + epr("e:SubscriptionManager", "http://127.0.0.1:9/else")
                                        + "<e:Status>" + Namespaces.WSE
                                        + "/SourceShuttingDown</e:Status></e:SubscriptionEnd>")
                        .getBytes(UTF_8);

                lamp.host()
                        .client()
                        .send(client.address(), end, Duration.ofSeconds(20))
                        .get(20, TimeUnit.SECONDS);

                assertThat(client.counters().unknownEnds()).isEqualTo(1);
                assertThat(subscription.ended()).isNotDone();
            }
        }

        /** SDCri's source echoes no reference parameters of EndTo, and names a manager that it named nowhere before. */
        @Test
        void section103HeedsASubscriptionEndThatOnlyItsAddressTells() throws Exception {
            EventingNet.Sink source = net.sink();
            source.answer = request -> HttpReply.soap(
                    200,
                    envelope(
                                    Namespaces.WSE + "/SubscribeResponse",
                                    "",
                                    "<e:SubscribeResponse>" + epr("e:SubscriptionManager", source.address + "/7")
                                            + "<e:Expires>PT1H</e:Expires></e:SubscribeResponse>")
                            .getBytes(UTF_8));
            try (NotificationSink client = NotificationSink.open(net.host(limits -> limits), "/sink")) {
                Subscription subscription = client.subscribe(source.address, SubscriptionOptions.toAll(), event -> {})
                        .get(20, TimeUnit.SECONDS);
                Matcher endTo = Pattern.compile("EndTo>.*?Address[^>]*>([^<]+)<")
                        .matcher(new String(source.next().bodyElement(), UTF_8));
                assertThat(endTo.find()).isTrue();
                byte[] end = envelope(
                                Namespaces.WSE + "/SubscriptionEnd",
                                "<a:To>" + endTo.group(1) + "</a:To>",
                                "<e:SubscriptionEnd>" + epr("e:SubscriptionManager", source.address.toString())
                                        + "<e:Status>" + Namespaces.WSE
                                        + "/SourceCancelling</e:Status></e:SubscriptionEnd>")
                        .getBytes(UTF_8);

                lamp.host()
                        .client()
                        .send(URI.create(endTo.group(1)), end, Duration.ofSeconds(20))
                        .get(20, TimeUnit.SECONDS);

                assertThat(subscription.ended())
                        .succeedsWithin(EventingNet.PATIENCE)
                        .isEqualTo(new Subscription.Ended(Subscription.Reason.SOURCE_CANCELLING, ""));
                assertThat(client.counters().unknownEnds()).isZero();
            }
        }

        @Test
        void answersAnUnknownNotificationWithAFault() throws Exception {
            try (NotificationSink client = NotificationSink.open(net.host(limits -> limits), "/sink")) {
                byte[] stray = envelope(LampService.SWITCHED, "", "<x/>").getBytes(UTF_8);

                assertThat(lamp.host().client().send(client.address(), stray, Duration.ofSeconds(20)))
                        .failsWithin(EventingNet.PATIENCE)
                        .withThrowableOfType(java.util.concurrent.ExecutionException.class)
                        .withCauseInstanceOf(FaultException.class);
                assertThat(client.counters().unknown()).isEqualTo(1);
            }
        }
    }
}
