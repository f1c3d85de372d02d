package org.grapevine.gossip.shadow;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import javax.xml.namespace.QName;
import org.grapevine.core.engine.DropReason;
import org.grapevine.core.engine.GossipStats;
import org.grapevine.core.message.Completeness;
import org.grapevine.dpws.addressing.SoapUdpAddress;
import org.grapevine.dpws.device.Device;
import org.grapevine.dpws.device.DeviceHost;
import org.grapevine.dpws.device.DpwsClient;
import org.grapevine.dpws.device.FaultException;
import org.grapevine.dpws.device.HostSettings;
import org.grapevine.dpws.metadata.Hosted;
import org.grapevine.dpws.metadata.Metadata;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.soap.EnvelopeWriter;
import org.grapevine.dpws.transport.HttpReply;
import org.grapevine.dpws.transport.NetworkConditions;
import org.grapevine.gossip.driver.Lane;
import org.grapevine.gossip.header.ControlCodec;
import org.grapevine.gossip.header.Gossip1;
import org.grapevine.peer.service.Peers1;
import org.grapevine.policy.GossipWsdl;
import org.grapevine.policy.PortGossip;
import org.grapevine.policy.ShadowRelation;
import org.grapevine.policy.WsdlDocument;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class ShadowServiceTest {

    private static final Duration SOON = Duration.ofSeconds(15);
    private static final String POST = NoticeService.NAMESPACE + ":NoticeService:post";
    private static final String COUNT = NoticeService.NAMESPACE + ":NoticeService:countRequest";

    private static byte[] post(String text) {
        return EnvelopeWriter.forAction(POST)
                .messageId("urn:uuid:" + UUID.randomUUID())
                .body(postBody(text))
                .toBytes();
    }

    private static byte[] postBody(String text) {
        return ("<n:post xmlns:n=\"" + NoticeService.NAMESPACE + "\"><text>" + text + "</text></n:post>")
                .getBytes(UTF_8);
    }

    private static byte[] count(String of, String gossip) {
        EnvelopeWriter writer = EnvelopeWriter.forAction(COUNT)
                .messageId("urn:uuid:" + UUID.randomUUID())
                .body(("<n:count xmlns:n=\"" + NoticeService.NAMESPACE + "\"><of>" + of + "</of></n:count>")
                        .getBytes(UTF_8));
        if (!gossip.isEmpty()) {
            writer.header("<g:Gossip xmlns:g=\"" + Gossip1.NAMESPACE + "\" " + gossip + "/>");
        }
        return writer.toBytes();
    }

    private static int counted(Envelope answer) throws Exception {
        String body = new String(answer.bodyElement(), UTF_8);
        return Integer.parseInt(body.replaceAll("(?s).*<count>([0-9]+)</count>.*", "$1"));
    }

    private static GossipStats stats(ShadowService shadow) throws Exception {
        return shadow.driver().stats().get(10, TimeUnit.SECONDS);
    }

    @Nested
    class OneWayMessages {

        @ParameterizedTest(name = "loss {0}")
        @ValueSource(doubles = {0, 0.25})
        void reachEveryDeviceOfBothHostsExactlyOnce(double loss) throws Exception {
            UnaryOperator<HostSettings> lossy = settings -> settings.withFaults(NetworkConditions.lossy(loss, 0.2, 42));
            try (Village village = Village.ofNotices(6, lossy)) {
                DpwsClient client = village.hosts.get(0).client();
                for (int i = 0; i < 20; i++) {
                    String text = "notice " + i;
                    village.expect(text, 12);
                    URI entry = village.shadow("device " + i % 2 + "." + i % 6).address();
                    client.send(entry, post(text), SOON).get(20, TimeUnit.SECONDS);
                    assertThat(village.await(text)).as(text).isTrue();
                }
                for (ShadowService shadow : village.shadows()) {
                    assertThat(stats(shadow).delivered()).isEqualTo(20);
                    assertThat(shadow.trouble().malformed()).isZero();
                }
            }
        }

        @Test
        void travelByHttpIfThePolicySaysSo() throws Exception {
            try (Village village = new Village()) {
                for (int h = 0; h < 2; h++) {
                    DeviceHost host = village.host(settings -> settings);
                    for (int d = 0; d < 4; d++) {
                        String name = "device " + h + "." + d;
                        village.device(host, name, new Village.HttpNotices(village, name));
                    }
                }
                village.awaitPeers();
                village.expect("by http", 8);
                byte[] envelope = EnvelopeWriter.forAction(NoticeService.NAMESPACE + ":HttpNoticeService:post")
                        .messageId("urn:uuid:" + UUID.randomUUID())
                        .body(postBody("by http"))
                        .toBytes();

                village.hosts
                        .get(0)
                        .client()
                        .send(village.shadow("device 0.0").address(), envelope, SOON)
                        .get(20, TimeUnit.SECONDS);

                assertThat(village.await("by http")).isTrue();
                assertThat(village.extensions.get(0).sent().httpPosts()).isPositive();
            }
        }

        @Test
        void thatAreTooLargeForADatagramTravelByHttp() throws Exception {
            try (Village village = Village.ofNotices(3, settings -> settings)) {
                String text = "x".repeat(20_000);
                village.expect(text, 6);

                village.hosts
                        .get(0)
                        .client()
                        .send(village.shadow("device 0.0").address(), post(text), SOON)
                        .get(20, TimeUnit.SECONDS);

                assertThat(village.await(text)).isTrue();
                assertThat(village.extensions.get(0).sent().httpPosts()).isPositive();
            }
        }

        @Test
        void mayComeByDatagramToo() throws Exception {
            try (Village village = Village.ofNotices(3, settings -> settings)) {
                village.expect("by datagram", 6);
                ShadowService entry = village.shadow("device 1.1");
                SoapUdpAddress address =
                        SoapUdpAddress.parse(entry.peerAddress().value());
                byte[] envelope = EnvelopeWriter.forAction(POST)
                        .messageId("urn:uuid:1")
                        .to(entry.peerAddress().value())
                        .body(postBody("by datagram"))
                        .toBytes();

                village.hosts
                        .get(0)
                        .udp()
                        .send(new InetSocketAddress(InetAddress.getByName(address.host()), address.port()), envelope);

                assertThat(village.await("by datagram")).isTrue();
            }
        }

        @Test
        void areRelayedPastASlowServiceWhichGetsThemAllOnceInTheEnd() throws Exception {
            CountDownLatch release = new CountDownLatch(1);
            List<String> slow = new CopyOnWriteArrayList<>();
            CountDownLatch all = new CountDownLatch(12);
            try (Village village = new Village()) {
                DeviceHost quickHost = village.host(settings -> settings);
                for (int d = 0; d < 4; d++) {
                    village.device(quickHost, "quick " + d, new Village.Notices(village, "quick " + d));
                }
                // One call at a time, and one that waits: all others are refused, and offered again later.
                DeviceHost slowHost = village.host(settings -> settings.withApplication(1, 1));
                village.device(slowHost, "slow", new Village.Blocking(release, text -> {
                    slow.add(text);
                    all.countDown();
                }));
                village.awaitPeers();

                for (int i = 0; i < 12; i++) {
                    village.expect("notice " + i, 4);
                    quickHost
                            .client()
                            .send(village.shadow("slow").address(), post("notice " + i), SOON)
                            .get(20, TimeUnit.SECONDS);
                    assertThat(village.await("notice " + i)).isTrue();
                }
                assertThat(slow).isEmpty();
                release.countDown();

                assertThat(all.await(30, TimeUnit.SECONDS)).isTrue();
                assertThat(slow).doesNotHaveDuplicates().hasSize(12);
                assertThat(village.shadow("slow").driver().dropped().applicationFull())
                        .containsOnlyKeys(Lane.NORMAL);
            }
        }

        @Test
        void thatAClientRepeatsAreTheSameMessage() throws Exception {
            try (Village village = Village.ofNotices(2, settings -> settings)) {
                village.expect("again", 4);
                byte[] envelope = post("again");
                URI entry = village.shadow("device 0.0").address();
                DpwsClient client = village.hosts.get(0).client();

                client.send(entry, envelope, SOON).get(20, TimeUnit.SECONDS);
                client.send(entry, envelope, SOON).get(20, TimeUnit.SECONDS);

                assertThat(village.await("again")).isTrue();
                GossipStats stats = stats(village.shadow("device 0.0"));
                assertThat(stats.delivered()).isEqualTo(1);
                assertThat(stats.dropped(DropReason.DUPLICATE)).isPositive();
            }
        }

        @Test
        void fromAClientWithoutWsAddressingAreTakenByTheirBody() throws Exception {
            try (Village village = Village.ofNotices(2, settings -> settings)) {
                village.expect("plain", 4);
                String envelope = "<e:Envelope xmlns:e=\"http://www.w3.org/2003/05/soap-envelope\"><e:Body>"
                        + new String(postBody("plain"), UTF_8) + "</e:Body></e:Envelope>";

                HttpReply reply = village.hosts
                        .get(1)
                        .httpSender()
                        .post(
                                village.shadow("device 0.0").address(),
                                HttpReply.SOAP_CONTENT_TYPE,
                                envelope.getBytes(UTF_8),
                                SOON)
                        .get(20, TimeUnit.SECONDS);

                assertThat(reply.status()).isEqualTo(202);
                assertThat(village.await("plain")).isTrue();
            }
        }
    }

    @Nested
    class Requests {

        @ParameterizedTest(name = "loss {0}")
        @ValueSource(doubles = {0, 0.2})
        void areAnsweredWithTheSumOverAllDevices(double loss) throws Exception {
            UnaryOperator<HostSettings> lossy = settings -> settings.withFaults(NetworkConditions.lossy(loss, 0.2, 42));
            try (Village village = Village.ofNotices(6, lossy)) {
                for (int i = 0; i < 3; i++) {
                    Envelope answer = village.hosts
                            .get(i % 2)
                            .client()
                            .call(village.shadow("device 0." + i).address(), count("all", ""), SOON)
                            .get(20, TimeUnit.SECONDS);

                    Completeness completeness =
                            ControlCodec.completeness(answer).orElseThrow();
                    assertThat(counted(answer)).as("%s", completeness).isEqualTo(12);
                    assertThat(completeness.counted()).isEqualTo(12);
                    assertThat(completeness.isWhole()).isTrue();
                    assertThat(answer.action()).contains(NoticeService.NAMESPACE + ":NoticeService:countResponse");
                }
            }
        }

        @Test
        void sayHowManyFailedWhenAServiceAnswersWithAFault() throws Exception {
            try (Village village = Village.ofNotices(3, settings -> settings)) {
                Envelope answer = village.hosts
                        .get(0)
                        .client()
                        .call(village.shadow("device 0.0").address(), count("trouble at device 1.1", ""), SOON)
                        .get(20, TimeUnit.SECONDS);

                assertThat(counted(answer)).isEqualTo(5);
                Completeness completeness = ControlCodec.completeness(answer).orElseThrow();
                assertThat(completeness.failed()).isEqualTo(1);
                assertThat(completeness.isWhole()).isFalse();
            }
        }

        @Test
        void obeyTheParametersThatAClientSets() throws Exception {
            try (Village village = Village.ofNotices(3, settings -> settings)) {
                Envelope answer = village.hosts
                        .get(0)
                        .client()
                        .call(
                                village.shadow("device 0.0").address(),
                                count("some", "fanout='1' rounds='1' timeout='3000'"),
                                SOON)
                        .get(20, TimeUnit.SECONDS);

                assertThat(counted(answer)).isEqualTo(2);
            }
        }

        @Test
        void withFewerRepliesThanWantedFailWithTheirNumber() throws Exception {
            try (Village village = Village.ofNotices(2, settings -> settings)) {
                assertThatThrownBy(() -> village.hosts
                                .get(0)
                                .client()
                                .call(
                                        village.shadow("device 0.0").address(),
                                        count("all", "min-replies='5' timeout='2000'"),
                                        SOON)
                                .get(20, TimeUnit.SECONDS))
                        .isInstanceOf(ExecutionException.class)
                        .cause()
                        .isInstanceOf(FaultException.class)
                        .hasMessage("too few replies: 4 (expected: at least 5)");
            }
        }

        @ParameterizedTest
        @ValueSource(strings = {"fanout='99'", "variant='flood'", "aggregation='urn:sha256:00'", "replies='none'"})
        void withImpossibleParametersAreRefusedAtTheDoor(String gossip) throws Exception {
            try (Village village = Village.ofNotices(1, settings -> settings)) {
                assertThatThrownBy(() -> village.hosts
                                .get(0)
                                .client()
                                .call(village.shadow("device 0.0").address(), count("all", gossip), SOON)
                                .get(20, TimeUnit.SECONDS))
                        .cause()
                        .isInstanceOfSatisfying(FaultException.class, e -> {
                            assertThat(e.fault().httpStatus()).isEqualTo(400);
                            assertThat(e).hasMessageContaining("g:Gossip");
                        });
            }
        }

        @Test
        void thatDoNotGossipArePassedToTheOriginal() throws Exception {
            try (Village village = Village.ofNotices(1, settings -> settings)) {
                byte[] echo = EnvelopeWriter.forAction(NoticeService.NAMESPACE + ":NoticeService:echoRequest")
                        .messageId("urn:uuid:5")
                        .body(("<n:echo xmlns:n=\"" + NoticeService.NAMESPACE + "\"><text>hello</text></n:echo>")
                                .getBytes(UTF_8))
                        .toBytes();

                Envelope answer = village.hosts
                        .get(0)
                        .client()
                        .call(village.shadow("device 1.0").address(), echo, SOON)
                        .get(20, TimeUnit.SECONDS);

                assertThat(new String(answer.bodyElement(), UTF_8)).contains("device 1.0 says hello");
                assertThat(answer.relatesTo()).contains("urn:uuid:5");
            }
        }
    }

    @Nested
    class Descriptions {

        @Test
        void nameEachOtherAndCarryThePolicy() throws Exception {
            try (Village village = Village.ofNotices(1, settings -> settings)) {
                ShadowService shadow = village.shadow("device 0.0");
                DpwsClient client = village.hosts.get(1).client();
                QName portType = new QName(NoticeService.NAMESPACE, "NoticeService");

                Map<QName, PortGossip> ofOriginal = GossipWsdl.read(WsdlDocument.read(
                        client.wsdl(shadow.original().address(), SOON).get(20, TimeUnit.SECONDS), "original"));
                Map<QName, PortGossip> ofShadow = GossipWsdl.read(
                        WsdlDocument.read(client.wsdl(shadow.address(), SOON).get(20, TimeUnit.SECONDS), "shadow"));

                assertThat(ofOriginal).containsOnlyKeys(portType);
                assertThat(ofOriginal.get(portType)).satisfies(policy -> assertThat(policy.relation())
                        .isEqualTo(ShadowRelation.shadowedBy(shadow.address().toString())));
                assertThat(ofShadow.get(portType)).satisfies(policy -> {
                    assertThat(policy.relation())
                            .isEqualTo(ShadowRelation.shadowOf(
                                    shadow.original().address().toString()));
                    assertThat(policy.forOperation("count").orElseThrow().aggregation())
                            .isEqualTo(Village.Adding.URI);
                });
            }
        }

        @Test
        void bothServicesStandInTheRelationshipWithTheirOwnIds() throws Exception {
            try (Village village = Village.ofNotices(1, settings -> settings)) {
                Device device = village.shadow("device 0.0").device();

                Metadata metadata = village.hosts
                        .get(1)
                        .client()
                        .get(device.address(), device.epr(), SOON)
                        .get(20, TimeUnit.SECONDS);

                List<Hosted> hosted = metadata.relationship().orElseThrow().hosted();
                assertThat(hosted).extracting(Hosted::serviceId).hasSize(3).doesNotHaveDuplicates();
                assertThat(hosted.get(1).types())
                        .contains(new QName(NoticeService.NAMESPACE, "NoticeService"), Gossip1.SHADOW_TYPE);
                assertThat(hosted.get(2).types()).containsExactly(Peers1.PORT_TYPE);
            }
        }
    }

    @Nested
    class BadInput {

        @Test
        void changesNothingAndIsCounted() throws Exception {
            try (Village village = Village.ofNotices(2, settings -> settings)) {
                ShadowService shadow = village.shadow("device 0.0");
                SoapUdpAddress address =
                        SoapUdpAddress.parse(shadow.peerAddress().value());
                InetSocketAddress target = new InetSocketAddress(InetAddress.getByName(address.host()), address.port());
                DeviceHost stranger = village.hosts.get(1);
                List<byte[]> nonsense = List.of(
                        new byte[0],
                        "garbage".getBytes(UTF_8),
                        "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><x>&e;</x>".getBytes(UTF_8),
                        new byte[] {(byte) 0xC3, (byte) 0x28},
                        new String(post("16"), UTF_8).getBytes(java.nio.charset.StandardCharsets.UTF_16),
                        EnvelopeWriter.forAction(POST)
                                .to(shadow.peerAddress().value())
                                .toBytes(),
                        EnvelopeWriter.forAction(Gossip1.NAMESPACE + ":IHave")
                                .messageId("urn:uuid:9")
                                .to(shadow.peerAddress().value())
                                .body("<x/>".getBytes(UTF_8))
                                .toBytes(),
                        EnvelopeWriter.forAction(POST)
                                .messageId("urn:uuid:8")
                                .to("soap.udp://127.0.0.1:1/nobody")
                                .toBytes());
                nonsense.forEach(bytes -> stranger.udp().send(target, bytes));

                village.expect("still here", 4);
                stranger.client()
                        .send(shadow.address(), post("still here"), SOON)
                        .get(20, TimeUnit.SECONDS);

                assertThat(village.await("still here")).isTrue();
                DeviceHost.Dropped dropped = village.hosts.get(0).dropped();
                assertThat(dropped.malformedDatagrams()
                                + dropped.misaddressedDatagrams()
                                + shadow.trouble().malformed())
                        .isEqualTo(nonsense.size());
            }
        }

        @Test
        void byHttpIsAnsweredWithAFault() throws Exception {
            try (Village village = Village.ofNotices(1, settings -> settings)) {
                URI shadow = village.shadow("device 0.0").address();
                DeviceHost client = village.hosts.get(1);
                Map<String, Integer> expected = Map.of(
                        "garbage",
                        400,
                        "<!DOCTYPE x><x/>",
                        400,
                        "<e:Envelope xmlns:e='http://schemas.xmlsoap.org/soap/envelope/'><e:Body/></e:Envelope>",
                        500,
                        new String(
                                EnvelopeWriter.forAction("urn:nope")
                                        .messageId("urn:x")
                                        .toBytes(),
                                UTF_8),
                        400);

                for (Map.Entry<String, Integer> each : expected.entrySet()) {
                    HttpReply reply = client.httpSender()
                            .post(
                                    shadow,
                                    HttpReply.SOAP_CONTENT_TYPE,
                                    each.getKey().getBytes(UTF_8),
                                    SOON)
                            .get(20, TimeUnit.SECONDS);
                    assertThat(reply.status()).as(each.getKey()).isEqualTo(each.getValue());
                    assertThat(new String(reply.body(), UTF_8))
                            .contains("Fault")
                            .doesNotContain("at org.");
                }
                assertThat(client.httpSender()
                                .post(shadow, "text/plain", "hello".getBytes(UTF_8), SOON)
                                .get(20, TimeUnit.SECONDS)
                                .status())
                        .isEqualTo(415);
            }
        }

        @Test
        void anEnvelopeThatWouldNotFitWithItsGossipHeaderIsRefusedWithBothSizes() throws Exception {
            try (Village village = Village.ofNotices(1, settings -> settings)) {
                byte[] frame = post("");
                byte[] large = post("x".repeat(32_700 - frame.length));

                assertThatThrownBy(() -> village.hosts
                                .get(0)
                                .client()
                                .send(village.shadow("device 0.0").address(), large, SOON)
                                .get(20, TimeUnit.SECONDS))
                        .cause()
                        .hasMessageMatching(
                                "envelope: [0-9]+ octets with its gossip header \\(expected: at most 32767\\)");
            }
        }
    }

    @Test
    void aPolicyThatCannotBeKeptRefusesTheDevice() throws Exception {
        try (Village village = new Village()) {
            DeviceHost host = village.host(settings -> settings);

            assertThatThrownBy(() -> village.device(host, "impossible", new ImpossibleNotices()))
                    .hasMessageContaining("trust of {urn:example:impossible}ImpossibleService.post: group")
                    .hasMessageContaining("(expected: none in this version");
            assertThat(host.devices()).isEmpty();
        }
    }

    /** A policy of a later version. */
    @jakarta.jws.WebService(targetNamespace = "urn:example:impossible")
    @org.grapevine.policy.Gossip(trust = org.grapevine.policy.Trust.GROUP)
    public interface ImpossibleService {
        @jakarta.jws.Oneway
        @jakarta.jws.WebMethod
        void post(String text);
    }

    /** Its implementation. */
    public static final class ImpossibleNotices implements ImpossibleService {
        @Override
        public void post(String text) {}
    }
}
