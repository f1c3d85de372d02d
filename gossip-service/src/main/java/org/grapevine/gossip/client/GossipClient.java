package org.grapevine.gossip.client;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import javax.xml.namespace.QName;
import org.grapevine.dpws.addressing.MessageIds;
import org.grapevine.dpws.device.DeviceHost;
import org.grapevine.dpws.device.DpwsClient;
import org.grapevine.dpws.device.FaultException;
import org.grapevine.dpws.device.NotificationSink;
import org.grapevine.dpws.device.RemoteDevice;
import org.grapevine.dpws.discovery.DeviceAnnouncement;
import org.grapevine.dpws.discovery.Probe;
import org.grapevine.dpws.metadata.Hosted;
import org.grapevine.gossip.header.Gossip1;
import org.grapevine.gossip.shadow.OriginSequence;
import org.grapevine.policy.PolicyException;
import org.grapevine.policy.ShadowRelation;

/**
 * A client that knows of gossip: it reads the policies of a service and of its shadow, knows which belongs to which, sets parameters
 * of its own, and enters at several shadows so that a dead one loses nothing.
 *
 * <pre>{@code
 * GossipClient client = GossipClient.of(host);
 * List<GossipEntry> entries = client.find(TARIFF, List.of("grid:wan"), 3, window, timeout).join().entries();
 * client.send(entries, ClientMessage.of(body).with(GossipChoice.NONE.withFanout(8)), timeout).accepted().join();
 * }</pre>
 *
 * <p>Any thread. Futures fail as those of {@link DpwsClient} do; what can be told before anything is sent is an
 * IllegalArgumentException of the call itself. {@link #blocking} gives the same to code that waits.
 */
public final class GossipClient {

    /** Origins in whose names one client counts; one that was not heard of for longest makes room, and is begun anew. */
    private static final int MAX_ORIGINS = 64;

    /** Entries of one message; more than a few make no message safer. */
    public static final int MOST_ENTRIES = 64;

    private final DpwsClient client;
    private final MessageIds ids;
    private final LongSupplier nowMillis;
    private final String self;
    private final Questions questions;
    private final Map<String, OriginSequence> sequences = new LinkedHashMap<>(16, 0.75f, true); // guarded by itself

    /**
     * Shadows that were found.
     *
     * @param entries in the order in which their devices answered
     * @param failures by address or endpoint of the device, why nothing came of it
     * @param asked how many devices were asked for what they have
     */
    public record Found(List<GossipEntry> entries, Map<String, String> failures, int asked) {
        public Found {
            entries = List.copyOf(entries);
            failures = Map.copyOf(failures);
        }
    }

    /**
     * A one-way message on its way to its entries.
     *
     * @param messageId the same at all of them
     * @param accepted completed with the first entry that took it; fails if none did
     * @param outcome completed when every entry has answered or run out of time; never fails
     */
    public record Sending(String messageId, CompletableFuture<URI> accepted, CompletableFuture<Outcome> outcome) {}

    /**
     * What came of a one-way message at its entries.
     *
     * @param accepted those that took it
     * @param failed those that did not, and why
     */
    public record Outcome(List<URI> accepted, Map<URI, Throwable> failed) {
        public Outcome {
            accepted = List.copyOf(accepted);
            failed = Map.copyOf(failed);
        }
    }

    /**
     * A client.
     *
     * @param client asks for descriptions and carries messages; with discovery if {@link #find} is to be used
     * @param nowMillis ms since the epoch, for origin times
     */
    public GossipClient(DpwsClient client, MessageIds ids, LongSupplier nowMillis) {
        this.client = client;
        this.ids = ids;
        this.nowMillis = nowMillis;
        this.self = ids.next();
        this.questions = new Questions(client, ids, nowMillis, self);
    }

    /** The client of a device host. */
    public static GossipClient of(DeviceHost host) {
        return new GossipClient(
                host.client(), host.messageIds(), host.discovery().loop()::nowMillis);
    }

    /** The same for code that waits. */
    public BlockingGossipClient blocking() {
        return new BlockingGossipClient(this);
    }

    /**
     * Reads the descriptions of a service and its shadow.
     *
     * @param address HTTP address of either
     * @param timeout for each question
     * @return fails with an IOException if there is no shadow, or the two do not belong together: each must name the other, with the
     *     same policy
     */
    public CompletableFuture<GossipEntry> entry(URI address, Duration timeout) {
        return describe(address, timeout).thenCompose(here -> {
            ServiceDescription.PortType portType = related(here)
                    .orElseThrow(() -> failed(
                            address, "no shadow (expected: a shadow, or a service whose WSDL names its shadow)"));
            ShadowRelation relation = portType.relation().orElseThrow();
            URI other = httpAddress(address, relation);
            boolean isShadow = relation.role() == ShadowRelation.Role.SHADOW_OF;
            return describe(other, timeout)
                    .thenApply(there -> isShadow
                            ? paired(address, portType, other, there)
                            : paired(other, shadow(other, address, portType.name(), there), address, here));
        });
    }

    private CompletableFuture<ServiceDescription> describe(URI address, Duration timeout) {
        return client.wsdl(address, timeout).thenApply(wsdl -> {
            try {
                return ServiceDescription.read(wsdl, address.toString());
            } catch (PolicyException e) {
                throw new CompletionException(new IOException(e.getMessage(), e));
            }
        });
    }

    /** The port type that messages are sent to, if it gossips; else that of the events. */
    private static Optional<ServiceDescription.PortType> related(ServiceDescription description) {
        List<ServiceDescription.PortType> related = description.portTypes().stream()
                .filter(portType -> portType.relation().isPresent())
                .toList();
        return related.stream()
                .filter(portType -> portType.operations().stream().anyMatch(operation -> !operation.isEvent()))
                .findFirst()
                .or(() -> related.stream().findFirst());
    }

    private static Optional<ServiceDescription.PortType> portType(ServiceDescription description, QName name) {
        return description.portTypes().stream()
                .filter(portType -> portType.name().equals(name))
                .findFirst();
    }

    private static ServiceDescription.PortType shadow(
            URI shadow, URI original, QName name, ServiceDescription description) {
        return portType(description, name)
                .filter(portType -> portType.relation().isPresent())
                .orElseThrow(
                        () -> failed(shadow, "named as the shadow of " + original + ", but says nothing of " + name));
    }

    /** Makes sure that each names the other. */
    private static GossipEntry paired(
            URI shadow, ServiceDescription.PortType ofShadow, URI original, ServiceDescription there) {
        requireNamed(shadow, ofShadow, ShadowRelation.Role.SHADOW_OF, original);
        ServiceDescription.PortType ofOriginal = portType(there, ofShadow.name())
                .orElseThrow(() -> failed(shadow, "a shadow of " + original + ", which has no " + ofShadow.name()));
        requireNamed(original, ofOriginal, ShadowRelation.Role.SHADOWED_BY, shadow);
        if (!ofOriginal.operations().equals(ofShadow.operations())) {
            throw failed(shadow, "its operations or policies differ from those of " + original + ", which it shadows");
        }
        return new GossipEntry(shadow, original, ofShadow);
    }

    private static void requireNamed(
            URI bearer, ServiceDescription.PortType portType, ShadowRelation.Role role, URI expected) {
        String wanted = (role == ShadowRelation.Role.SHADOW_OF ? "the shadow of " : "shadowed by ") + expected;
        ShadowRelation relation =
                portType.relation().orElseThrow(() -> failed(bearer, "not gossiped (expected: " + wanted + ")"));
        if (relation.role() != role || !isSamePlace(relation.address(), expected)) {
            String told = relation.role() == ShadowRelation.Role.SHADOW_OF ? "the shadow of " : "shadowed by ";
            throw failed(bearer, "wrong partner: " + told + relation.address() + " (expected: " + wanted + ")");
        }
    }

    /** A host on several networks has an address on each, and names the first. */
    private static boolean isSamePlace(String told, URI expected) {
        if (told.equals(expected.toString())) {
            return true;
        }
        try {
            return expected.getRawPath() != null
                    && expected.getRawPath().equals(URI.create(told).getRawPath());
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static URI httpAddress(URI bearer, ShadowRelation relation) {
        try {
            URI address = URI.create(relation.address());
            boolean isHttp = List.of("http", "https").contains(String.valueOf(address.getScheme()));
            if (isHttp && address.getHost() != null) {
                return address;
            }
        } catch (IllegalArgumentException e) {
            // Told below, like every other address to which nothing can be sent.
            throw failed(bearer, "names '" + relation.address() + "' (expected: an HTTP address)");
        }
        throw failed(bearer, "names '" + relation.address() + "' (expected: an HTTP address)");
    }

    /**
     * Looks for shadows.
     *
     * @param portType what they are to offer
     * @param scopes scopes of their devices; empty for any
     * @param most how many are wanted, 1..{@value #MOST_ENTRIES}; no more devices are asked once there are so many
     * @param window how long answers of devices are waited for
     * @param timeout for each further question
     * @throws IllegalArgumentException if the number is out of range
     */
    public CompletableFuture<Found> find(
            QName portType, List<String> scopes, int most, Duration window, Duration timeout) {
        if (most < 1 || most > MOST_ENTRIES) {
            throw new IllegalArgumentException("entries: " + most + " (expected: 1.." + MOST_ENTRIES + ")");
        }
        return client.discover(Probe.of(List.of(), scopes), window)
                .thenCompose(devices -> new Search(portType, most, timeout).among(devices, 0));
    }

    /** Asks device after device, as many side by side as entries are missing. */
    private final class Search {

        private final QName portType;
        private final int most;
        private final Duration timeout;
        private final List<GossipEntry> entries = new ArrayList<>();
        private final Map<String, String> failures = new LinkedHashMap<>();

        Search(QName portType, int most, Duration timeout) {
            this.portType = portType;
            this.most = most;
            this.timeout = timeout;
        }

        CompletableFuture<Found> among(List<DeviceAnnouncement> devices, int asked) {
            int next = Math.min(devices.size(), asked + most - entries.size());
            if (next == asked) {
                return CompletableFuture.completedFuture(new Found(entries, failures, asked));
            }
            List<CompletableFuture<Optional<GossipEntry>>> questions = new ArrayList<>();
            for (DeviceAnnouncement device : devices.subList(asked, next)) {
                questions.add(client.inspect(device, timeout).thenCompose(this::entryOf));
            }
            CompletableFuture<?> all = CompletableFuture.allOf(questions.toArray(CompletableFuture[]::new));
            return all.handle((done, failure) -> {
                        for (int i = 0; i < questions.size(); i++) {
                            note(devices.get(asked + i), questions.get(i));
                        }
                        return next;
                    })
                    .thenCompose(reached -> among(devices, reached));
        }

        private void note(DeviceAnnouncement device, CompletableFuture<Optional<GossipEntry>> answer) {
            try {
                answer.join().ifPresent(entries::add);
            } catch (CompletionException e) {
                failures.put(device.epr().address(), String.valueOf(cause(e).getMessage()));
            }
        }

        private CompletableFuture<Optional<GossipEntry>> entryOf(RemoteDevice device) {
            List<QName> wanted = List.of(portType, Gossip1.SHADOW_TYPE);
            Optional<URI> shadow = device.hosted().stream()
                    .filter(hosted -> hosted.types().containsAll(wanted))
                    .flatMap(hosted -> httpAddress(hosted).stream())
                    .findFirst();
            return shadow.map(address -> entry(address, timeout).thenApply(Optional::of))
                    .orElseGet(() -> CompletableFuture.completedFuture(Optional.empty()));
        }

        private static Optional<URI> httpAddress(Hosted hosted) {
            return hosted.eprs().stream()
                    .map(epr -> epr.address())
                    .filter(address -> address.matches("(?i)https?://\\S+"))
                    .findFirst()
                    .flatMap(address -> {
                        try {
                            return Optional.of(URI.create(address));
                        } catch (IllegalArgumentException e) {
                            return Optional.empty(); // No address that anything could be sent to.
                        }
                    });
        }
    }

    /**
     * Sends a one-way message to several shadows at once, with one id and one {@code g:Gossip}, origin time included. So it is one
     * message, which each device gets once, and it is in the network if one of the entries lives.
     *
     * @param entries shadows of the same port type, 1..{@value #MOST_ENTRIES}
     * @param timeout for each entry
     * @throws IllegalArgumentException if the entries are none or not of one port type, the operation is unknown, not one-way or not
     *     gossiped, or a policy does not allow a parameter; nothing is sent then
     */
    public Sending send(List<GossipEntry> entries, ClientMessage message, Duration timeout) {
        long now = nowMillis.getAsLong();
        Outgoing settled = Outgoing.of(entries, message, now);
        settled.requirePushed();
        Outgoing outgoing = settled.inOrder(sequence(settled.origin(self), now), now);
        String id = message.id().orElseGet(ids::next);
        CompletableFuture<URI> first = new CompletableFuture<>();
        Map<URI, CompletableFuture<Void>> answers = new LinkedHashMap<>();
        for (GossipEntry entry : entries) {
            URI shadow = entry.shadow();
            answers.computeIfAbsent(shadow, to -> {
                CompletableFuture<Void> taken = client.send(to, outgoing.envelope(to, id, self), timeout);
                return taken.whenComplete((done, failure) -> {
                    if (failure == null) {
                        first.complete(to);
                    }
                });
            });
        }
        CompletableFuture<Outcome> outcome = CompletableFuture.allOf(
                        answers.values().toArray(CompletableFuture[]::new))
                .handle((done, failure) -> outcome(answers));
        CompletableFuture<Void> unused = outcome.thenAccept(known -> {
            if (known.accepted().isEmpty()) {
                first.completeExceptionally(allOf(answers.keySet(), known.failed()));
            }
        });
        return new Sending(id, first, outcome);
    }

    /** Each origin counts for itself: a gap in its numbers would be waited for. */
    private OriginSequence sequence(String origin, long now) {
        synchronized (sequences) {
            OriginSequence sequence = sequences.computeIfAbsent(origin, key -> new OriginSequence(now));
            if (sequences.size() > MAX_ORIGINS) {
                sequences.remove(sequences.keySet().iterator().next());
            }
            return sequence;
        }
    }

    private static Outcome outcome(Map<URI, CompletableFuture<Void>> answers) {
        List<URI> accepted = new ArrayList<>();
        Map<URI, Throwable> failed = new LinkedHashMap<>();
        answers.forEach((entry, answer) -> {
            try {
                answer.join();
                accepted.add(entry);
            } catch (CompletionException e) {
                failed.put(entry, cause(e));
            }
        });
        return new Outcome(accepted, failed);
    }

    /** The failure at the first entry stands for all. */
    private static Throwable allOf(Iterable<URI> order, Map<URI, Throwable> failed) {
        Throwable first = null;
        for (URI entry : order) {
            Throwable failure = failed.get(entry);
            if (failure == null) {
                continue;
            }
            if (first == null) {
                first = failure;
            } else if (first != failure) {
                first.addSuppressed(failure);
            }
        }
        return first == null ? new IOException("entries: none answered") : first;
    }

    /**
     * Asks all devices through one shadow. If it cannot be reached, dies meanwhile or is too busy, the next one is asked, with a new
     * id: the request of before may have spread already, and devices decline an id that they know, for nobody may be counted twice.
     * Each id is a question of its own, and only one of them is answered to the client.
     *
     * @param entries shadows of the same port type in the order in which they are tried, 1..{@value #MOST_ENTRIES}
     * @return fails as the last entry did, with the failures of the others suppressed in it; at once with a {@link FaultException}
     *     if a shadow answers with a fault that would be the same elsewhere
     * @throws IllegalArgumentException as {@link #send}, if no answers to the operation are brought together
     */
    public CompletableFuture<GossipAnswer> ask(List<GossipEntry> entries, ClientMessage message) {
        return questions.ask(entries, message);
    }

    /**
     * Asks all devices through one shadow, and gives each value as it comes; entries are tried as for {@link #ask} until one has begun.
     * What is not merged on the way is in the mode {@code collect}: of the policy, or by {@link GossipChoice#withReplies}.
     *
     * @param sink where values come in: the shadow posts them there
     * @param samples gets each device's value once, one after the other, on the threads that {@link AskListener} names. One that is
     *     slow is waited for, up to the limits of the shadow
     * @throws IllegalArgumentException as {@link #ask}
     */
    public Collecting collect(
            NotificationSink sink, List<GossipEntry> entries, ClientMessage message, Consumer<DeviceSample> samples) {
        return questions.collect(sink, entries, message, samples);
    }

    /**
     * Lets a shadow ask all devices again and again. It ends with
     * its shadow: whoever wants more then subscribes at another one.
     *
     * @param sink as for {@link #collect}
     * @return fails as {@link #ask}
     * @throws IllegalArgumentException as {@link #ask}, or if the period or the number of runs is impossible
     */
    public CompletableFuture<AskSubscription> every(
            NotificationSink sink,
            List<GossipEntry> entries,
            ClientMessage message,
            Repetition repetition,
            AskListener listener) {
        return questions.every(sink, entries, message, repetition, listener);
    }

    private static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    private static CompletionException failed(URI address, String what) {
        return new CompletionException(new IOException(address + ": " + what));
    }

    /** How a port type's operations are shown to whoever asked for another one. */
    static String shown(List<ServiceDescription.Operation> operations) {
        return operations.stream().map(ServiceDescription.Operation::action).collect(Collectors.joining(", "));
    }
}
