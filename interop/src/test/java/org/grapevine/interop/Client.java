package org.grapevine.interop;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.xml.namespace.QName;
import org.grapevine.dpws.addressing.EndpointReference;
import org.grapevine.dpws.device.FaultException;
import org.grapevine.dpws.device.Notification;
import org.grapevine.dpws.device.RemoteDevice;
import org.grapevine.dpws.device.Subscription;
import org.grapevine.dpws.device.SubscriptionOptions;
import org.grapevine.dpws.discovery.DeviceAnnouncement;
import org.grapevine.dpws.discovery.KnownDevices;
import org.grapevine.dpws.discovery.Probe;
import org.grapevine.dpws.discovery.ScopeRule;
import org.grapevine.dpws.eventing.Expiry;
import org.grapevine.dpws.metadata.Metadata;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.soap.XmlReader;
import org.jspecify.annotations.Nullable;

/** A client of this stack with a device of a peer, which has a lamp. */
final class Client {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final Ours ours;
    private final EndpointReference epr;
    private @Nullable URI deviceAddress;
    private @Nullable EndpointReference lamp;

    private final BlockingQueue<Notification> notifications = new LinkedBlockingQueue<>();
    private @Nullable Subscription subscription;

    Client(Ours ours, String epr) {
        this.ours = ours;
        this.epr = EndpointReference.of(epr);
    }

    String epr() {
        return epr.address();
    }

    private EndpointReference lamp() {
        if (lamp == null) {
            throw new AssertionError("lamp: unknown (expected: told in an earlier step)");
        }
        return lamp;
    }

    private URI deviceAddress() {
        if (deviceAddress == null) {
            throw new AssertionError("device address: unknown (expected: told in an earlier step)");
        }
        return deviceAddress;
    }

    private URI address() {
        return URI.create(lamp().address());
    }

    void hearsHello() throws InterruptedException {
        ours.event(
                "Hello of " + epr,
                event -> event instanceof KnownDevices.Event.Appeared appeared
                        && appeared.device().epr().equals(epr));
    }

    void hearsBye() throws InterruptedException {
        ours.event(
                "Bye of " + epr,
                event -> event instanceof KnownDevices.Event.Left left
                        && left.device().epr().equals(epr));
    }

    /** Asks by type and scope. */
    void probes() throws Exception {
        probes(List.of(Lamp.DEVICE_TYPE), List.of(ours.scope()));
    }

    void probes(List<QName> types, List<String> scopes) throws Exception {
        BlockingQueue<DeviceAnnouncement> found = new LinkedBlockingQueue<>();
        var unused = ours.host()
                .discovery()
                .probe(new Probe(types, scopes, ScopeRule.RFC3986.uri()), Ours.PATIENCE, found::add);
        DeviceAnnouncement match = found.poll(Peer.PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        assertThat(match).isNotNull();
        assertThat(match.epr()).isEqualTo(epr);
        assertThat(match.types()).containsAll(types);
        assertThat(match.scopes()).containsAll(scopes);
    }

    void resolves() throws Exception {
        DeviceAnnouncement match =
                Ours.await(ours.host().client().resolve(epr, Ours.PATIENCE)).orElseThrow();
        deviceAddress = URI.create(match.xAddrs().get(0));
    }

    void probesDirectly() throws Exception {
        Probe probe = new Probe(List.of(Lamp.DEVICE_TYPE), List.of(ours.scope()), ScopeRule.RFC3986.uri());
        assertThat(Ours.await(ours.host().discovery().probeDirectly(deviceAddress(), probe, TIMEOUT)))
                .singleElement()
                .satisfies(match -> assertThat(match.epr()).isEqualTo(epr));
    }

    /** Answers with the friendly name. */
    String gets() throws Exception {
        RemoteDevice device = Ours.await(ours.host().client().inspect(epr, TIMEOUT));
        assertThat(device.epr()).isEqualTo(epr);
        lamp = device.service(Lamp.PORT_TYPE).orElseThrow().eprs().get(0);
        return device.name().orElseThrow();
    }

    void getsMetadata() throws Exception {
        Metadata metadata = Ours.await(ours.host().client().getMetadata(address(), TIMEOUT));
        assertThat(metadata.sections()).isNotEmpty();
    }

    String fetchesWsdl() throws Exception {
        return new String(Ours.await(ours.host().client().wsdl(address(), TIMEOUT)), UTF_8);
    }

    int calls(int level) throws Exception {
        Envelope answer = Ours.await(ours.host().client().call(lamp(), Lamp.DIM, body(level), TIMEOUT));
        assertThat(answer.action()).contains(Lamp.DIM_RESPONSE);
        try (XmlReader body = answer.openBody(new QName(Lamp.NAMESPACE, "dimResponse"))) {
            assertThat(body.nextChild()).isTrue();
            return Integer.parseInt(body.token());
        }
    }

    /** Asks for what is not there, and expects a fault in answer. */
    void isRefused() {
        assertThatThrownBy(() -> Ours.await(
                        ours.host().client().call(lamp(), Lamp.NAMESPACE + "/Lamp/explode", body(1), TIMEOUT)))
                .hasCauseInstanceOf(FaultException.class);
    }

    /** For a minute, without renewing itself. */
    void subscribes() throws Exception {
        SubscriptionOptions options = SubscriptionOptions.toActions(List.of(LampEvents.DIMMED))
                .expiring(Duration.ofMinutes(1))
                .withoutRenewal();
        subscription = Ours.await(ours.sink().subscribe(address(), options, notifications::add));
        assertThat(subscription().remaining()).isBetween(Duration.ofSeconds(30), Duration.ofMinutes(1));
    }

    /** Answers with the level. */
    int isNotified() throws Exception {
        Notification notification = notifications.poll(Peer.PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        assertThat(notification).isNotNull();
        assertThat(notification.action()).isEqualTo(LampEvents.DIMMED);
        try (XmlReader body = notification.envelope().openBody(new QName(Lamp.NAMESPACE, "dimmed"))) {
            assertThat(body.nextChild()).isTrue();
            return Integer.parseInt(body.token());
        }
    }

    void renews() throws Exception {
        Ours.await(subscription().renew(Duration.ofMinutes(2)));
        assertThat(subscription().remaining()).isBetween(Duration.ofMinutes(1), Duration.ofMinutes(2));
    }

    void getsStatus() throws Exception {
        Expiry left = Ours.await(subscription().getStatus());
        assertThat(left).isInstanceOfSatisfying(Expiry.After.class, after -> assertThat(after.millis())
                .isBetween(60_000L, 120_000L));
    }

    void unsubscribes() throws Exception {
        Ours.await(subscription().unsubscribe());
        assertThat(Ours.await(subscription().ended()).reason()).isEqualTo(Subscription.Reason.UNSUBSCRIBED);
    }

    void hearsTheEnd() throws Exception {
        assertThat(Ours.await(subscription().ended()).reason()).isEqualTo(Subscription.Reason.SOURCE_CANCELLING);
    }

    private Subscription subscription() {
        if (subscription == null) {
            throw new AssertionError("subscription: none (expected: made in an earlier step)");
        }
        return subscription;
    }

    private static byte[] body(int level) {
        return ("<l:dim xmlns:l='" + Lamp.NAMESPACE + "'><level>" + level + "</level></l:dim>").getBytes(UTF_8);
    }
}
