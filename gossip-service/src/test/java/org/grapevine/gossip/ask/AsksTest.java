package org.grapevine.gossip.ask;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.grapevine.core.message.Completeness;
import org.grapevine.core.message.EncodedPayload;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.core.message.Sample;
import org.grapevine.dpws.addressing.EndpointReference;
import org.grapevine.dpws.device.DeviceHost;
import org.grapevine.dpws.device.HostSettings;
import org.grapevine.dpws.device.Notification;
import org.grapevine.dpws.device.NotificationSink;
import org.grapevine.dpws.device.SoapDoor;
import org.grapevine.dpws.device.Subscription;
import org.grapevine.dpws.device.SubscriptionOptions;
import org.grapevine.dpws.eventing.EventingCodec;
import org.grapevine.dpws.eventing.EventingDialect;
import org.grapevine.dpws.eventing.EventingLimits;
import org.grapevine.dpws.eventing.SubscribeRequest;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.soap.EnvelopeWriter;
import org.grapevine.dpws.soap.MalformedEnvelopeException;
import org.grapevine.dpws.transport.EventLoop;
import org.grapevine.gossip.driver.Answer;
import org.grapevine.gossip.header.ControlCodec;
import org.grapevine.gossip.header.MalformedGossipException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Asking by subscription, between two hosts on loopback sockets; how the devices are asked is the test's own. */
@Timeout(60)
class AsksTest {

    private static final String PATH = "/asked";
    private static final String LEVEL = "<n:level xmlns:n=\"urn:test\"/>";
    private static final byte[] ANSWER = "<n:levelResponse xmlns:n=\"urn:test\">42</n:levelResponse>".getBytes(UTF_8);
    private static final Completeness TWELVE = new Completeness(12, 3, 0, 1, 0, 1_732_147_200_000L);

    private final FakeShadow shadow = new FakeShadow();
    private final BlockingQueue<Notification> told = new LinkedBlockingQueue<>();
    private DeviceHost source;
    private DeviceHost subscriber;
    private EventLoop loop;
    private Asks asks;
    private NotificationSink sink;

    @BeforeEach
    void twoHosts() throws IOException {
        source = host(1);
        subscriber = host(2);
        sink = NotificationSink.open(subscriber, "/answers");
        loop = source.loops().assign(PATH);
        asks = open(limits -> limits.withLeastPeriod(Duration.ofMillis(10)));
    }

    private static DeviceHost host(int seed) throws IOException {
        return DeviceHost.start(HostSettings.on(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), seed));
    }

    @AfterEach
    void close() {
        subscriber.close();
        source.close();
    }

    private Asks open(UnaryOperator<AskLimits> limits) {
        Asks opened =
                new Asks(source, loop, to -> source.httpAddress(PATH), limits.apply(AskLimits.defaults()), shadow);
        source.unroute(PATH);
        source.route(
                PATH,
                new SoapDoor(
                        source.httpReader(),
                        Set.of(),
                        new FakeShadow.Door(opened),
                        source.messageIds(),
                        Optional::empty));
        asks = opened;
        return opened;
    }

    private static Ask once() {
        return ask(Optional.empty(), OptionalInt.empty());
    }

    private static Ask ask(Optional<Duration> every, OptionalInt runs) {
        return new Ask(every, runs, Optional.empty(), Map.of(), Optional.empty(), Optional.of(LEVEL));
    }

    private static Ask every(int millis, OptionalInt runs) {
        return ask(Optional.of(Duration.ofMillis(millis)), runs);
    }

    private Subscription subscribe(Ask ask, UnaryOperator<SubscriptionOptions> options) throws Exception {
        return sink.subscribe(
                        source.httpAddress(PATH),
                        options.apply(SubscriptionOptions.toFilter(Ask.DIALECT, ask.toBytes())),
                        told::add)
                .get(20, TimeUnit.SECONDS);
    }

    private Subscription subscribe(Ask ask) throws Exception {
        return subscribe(ask, same -> same);
    }

    private Envelope nextTold() throws InterruptedException {
        Notification notification = told.poll(20, TimeUnit.SECONDS);
        if (notification == null) {
            throw new AssertionError("nothing was told");
        }
        return notification.envelope();
    }

    private static Answer answer() {
        return new Answer(Optional.of(ANSWER), TWELVE, Optional.empty());
    }

    private static Sample sample(int number, int bytes) {
        String body = "<n:levelResponse xmlns:n=\"urn:test\">" + "7".repeat(bytes) + "</n:levelResponse>";
        return new Sample(
                new PeerAddress("soap.udp://10.0.0." + number + ":1/a"),
                1_732_147_200_000L + number,
                new EncodedPayload(body.getBytes(UTF_8)));
    }

    private static String fault(Throwable failure) {
        return String.valueOf(
                failure.getCause() == null
                        ? failure.getMessage()
                        : failure.getCause().getMessage());
    }

    private void pass(int millis) throws InterruptedException {
        CountDownLatch passed = new CountDownLatch(1);
        assertThat(loop.schedule(millis, passed::countDown)).isPresent();
        assertThat(passed.await(20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void anAskRunsOnceAndTellsItsAnswerAndWhomItCovers() throws Exception {
        Subscription subscription = subscribe(once());
        shadow.next().answer().complete(answer());

        Envelope result = nextTold();
        assertThat(result.action()).contains(FakeShadow.ANSWERED);
        assertThat(new String(result.bodyElement(), UTF_8)).contains("42");
        assertThat(RunHeader.run(result).number()).isEqualTo(1);
        assertThat(RunHeader.run(result).elapsedMillis()).isBetween(0L, 20_000L);
        assertThat(ControlCodec.completeness(result).orElseThrow().counted()).isEqualTo(12);
        assertThat(RunHeader.taken(result)).isEmpty();
        assertThat(subscription.ended().get(20, TimeUnit.SECONDS))
                .isEqualTo(new Subscription.Ended(Subscription.Reason.SOURCE_CANCELLING, "The run is over."));
        assertThat(asks.stats()).isEqualTo(new AskStats(0, 0, 1, 0, 0, 0, 1, 0, 0));
    }

    @Test
    void withAPeriodItRunsAsOftenAsItIsToldTo() throws Exception {
        Subscription subscription = subscribe(every(20, OptionalInt.of(3)));

        for (int run = 1; run <= 3; run++) {
            shadow.next().answer().complete(answer());
            assertThat(RunHeader.run(nextTold()).number()).isEqualTo(run);
        }

        assertThat(subscription.ended().get(20, TimeUnit.SECONDS).text()).isEqualTo("All runs are over.");
        assertThat(asks.stats().runs()).isEqualTo(3);
    }

    @Test
    void runsNeverOverlapOneThatIsDueWaitsForTheOneBefore() throws Exception {
        Subscription subscription = subscribe(every(20, OptionalInt.empty()));
        FakeShadow.Begun slow = shadow.next();

        pass(100);
        assertThat(shadow.begun).isEmpty();

        slow.answer().complete(answer());
        FakeShadow.Begun second = shadow.next();
        assertThat(RunHeader.run(nextTold()).number()).isEqualTo(1);
        assertThat(asks.stats().delayed()).isEqualTo(1);
        subscription.unsubscribe().get(20, TimeUnit.SECONDS);
        second.abandoned().get(20, TimeUnit.SECONDS);
    }

    @Test
    void valuesThatNobodyMergesAreToldOneByOneAndThenTheEnd() throws Exception {
        Subscription subscription = subscribe(once());
        FakeShadow.Begun run = shadow.next();
        for (int batch = 0; batch < 4; batch++) {
            List<Sample> samples = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                samples.add(sample(batch * 50 + i, 1));
            }
            run.samples().accept(samples);
        }
        run.answer().complete(new Answer(Optional.empty(), TWELVE, Optional.empty()));

        for (int i = 0; i < 200; i++) {
            Envelope value = nextTold();
            assertThat(value.action()).contains(FakeShadow.ANSWERED);
            assertThat(RunHeader.run(value).number()).isEqualTo(1);
            assertThat(RunHeader.taken(value))
                    .contains(new RunHeader.Taken(
                            new PeerAddress("soap.udp://10.0.0." + i + ":1/a"), 1_732_147_200_000L + i));
        }
        Envelope end = nextTold();
        assertThat(end.action()).contains(RunHeader.END_ACTION);
        assertThat(RunHeader.failure(end)).isEmpty();
        assertThat(ControlCodec.completeness(end).orElseThrow().counted()).isEqualTo(12);
        assertThat(subscription.ended().get(20, TimeUnit.SECONDS).reason())
                .isEqualTo(Subscription.Reason.SOURCE_CANCELLING);
        assertThat(asks.stats().samples()).isEqualTo(200);
    }

    @Test
    void aRunThatFailsSaysWhyAndTheNextOneRunsAllTheSame() throws Exception {
        subscribe(every(20, OptionalInt.of(2)));
        shadow.next()
                .answer()
                .complete(new Answer(
                        Optional.empty(), TWELVE, Optional.of("too few replies: 12 (expected: at least 20)")));

        Envelope failed = nextTold();
        assertThat(failed.action()).contains(RunHeader.END_ACTION);
        assertThat(RunHeader.failure(failed)).contains("too few replies: 12 (expected: at least 20)");
        shadow.next().answer().complete(answer());
        assertThat(nextTold().action()).contains(FakeShadow.ANSWERED);
        assertThat(asks.stats().failed()).isEqualTo(1);
    }

    @Test
    void aRunThatNobodyAnswersEndsByItself() throws Exception {
        Ask quick = new Ask(
                Optional.empty(),
                OptionalInt.empty(),
                Optional.empty(),
                Map.of("timeout", "50"),
                Optional.empty(),
                Optional.of(LEVEL));
        subscribe(quick);

        assertThat(RunHeader.failure(nextTold())).contains("no answer within the timeout of 50 ms");
        shadow.next().abandoned().get(20, TimeUnit.SECONDS);
    }

    @Test
    void whoUnsubscribesEndsTheRunUnderWay() throws Exception {
        Subscription subscription = subscribe(every(20, OptionalInt.empty()));
        FakeShadow.Begun run = shadow.next();

        subscription.unsubscribe().get(20, TimeUnit.SECONDS);

        run.abandoned().get(20, TimeUnit.SECONDS);
        assertThat(asks.stats().asks()).isZero();
        assertThat(asks.stats().abandoned()).isEqualTo(1);
    }

    @Test
    void anAskExpiresUnlessItIsRenewed() throws Exception {
        Subscription renewed =
                subscribe(every(20, OptionalInt.empty()), options -> options.expiring(Duration.ofMillis(300))
                        .withoutRenewal());
        renewed.renew(Duration.ofMinutes(1)).get(20, TimeUnit.SECONDS);
        FakeShadow.Begun kept = shadow.next();
        Subscription forgotten =
                subscribe(every(20, OptionalInt.empty()), options -> options.expiring(Duration.ofMillis(300))
                        .withoutRenewal());
        FakeShadow.Begun run = shadow.next();

        run.abandoned().get(20, TimeUnit.SECONDS);

        assertThat(kept.abandoned()).isNotDone();
        assertThat(asks.stats().asks()).isEqualTo(1);
        assertThat(forgotten.ended().get(20, TimeUnit.SECONDS).reason()).isEqualTo(Subscription.Reason.EXPIRED);
        assertThat(renewed.getStatus().get(20, TimeUnit.SECONDS)).isNotNull();
    }

    @Test
    void aSinkThatIsGoneEndsTheAsk() throws Exception {
        open(limits -> limits.withEventing(
                EventingLimits.defaults().withDelivery(8, 1, Duration.ofMillis(10), Duration.ofMillis(500))));
        subscribeTo(URI.create("http://127.0.0.1:" + closedPort() + "/gone"), every(1_000, OptionalInt.empty()));
        FakeShadow.Begun run = shadow.next();

        run.samples().accept(List.of(sample(1, 1)));

        run.abandoned().get(20, TimeUnit.SECONDS);
        assertThat(asks.stats().asks()).isZero();
        assertThat(asks.events().counters().get(20, TimeUnit.SECONDS).failed()).isEqualTo(2);
    }

    @Test
    void aSinkThatIsTooSlowEndsTheAskWhenTooMuchWaitsForIt() throws Exception {
        open(limits -> limits.withEventing(
                EventingLimits.defaults().withDelivery(5, 1, Duration.ofMillis(10), Duration.ofSeconds(20))));
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            URI slow = URI.create("http://127.0.0.1:" + silent.getLocalPort() + "/slow");
            subscribeTo(slow, once());
            FakeShadow.Begun many = shadow.next();
            for (int i = 0; i < 6; i++) {
                many.samples().accept(List.of(sample(i, 1)));
            }
            many.abandoned().get(20, TimeUnit.SECONDS);
            assertThat(asks.stats().samples()).isEqualTo(5);
            assertThat(asks.stats().overflowed()).isEqualTo(1);

            open(limits -> limits.withMaxWaitingBytes(10_000));
            subscribeTo(slow, once());
            FakeShadow.Begun large = shadow.next();
            large.samples().accept(List.of(sample(1, 6_000), sample(2, 6_000)));
            large.abandoned().get(20, TimeUnit.SECONDS);
            assertThat(asks.stats().samples()).isEqualTo(1);
            assertThat(asks.stats().overflowed()).isEqualTo(1);
        }
    }

    private static int closedPort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    private void subscribeTo(URI notifyTo, Ask ask) throws Exception {
        SubscribeRequest request = new SubscribeRequest(
                EventingDialect.SUBMISSION_2004,
                Optional.of(EndpointReference.of(notifyTo.toString())),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                true,
                Optional.of(SubscribeRequest.Filter.ofElement(Ask.DIALECT, new String(ask.toBytes(), UTF_8))));
        byte[] envelope = EnvelopeWriter.forAction(
                        EventingDialect.SUBMISSION_2004.action(EventingDialect.Verb.SUBSCRIBE))
                .messageId(subscriber.messageIds().next())
                .to(source.httpAddress(PATH).toString())
                .replyTo(EndpointReference.ANONYMOUS)
                .body(EventingCodec.writeSubscribe(request))
                .toBytes();
        subscriber
                .client()
                .call(source.httpAddress(PATH), envelope, Duration.ofSeconds(20))
                .get(20, TimeUnit.SECONDS);
    }

    @Test
    void takesNoMoreAsksThanItsLimits() throws Exception {
        open(limits -> limits.withEventing(limits.eventing().withSubscriptions(1, 1)));
        subscribe(once());

        assertThatThrownBy(() -> subscribe(once())).satisfies(failure -> assertThat(fault(failure))
                .isEqualTo("The event source has 1 subscriptions, and takes no more."));
        assertThat(asks.events().counters().get(20, TimeUnit.SECONDS).refusedAtLimit())
                .isEqualTo(1);
    }

    @Test
    void refusesWhatWouldFailInEveryRun() {
        open(same -> same);

        assertThatThrownBy(() -> subscribe(every(999, OptionalInt.empty())))
                .satisfies(failure -> assertThat(fault(failure))
                        .isEqualTo("g:Ask every: PT0.999S (expected: at least PT1S, by the limits of the shadow)"));
        Ask otherBody = new Ask(
                Optional.empty(),
                OptionalInt.empty(),
                Optional.of("urn:test:levelRequest"),
                Map.of(),
                Optional.empty(),
                Optional.of("<x/>"));
        assertThatThrownBy(() -> subscribe(otherBody)).satisfies(failure -> assertThat(fault(failure))
                .isEqualTo("g:Ask content: x (expected: {urn:test}level, the input of level)"));
        Ask noOperation = new Ask(
                Optional.empty(),
                OptionalInt.empty(),
                Optional.empty(),
                Map.of(),
                Optional.empty(),
                Optional.of("<x/>"));
        assertThatThrownBy(() -> subscribe(noOperation))
                .satisfies(failure -> assertThat(fault(failure)).isEqualTo("no operation of that body"));
        Ask impossible = new Ask(
                Optional.empty(),
                OptionalInt.empty(),
                Optional.empty(),
                Map.of("timeout", "long"),
                Optional.empty(),
                Optional.of(LEVEL));
        assertThatThrownBy(() -> subscribe(impossible)).satisfies(failure -> assertThat(fault(failure))
                .isEqualTo("g:Gossip timeout: long (expected: a number)"));
        assertThatThrownBy(() -> sink.subscribe(
                                source.httpAddress(PATH),
                                SubscriptionOptions.toFilter(Ask.DIALECT, "text".getBytes(UTF_8)),
                                told::add)
                        .get(20, TimeUnit.SECONDS))
                .satisfies(failure -> assertThat(fault(failure))
                        .isEqualTo("filter: no single element (expected: g:Ask, as its dialect says)"));
        assertThat(asks.stats().refused()).isEqualTo(5);
        assertThat(asks.stats().runs()).isZero();
    }

    @Test
    void whoAsksIsToldWhenTheShadowStops() throws Exception {
        Subscription subscription = subscribe(every(20, OptionalInt.empty()));
        FakeShadow.Begun run = shadow.next();

        asks.stop().get(20, TimeUnit.SECONDS);

        assertThat(subscription.ended().get(20, TimeUnit.SECONDS).reason())
                .isEqualTo(Subscription.Reason.SOURCE_SHUTTING_DOWN);
        run.abandoned().get(20, TimeUnit.SECONDS);
    }

    @Test
    void aNotificationThatDoesNotSayOfWhichRunItIsIsRefused() throws MalformedEnvelopeException {
        Envelope bare = source.httpReader()
                .readWhole(EnvelopeWriter.forAction("urn:x")
                        .body("<x/>".getBytes(UTF_8))
                        .toBytes());

        assertThatThrownBy(() -> RunHeader.run(bare))
                .isInstanceOf(MalformedGossipException.class)
                .hasMessage("g:Run: absent (expected in a notification)");
    }
}
