package org.grapevine.dpws.device;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import javax.xml.namespace.QName;
import org.grapevine.dpws.addressing.EndpointReference;
import org.grapevine.dpws.discovery.DeviceAnnouncement;
import org.grapevine.dpws.discovery.WsDiscovery;
import org.grapevine.dpws.metadata.Host;
import org.grapevine.dpws.metadata.Hosted;
import org.grapevine.dpws.metadata.LocalizedText;
import org.grapevine.dpws.metadata.Metadata;
import org.grapevine.dpws.metadata.Relationship;
import org.grapevine.dpws.metadata.ThisDevice;
import org.grapevine.dpws.metadata.ThisModel;
import org.grapevine.policy.GossipPolicy;
import org.grapevine.policy.PortGossip;
import org.jspecify.annotations.Nullable;

/**
 * A device on a {@link DeviceHost}: announced, discoverable, describing itself and its hosted services.
 *
 * <pre>{@code
 * Device meter = Device.named("Meter 17")
 *         .types(SMART_METER)
 *         .scopes("grid:fan/ssc-3", "grid:han/sm-17")
 *         .host(new TariffServiceOfMyMeter())
 *         .start(host);
 * }</pre>
 *
 * <p>What it tells may change while it runs, by {@link #change}, {@link #add}, {@link #remove} and {@link #gossip}: its metadata version then rises and
 * a Hello goes out. A service that fails for a while changes nothing of that (DPWS 1.1 R2042).
 *
 * <p>Any thread.
 */
public final class Device {

    private final DeviceHost host;
    private final EndpointReference epr;
    private final URI address;
    private final String path;
    private final boolean inlineWsdl;

    private final Object changes = new Object(); // held while one description is made from another
    private final Object writes = new Object(); // held for an assignment only, so that event loops may take it
    private volatile Description description; // written under writes

    /** What a change replaces, as a whole: readers see the old one or the new one. */
    private record Description(
            ThisModel model,
            ThisDevice device,
            List<QName> types,
            List<String> scopes,
            Map<HostedService, List<Hosted>> services,
            List<Hosted> additions) {

        Description withServices(Map<HostedService, List<Hosted>> others) {
            return new Description(model, device, types, scopes, others, additions);
        }

        Description withAdditions(List<Hosted> others) {
            return new Description(model, device, types, scopes, services, others);
        }

        Description inWords(Words words) {
            return new Description(words.model, words.thisDevice(), words.types(), words.scopes(), services, additions);
        }
    }

    private Device(DeviceHost host, Builder maker, EndpointReference epr, String path, URI address) {
        this.host = host;
        this.epr = epr;
        this.path = path;
        this.address = address;
        this.inlineWsdl = maker.inlineWsdl;
        this.description = new Description(
                maker.words.model,
                maker.words.thisDevice(),
                maker.words.types(),
                maker.words.scopes(),
                Map.of(),
                List.of());
    }

    /** Begins a device of that friendly name, which has fewer than 256 characters. */
    public static Builder named(String name) {
        return new Builder(name);
    }

    public DeviceHost host() {
        return host;
    }

    /** The friendly name, the first one if there are several languages. */
    public String name() {
        return description.device().friendlyNames().get(0).text();
    }

    /** The stable identity. */
    public EndpointReference epr() {
        return epr;
    }

    /** What the maker said it is, {@code dpws:Device} apart. */
    public List<QName> types() {
        return description.types();
    }

    public List<String> scopes() {
        return description.scopes();
    }

    /** HTTP address of the device itself. */
    public URI address() {
        return address;
    }

    /** Path of the HTTP address; those of its services begin with it. */
    public String path() {
        return path;
    }

    /** The maker's services, without what extensions added. */
    public List<HostedService> hostedServices() {
        return List.copyOf(description.services().keySet());
    }

    /**
     * An object whose calls notify the subscribers of one of the hosted services, see {@link ServiceEvents#proxy}.
     *
     * @param type what {@link org.grapevine.dpws.eventing.EventSource} of the service names
     * @throws IllegalArgumentException if no service of the device has those events
     */
    public <E> E events(Class<E> type) {
        return sourceOf(type).proxy(type);
    }

    /**
     * Asks the subscribers of one of the hosted services, see {@link ServiceEvents#solicit(Class, Function)}.
     *
     * @param type as for {@link #events}
     * @throws IllegalArgumentException if no service of the device has those events, or the call is of another kind
     */
    public <E, R> CompletableFuture<Solicited<R>> solicit(Class<E> type, Function<E, R> call) {
        return sourceOf(type).solicit(type, call);
    }

    private ServiceEvents sourceOf(Class<?> type) {
        for (HostedService service : hostedServices()) {
            Optional<ServiceEvents> events = service.events().filter(found -> found.type() == type);
            if (events.isPresent()) {
                return events.get();
            }
        }
        throw new IllegalArgumentException("events of device " + name() + ": " + type.getName() + " (expected: one of "
                + hostedServices().stream()
                        .flatMap(service -> service.events().stream())
                        .map(found -> found.type().getName())
                        .toList()
                + ")");
    }

    /** What WS-Transfer Get gives. */
    public Metadata metadata() {
        Description described = description;
        List<Hosted> hosted = new ArrayList<>();
        described.services().keySet().forEach(service -> hosted.add(service.hosted()));
        described.services().values().forEach(hosted::addAll);
        hosted.addAll(described.additions());
        List<QName> all = new ArrayList<>();
        all.add(WsDiscovery.DEVICE_TYPE);
        all.addAll(described.types());
        return Metadata.ofDevice(
                described.model(),
                described.device(),
                Optional.of(new Relationship(Optional.of(new Host(epr, all)), hosted)));
    }

    /**
     * Lets the device tell something else of itself.
     *
     * @param edit changes what it gets; what it leaves alone stays
     * @return completed when the new Hello is on its way; at once if nothing is different. Fails with IllegalArgumentException if
     *     the device could not be announced so, and then nothing has changed
     * @throws IllegalArgumentException if a text, type or scope is impossible; nothing has changed then
     */
    public CompletableFuture<Void> change(Consumer<Words> edit) {
        synchronized (changes) {
            Description before = description;
            Words words = new Words(before.model(), before.device(), before.types(), before.scopes());
            edit.accept(words);
            CompletableFuture<Void> told = tell(before.inWords(words));
            host.running().changed(this);
            return told.whenComplete((done, failure) -> {
                if (failure != null) {
                    host.running().changed(this); // It is as it was before.
                }
            });
        }
    }

    /**
     * Hosts one more service from now on.
     *
     * @param service an object with one {@code @WebService} interface
     * @return its address and description; the Hello that tells of it is on its way
     * @throws IllegalArgumentException if the service is impossible; nothing has changed then
     * @throws IllegalStateException if the device has stopped
     */
    public HostedService add(Object service) {
        synchronized (changes) {
            HostedService added = host.running().publish(this, service);
            boolean unusedMore = host.running().extendAgain(this);
            CompletableFuture<Void> unused = tell(description);
            return added;
        }
    }

    /**
     * Ends a service, with what extensions added for it.
     *
     * @return whether the device had it
     */
    public boolean remove(HostedService service) {
        synchronized (changes) {
            if (!description.services().containsKey(service)) {
                return false;
            }
            Map<HostedService, List<Hosted>> fewer = new LinkedHashMap<>(description.services());
            fewer.remove(service);
            // Told first: whoever reads the new description does not call what is about to end.
            CompletableFuture<Void> unused = tell(description.withServices(fewer));
            host.running().withdraw(this, service);
            if (host.running().extendAgain(this)) {
                CompletableFuture<Void> unusedToo = tell(description);
            }
            return true;
        }
    }

    /**
     * Attaches a gossip policy to a service while it runs, in place of the one that it may have: from its annotations, its WSDL, or an
     * earlier call. A service that had none gets a shadow; one that has a shadow keeps it, and messages that are under way go on as
     * they were published. The metadata version rises and a Hello goes out.
     *
     * @param service one of this device
     * @return completed when the new Hello is on its way; at once if nothing is different
     * @throws org.grapevine.policy.PolicyException if the policy is impossible for the service; nothing has changed then
     * @throws IllegalArgumentException if the service is none of this device
     * @throws IllegalStateException if the device has stopped, or its host has no extension that gossips
     */
    public CompletableFuture<Void> gossip(HostedService service, PortGossip policy) {
        return gossip(service, Optional.of(policy));
    }

    /** As {@link #gossip(HostedService, PortGossip)}, with one policy for all operations. */
    public CompletableFuture<Void> gossip(HostedService service, GossipPolicy policy) {
        return gossip(service, new PortGossip(policy, Map.of(), null));
    }

    /**
     * Takes the gossip policy of a service away, and its shadow with it; what is under way there ends. The service itself goes on.
     *
     * @param service one of this device
     * @return as {@link #gossip(HostedService, PortGossip)}
     */
    public CompletableFuture<Void> withoutGossip(HostedService service) {
        return gossip(service, Optional.empty());
    }

    private CompletableFuture<Void> gossip(HostedService service, Optional<PortGossip> policy) {
        synchronized (changes) {
            if (!description.services().containsKey(service)) {
                throw new IllegalArgumentException("service: " + service.serviceId() + " (expected: one of device "
                        + name() + ", which has "
                        + hostedServices().stream()
                                .map(HostedService::serviceId)
                                .toList()
                        + ")");
            }
            took(service, host.running().gossip(this, service, policy));
            boolean unusedMore = host.running().extendAgain(this);
            return tell(description);
        }
    }

    private CompletableFuture<Void> tell(Description next) {
        // In place before the Hello: a client that comes at once must not be shown the old one.
        Description before = description;
        replace(before, next);
        return host.running().announce(this).whenComplete((done, failure) -> {
            if (failure != null) {
                replace(next, before);
            }
        });
    }

    private void replace(Description expected, Description next) {
        synchronized (writes) {
            if (description.equals(expected)) {
                description = next;
            }
        }
    }

    /**
     * Opens a service of an extension's own: a JAX-WS object like that of a maker, with its WSDL and metadata, which no extension
     * looks at. It answers from now on; the device tells of it when the extension adds it.
     *
     * @param service an object with one {@code @WebService} interface
     * @return for {@link DeviceExtension#extend(Device)}; it has the address of the first link only
     * @throws IllegalArgumentException if the service is impossible; nothing is open then
     */
    public DeviceExtension.Addition open(Object service) {
        return host.running().open(this, service);
    }

    /** Takes the device off the network; completed when its Bye was said for the last time. */
    public CompletableFuture<Void> stop() {
        return host.running().stop(this);
    }

    /**
     * Lets the device be gone without a word, as if its power failed: no Bye, no end of subscriptions, no goodbye to gossip peers, and
     * no answer to anything any more; a request by HTTP sees its connection close. Other devices of the host go on. A device of the
     * same endpoint may start again at once, and then has a higher instance id. A call of its services that is under way comes to its
     * end, and nobody hears of it. Does nothing if the device does not run.
     *
     * <p>When it returns nothing of the device answers any more. For tests, and for showing what others make of it.
     *
     * @throws IllegalStateException on the event loop of discovery
     * @throws java.util.concurrent.CompletionException if that loop is full: the device can still be found then, and nothing more
     */
    public void crash() {
        host.running().crash(this);
    }

    /** True if a GetMetadata of its services gives their WSDL itself where that fits, and not where it is. */
    boolean inlinesWsdl() {
        return inlineWsdl;
    }

    /** A service that answers already, and what extensions have added to it; told by the next Hello. */
    void took(HostedService service, List<Hosted> additions) {
        synchronized (changes) {
            Map<HostedService, List<Hosted>> more = new LinkedHashMap<>(description.services());
            more.put(service, List.copyOf(additions));
            replace(description, description.withServices(more));
        }
    }

    /** What extensions have added to the device as a whole; told by the next Hello. */
    void took(List<Hosted> additions) {
        synchronized (changes) {
            replace(description, description.withAdditions(List.copyOf(additions)));
        }
    }

    /**
     * What a device tells of itself, being written. For one thread.
     */
    public static final class Words {

        private ThisModel model;
        private List<LocalizedText> names;
        private Optional<String> firmwareVersion;
        private Optional<String> serialNumber;
        private final List<QName> types;
        private final List<String> scopes;

        private Words(ThisModel model, ThisDevice device, List<QName> types, List<String> scopes) {
            this.model = model;
            this.names = device.friendlyNames();
            this.firmwareVersion = device.firmwareVersion();
            this.serialNumber = device.serialNumber();
            this.types = new ArrayList<>(types);
            this.scopes = new ArrayList<>(scopes);
        }

        /** Who made it, and what it is. */
        public Words model(ThisModel other) {
            model = other;
            return this;
        }

        /** The friendly names, one for each language. */
        public Words names(LocalizedText... others) {
            names = List.of(others);
            return this;
        }

        /** Fewer than 256 characters. */
        public Words firmwareVersion(String version) {
            firmwareVersion = Optional.of(version);
            return this;
        }

        /** Fewer than 256 characters. */
        public Words serialNumber(String number) {
            serialNumber = Optional.of(number);
            return this;
        }

        /** The types by which the device can be found, in place of those before. */
        public Words types(List<QName> others) {
            types.clear();
            for (QName type : others) {
                if (!type.equals(WsDiscovery.DEVICE_TYPE) && !types.contains(type)) {
                    types.add(type);
                }
            }
            return this;
        }

        /** The scopes, in place of those before: absolute URIs without white space. */
        public Words scopes(List<String> others) {
            scopes.clear();
            scopes.addAll(others);
            return this;
        }

        private ThisDevice thisDevice() {
            return new ThisDevice(names, firmwareVersion, serialNumber);
        }

        private List<QName> types() {
            return List.copyOf(types);
        }

        private List<String> scopes() {
            return List.copyOf(scopes);
        }
    }

    /** What a maker says about a device. For one thread. */
    public static final class Builder {

        private final String name;
        private final Words words;
        private final List<Object> services = new ArrayList<>();
        private boolean inlineWsdl;
        private @Nullable EndpointReference epr;

        private Builder(String name) {
            if (name.isBlank()) {
                throw new IllegalArgumentException("device name: '" + name + "' (expected: a name)");
            }
            this.name = name;
            this.words = new Words(
                    ThisModel.of("Grapevine", "Grapevine device"),
                    ThisDevice.of(name), // Refuses an impossible name here, where the maker can see it.
                    List.of(),
                    List.of());
        }

        /** Adds types by which the device can be found. */
        public Builder types(QName... more) {
            List<QName> all = new ArrayList<>(words.types);
            all.addAll(List.of(more));
            words.types(all);
            return this;
        }

        /** Adds scopes: absolute URIs without white space. */
        public Builder scopes(String... more) {
            return scopes(List.of(more));
        }

        /** Adds scopes: absolute URIs without white space. */
        public Builder scopes(List<String> more) {
            words.scopes.addAll(more);
            return this;
        }

        /**
         * Sets the stable identity, the same after every start (DPWS R0006). Without it, one is derived from the name of this
         * computer and of the device.
         */
        public Builder endpoint(String urn) {
            epr = EndpointReference.of(urn);
            return this;
        }

        /** Who made it, and what it is. */
        public Builder model(ThisModel newModel) {
            words.model(newModel);
            return this;
        }

        /** Says more of the device itself: names in other languages, firmware version, serial number. */
        public Builder describe(Consumer<Words> edit) {
            edit.accept(words);
            return this;
        }

        /** Adds a hosted service: an object with one {@code @WebService} interface. */
        public Builder host(Object service) {
            services.add(service);
            return this;
        }

        /**
         * Puts the WSDL of each service into its metadata, for clients that cannot fetch it by HTTP GET. One that would make an
         * envelope larger than it may be is still named by its location (DPWS R0026).
         */
        public Builder inlineWsdl() {
            inlineWsdl = true;
            return this;
        }

        /**
         * Starts the device: its services answer, and Hello goes out within APP_MAX_DELAY.
         *
         * @throws IllegalArgumentException if the device or a service is impossible, naming what and why; nothing of it is
         *     left then
         * @throws IllegalStateException if the host is closed
         */
        public Device start(DeviceHost host) {
            EndpointReference identity = epr;
            if (identity == null) {
                String unique = host.computerName() + "/" + name;
                identity = EndpointReference.of(
                        "urn:uuid:" + UUID.nameUUIDFromBytes(unique.getBytes(StandardCharsets.UTF_8)));
            }
            EndpointReference stable = identity;
            return host.running()
                    .start(
                            slug(name, "device"),
                            new DeviceAnnouncement(stable, words.types(), words.scopes(), List.of(), 0),
                            services,
                            (path, address) -> new Device(host, this, stable, path, address));
        }
    }

    /** A name as one step of a path. */
    static String slug(String name, String otherwise) {
        String slug =
                name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-|-$", "");
        return slug.isEmpty() ? otherwise : slug;
    }
}
