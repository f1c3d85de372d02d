package org.grapevine.dpws.discovery;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import javax.xml.namespace.QName;
import org.grapevine.dpws.addressing.EndpointReference;
import org.grapevine.dpws.addressing.MessageIds;
import org.grapevine.dpws.addressing.SoapUdpAddress;
import org.grapevine.dpws.discovery.TargetService.DirectedAnswer;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.soap.EnvelopeLimits;
import org.grapevine.dpws.soap.MalformedEnvelopeException;
import org.grapevine.dpws.soap.SoapFault;

/**
 * A Discovery Proxy (WS-Discovery 1.1, managed mode): keeps the newest announcement of each device that tells it, and answers Probe
 * and Resolve for all of them. Nothing that it is told is signed, so anybody who reaches it can add devices and take them out; it
 * belongs on a network, or behind a TLS, where that is acceptable. One thread at a time.
 */
public final class DiscoveryProxy {

    /** {@code wsa:To}, ids and the other headers around an answer; a guess with room to spare. */
    private static final int HEADER_BYTES = 2_048;

    /** A check of which nothing was heard for so long was lost by an overloaded host. */
    private static final Duration LONGEST_CHECK = Duration.ofMinutes(2);

    /**
     * What the proxy has done so far.
     *
     * @param entries devices that it knows now
     * @param heard Hellos that it took
     * @param answered Probes and Resolves that it answered by HTTP
     * @param malformed messages that were not what their action says, or announcements that fit no datagram
     * @param outdated messages older than what was known
     * @param evicted devices that had to make room
     * @param expired devices that did not answer any longer
     * @param leftOut matches that did not fit an answer
     * @param suppressions Hellos by which clients were led here
     */
    public record Counters(
            int entries,
            long heard,
            long answered,
            long malformed,
            long outdated,
            long evicted,
            long expired,
            long leftOut,
            long suppressions) {}

    /** Ask a device by a directed Probe whether it is still there; the answer goes to {@link #onChecked}. */
    public record Check(EndpointReference epr, List<URI> addresses) {}

    private final ProxySettings settings;
    private final DiscoveryTiming timing;
    private final MessageIds ids;
    private final RandomGenerator random;
    private final long instanceId;
    private final DeviceAnnouncement self;
    private final KnownDevices known;
    private final AnnouncementIndex index = new AnnouncementIndex();
    private final Map<EndpointReference, Instant> heard = new LinkedHashMap<>(); // the one heard of last at the end
    private final Map<EndpointReference, Instant> checking = new LinkedHashMap<>(); // since when
    private boolean started;
    private boolean changed;
    private long messageNumber;
    private long hellos;
    private long answered;
    private long malformed;
    private long expired;
    private long leftOut;
    private long suppressions;

    /**
     * A proxy that is not announced yet.
     *
     * @param epr its stable identity
     * @param xAddrs where it takes HTTP requests
     * @param instanceId higher than in its last run; seconds since 1970 are a good choice
     * @param remembered what it knew when it last ran; what exceeds the capacity goes, the one not heard of for longest first
     */
    public DiscoveryProxy(
            EndpointReference epr,
            List<String> xAddrs,
            long instanceId,
            ProxySettings settings,
            List<ProxyEntry> remembered,
            DiscoveryTiming timing,
            MessageIds ids,
            RandomGenerator random) {
        AppSequence.requireUnsignedInt("instanceId", instanceId);
        this.settings = settings;
        this.timing = timing;
        this.ids = ids;
        this.random = random;
        this.instanceId = instanceId;
        this.self = new DeviceAnnouncement(epr, List.of(WsDiscovery.DISCOVERY_PROXY_TYPE), List.of(), xAddrs, 1);
        this.known = new KnownDevices(settings.capacity());
        remembered.stream()
                .sorted((a, b) -> a.heard().compareTo(b.heard()))
                .forEach(entry -> apply(new Hello(entry.device(), entry.appSequence()), entry.heard()));
        changed = false;
    }

    /** What it says of itself. */
    public DeviceAnnouncement self() {
        return self;
    }

    /** Hello to the network, with the type of a Discovery Proxy. */
    public List<DiscoveryAction> start() {
        started = true;
        byte[] hello = DiscoveryCodec.multicast(new Hello(self, Optional.of(nextInSequence())), ids.next());
        return List.of(new DiscoveryAction.SendMulticast(hello, random.nextInt(timing.appMaxDelayMs() + 1)));
    }

    /** Bye, at once: clients go back to multicast. */
    public List<DiscoveryAction> stop() {
        if (!started) {
            return List.of();
        }
        started = false;
        byte[] bye = DiscoveryCodec.multicast(new Bye(self.at(List.of()), Optional.of(nextInSequence())), ids.next());
        return List.of(new DiscoveryAction.SendMulticast(bye, 0));
    }

    /** True if a message with this action is answered by an envelope and not by 202. */
    public static boolean isRequest(String action) {
        return !action.equals(WsDiscovery.HELLO_ACTION) && !action.equals(WsDiscovery.BYE_ACTION);
    }

    /**
     * A message by HTTP: Probe and Resolve are always answered, if by nobody; Hello and Bye are one-way.
     *
     * @param request passed the {@link org.grapevine.dpws.soap.HeaderCheck}
     * @return empty for what is answered by 202
     */
    public Optional<DirectedAnswer> onHttp(Envelope request, Instant now) {
        Optional<DiscoveryMessage> message;
        try {
            message = DiscoveryCodec.read(request);
        } catch (MalformedEnvelopeException e) {
            malformed++;
            return fault(SoapFault.of(e), request);
        }
        if (message.isPresent() && message.get() instanceof Probe probe) {
            return onProbe(probe, request);
        }
        if (message.isPresent() && message.get() instanceof Resolve resolve) {
            answered++;
            Optional<DeviceAnnouncement> match = index.get(resolve.epr())
                    .or(() -> Optional.of(self).filter(own -> own.epr().equals(resolve.epr())));
            return answer(new ResolveMatches(match, Optional.of(nextInSequence())), request);
        }
        if (message.isPresent() && (message.get() instanceof Hello || message.get() instanceof Bye)) {
            return register(message.get(), now) ? Optional.empty() : fault(tooLarge(), request);
        }
        return fault(SoapFault.actionNotSupported(request.action().orElse("")), request);
    }

    private Optional<DirectedAnswer> onProbe(Probe probe, Envelope request) {
        Optional<ScopeRule> rule = ScopeRule.of(probe.matchBy());
        if (rule.isEmpty()) {
            return fault(SoapFault.matchingRuleNotSupported(ScopeRule.uris()), request);
        }
        answered++;
        List<DeviceAnnouncement> fitting = new ArrayList<>();
        long room = settings.maxAnswerBytes() - (long) HEADER_BYTES;
        if (self.matches(probe, rule.get())) {
            fitting.add(self);
        }
        for (DeviceAnnouncement match : index.matching(probe, rule.get())) {
            room -= sizeOf(match);
            if (room >= 0) {
                fitting.add(match);
            } else {
                leftOut++;
            }
        }
        return answer(new ProbeMatches(fitting, Optional.of(nextInSequence())), request);
    }

    /** At least as many octets as it has in an answer; to write it for this alone would cost as much as the answer. */
    private static long sizeOf(DeviceAnnouncement device) {
        long size = 256 + octets(device.epr().address());
        for (String parameter : device.epr().referenceParameters()) {
            size += octets(parameter);
        }
        for (QName type : device.types()) {
            size += 32 + octets(type.getNamespaceURI()) + octets(type.getLocalPart());
        }
        for (String scope : device.scopes()) {
            size += 1 + octets(scope);
        }
        for (String address : device.xAddrs()) {
            size += 1 + octets(address);
        }
        return size;
    }

    private static long octets(String text) {
        long octets = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            octets += c >= 0x80 ? 3 : c == '&' || c == '<' || c == '>' || c == '"' ? 6 : 1;
        }
        return octets;
    }

    private Optional<DirectedAnswer> answer(DiscoveryMessage message, Envelope request) {
        byte[] reply =
                DiscoveryCodec.reply(message, ids.next(), request.messageId().orElse(""));
        return Optional.of(new DirectedAnswer(200, reply));
    }

    private Optional<DirectedAnswer> fault(SoapFault fault, Envelope request) {
        return Optional.of(new DirectedAnswer(fault.httpStatus(), fault.toEnvelope(ids.next(), request.messageId())));
    }

    private static SoapFault tooLarge() {
        return SoapFault.sender("An announcement has at most " + EnvelopeLimits.MAX_UDP_ENVELOPE_SIZE
                + " octets, as it would in a datagram.");
    }

    /**
     * A message by UDP that is no duplicate: multicast Hello and Bye of devices, questions for a Discovery Proxy, and with suppression
     * all other questions too.
     *
     * @param source where its datagram came from, and where an answer goes
     */
    public List<DiscoveryAction> onDatagram(
            Envelope envelope, DiscoveryMessage message, SoapUdpAddress source, Instant now) {
        if (message instanceof Hello || message instanceof Bye) {
            if (settings.hearsMulticast()) {
                register(message, now);
            }
            return List.of();
        }
        boolean question = message instanceof Probe || message instanceof Resolve;
        if (!started || !question || !TargetService.canBeAnswered(envelope)) {
            return List.of();
        }
        String id = envelope.messageId().orElseThrow();
        if (message instanceof Probe probe && asksForProxies(probe)) {
            byte[] reply = DiscoveryCodec.reply(
                    new ProbeMatches(List.of(self), Optional.of(nextInSequence())), ids.next(), id);
            return List.of(new DiscoveryAction.SendTo(source, reply, random.nextInt(timing.appMaxDelayMs() + 1)));
        }
        if (message instanceof Resolve resolve && resolve.epr().equals(self.epr())) {
            byte[] reply = DiscoveryCodec.reply(
                    new ResolveMatches(Optional.of(self), Optional.of(nextInSequence())), ids.next(), id);
            return List.of(new DiscoveryAction.SendTo(source, reply, 0));
        }
        if (!settings.suppresses()) {
            return List.of();
        }
        suppressions++;
        byte[] hello = DiscoveryCodec.envelope(new Hello(self, Optional.of(nextInSequence())))
                .messageId(ids.next())
                .relatesTo(id, WsDiscovery.SUPPRESSION_RELATION)
                .to(EndpointReference.ANONYMOUS)
                .toBytes();
        return List.of(new DiscoveryAction.SendTo(source, hello, 0));
    }

    /** A Probe for anything is for devices; only one that names the type is for proxies. */
    private boolean asksForProxies(Probe probe) {
        Optional<ScopeRule> rule = ScopeRule.of(probe.matchBy());
        return rule.isPresent() && !probe.types().isEmpty() && self.matches(probe, rule.get());
    }

    private boolean register(DiscoveryMessage message, Instant now) {
        DeviceAnnouncement device = message instanceof Hello hello ? hello.device() : ((Bye) message).device();
        if (device.epr().equals(self.epr())) {
            return true; // Its own Hello, which comes back from the group, or somebody who takes its name.
        }
        if (sizeOf(device) > EnvelopeLimits.MAX_UDP_ENVELOPE_SIZE
                && DiscoveryCodec.body(message).length > EnvelopeLimits.MAX_UDP_ENVELOPE_SIZE) {
            malformed++;
            return false;
        }
        apply(message, now);
        return true;
    }

    private void apply(DiscoveryMessage message, Instant now) {
        long outdated = known.outdated();
        List<KnownDevices.Event> events = known.on(message);
        if (message instanceof Hello hello && known.outdated() == outdated) {
            hellos++;
            touch(hello.device().epr(), now);
        }
        apply(events);
    }

    private void apply(List<KnownDevices.Event> events) {
        for (KnownDevices.Event event : events) {
            if (event instanceof KnownDevices.Event.Left left) {
                index.remove(left.device().epr());
                heard.remove(left.device().epr());
            } else {
                index.put(event.device());
            }
            changed = true;
        }
    }

    private void touch(EndpointReference epr, Instant now) {
        heard.remove(epr);
        heard.put(epr, now);
    }

    /**
     * Lets entries expire that cannot be asked.
     *
     * @return devices from which nothing was heard for so long that they have to be asked now
     */
    public List<Check> due(Instant now) {
        Instant limit = now.minus(settings.lifetime());
        checking.values().removeIf(since -> since.plus(LONGEST_CHECK).isBefore(now));
        List<EndpointReference> silent = new ArrayList<>();
        List<Check> checks = new ArrayList<>();
        for (Map.Entry<EndpointReference, Instant> candidate : heard.entrySet()) {
            EndpointReference epr = candidate.getKey();
            if (candidate.getValue().isAfter(limit) || checking.size() >= settings.checksAtOnce()) {
                break;
            }
            List<URI> addresses = index.get(epr)
                    .map(device -> TransportAddresses.http(device.xAddrs()))
                    .orElse(List.of());
            if (addresses.isEmpty()) {
                silent.add(epr);
            } else if (checking.putIfAbsent(epr, now) == null) {
                checks.add(new Check(epr, addresses));
            }
        }
        silent.forEach(this::expire);
        return checks;
    }

    /**
     * What became of a {@link Check}.
     *
     * @param answers what the address answered; empty also if it did not
     */
    public void onChecked(EndpointReference epr, List<DeviceAnnouncement> answers, Instant now) {
        checking.remove(epr);
        Instant last = heard.get(epr);
        if (last == null || last.isAfter(now.minus(settings.lifetime()))) {
            return; // It left, or spoke, while it was asked.
        }
        Optional<DeviceAnnouncement> answer =
                answers.stream().filter(device -> device.epr().equals(epr)).findFirst();
        if (answer.isEmpty()) {
            expire(epr);
            return;
        }
        touch(epr, now);
        // The answer of the device itself, in a sequence that says nothing about its Hellos by HTTP.
        apply(known.on(new ProbeMatches(List.of(answer.get()), Optional.empty())));
    }

    private void expire(EndpointReference epr) {
        expired++;
        apply(known.forget(epr));
        heard.remove(epr);
    }

    /** How often {@link #due} has something to say, at most. */
    public Duration checkEvery() {
        long seconds = Math.max(1, Math.min(10, settings.lifetime().toSeconds() / 4));
        return Duration.ofSeconds(seconds);
    }

    /** The devices that it knows, those last heard of at the end. */
    public List<ProxyEntry> entries() {
        List<ProxyEntry> entries = new ArrayList<>(heard.size());
        heard.forEach((epr, when) ->
                index.get(epr).ifPresent(device -> entries.add(new ProxyEntry(device, known.sequence(epr), when))));
        return entries;
    }

    /** True once after every change of the devices, so that they are saved when there is something to save. */
    public boolean takeChanged() {
        boolean was = changed;
        changed = false;
        return was;
    }

    public Counters counters() {
        return new Counters(
                index.size(),
                hellos,
                answered,
                malformed,
                known.outdated(),
                known.evicted(),
                expired,
                leftOut,
                suppressions);
    }

    private AppSequence nextInSequence() {
        messageNumber++;
        return AppSequence.of(instanceId, messageNumber);
    }
}
