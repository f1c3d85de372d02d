package org.grapevine.dpws.discovery;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import javax.xml.namespace.QName;
import org.grapevine.dpws.addressing.EndpointReference;
import org.grapevine.dpws.addressing.MessageIds;
import org.grapevine.dpws.addressing.SoapUdpAddress;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.soap.EnvelopeLimits;
import org.grapevine.dpws.soap.MalformedEnvelopeException;
import org.grapevine.dpws.soap.SoapFault;

/**
 * One device as others discover it: announces it, and answers Probe and Resolve (WS-Discovery 1.1, 4 to 6; DPWS 1.1, 3). Says
 * nothing before {@link #start} and after {@link #stop}. One thread at a time.
 */
public final class TargetService {

    private final DiscoveryTiming timing;
    private final MessageIds messageIds;
    private final RandomGenerator random;
    private final long instanceId;
    private DeviceAnnouncement device;
    private Consumer<DeviceAnnouncement> listener = announcement -> {};

    // The bodies of its answers are the same until it changes.
    private byte[] probeMatches;
    private byte[] resolveMatches;
    private long messageNumber;
    private boolean started;

    /**
     * A device that is not announced yet.
     *
     * @param device what it tells; {@code dpws:Device} is added to its types if it is not there. The metadata version is the
     *     one of its last run, unless something changed since
     * @param instanceId higher than in its last run; seconds since 1970 are a good choice
     * @throws IllegalArgumentException if the announcement does not fit a datagram (R0029)
     */
    public TargetService(
            DeviceAnnouncement device,
            long instanceId,
            DiscoveryTiming timing,
            MessageIds messageIds,
            RandomGenerator random) {
        AppSequence.requireUnsignedInt("instanceId", instanceId);
        this.timing = timing;
        this.messageIds = messageIds;
        this.random = random;
        this.instanceId = instanceId;
        this.device = requireFits(withDeviceType(device));
        this.probeMatches = probeMatches(this.device);
        this.resolveMatches = resolveMatches(this.device);
    }

    private static byte[] probeMatches(DeviceAnnouncement device) {
        return DiscoveryCodec.body(new ProbeMatches(List.of(device), Optional.empty()));
    }

    private static byte[] resolveMatches(DeviceAnnouncement device) {
        return DiscoveryCodec.body(new ResolveMatches(Optional.of(device), Optional.empty()));
    }

    /** Tells somebody what the device announces, at once and after every change. */
    void onAnnouncement(Consumer<DeviceAnnouncement> announced) {
        listener = announced;
        announced.accept(device);
    }

    /** What the device tells at this moment. */
    public DeviceAnnouncement device() {
        return device;
    }

    /** The device is on the network now, or on one more interface: Hello. */
    public List<DiscoveryAction> start() {
        started = true;
        return List.of(hello());
    }

    /**
     * Hello for a Discovery Proxy, which takes it by HTTP (WS-Discovery 1.1, managed mode).
     *
     * @return empty if the device is not started
     */
    public Optional<byte[]> helloTo(EndpointReference proxy) {
        return started
                ? Optional.of(oneWay(new Hello(device, Optional.of(nextInSequence())), proxy))
                : Optional.empty();
    }

    /** Bye for a Discovery Proxy; made before {@link #stop} or after it. */
    public byte[] byeTo(EndpointReference proxy) {
        return oneWay(new Bye(leaving(), Optional.of(nextInSequence())), proxy);
    }

    private byte[] oneWay(DiscoveryMessage message, EndpointReference proxy) {
        return DiscoveryCodec.envelope(message)
                .messageId(messageIds.next())
                .to(proxy)
                .toBytes();
    }

    /** The device leaves: Bye, at once. */
    public List<DiscoveryAction> stop() {
        if (!started) {
            return List.of();
        }
        started = false;
        return List.of(bye());
    }

    /** The device leaves one of its networks and stays in others: Bye at once, to be said on the one that it leaves only. */
    public List<DiscoveryAction> leaveNetwork() {
        return started ? List.of(bye()) : List.of();
    }

    private DiscoveryAction bye() {
        byte[] bye = DiscoveryCodec.multicast(new Bye(leaving(), Optional.of(nextInSequence())), messageIds.next());
        return new DiscoveryAction.SendMulticast(bye, 0);
    }

    /** Bye identifies the device and its kind; addresses at which nobody answers any more would mislead. */
    private DeviceAnnouncement leaving() {
        return new DeviceAnnouncement(device.epr(), device.types(), List.of(), List.of(), device.metadataVersion());
    }

    /**
     * The device tells something else now: a new Hello if it was started.
     *
     * @param changed of the same endpoint, with the metadata version that follows from the change; of a version that is told
     *     already, nothing happens
     * @throws IllegalArgumentException if the announcement does not fit a datagram, or falls behind what was told; the old one
     *     then stays
     */
    public List<DiscoveryAction> changed(DeviceAnnouncement changed) {
        if (!changed.epr().equals(device.epr()) || changed.metadataVersion() < device.metadataVersion()) {
            throw new IllegalArgumentException("announcement of " + changed.epr() + ": version "
                    + changed.metadataVersion() + " (expected: one of " + device.epr() + ", version >= "
                    + device.metadataVersion() + ")");
        }
        if (changed.metadataVersion() == device.metadataVersion()) {
            return List.of();
        }
        device = requireFits(withDeviceType(changed));
        probeMatches = probeMatches(device);
        resolveMatches = resolveMatches(device);
        listener.accept(device);
        return started ? List.of(hello()) : List.of();
    }

    /**
     * A Probe from the network.
     *
     * @param request the envelope of the Probe
     * @param source where its datagram came from, and where an answer goes
     * @return nothing if there is no match, the rule is unknown, or the sender wants the answer elsewhere: over UDP silence
     *     is the answer (WS-Discovery 1.1, 5.3; DPWS R1018)
     */
    public List<DiscoveryAction> onProbe(Envelope request, Probe probe, SoapUdpAddress source) {
        Optional<ScopeRule> rule = ScopeRule.of(probe.matchBy());
        if (!started || rule.isEmpty() || !device.matches(probe, rule.get()) || !canBeAnswered(request)) {
            return List.of();
        }
        return matched(request, source);
    }

    /** The answer to a Probe that was found to match and can be answered. */
    List<DiscoveryAction> matched(Envelope request, SoapUdpAddress source) {
        if (!started) {
            return List.of();
        }
        byte[] reply = reply(WsDiscovery.PROBE_MATCHES_ACTION, probeMatches, request);
        return List.of(new DiscoveryAction.SendTo(source, reply, randomDelayMs()));
    }

    private byte[] reply(String action, byte[] body, Envelope request) {
        return DiscoveryCodec.reply(
                action,
                nextInSequence(),
                body,
                messageIds.next(),
                request.messageId().orElse(""));
    }

    /** A Resolve from the network; parameters and silence as for {@link #onProbe}. */
    public List<DiscoveryAction> onResolve(Envelope request, Resolve resolve, SoapUdpAddress source) {
        if (!started || !device.epr().equals(resolve.epr()) || !canBeAnswered(request)) {
            return List.of();
        }
        byte[] reply = reply(WsDiscovery.RESOLVE_MATCHES_ACTION, resolveMatches, request);
        return List.of(new DiscoveryAction.SendTo(source, reply, 0));
    }

    /**
     * A directed Probe, which came over HTTP and is always answered: by this device or by none (R1021, R1022), or by a fault
     * if the rule is unknown.
     *
     * @param request passed the {@link org.grapevine.dpws.soap.HeaderCheck} of an HTTP request
     */
    public DirectedAnswer onDirectedProbe(Envelope request) {
        Optional<DiscoveryMessage> message;
        try {
            message = DiscoveryCodec.read(request);
        } catch (MalformedEnvelopeException e) {
            return fault(SoapFault.of(e), request);
        }
        if (message.isEmpty() || !(message.get() instanceof Probe probe)) {
            return fault(SoapFault.actionNotSupported(request.action().orElse("")), request);
        }
        Optional<ScopeRule> rule = ScopeRule.of(probe.matchBy());
        if (rule.isEmpty()) {
            return fault(SoapFault.matchingRuleNotSupported(ScopeRule.uris()), request);
        }
        boolean match = started && device.matches(probe, rule.get());
        ProbeMatches matches = new ProbeMatches(match ? List.of(device) : List.of(), Optional.of(nextInSequence()));
        byte[] reply = DiscoveryCodec.reply(
                matches, messageIds.next(), request.messageId().orElse(""));
        return new DirectedAnswer(200, reply);
    }

    /**
     * What goes back over HTTP.
     *
     * @param httpStatus status of the response
     * @param envelope body of the response
     */
    @SuppressWarnings("ArrayRecordComponent") // A hand-over of bytes; copies would serve nobody.
    public record DirectedAnswer(int httpStatus, byte[] envelope) {}

    private DirectedAnswer fault(SoapFault fault, Envelope request) {
        return new DirectedAnswer(fault.httpStatus(), fault.toEnvelope(messageIds.next(), request.messageId()));
    }

    private DiscoveryAction hello() {
        byte[] hello = DiscoveryCodec.multicast(new Hello(device, Optional.of(nextInSequence())), messageIds.next());
        return new DiscoveryAction.SendMulticast(hello, randomDelayMs());
    }

    private AppSequence nextInSequence() {
        messageNumber++;
        return AppSequence.of(instanceId, messageNumber);
    }

    private int randomDelayMs() {
        return random.nextInt(timing.appMaxDelayMs() + 1);
    }

    /**
     * Only the back channel is answered: a reply address inside the message would let anybody turn devices against a third
     * party. Without an id the answer could not be related.
     */
    static boolean canBeAnswered(Envelope request) {
        boolean backChannel =
                request.replyTo().map(EndpointReference::isAnonymous).orElse(true);
        return backChannel && request.messageId().filter(id -> !id.isEmpty()).isPresent();
    }

    private static DeviceAnnouncement withDeviceType(DeviceAnnouncement device) {
        if (device.types().contains(WsDiscovery.DEVICE_TYPE)) {
            return device;
        }
        List<QName> types = new ArrayList<>();
        types.add(WsDiscovery.DEVICE_TYPE); // R1020
        types.addAll(device.types());
        return new DeviceAnnouncement(device.epr(), types, device.scopes(), device.xAddrs(), device.metadataVersion());
    }

    /**
     * Finds out whether a device can be announced so.
     *
     * @throws IllegalArgumentException if it does not fit a datagram (R0029), or has a URI that is too long (R0027)
     */
    public static void requireAnnounceable(DeviceAnnouncement device) {
        DeviceAnnouncement unused = requireFits(withDeviceType(device));
    }

    private static DeviceAnnouncement requireFits(DeviceAnnouncement device) {
        requireUri("endpoint", device.epr().address());
        device.scopes().forEach(scope -> requireUri("scope", scope));
        device.xAddrs().forEach(xAddr -> requireUri("XAddr", xAddr));
        // As large as an answer gets: full counters, and ids as long as those of UUIDs.
        AppSequence longest = AppSequence.of(0xFFFF_FFFFL, 0xFFFF_FFFFL);
        String id = "urn:uuid:00000000-0000-0000-0000-000000000000";
        int size = DiscoveryCodec.reply(new ProbeMatches(List.of(device), Optional.of(longest)), id, id).length;
        if (size > EnvelopeLimits.MAX_UDP_ENVELOPE_SIZE) {
            throw new IllegalArgumentException(
                    "announcement of " + device.epr() + ": " + size + " octets (expected: <= "
                            + EnvelopeLimits.MAX_UDP_ENVELOPE_SIZE + "; fewer or shorter types, scopes or XAddrs)");
        }
        return device;
    }

    private static void requireUri(String name, String uri) {
        int octets = uri.getBytes(StandardCharsets.UTF_8).length;
        if (octets > EnvelopeLimits.MAX_URI_SIZE) {
            throw new IllegalArgumentException(name + ": " + octets + " octets, '" + uri.substring(0, 40)
                    + "...' (expected: <= " + EnvelopeLimits.MAX_URI_SIZE + ")");
        }
    }
}
