package org.grapevine.gossip.shadow;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.xml.namespace.QName;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.grapevine.core.engine.DropReason;
import org.grapevine.core.message.Faults;
import org.grapevine.core.message.GossipParameters;
import org.grapevine.core.message.GossipVariant;
import org.grapevine.dpws.addressing.EndpointReference;
import org.grapevine.dpws.device.DeviceHost;
import org.grapevine.dpws.device.EnvelopeHandler;
import org.grapevine.dpws.device.FaultException;
import org.grapevine.dpws.device.NotificationSink;
import org.grapevine.dpws.device.ServiceMetadata;
import org.grapevine.dpws.device.SoapDoor;
import org.grapevine.dpws.metadata.Hosted;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.soap.EnvelopeLimits;
import org.grapevine.dpws.soap.EnvelopeReader;
import org.grapevine.dpws.soap.EnvelopeWriter;
import org.grapevine.gossip.client.AskListener;
import org.grapevine.gossip.client.AskSubscription;
import org.grapevine.gossip.client.ClientMessage;
import org.grapevine.gossip.client.DeviceSample;
import org.grapevine.gossip.client.GossipAnswer;
import org.grapevine.gossip.client.GossipChoice;
import org.grapevine.gossip.client.GossipClient;
import org.grapevine.gossip.client.GossipEntry;
import org.grapevine.gossip.client.Repetition;
import org.grapevine.gossip.client.RunAnswer;
import org.grapevine.gossip.client.ServiceDescription;
import org.grapevine.policy.GossipPolicy;
import org.grapevine.policy.PortGossip;
import org.grapevine.policy.Replies;
import org.grapevine.policy.ShadowRelation;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** A client that knows of gossip, beside a village of six devices. */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GossipClientTest {

    private static final Duration SOON = Duration.ofSeconds(10);
    private static final QName PORT_TYPE = new QName(NoticeService.NAMESPACE, "NoticeService");
    private static final int SIZE = 6;

    private Village village;
    private GossipClient client;

    GossipClientTest() throws Exception {
        this.village = Village.ofNotices(SIZE / 2, settings -> settings);
        this.client = GossipClient.of(village.hosts.get(0));
    }

    @BeforeAll
    void begins() {
        assertThat(village.shadows()).hasSize(SIZE);
    }

    @AfterAll
    void ends() {
        village.close();
    }

    private GossipEntry entry(String device) throws Exception {
        return client.blocking().entry(village.shadow(device).address(), SOON);
    }

    /** A shadow that was there, and is no more. */
    private GossipEntry dead() throws Exception {
        GossipEntry living = entry("device 0.0");
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            URI nobody = URI.create("http://127.0.0.1:" + socket.getLocalPort() + "/gone/gossip");
            return new GossipEntry(nobody, living.original(), living.portType());
        }
    }

    private static ClientMessage post(String text) {
        return message("post", "text", text);
    }

    private static ClientMessage count(String of) {
        return message("count", "of", of);
    }

    private static ClientMessage message(String element, String part, String text) {
        return ClientMessage.of(("<n:" + element + " xmlns:n=\"" + NoticeService.NAMESPACE + "\"><" + part + ">" + text
                        + "</" + part + "></n:" + element + ">")
                .getBytes(UTF_8));
    }

    private static String counted(GossipAnswer answer) {
        return counted(answer.value());
    }

    private static String counted(Optional<byte[]> value) {
        return new String(value.orElseThrow(), UTF_8).replaceAll("(?s).*<count>([0-9]+)</count>.*", "$1");
    }

    @Nested
    class Descriptions {

        @Test
        void ofTheServiceAndOfTheShadowLeadToTheSameEntry() throws Exception {
            ShadowService shadow = village.shadow("device 1.2");

            GossipEntry fromShadow = client.blocking().entry(shadow.address(), SOON);
            GossipEntry fromOriginal = client.blocking().entry(shadow.original().address(), SOON);

            assertThat(fromShadow.shadow()).isEqualTo(shadow.address());
            assertThat(fromShadow.original()).isEqualTo(shadow.original().address());
            assertThat(fromShadow.name()).isEqualTo(PORT_TYPE);
            assertThat(fromOriginal.shadow()).isEqualTo(shadow.address());
            assertThat(fromOriginal.original()).isEqualTo(shadow.original().address());
            assertThat(fromOriginal.portType().operations())
                    .isEqualTo(fromShadow.portType().operations());
        }

        @Test
        void areFoundByDiscovery() throws Exception {
            GossipClient.Found found =
                    client.blocking().find(PORT_TYPE, List.of(Village.SEGMENT.scope()), 3, Duration.ofSeconds(1), SOON);

            assertThat(found.failures()).isEmpty();
            assertThat(found.entries())
                    .hasSize(3)
                    .extracting(GossipEntry::shadow)
                    .doesNotHaveDuplicates();
            assertThat(found.asked()).isEqualTo(3);
        }

        @Test
        void ofOtherPortTypesAreNotFound() throws Exception {
            GossipClient.Found found = client.blocking()
                    .find(new QName("urn:other", "Service"), List.of(), 2, Duration.ofSeconds(1), SOON);

            assertThat(found.entries()).isEmpty();
            assertThat(found.asked()).isEqualTo(SIZE);
        }

        @Test
        void thatNameAnotherServiceAreRefused() throws Exception {
            URI theirs = village.shadow("device 0.1").original().address();
            URI forged = forged(theirs);

            assertThatThrownBy(() -> client.blocking().entry(forged, SOON))
                    .isInstanceOf(IOException.class)
                    .hasMessage(theirs + ": wrong partner: shadowed by "
                            + village.shadow("device 0.1").address() + " (expected: shadowed by " + forged + ")");
        }

        @Test
        void ofTheDeviceItselfLeadNowhere() {
            URI device = village.shadow("device 0.0").device().address();

            assertThatThrownBy(() -> client.blocking().entry(device, SOON))
                    .isInstanceOf(FaultException.class)
                    .hasMessage("The action is not offered here.");
        }

        /** Somebody who claims to shadow a service that knows nothing of it. */
        private URI forged(URI original) throws Exception {
            DeviceHost host = village.hosts.get(1);
            String path = "/somebody/else";
            URI address = host.httpAddress(path);
            ShadowService shadow = village.shadow("device 0.1");
            byte[] wsdl = host.client().blocking().wsdl(shadow.address(), SOON);
            ServiceMetadata metadata = new ServiceMetadata(
                    new Hosted(
                            List.of(EndpointReference.of(address.toString())),
                            List.of(PORT_TYPE),
                            "urn:example:forged"),
                    address,
                    host.messageIds());
            EnvelopeHandler handler = new EnvelopeHandler() {
                @Override
                public boolean isRequest(Envelope envelope, Optional<String> httpAction) {
                    return true;
                }

                @Override
                public Optional<Answer> handle(Envelope envelope, Optional<String> httpAction) throws FaultException {
                    return Optional.of(metadata.answer(envelope));
                }
            };
            host.route(
                    path,
                    new SoapDoor(host.httpReader(), Set.of(), handler, host.messageIds(), () -> Optional.of(wsdl)));
            assertThat(new String(wsdl, UTF_8)).contains(original.toString());
            return address;
        }
    }

    @Nested
    class OneWayMessages {

        @Test
        void enterAtSeveralShadowsAndAreOneMessage() throws Exception {
            village.expect("at three", SIZE);
            long duplicatesBefore = duplicates();
            List<GossipEntry> entries = List.of(entry("device 0.0"), entry("device 0.1"), entry("device 1.0"));

            GossipClient.Outcome outcome = client.blocking().send(entries, post("at three"), SOON);

            assertThat(village.await("at three")).isTrue();
            assertThat(outcome.failed()).isEmpty();
            assertThat(outcome.accepted())
                    .containsExactlyElementsOf(
                            entries.stream().map(GossipEntry::shadow).toList());
            assertThat(duplicates()).isGreaterThan(duplicatesBefore);
            assertThat(village.timesArrived("at three")).isEqualTo(SIZE);
        }

        @Test
        void loseNothingToADeadEntry() throws Exception {
            village.expect("past the dead", SIZE);
            GossipEntry dead = dead();

            GossipClient.Outcome outcome =
                    client.blocking().send(List.of(dead, entry("device 1.1")), post("past the dead"), SOON);

            assertThat(village.await("past the dead")).isTrue();
            assertThat(outcome.accepted())
                    .containsExactly(village.shadow("device 1.1").address());
            assertThat(outcome.failed()).containsOnlyKeys(dead.shadow());
            assertThat(outcome.failed().get(dead.shadow())).isInstanceOf(ConnectException.class);
        }

        @Test
        void failIfEveryEntryIsDead() throws Exception {
            GossipClient.Sending sending = client.send(List.of(dead(), dead()), post("nobody"), SOON);

            assertThatThrownBy(() -> sending.accepted().get(20, TimeUnit.SECONDS))
                    .isInstanceOf(ExecutionException.class)
                    .cause()
                    .isInstanceOf(ConnectException.class)
                    .satisfies(failure -> assertThat(failure.getSuppressed()).hasSize(1));
            assertThat(sending.outcome().get(20, TimeUnit.SECONDS).accepted()).isEmpty();
        }

        @Test
        void haveTheParametersOfTheClientAndElseOfThePolicy() throws Exception {
            village.expect("mine", SIZE);
            ClientMessage message = post("mine")
                    .with(GossipChoice.NONE
                            .withFanout(3)
                            .withRounds(GossipParameters.AUTO)
                            .withLifetime(Duration.ofSeconds(20)));

            GossipClient.Sending sending = client.send(List.of(entry("device 0.2")), message, SOON);

            assertThat(sending.accepted().get(20, TimeUnit.SECONDS))
                    .isEqualTo(village.shadow("device 0.2").address());
            assertThat(village.await("mine")).isTrue();
        }

        @Test
        void keepTheHeaderOfAnEnvelopeThatIsThereAlready() throws Exception {
            village.expect("whole", SIZE);
            String envelope = "<e:Envelope xmlns:e='http://www.w3.org/2003/05/soap-envelope'"
                    + " xmlns:a='http://www.w3.org/2005/08/addressing' xmlns:g='urn:org.grapevine:gossip:1'>"
                    + "<e:Header><a:MessageID>urn:uuid:22222222-1111-4111-8111-111111111111</a:MessageID>"
                    + "<a:To>urn:elsewhere</a:To><g:Gossip fanout='3'/></e:Header><e:Body><n:post xmlns:n='"
                    + NoticeService.NAMESPACE + "'><text>whole</text></n:post></e:Body></e:Envelope>";
            ClientMessage message =
                    ClientMessage.of(new EnvelopeReader(EnvelopeLimits.http()).readWhole(envelope.getBytes(UTF_8)));

            GossipClient.Sending sending =
                    client.send(List.of(entry("device 1.0"), entry("device 0.0")), message, SOON);

            assertThat(sending.messageId()).isEqualTo("urn:uuid:22222222-1111-4111-8111-111111111111");
            assertThat(message.choice()).isEqualTo(GossipChoice.NONE.withFanout(3));
            assertThat(village.await("whole")).isTrue();
        }

        private long duplicates() throws Exception {
            long sum = 0;
            for (ShadowService shadow : village.shadows()) {
                sum += shadow.driver().stats().get(10, TimeUnit.SECONDS).dropped(DropReason.DUPLICATE);
            }
            return sum;
        }
    }

    @Nested
    class Requests {

        @Test
        void giveOneValueAndSayWhatItCovers() throws Exception {
            GossipAnswer merged = client.blocking().ask(List.of(entry("device 0.0")), count("all"));

            assertThat(counted(merged)).isEqualTo(Integer.toString(SIZE));
            assertThat(merged.completeness().counted()).isEqualTo(SIZE);
            assertThat(merged.isWhole()).isTrue();
            assertThat(merged.faults()).isEqualTo(Faults.NONE);
            assertThat(merged.elapsed()).isBetween(Duration.ofNanos(1), Duration.ofSeconds(20));
            assertThat(merged.failed()).isEmpty();
            assertThat(merged.messageId()).startsWith("urn:uuid:");
        }

        @Test
        void goToTheNextEntryIfOneIsDeadWithAnIdOfTheirOwn() throws Exception {
            GossipEntry dead = dead();
            GossipEntry living = entry("device 1.2");
            Envelope given = new EnvelopeReader(EnvelopeLimits.http())
                    .readWhole(EnvelopeWriter.forAction(NoticeService.NAMESPACE + ":NoticeService:countRequest")
                            .messageId("urn:uuid:33333333-1111-4111-8111-111111111111")
                            .body(count("all").envelope().bodyElement())
                            .toBytes());

            GossipAnswer merged = client.blocking().ask(List.of(dead, living), ClientMessage.of(given));

            assertThat(counted(merged)).isEqualTo(Integer.toString(SIZE));
            assertThat(merged.entry()).isEqualTo(living.shadow());
            assertThat(merged.failed()).containsOnlyKeys(dead.shadow());
            assertThat(merged.messageId()).isNotEqualTo("urn:uuid:33333333-1111-4111-8111-111111111111");
        }

        @Test
        void failWithWhatEachEntryDidIfAllAreDead() throws Exception {
            List<GossipEntry> entries = List.of(dead(), dead(), dead());

            assertThatThrownBy(() -> client.blocking().ask(entries, count("all")))
                    .isInstanceOf(ConnectException.class)
                    .satisfies(failure -> assertThat(failure.getSuppressed()).hasSize(2));
        }

        @Test
        void areNotRepeatedElsewhereIfTheAnswerIsAFault() throws Exception {
            List<GossipEntry> entries = List.of(entry("device 0.0"), entry("device 0.1"));
            long publishedBefore = published("device 0.1");
            ClientMessage message =
                    count("all").with(GossipChoice.NONE.withMinReplies(SIZE + 1).withTimeout(Duration.ofSeconds(2)));

            assertThatThrownBy(() -> client.blocking().ask(entries, message))
                    .isInstanceOf(FaultException.class)
                    .hasMessage("too few replies: 6 (expected: at least 7)");
            assertThat(published("device 0.1")).isEqualTo(publishedBefore);
        }

        @Test
        void endWithTheFirstAnswerIfThatIsEnough() throws Exception {
            GossipAnswer first = client.blocking()
                    .ask(List.of(entry("device 0.0")), count("all").with(GossipChoice.NONE.withReplies(Replies.FIRST)));

            assertThat(counted(first)).isEqualTo("1");
            assertThat(first.completeness().counted()).isEqualTo(1);
        }

        @Test
        void giveAPartialAnswerToWhoWantsOne() throws Exception {
            ClientMessage message = count("all")
                    .with(GossipChoice.NONE
                            .withMinReplies(SIZE + 1)
                            .withPartial(true)
                            .withTimeout(Duration.ofSeconds(2)));

            GossipAnswer few = client.blocking().ask(List.of(entry("device 0.0")), message);

            assertThat(counted(few)).isEqualTo(Integer.toString(SIZE));
            assertThat(few.partial()).isTrue();
        }

        private long published(String device) throws Exception {
            return village.shadow(device)
                    .driver()
                    .stats()
                    .get(10, TimeUnit.SECONDS)
                    .published();
        }
    }

    @Nested
    class Subscriptions {

        private final BlockingQueue<RunAnswer> runs = new LinkedBlockingQueue<>();
        private final List<DeviceSample> samples = new CopyOnWriteArrayList<>();
        private NotificationSink sink;

        @BeforeEach
        void openSink() {
            sink = NotificationSink.open(village.hosts.get(0), "/answers");
        }

        @AfterEach
        void closeSink() {
            sink.close();
        }

        private final class Kept implements AskListener {
            @Override
            public void onSample(DeviceSample sample) {
                samples.add(sample);
            }

            @Override
            public void onRun(RunAnswer run) {
                runs.add(run);
            }
        }

        private RunAnswer next() throws InterruptedException {
            RunAnswer run = runs.poll(20, TimeUnit.SECONDS);
            if (run == null) {
                throw new AssertionError("no run ended");
            }
            return run;
        }

        @Test
        void giveTheAnswerOfEachRunAndThenTheEnd() throws Exception {
            AskSubscription asked = client.blocking()
                    .every(
                            sink,
                            List.of(dead(), entry("device 1.2")),
                            count("all"),
                            Repetition.every(Duration.ofSeconds(1)).times(2),
                            new Kept());

            for (int number = 1; number <= 2; number++) {
                RunAnswer run = next();
                assertThat(run.number()).isEqualTo(number);
                assertThat(run.failure()).isEmpty();
                assertThat(run.completeness().counted()).isEqualTo(SIZE);
                assertThat(run.elapsed()).isLessThan(Duration.ofSeconds(20));
                assertThat(counted(run.value())).isEqualTo(Integer.toString(SIZE));
            }
            assertThat(asked.entry()).isEqualTo(village.shadow("device 1.2").address());
            assertThat(asked.ended().get(20, TimeUnit.SECONDS))
                    .isEqualTo(new AskSubscription.Ended(2, Optional.empty()));
        }

        @Test
        void collectEachValueOnceAndThenSayWhomTheyCover() throws Exception {
            ClientMessage each = count("all").with(GossipChoice.NONE.withReplies(Replies.COLLECT));

            GossipAnswer end =
                    client.blocking().collect(sink, List.of(dead(), entry("device 0.1")), each, samples::add);

            assertThat(end.value()).isEmpty();
            assertThat(end.completeness().counted()).isEqualTo(SIZE);
            assertThat(samples).hasSize(SIZE).allSatisfy(sample -> {
                assertThat(counted(Optional.of(sample.value()))).isEqualTo("1");
                assertThat(sample.run()).isEqualTo(1);
                assertThat(sample.takenMillis()).isPositive();
            });
            assertThat(samples.stream().map(DeviceSample::device).distinct()).hasSize(SIZE);
        }

        @Test
        void collectWhatAnsweredAndSayWhoFailed() throws Exception {
            ClientMessage each = count("trouble at device 0.2").with(GossipChoice.NONE.withReplies(Replies.COLLECT));

            GossipAnswer end = client.blocking().collect(sink, List.of(entry("device 0.1")), each, samples::add);

            assertThat(samples).hasSize(SIZE - 1);
            assertThat(end.faults().total()).isEqualTo(1);
            assertThat(end.isWhole()).isFalse();
        }

        @Test
        void sayWhyARunFailedAndGoOn() throws Exception {
            ClientMessage tooMany =
                    count("all").with(GossipChoice.NONE.withMinReplies(SIZE + 1).withTimeout(Duration.ofSeconds(2)));

            AskSubscription asked = client.blocking()
                    .every(
                            sink,
                            List.of(entry("device 0.0")),
                            tooMany,
                            Repetition.every(Duration.ofSeconds(1)),
                            new Kept());

            assertThat(next().failure()).contains("too few replies: 6 (expected: at least 7)");
            assertThat(next().number()).isEqualTo(2);
            asked.unsubscribe().exceptionally(raced -> null).get(20, TimeUnit.SECONDS);
            assertThat(asked.ended().get(20, TimeUnit.SECONDS).failure()).isEmpty();
        }

        @Test
        void areRefusedWithTheReasonOfTheShadow() throws Exception {
            GossipEntry entry = entry("device 0.0");

            assertThatThrownBy(() -> client.blocking()
                            .every(
                                    sink,
                                    List.of(entry),
                                    count("all"),
                                    Repetition.every(Duration.ofMillis(500)),
                                    new Kept()))
                    .isInstanceOf(FaultException.class)
                    .hasMessage("g:Ask every: PT0.5S (expected: at least PT1S, by the limits of the shadow)");
            assertThatThrownBy(() ->
                            client.every(sink, List.of(entry), count("all"), Repetition.ONCE.times(3), new Kept()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("runs: 3 without every (expected: a period as well)");
        }
    }

    @Nested
    class WrongUse {

        private void assertRefused(ThrowingCallable call, String message) {
            assertThatThrownBy(call)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(message);
        }

        @Test
        void isToldBeforeAnythingIsSent() throws Exception {
            GossipEntry entry = entry("device 0.0");
            String service = NoticeService.NAMESPACE + ":NoticeService:";

            assertRefused(() -> client.send(List.of(), post("x"), SOON), "entries: 0 (expected: 1..64)");
            assertRefused(
                    () -> client.send(List.of(entry), count("x"), SOON),
                    "operation count: request-response (expected: one-way)");
            assertRefused(
                    () -> client.ask(List.of(entry), post("x")),
                    "operation post: one-way without replies (expected: request-response whose policy brings answers)");
            assertRefused(
                    () -> client.ask(List.of(entry), message("echo", "text", "x")),
                    "operation echo: request-response without replies (expected: request-response whose policy brings"
                            + " answers)");
            assertRefused(
                    () -> client.send(List.of(entry), post("x").withAction("urn:nope"), SOON),
                    "action: urn:nope (expected: one of " + service + "countRequest, " + service + "echoRequest, "
                            + service + "post)");
            assertRefused(
                    () -> client.send(List.of(entry), message("nope", "text", "x"), SOON),
                    "body element: {urn:example:notice}nope (expected: one of [{urn:example:notice}count,"
                            + " {urn:example:notice}echo, {urn:example:notice}post])");
            assertRefused(() -> client.find(PORT_TYPE, List.of(), 0, SOON, SOON), "entries: 0 (expected: 1..64)");
        }

        @Test
        void ofParametersToo() throws Exception {
            GossipEntry entry = entry("device 0.0");

            assertRefused(() -> GossipChoice.NONE.withFanout(65), "fanout: 65 (expected: 1..64 or auto)");
            assertRefused(() -> GossipChoice.NONE.withRounds(256), "rounds: 256 (expected: 1..255 or auto)");
            assertRefused(
                    () -> GossipChoice.NONE.withLifetime(Duration.ofDays(2)),
                    "lifetime: 172800000 (expected: 1..86400000 ms)");
            assertRefused(() -> GossipChoice.NONE.withMinReplies(-1), "min-replies: -1 (expected: 0..2147483647)");
            assertRefused(
                    () -> client.send(List.of(entry), post("x").with(GossipChoice.NONE.with("fanout", "many")), SOON),
                    "g:Gossip fanout: many (expected: 1..64 or auto)");
        }

        @Test
        void ofParametersBeyondTheLimitsOfThePolicyToo() throws Exception {
            GossipEntry entry = entry("device 0.0");

            assertRefused(
                    () -> client.send(
                            List.of(entry), post("x").with(GossipChoice.NONE.withRepair(Duration.ofMillis(10))), SOON),
                    "g:Gossip repair: 10 (expected: none or at least 50, by the limits of the service)");
            assertRefused(
                    () -> client.send(
                            List.of(entry), post("x").with(GossipChoice.NONE.withVariant(GossipVariant.PULL)), SOON),
                    "g:Gossip variant: pull (expected: one that is sent, since no device of this service pulls)");
            assertRefused(
                    () -> client.ask(
                            List.of(entry), count("x").with(GossipChoice.NONE.withTimeout(Duration.ofMinutes(20)))),
                    "g:Gossip timeout: 1200000 (expected: at most 600000, by the limits of the service)");
        }

        @Test
        void ofShadowsOfDifferentServicesIsRefused() throws Exception {
            GossipEntry entry = entry("device 0.0");
            ServiceDescription.PortType other = new ServiceDescription.PortType(
                    new QName("urn:other", "Service"),
                    Optional.of(new PortGossip(GossipPolicy.UNSET, Map.of(), ShadowRelation.shadowOf("http://x/y"))),
                    false,
                    List.of());
            GossipEntry wrong = new GossipEntry(URI.create("http://x/y/gossip"), URI.create("http://x/y"), other);

            assertRefused(
                    () -> client.send(List.of(entry, wrong), post("x"), SOON),
                    "entry http://x/y/gossip: a shadow of {urn:other}Service (expected: of " + PORT_TYPE + ", as "
                            + entry.shadow() + ")");
        }
    }
}
