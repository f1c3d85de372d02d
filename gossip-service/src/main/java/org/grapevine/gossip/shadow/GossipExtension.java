package org.grapevine.gossip.shadow;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiFunction;
import org.grapevine.core.engine.GossipConfig;
import org.grapevine.dpws.device.Device;
import org.grapevine.dpws.device.DeviceExtension;
import org.grapevine.dpws.device.DeviceHost;
import org.grapevine.dpws.device.HostedService;
import org.grapevine.gossip.ask.AskLimits;
import org.grapevine.gossip.driver.Aggregations;
import org.grapevine.gossip.driver.DriverOptions;
import org.grapevine.gossip.driver.GossipHost;
import org.grapevine.gossip.driver.Wire;
import org.grapevine.gossip.header.Gossip1;
import org.grapevine.gossip.legacy.LegacyOptions;
import org.grapevine.peer.DiscoveredPeers;
import org.grapevine.peer.Views;
import org.grapevine.peer.service.HostedPeers;
import org.grapevine.policy.GossipWsdl;
import org.grapevine.policy.PortGossip;
import org.jspecify.annotations.Nullable;

/**
 * Puts a shadow beside every hosted service whose interface carries {@code @Gossip}, whose own WSDL carries the policy, or to which
 * one is attached while it runs ({@link Device#gossip}). Belongs to one device host:
 *
 * <pre>{@code
 * GossipExtension gossip = new GossipExtension(GossipConfig.defaults(), aggregations);
 * DeviceHost host = DeviceHost.start(settings, gossip);
 * }</pre>
 *
 * <p>Any thread.
 */
public final class GossipExtension implements DeviceExtension {

    private final GossipConfig config;
    private final Aggregations aggregations;
    private final DriverOptions options;
    private final LegacyOptions legacy;
    private final PeerOptions peerOptions;
    private volatile AskLimits askLimits = AskLimits.defaults();
    private volatile @Nullable GossipWatch watch;
    private final Views views = new Views();
    private final List<ShadowService> shadows = new CopyOnWriteArrayList<>();
    private volatile BiFunction<Device, HostedService, Optional<PortGossip>> policies =
            (device, service) -> Optional.empty();
    private @Nullable OfHost ofHost;

    /** What all shadows of a host share. */
    private record OfHost(DeviceHost host, DiscoveredPeers peers, GossipHost gossip) {}

    public GossipExtension(GossipConfig config, Aggregations aggregations) {
        this(config, aggregations, DriverOptions.defaults());
    }

    /** @param options bounds, bundles and multicast groups */
    public GossipExtension(GossipConfig config, Aggregations aggregations, DriverOptions options) {
        this(config, aggregations, options, LegacyOptions.defaults());
    }

    /**
     * As above.
     *
     * @param legacy how much each shadow does for devices that know nothing of gossip
     */
    public GossipExtension(
            GossipConfig config, Aggregations aggregations, DriverOptions options, LegacyOptions legacy) {
        this(config, aggregations, options, legacy, PeerOptions.defaults());
    }

    /**
     * As above.
     *
     * @param peers which view each shadow keeps of its segments
     */
    public GossipExtension(
            GossipConfig config,
            Aggregations aggregations,
            DriverOptions options,
            LegacyOptions legacy,
            PeerOptions peers) {
        this.config = config;
        this.aggregations = aggregations;
        this.options = options;
        this.legacy = legacy;
        this.peerOptions = peers;
    }

    /**
     * Sets policies in place of those that services come with, for services of devices that start from now on.
     *
     * @param policies what holds for a service; empty for what it comes with
     */
    public void setPolicies(BiFunction<Device, HostedService, Optional<PortGossip>> policies) {
        this.policies = policies;
    }

    /** Sets how much a shadow does for those who ask by subscription, for shadows that are made from now on. */
    public void setAskLimits(AskLimits limits) {
        this.askLimits = limits;
    }

    /** Tells somebody what the services are called with, of shadows that are made from now on; null for nobody. */
    public void setWatch(@Nullable GossipWatch watch) {
        this.watch = watch;
    }

    @Override
    public List<Addition> extend(Device device) {
        return extendAgain(device, List.of());
    }

    /** Shadows are made service by service; a device with any has one Peer Service. */
    @Override
    public List<Addition> extendAgain(Device device, List<Addition> had) {
        if (shadows.stream().noneMatch(shadow -> shadow.device() == device)) {
            return List.of();
        }
        return had.isEmpty() ? List.of(peerService(device)) : had;
    }

    private Addition peerService(Device device) {
        return device.open(new HostedPeers(
                ofHost(device.host()).peers(),
                () -> views.of(device.epr()),
                device.host().discovery().loop()::nowMillis));
    }

    @Override
    public List<Addition> extend(Device device, HostedService service) {
        Optional<GossipPlan> plan = policies.apply(device, service)
                .map(policy -> GossipPlan.of(service, policy, aggregations))
                .or(() -> GossipPlan.of(service, aggregations));
        if (plan.isEmpty()) {
            return List.of();
        }
        return List.of(addition(shadow(device, service, plan.get())));
    }

    @Override
    public Optional<List<Addition>> gossip(Device device, HostedService service, Optional<PortGossip> policy) {
        Optional<ShadowService> present =
                shadows.stream().filter(shadow -> shadow.original() == service).findFirst();
        if (policy.isEmpty()) {
            present.ifPresent(this::end);
            // Its own WSDL may carry a policy, which does not hold any more.
            service.decorateWsdl(
                    wsdl -> {
                        GossipWsdl.remove(wsdl, service.portType());
                        return wsdl;
                    },
                    "no gossip");
            return Optional.of(List.of());
        }
        GossipPlan plan = GossipPlan.of(service, policy.get(), aggregations);
        if (present.isEmpty()) {
            return Optional.of(List.of(addition(shadow(device, service, plan))));
        }
        present.get().replan(plan);
        return Optional.of(List.of(addition(present.get())));
    }

    @Override
    public void changed(Device device) {
        shadows.stream().filter(shadow -> shadow.device() == device).forEach(ShadowService::move);
    }

    private ShadowService shadow(Device device, HostedService service, GossipPlan plan) {
        OfHost shared = ofHost(device.host());
        PeerSources peers = new PeerSources(shared.peers(), views, peerOptions);
        ShadowService shadow = new ShadowService(
                device, service, plan, config, aggregations, peers, shared.gossip(), legacy, askLimits, watch);
        shadows.add(shadow);
        return shadow;
    }

    private Addition addition(ShadowService shadow) {
        return new Addition(shadow.hosted(), () -> end(shadow), () -> crash(shadow));
    }

    private void crash(ShadowService shadow) {
        if (shadows.remove(shadow)) {
            shadow.crash();
        }
    }

    private void end(ShadowService shadow) {
        if (shadows.remove(shadow)) {
            shadow.withdraw();
        }
    }

    private synchronized OfHost ofHost(DeviceHost host) {
        OfHost shared = ofHost;
        if (shared == null) {
            shared = new OfHost(
                    host,
                    new DiscoveredPeers(host, Gossip1.SHADOW_TYPE, peerOptions.feed()),
                    new GossipHost(host, options));
            ofHost = shared;
        } else if (shared.host() != host) {
            throw new IllegalArgumentException("device host: a second one (expected: one extension for each host)");
        }
        return shared;
    }

    /** The shadows that there are now. */
    public List<ShadowService> shadows() {
        return List.copyOf(shadows);
    }

    /** The shadow of a device's only service that gossips, or of the first of them; empty if it has none now. */
    public Optional<ShadowService> shadowOf(Device device) {
        return shadows.stream().filter(shadow -> shadow.device() == device).findFirst();
    }

    /** The Peer Service that all shadows of the host share; empty before the first shadow. */
    public synchronized Optional<DiscoveredPeers> peers() {
        return Optional.ofNullable(ofHost).map(OfHost::peers);
    }

    /** The views that the shadows of the host keep. */
    public Views views() {
        return views;
    }

    /** Envelopes sent by all shadows of the host. */
    public synchronized Wire.Sent sent() {
        return Optional.ofNullable(ofHost)
                .map(shared -> shared.gossip().wire().sent())
                .orElse(Wire.Sent.NOTHING);
    }

    /** What all shadows of the host share; empty before the first shadow. */
    public synchronized Optional<GossipHost> gossip() {
        return Optional.ofNullable(ofHost).map(OfHost::gossip);
    }
}
