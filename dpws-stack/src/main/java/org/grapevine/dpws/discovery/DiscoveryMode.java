package org.grapevine.dpws.discovery;

import java.net.URI;
import java.util.Locale;
import java.util.Optional;

/**
 * How a host finds others and is found (WS-Discovery 1.1, 2.2). Ad hoc unless it is told otherwise: whoever believes any proxy that
 * announces itself can be led anywhere by anybody on the network.
 *
 * @param trust which Discovery Proxies are asked and told
 * @param proxy address of the configured one
 * @param adHocToo whether devices multicast Hello and Bye and answer multicast Probes and Resolves also when there is a proxy
 * @param dpMaxTimeoutMs how long a proxy's answer is waited for before the network is asked, in ms; DP_MAX_TIMEOUT is 5,000
 * @param legacy whether questions are also asked in WS-Discovery of 2005/04, each in an envelope of its own. Such devices are
 *     listed when they speak of themselves whatever this says
 */
public record DiscoveryMode(Trust trust, Optional<URI> proxy, boolean adHocToo, int dpMaxTimeoutMs, boolean legacy) {

    /** Which Discovery Proxies are believed. */
    public enum Trust {
        /** None: ad hoc only. */
        NONE,
        /** The one at the configured address. */
        CONFIGURED,
        /** Whichever says so by Hello, multicast or in answer to a question. */
        ANNOUNCED
    }

    private static final int LONGEST_MS = 600_000;

    public DiscoveryMode {
        if (proxy.isPresent() != (trust == Trust.CONFIGURED)) {
            throw new IllegalArgumentException("proxy: "
                    + proxy.map(URI::toString).orElse("none") + " (expected: "
                    + (trust == Trust.CONFIGURED ? "an address" : "none, since no configured one is trusted") + ")");
        }
        proxy.ifPresent(DiscoveryMode::requireHttp);
        if (dpMaxTimeoutMs < 1 || dpMaxTimeoutMs > LONGEST_MS) {
            throw new IllegalArgumentException(
                    "dpMaxTimeoutMs: " + dpMaxTimeoutMs + " (expected: 1.." + LONGEST_MS + ")");
        }
    }

    /** Multicast only; the default. */
    public static DiscoveryMode adHoc() {
        return new DiscoveryMode(Trust.NONE, Optional.empty(), true, WsDiscovery.DP_MAX_TIMEOUT_MS, false);
    }

    /**
     * A Discovery Proxy at a known address.
     *
     * @param address HTTP or HTTPS
     * @throws IllegalArgumentException if it is neither
     */
    public static DiscoveryMode proxyAt(URI address) {
        return new DiscoveryMode(Trust.CONFIGURED, Optional.of(address), true, WsDiscovery.DP_MAX_TIMEOUT_MS, false);
    }

    /** Whatever Discovery Proxy announces itself; for networks in which everybody is trusted. */
    public static DiscoveryMode followingProxies() {
        return new DiscoveryMode(Trust.ANNOUNCED, Optional.empty(), true, WsDiscovery.DP_MAX_TIMEOUT_MS, false);
    }

    /** The same, with or without multicasts of devices beside the proxy. */
    public DiscoveryMode withAdHocToo(boolean too) {
        return new DiscoveryMode(trust, proxy, too, dpMaxTimeoutMs, legacy);
    }

    public DiscoveryMode withDpMaxTimeoutMs(int ms) {
        return new DiscoveryMode(trust, proxy, adHocToo, ms, legacy);
    }

    /** The same, with or without questions in WS-Discovery of 2005/04. */
    public DiscoveryMode withLegacy(boolean asked) {
        return new DiscoveryMode(trust, proxy, adHocToo, dpMaxTimeoutMs, asked);
    }

    /** Whether devices speak by multicast. */
    public boolean multicasts() {
        return trust == Trust.NONE || adHocToo;
    }

    private static void requireHttp(URI address) {
        String scheme = address.getScheme() == null ? "" : address.getScheme().toLowerCase(Locale.ROOT);
        if (!(scheme.equals("http") || scheme.equals("https")) || address.getHost() == null) {
            throw new IllegalArgumentException("proxy: " + address + " (expected: http://host... or https://host...)");
        }
    }
}
