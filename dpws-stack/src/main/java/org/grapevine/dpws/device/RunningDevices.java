package org.grapevine.dpws.device;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.grapevine.dpws.addressing.EndpointReference;
import org.grapevine.dpws.discovery.DeviceAnnouncement;
import org.grapevine.dpws.discovery.DiscoveryAction;
import org.grapevine.dpws.discovery.DiscoveryCodec;
import org.grapevine.dpws.discovery.Hello;
import org.grapevine.dpws.discovery.TargetService;
import org.grapevine.dpws.eventing.SinkAddresses;
import org.grapevine.dpws.eventing.SubscriptionManager;
import org.grapevine.dpws.hosting.CxfRuntime;
import org.grapevine.dpws.hosting.EventInterface;
import org.grapevine.dpws.metadata.Hosted;
import org.grapevine.dpws.metadata.MetadataExchange;
import org.grapevine.dpws.soap.EnvelopeLimits;
import org.grapevine.dpws.transport.Link;
import org.grapevine.policy.PortGossip;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The devices of a host: how each is opened, announced, changed and closed again, whatever fails meanwhile. Any thread.
 */
final class RunningDevices {

    private static final Logger LOG = LoggerFactory.getLogger(RunningDevices.class);

    private final DeviceHost host;
    private final CxfRuntime cxf;
    private final HostState state;
    private final List<DeviceExtension> extensions;

    private final Object announcing = new Object(); // held while it is found out what a device tells; taken before lock

    private final Object lock = new Object();
    private final Map<String, Optional<Running>> devices =
            new LinkedHashMap<>(); // guarded by lock; by path, empty while they start
    private final Map<Device, List<HostedService>> ofExtensions = new HashMap<>(); // guarded by lock
    private boolean closed; // guarded by lock

    /** Makes the device as soon as its address is known. */
    interface Maker {
        Device make(String path, URI address);
    }

    /**
     * A device, and what was opened for it.
     *
     * @param services what was opened for each of its services; guarded by this record
     * @param additions what each extension has added to the device itself; guarded by this record
     * @param crashed whether what is ended from now on ends without a word
     */
    private record Running(
            Device device,
            OpenParts parts,
            Map<HostedService, Opened> services,
            Map<DeviceExtension, List<DeviceExtension.Addition>> additions,
            AtomicBoolean crashed) {

        Running(Device device, OpenParts parts) {
            this(device, parts, new LinkedHashMap<>(), new LinkedHashMap<>(), new AtomicBoolean());
        }

        void withdrawAll(List<DeviceExtension.Addition> all) {
            RunningDevices.withdrawAll(all, crashed.get());
        }

        List<Hosted> added() {
            return additions.values().stream()
                    .flatMap(List::stream)
                    .map(DeviceExtension.Addition::hosted)
                    .toList();
        }
    }

    /**
     * What was opened for a service.
     *
     * @param additions what each extension has added to it; guarded by the record of the device
     */
    private record Opened(OpenParts parts, Map<DeviceExtension, List<DeviceExtension.Addition>> additions) {

        List<Hosted> hosted() {
            return additions.values().stream()
                    .flatMap(List::stream)
                    .map(DeviceExtension.Addition::hosted)
                    .toList();
        }
    }

    /**
     * Without devices.
     *
     * @param host of which only what it was made of is used before it is whole
     * @param extensions look at every device that starts
     */
    RunningDevices(DeviceHost host, CxfRuntime cxf, HostState state, List<DeviceExtension> extensions) {
        this.host = host;
        this.cxf = cxf;
        this.state = state;
        this.extensions = extensions;
    }

    /** The devices that run now, in the order in which they were started. */
    List<Device> devices() {
        synchronized (lock) {
            return devices.values().stream()
                    .flatMap(Optional::stream)
                    .map(Running::device)
                    .toList();
        }
    }

    /**
     * Starts a device.
     *
     * @param identity types, scopes and endpoint reference; its transport address and metadata version are added here
     */
    Device start(String slug, DeviceAnnouncement identity, List<Object> services, Maker maker) {
        host.requireOffLoop("start of " + identity.epr());
        String path = reserve(slug);
        OpenParts parts = new OpenParts();
        try {
            List<String> addresses = xAddrs(path);
            // Before anything is opened, for it finds out whether the device can be announced at all.
            TargetService target = host.discovery()
                    .prepare(
                            new DeviceAnnouncement(identity.epr(), identity.types(), identity.scopes(), addresses, 0),
                            state.instanceOf(identity.epr()));
            Device device = maker.make(path, URI.create(addresses.get(0)));
            Running running = new Running(device, parts);
            parts.add(() -> closeServices(running));
            services.forEach(service -> publish(running, service));
            parts.add(() -> withdrawAdditions(running));
            for (DeviceExtension extension : extensions) {
                List<DeviceExtension.Addition> added = extension.extend(device);
                synchronized (running) {
                    running.additions().put(extension, added);
                }
            }
            device.took(running.added());
            warnIfLarge(device);
            DeviceAnnouncement first = announcement(device);
            List<DiscoveryAction> unusedHello = target.changed(first);
            EnvelopeHandler handler =
                    new DeviceHandler(device.epr(), device::metadata, target, host.discovery(), host.messageIds());
            routeFor(
                    path,
                    new SoapDoor(host.httpReader(), Set.of(), handler, host.messageIds(), Optional::empty),
                    parts);
            host.discovery().start(target).join();
            commit(path, running);
            if (!first.xAddrs().equals(xAddrs(path))) {
                // The links changed meanwhile, and whoever changed them did not see this device yet.
                CompletableFuture<Void> unused = announce(device);
            }
            return device;
        } catch (RuntimeException e) {
            RuntimeException cause =
                    e instanceof CompletionException && e.getCause() instanceof RuntimeException inner ? inner : e;
            parts.close().forEach(cause::addSuppressed);
            synchronized (lock) {
                devices.remove(path);
            }
            throw cause;
        }
    }

    /** What a device tells at this moment, with the metadata version that this has. */
    private DeviceAnnouncement announcement(Device device) {
        // One at a time: what is told later must not get the lower version.
        synchronized (announcing) {
            DeviceAnnouncement told = told(device);
            // The same as a Hello and a Get would show, host.messageIds() and counters apart.
            byte[] hello = DiscoveryCodec.multicast(new Hello(told, Optional.empty()), "urn:uuid:0");
            byte[] get = MetadataExchange.getResponse(device.metadata(), "urn:uuid:0", "urn:uuid:0");
            ByteArrayOutputStream description = new ByteArrayOutputStream();
            description.writeBytes(hello);
            description.writeBytes(get);
            // What stands in a WSDL is metadata as well.
            device.hostedServices()
                    .forEach(service ->
                            description.writeBytes(service.decorationInWords().getBytes(StandardCharsets.UTF_8)));
            return told.withMetadataVersion(state.versionOf(device.epr(), description.toByteArray()));
        }
    }

    /** What a device tells at this moment, of no version yet. */
    DeviceAnnouncement told(Device device) {
        return new DeviceAnnouncement(device.epr(), device.types(), device.scopes(), xAddrs(device.path()), 0);
    }

    private List<String> xAddrs(String path) {
        return host.httpAddresses(path).stream().map(URI::toString).toList();
    }

    /** Says Hello again for a device that tells something else now; completed when it is on its way. */
    CompletableFuture<Void> announce(Device device) {
        CompletableFuture<Void> said;
        try {
            said = host.discovery().changed(announcement(device));
        } catch (IllegalArgumentException e) {
            said = CompletableFuture.failedFuture(e);
        }
        return said.whenComplete((done, failure) -> {
            if (failure != null) {
                LOG.warn("a change of {} is not announced: {}", device.epr(), failure.toString());
            }
        });
    }

    /** Opens a service of a device that runs. */
    HostedService publish(Device device, Object service) {
        return publish(runningOf(device), service);
    }

    /** Ends a service of a device that runs. */
    void withdraw(Device device, HostedService service) {
        Running running = runningOf(device);
        Opened opened;
        synchronized (running) {
            opened = running.services().remove(service);
        }
        if (opened != null) {
            closeAll(opened.parts(), device);
        }
    }

    /** Gives a service of a device that runs another gossip policy; what extensions have added to it afterwards. */
    List<Hosted> gossip(Device device, HostedService service, Optional<PortGossip> policy) {
        Running running = runningOf(device);
        synchronized (running) {
            Opened opened = running.services().get(service);
            if (opened == null) {
                throw new IllegalStateException(
                        "service: " + service.serviceId() + " has ended (expected: a running one)");
            }
            for (DeviceExtension extension : extensions) {
                Optional<List<DeviceExtension.Addition>> now = extension.gossip(device, service, policy);
                if (now.isPresent()) {
                    opened.additions().put(extension, now.get());
                    return opened.hosted();
                }
            }
        }
        throw new IllegalStateException("gossip policy of " + service.serviceId()
                + ": no extension of the host takes it (expected: a host that was started with one that gossips)");
    }

    /** Lets extensions know that a device tells something else of itself. */
    void changed(Device device) {
        for (DeviceExtension extension : extensions) {
            try {
                extension.changed(device);
            } catch (RuntimeException e) {
                LOG.error("an extension of {} failed at a change of what it tells", device.epr(), e);
            }
        }
    }

    /** Lets extensions look again at a device that runs; true if it has to tell something else now. */
    boolean extendAgain(Device device) {
        Running running = runningOf(device);
        List<DeviceExtension.Addition> left = new ArrayList<>();
        List<Hosted> before;
        List<Hosted> after;
        synchronized (running) {
            before = running.added();
            for (DeviceExtension extension : extensions) {
                List<DeviceExtension.Addition> had = running.additions().getOrDefault(extension, List.of());
                List<DeviceExtension.Addition> has = extendedAgain(extension, device, had);
                running.additions().put(extension, has);
                had.stream().filter(addition -> !has.contains(addition)).forEach(left::add);
            }
            after = running.added();
        }
        device.took(after);
        running.withdrawAll(left);
        return !after.equals(before);
    }

    private static List<DeviceExtension.Addition> extendedAgain(
            DeviceExtension extension, Device device, List<DeviceExtension.Addition> had) {
        try {
            return List.copyOf(extension.extendAgain(device, had));
        } catch (RuntimeException e) {
            // The maker's services changed already, and do not depend on what is added beside them.
            LOG.error("an extension of {} keeps what it had, for it failed", device.epr(), e);
            return had;
        }
    }

    /** Opens a service that an extension adds to a device. */
    DeviceExtension.Addition open(Device device, Object service) {
        OpenParts parts = new OpenParts();
        try {
            HostedService entry = open(device, service, parts);
            synchronized (lock) {
                ofExtensions.computeIfAbsent(device, key -> new ArrayList<>()).add(entry);
            }
            parts.add(() -> forget(device, entry));
            Hosted everywhere = entry.hosted();
            Hosted first = new Hosted(
                    List.of(EndpointReference.of(entry.address().toString())),
                    everywhere.types(),
                    everywhere.serviceId());
            return new DeviceExtension.Addition(first, () -> closeAll(parts, device), () -> {
                entry.crash();
                closeAll(parts, device);
            });
        } catch (RuntimeException e) {
            parts.close().forEach(e::addSuppressed);
            throw e;
        }
    }

    private void forget(Device device, HostedService ofExtension) {
        synchronized (lock) {
            ofExtensions.computeIfPresent(device, (key, all) -> {
                all.remove(ofExtension);
                return all.isEmpty() ? null : all;
            });
        }
    }

    /** The services whose paths and ids are not free any more. */
    private List<HostedService> taken(Device device) {
        List<HostedService> all = new ArrayList<>(device.hostedServices());
        synchronized (lock) {
            all.addAll(ofExtensions.getOrDefault(device, List.of()));
        }
        return all;
    }

    private Running runningOf(Device device) {
        synchronized (lock) {
            return devices.getOrDefault(device.path(), Optional.empty())
                    .filter(candidate -> candidate.device() == device)
                    .orElseThrow(() -> new IllegalStateException("device: " + device.epr()
                            + " does not run (expected: one that was started and not stopped)"));
        }
    }

    /** Finds a path for a device and keeps it from others. */
    private String reserve(String slug) {
        synchronized (lock) {
            requireOpen();
            String path = "/" + slug;
            for (int i = 2; devices.containsKey(path); i++) {
                path = "/" + slug + "-" + i;
            }
            devices.put(path, Optional.empty());
            host.silence(path, false);
            return path;
        }
    }

    private void commit(String path, Running running) {
        synchronized (lock) {
            if (!closed) {
                devices.put(path, Optional.of(running));
                return;
            }
        }
        CompletableFuture<Void> unused = host.discovery().stop(running.device().epr());
        requireOpen();
    }

    /** Finds out before the first Get whether the metadata can be sent at all. */
    private void warnIfLarge(Device device) {
        int bytes = MetadataExchange.getResponse(
                        device.metadata(),
                        host.messageIds().next(),
                        host.messageIds().next())
                .length;
        if (bytes > EnvelopeLimits.MAX_ENVELOPE_SIZE) {
            LOG.warn(
                    "metadata of {}: {} octets (expected: <= {}, DPWS R0026); some clients will refuse it",
                    device.epr(),
                    bytes,
                    EnvelopeLimits.MAX_ENVELOPE_SIZE);
        }
    }

    private HostedService publish(Running running, Object service) {
        Device device = running.device();
        OpenParts parts = new OpenParts();
        try {
            HostedService entry = open(device, service, parts);
            Opened opened = new Opened(parts, new LinkedHashMap<>());
            parts.add(() -> running.withdrawAll(
                    opened.additions().values().stream().flatMap(List::stream).toList()));
            for (DeviceExtension extension : extensions) {
                opened.additions().put(extension, extension.extend(device, entry));
            }
            synchronized (running) {
                running.services().put(entry, opened);
            }
            device.took(entry, opened.hosted());
            return entry;
        } catch (RuntimeException e) {
            parts.close().forEach(e::addSuppressed);
            throw e;
        }
    }

    private HostedService open(Device device, Object service, OpenParts parts) {
        HostedService entry = HostedService.publish(
                cxf, service, device.path(), taken(device), host::httpAddresses, this::eventSource);
        parts.add(entry::close);
        ServiceMetadata metadata = new ServiceMetadata(
                entry::hosted,
                entry::addressNamedBy,
                device.inlinesWsdl() ? Optional.of(entry::publishedAt) : Optional.empty(),
                host.settings().maxEnvelopeBytes(),
                host.messageIds());
        EnvelopeHandler handler = new HostedServiceHandler(entry, metadata, host.replyReader());
        routeFor(
                entry.path(),
                new SoapDoor(
                        host.httpReader(),
                        HostedServiceHandler.UNDERSTOOD,
                        handler,
                        host.messageIds(),
                        request -> Optional.of(entry.wsdlAt(request.local()))),
                parts);
        return entry;
    }

    private static void withdrawAdditions(Running running) {
        List<DeviceExtension.Addition> additions;
        synchronized (running) {
            additions =
                    running.additions().values().stream().flatMap(List::stream).toList();
            running.additions().clear();
        }
        running.withdrawAll(additions);
    }

    /** All of them, whatever fails meanwhile. */
    private static void withdrawAll(List<DeviceExtension.Addition> all, boolean crashed) {
        OpenParts additions = new OpenParts();
        all.forEach(addition -> additions.add((crashed ? addition.crash() : addition.withdraw())::run));
        List<Exception> failures = additions.close();
        if (!failures.isEmpty()) {
            IllegalStateException notAll = new IllegalStateException("additions to a device were not all withdrawn");
            failures.forEach(notAll::addSuppressed);
            throw notAll;
        }
    }

    private static void closeServices(Running running) {
        List<Opened> services;
        synchronized (running) {
            services = new ArrayList<>(running.services().values());
            running.services().clear();
        }
        services.forEach(opened -> closeAll(opened.parts(), running.device()));
    }

    private static void closeAll(OpenParts parts, Device device) {
        parts.close().forEach(failure -> LOG.error("stopping a part of {} failed", device.epr(), failure));
    }

    private ServiceEvents eventSource(EventInterface events, String path, Function<Optional<String>, URI> addresses) {
        SinkAddresses sinks = SinkAddresses.of(
                () -> host.links().stream().map(Link::address).toList(),
                host.settings().eventing().sinkNames());
        SubscriptionManager subscriptions = new SubscriptionManager(
                addresses,
                Set.copyOf(events.actions().values()),
                host.settings().eventing(),
                sinks,
                host.messageIds());
        return new ServiceEvents(
                events,
                subscriptions,
                host.loops().assign(path),
                host.httpSender(),
                host.httpReader(),
                host.settings().eventing());
    }

    private void routeFor(String path, SoapDoor door, OpenParts parts) {
        host.route(path, door);
        parts.add(() -> host.unroute(path));
    }

    /** Takes a device off the network; completed when its Bye was said for the last time. */
    CompletableFuture<Void> stop(Device device) {
        Optional<Running> running = takeToEnd(device);
        if (running.isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        // Subscribers are told while Bye is said; both futures are bounded in time.
        List<CompletableFuture<Void>> goodbyes = new ArrayList<>();
        device.hostedServices()
                .forEach(service -> service.events().map(ServiceEvents::stop).ifPresent(goodbyes::add));
        goodbyes.add(host.discovery().stop(device.epr()));
        closeAll(running.get().parts(), device);
        synchronized (lock) {
            devices.remove(device.path());
        }
        return CompletableFuture.allOf(goodbyes.toArray(CompletableFuture<?>[]::new));
    }

    private Optional<Running> takeToEnd(Device device) {
        synchronized (lock) {
            Optional<Running> running = devices.getOrDefault(device.path(), Optional.empty())
                    .filter(candidate -> candidate.device() == device);
            // The path stays reserved until nothing is served there any more.
            running.ifPresent(ending -> devices.put(device.path(), Optional.empty()));
            return running;
        }
    }

    /** Takes a device away without a word to anybody. */
    void crash(Device device) {
        host.requireOffLoop("crash of " + device.epr());
        Optional<Running> running = takeToEnd(device);
        if (running.isEmpty()) {
            return;
        }
        running.get().crashed().set(true);
        host.silence(device.path(), true);
        device.hostedServices().forEach(HostedService::crash);
        CompletableFuture<Void> forgotten = host.discovery().crash(device.epr());
        closeAll(running.get().parts(), device);
        synchronized (lock) {
            devices.remove(device.path());
        }
        forgotten.join();
    }

    /** Stops them all, and starts no other; each future is done when one of them has said Bye for the last time. */
    List<CompletableFuture<Void>> close() {
        synchronized (lock) {
            closed = true;
        }
        return devices().stream().map(this::stop).toList();
    }

    private void requireOpen() {
        synchronized (lock) {
            if (closed) {
                throw new IllegalStateException("device host: closed (expected: open)");
            }
        }
    }
}
