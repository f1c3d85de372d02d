package org.grapevine.dpws.device;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import javax.xml.namespace.QName;
import org.grapevine.dpws.addressing.EndpointReference;
import org.grapevine.dpws.discovery.DeviceAnnouncement;
import org.grapevine.dpws.discovery.WsDiscovery;
import org.grapevine.dpws.metadata.Host;
import org.grapevine.dpws.metadata.Hosted;
import org.grapevine.dpws.metadata.Metadata;
import org.grapevine.dpws.metadata.Relationship;
import org.grapevine.dpws.metadata.ThisDevice;
import org.grapevine.dpws.metadata.ThisModel;
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
 * <p>Any thread.
 */
public final class Device {

    /** A device cannot change yet, so it is the same after every start. */
    private static final long FIRST_METADATA_VERSION = 1;

    private final DeviceHost host;
    private final String name;
    private final EndpointReference epr;
    private final List<QName> types;
    private final List<String> scopes;
    private final URI address;
    private final String path;
    private final ThisModel model;
    private final List<HostedService> hostedServices;
    private volatile List<Hosted> additions = List.of();

    private Device(
            DeviceHost host,
            Builder maker,
            EndpointReference epr,
            String path,
            URI address,
            List<HostedService> hostedServices) {
        this.host = host;
        this.name = maker.name;
        this.epr = epr;
        this.types = List.copyOf(maker.types);
        this.scopes = List.copyOf(maker.scopes);
        this.model = maker.model;
        this.path = path;
        this.address = address;
        this.hostedServices = List.copyOf(hostedServices);
    }

    /** Begins a device of that friendly name, which has fewer than 256 characters. */
    public static Builder named(String name) {
        return new Builder(name);
    }

    public DeviceHost host() {
        return host;
    }

    /** The friendly name. */
    public String name() {
        return name;
    }

    /** The stable identity. */
    public EndpointReference epr() {
        return epr;
    }

    /** What the maker said it is, {@code dpws:Device} apart. */
    public List<QName> types() {
        return types;
    }

    public List<String> scopes() {
        return scopes;
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
        return hostedServices;
    }

    /** What WS-Transfer Get gives. */
    public Metadata metadata() {
        List<Hosted> hosted = new ArrayList<>();
        hostedServices.forEach(service -> hosted.add(service.hosted()));
        hosted.addAll(additions);
        List<QName> all = new ArrayList<>();
        all.add(WsDiscovery.DEVICE_TYPE);
        all.addAll(types);
        return Metadata.ofDevice(
                model, ThisDevice.of(name), Optional.of(new Relationship(Optional.of(new Host(epr, all)), hosted)));
    }

    /** Takes the device off the network; completed when its Bye was said for the last time. */
    public CompletableFuture<Void> stop() {
        return host.stop(this);
    }

    void extend(List<DeviceExtension> extensions, OpenParts parts) {
        List<Hosted> hosted = new ArrayList<>();
        for (DeviceExtension extension : extensions) {
            for (DeviceExtension.Addition addition : extension.extend(this)) {
                parts.add(addition.withdraw()::run);
                hosted.add(addition.hosted());
            }
        }
        additions = List.copyOf(hosted);
    }

    /** What a maker says about a device. For one thread. */
    public static final class Builder {

        private final String name;
        private final List<QName> types = new ArrayList<>();
        private final List<String> scopes = new ArrayList<>();
        private final List<Object> services = new ArrayList<>();
        private ThisModel model = ThisModel.of("Grapevine", "Grapevine device");
        private @Nullable EndpointReference epr;

        private Builder(String name) {
            if (name.isBlank()) {
                throw new IllegalArgumentException("device name: '" + name + "' (expected: a name)");
            }
            ThisDevice.of(name); // Refuses an impossible name here, where the maker can see it.
            this.name = name;
        }

        /** Adds types by which the device can be found. */
        public Builder types(QName... more) {
            for (QName type : more) {
                if (!type.equals(WsDiscovery.DEVICE_TYPE) && !types.contains(type)) {
                    types.add(type);
                }
            }
            return this;
        }

        /** Adds scopes: absolute URIs without white space. */
        public Builder scopes(String... more) {
            return scopes(List.of(more));
        }

        /** Adds scopes: absolute URIs without white space. */
        public Builder scopes(List<String> more) {
            scopes.addAll(more);
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
            model = newModel;
            return this;
        }

        /** Adds a hosted service: an object with one {@code @WebService} interface. */
        public Builder host(Object service) {
            services.add(service);
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
            return host.start(
                    slug(name, "device"),
                    new DeviceAnnouncement(stable, types, scopes, List.of(), FIRST_METADATA_VERSION),
                    services,
                    (path, address, hosted) -> new Device(host, this, stable, path, address, hosted));
        }
    }

    /** A name as one step of a path. */
    static String slug(String name, String otherwise) {
        String slug =
                name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-|-$", "");
        return slug.isEmpty() ? otherwise : slug;
    }
}
