package org.grapevine.gossip.shadow;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jws.Oneway;
import jakarta.jws.WebMethod;
import jakarta.jws.WebService;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import javax.xml.namespace.QName;
import org.grapevine.core.engine.GossipConfig;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.core.message.Segment;
import org.grapevine.dpws.device.Device;
import org.grapevine.dpws.device.DeviceHost;
import org.grapevine.dpws.device.DpwsClient;
import org.grapevine.dpws.device.FaultException;
import org.grapevine.dpws.soap.EnvelopeWriter;
import org.grapevine.gossip.header.Gossip1;
import org.grapevine.policy.Gossip;
import org.grapevine.policy.PolicyException;
import org.grapevine.policy.Variant;
import org.grapevine.policy.View;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a shadow makes of the values of its policy. */
@Timeout(120)
class ShadowPolicyTest {

    private static final Duration SOON = Duration.ofSeconds(15);
    private static final QName LIMITED = new QName(LimitedNoticeService.NAMESPACE, "Limited");

    /** Remembers what it got. */
    static final class Limited implements LimitedNoticeService {

        final List<String> texts = new CopyOnWriteArrayList<>();
        private final Village village;
        private final String name;

        Limited(Village village, String name) {
            this.village = village;
            this.name = name;
        }

        @Override
        public void post(String text) {
            texts.add(text);
            village.arrived(text, name);
        }

        @Override
        public int count(String of) {
            return 1;
        }
    }

    private static byte[] message(String operation, String content, String gossip, String from) {
        String namespace = LimitedNoticeService.NAMESPACE;
        EnvelopeWriter writer = EnvelopeWriter.forAction(namespace + ":LimitedNoticeService:" + operation)
                .messageId("urn:uuid:" + UUID.randomUUID())
                .body(("<n:" + operation.replace("Request", "") + " xmlns:n=\"" + namespace + "\">" + content + "</n:"
                                + operation.replace("Request", "") + ">")
                        .getBytes(UTF_8));
        if (!from.isEmpty()) {
            writer.from(org.grapevine.dpws.addressing.EndpointReference.of(from));
        }
        if (!gossip.isEmpty()) {
            writer.header("<g:Gossip xmlns:g=\"" + Gossip1.NAMESPACE + "\" " + gossip + "/>");
        }
        return writer.toBytes();
    }

    private static byte[] post(String text, String gossip) {
        return message("post", "<text>" + text + "</text>", gossip, "");
    }

    private static Device device(Village village, DeviceHost host, String name, Object service, QName... types) {
        Device device = Device.named(name)
                .types(types)
                .scopes(Village.SEGMENT.scope(), "test:elsewhere")
                .endpoint("urn:uuid:" + UUID.nameUUIDFromBytes(name.getBytes(UTF_8)))
                .host(service)
                .start(host);
        village.devices.put(name, device);
        return device;
    }

    @Nested
    class Limits {

        @ParameterizedTest(name = "{1}")
        @CsvSource(
                delimiter = '@',
                value = {
                    "post @ fanout='7' @ g:Gossip fanout: 7 (expected: at most 6, by the limits of the service)",
                    "post @ rounds='8' @ g:Gossip rounds: 8 (expected: at most 7, by the limits of the service)",
                    "post @ lifetime='40001' @ g:Gossip lifetime: 40001 (expected: at most 40000, by the limits of the service)",
                    "post @ repair='199' @ g:Gossip repair: 199 (expected: none or at least 200, by the limits of the service)",
                    "post @ priority='alarm' @ g:Gossip priority: alarm (expected: control or lower, by the limits of the service)",
                    "post @ variant='multicast' @ g:Gossip variant: multicast (expected: eager-push or tree or pull, by the limits of the service)",
                    "post @ variant='pull' @ g:Gossip variant: pull (expected: one that is sent, since no device of this service pulls)",
                    "post @ order='origin' sequence='1' floor='1' wait-until='1' @ g:Gossip sequence: without wsa:From (expected: the origin that counts)",
                    "countRequest @ fanout='4' @ g:Gossip fanout: 4 (expected: at most 3, by the limits of the service)",
                    "countRequest @ timeout='9001' @ g:Gossip timeout: 9001 (expected: at most 9000, by the limits of the service)"
                })
        void beyondWhichAClientIsToldTheValueAndTheLimit(String operation, String gossip, String fault)
                throws Exception {
            try (Village village = new Village()) {
                DeviceHost host = village.host(settings -> settings);
                device(village, host, "strict", new Limited(village, "strict"), LIMITED);
                ShadowService shadow = village.shadow("strict");
                DpwsClient client = host.client();
                byte[] message =
                        message(operation, operation.equals("post") ? "<text>x</text>" : "<of>x</of>", gossip, "");

                assertThatThrownBy(() -> (operation.equals("post")
                                        ? client.send(shadow.address(), message, SOON)
                                        : client.call(shadow.address(), message, SOON))
                                .get(20, TimeUnit.SECONDS))
                        .cause()
                        .isInstanceOfSatisfying(
                                FaultException.class,
                                e -> assertThat(e.fault().httpStatus()).isEqualTo(400))
                        .hasMessage(fault);
            }
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '@',
                value = {
                    "fanout='6' rounds='7' lifetime='40000' repair='200' priority='control'",
                    "fanout='auto' rounds='auto' repair='none' priority='bulk' binding='http'",
                    "variant='tree' eager-hops='255' order='none'",
                    "variant='eager-push'"
                })
        void insideWhichAClientChooses(String gossip) throws Exception {
            try (Village village = new Village()) {
                DeviceHost host = village.host(settings -> settings);
                device(village, host, "strict", new Limited(village, "strict"), LIMITED);
                village.expect("chosen", 1);

                host.client()
                        .send(village.shadow("strict").address(), post("chosen", gossip), SOON)
                        .get(20, TimeUnit.SECONDS);

                assertThat(village.await("chosen")).isTrue();
            }
        }
    }

    @Nested
    class Engines {

        @Test
        void areMadeForTheValuesOfThePolicy() throws Exception {
            try (Village village = new Village()) {
                DeviceHost host = village.host(settings -> settings);
                device(village, host, "strict", new Limited(village, "strict"), LIMITED);

                ShadowEngine.Settings settings = village.shadow("strict").settings();

                assertThat(settings.segments()).containsExactly(Village.SEGMENT, new Segment("test:elsewhere"));
                assertThat(settings.lans()).containsExactly(Village.SEGMENT);
                assertThat(settings.types()).containsExactly(LIMITED);
                // The highest of its operations: an engine does not know them.
                assertThat(settings.config().maxFanout()).isEqualTo(6);
                assertThat(settings.config().maxRounds()).isEqualTo(7);
                assertThat(settings.config().variants().pullMillis()).isZero();
            }
        }

        @Test
        void pullAsOftenAsTheMostEagerOperationWants() throws Exception {
            try (Village village = new Village()) {
                DeviceHost host = village.host(settings -> settings);
                device(village, host, "puller", new Pulling());

                ShadowEngine.Settings settings = village.shadow("puller").settings();

                assertThat(settings.config().variants().pullMillis()).isEqualTo(300);
                assertThat(settings.segments()).containsExactly(new Segment("test:elsewhere"));
                assertThat(settings.config().atMost(64, 255).maxFanout())
                        .isEqualTo(GossipConfig.defaults().maxFanout());
            }
        }

        @Test
        void haveOnlyPeersOfTheTypesThatThePolicyNames() throws Exception {
            try (Village village = new Village()) {
                DeviceHost host = village.host(settings -> settings);
                device(village, host, "a", new Limited(village, "a"), LIMITED);
                device(village, host, "b", new Limited(village, "b"), LIMITED, new QName("urn:x", "Other"));
                device(village, host, "c", new Limited(village, "c"), new QName("urn:x", "Other"));
                village.awaitPeers();

                Map<Segment, List<PeerAddress>> peers =
                        village.shadow("a").driver().peers().get(10, TimeUnit.SECONDS);

                assertThat(peers.get(Village.SEGMENT))
                        .containsExactly(village.shadow("b").peerAddress());
            }
        }
    }

    @Nested
    class Order {

        @Test
        void makesTheEntryTheOriginThatCounts() throws Exception {
            try (Village village = new Village()) {
                for (int h = 0; h < 2; h++) {
                    DeviceHost host = village.host(settings -> settings);
                    device(village, host, "d" + h, new Limited(village, "d" + h), LIMITED);
                }
                village.awaitPeers();
                URI entry = village.shadow("d0").address();
                DpwsClient client = village.hosts.get(1).client();
                for (int i = 0; i < 10; i++) {
                    village.expect("text " + i, 2);
                    byte[] message = message("post", "<text>text " + i + "</text>", "", "http://127.0.0.1:1/client");
                    client.send(entry, message, SOON).get(20, TimeUnit.SECONDS);
                }
                for (int i = 0; i < 10; i++) {
                    assertThat(village.await("text " + i)).isTrue();
                }
            }
        }
    }

    @Test
    void operationsThatWantDifferentPeersAreRefused() throws Exception {
        try (Village village = new Village()) {
            DeviceHost host = village.host(settings -> settings);

            assertThatThrownBy(() -> device(village, host, "torn", new Torn()))
                    .isInstanceOf(PolicyException.class)
                    .hasMessage("scopes of {urn:example:torn}TornService: {post=test:a, tell=the device's own}"
                            + " (expected: the same for all operations that gossip)");
            assertThatThrownBy(() -> device(village, host, "squinting", new Squinting()))
                    .isInstanceOf(PolicyException.class)
                    .hasMessage("view of {urn:example:squinting}SquintingService: {post=cyclon, tell=the host's own}"
                            + " (expected: the same for all operations that gossip)");
        }
    }

    /** Two operations that are pulled, and one that is not. */
    @WebService(targetNamespace = "urn:example:pulling")
    @Gossip(variant = Variant.PULL, period = "PT5S", scopes = "test:elsewhere")
    public interface PullingService {
        @Oneway
        @WebMethod
        void seldom(String text);

        @Oneway
        @WebMethod
        @Gossip(period = "PT0.3S", variant = Variant.LAZY_PULL)
        void often(String text);

        @Oneway
        @WebMethod
        @Gossip(period = "PT0.1S", variant = Variant.TREE)
        void never(String text);
    }

    /** Its implementation. */
    static final class Pulling implements PullingService {
        @Override
        public void seldom(String text) {}

        @Override
        public void often(String text) {}

        @Override
        public void never(String text) {}
    }

    /** Operations for different views of the same peers. */
    @WebService(targetNamespace = "urn:example:squinting")
    @Gossip
    public interface SquintingService {
        @Oneway
        @WebMethod
        @Gossip(view = View.CYCLON)
        void post(String text);

        @Oneway
        @WebMethod
        void tell(String text);
    }

    /** Its implementation. */
    static final class Squinting implements SquintingService {
        @Override
        public void post(String text) {}

        @Override
        public void tell(String text) {}
    }

    /** Operations for different peers. */
    @WebService(targetNamespace = "urn:example:torn")
    @Gossip
    public interface TornService {
        @Oneway
        @WebMethod
        @Gossip(scopes = "test:a")
        void post(String text);

        @Oneway
        @WebMethod
        void tell(String text);
    }

    /** Its implementation. */
    static final class Torn implements TornService {
        @Override
        public void post(String text) {}

        @Override
        public void tell(String text) {}
    }
}
