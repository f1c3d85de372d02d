package org.grapevine.dpws.discovery;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.grapevine.dpws.addressing.EndpointReference;

/**
 * Which Discovery Proxy a client asks and devices tell, if any (WS-Discovery 1.1, 2.2.2). Hello and Bye are not signed: in the mode
 * that follows announced proxies anybody can send them, in the others they change nothing but for the configured proxy, and that
 * only to use it or to leave it aside for a while. One thread at a time.
 */
public final class ManagedMode {

    /** How long a proxy that did not answer is left aside, so that not every question waits for it; a guess. */
    public static final Duration ASIDE = Duration.ofSeconds(60);

    /** Proxies of a network are few; whoever announces more wants to fill a table. */
    public static final int MOST_PROXIES = 4;

    /**
     * A Discovery Proxy.
     *
     * @param epr its identity; unknown for a configured one that has not spoken yet
     * @param addresses where it is asked, in this order
     */
    public record Proxy(Optional<EndpointReference> epr, List<URI> addresses) {
        public Proxy {
            addresses = List.copyOf(addresses);
        }

        /** {@code wsa:To} of what is sent there: its identity, or before that is known the address by which it was configured. */
        public EndpointReference destination() {
            return epr.orElseGet(() -> EndpointReference.of(addresses.get(0).toString()));
        }
    }

    private record Entry(Proxy proxy, Optional<AppSequence> sequence, Instant asideUntil) {
        boolean isUsable(Instant now) {
            return !now.isBefore(asideUntil);
        }
    }

    private final DiscoveryMode mode;
    private final Map<Object, Entry> entries = new LinkedHashMap<>(); // by EPR; the configured one by its address
    private long refused;
    private long evicted;

    public ManagedMode(DiscoveryMode mode) {
        this.mode = mode;
        mode.proxy()
                .ifPresent(address -> entries.put(
                        address,
                        new Entry(new Proxy(Optional.empty(), List.of(address)), Optional.empty(), Instant.MIN)));
    }

    public DiscoveryMode mode() {
        return mode;
    }

    /** The proxy to ask now; empty if the network has to be asked. Of several, the one that announced itself last. */
    public Optional<Proxy> proxy(Instant now) {
        return usable(now).stream().findFirst();
    }

    /** All proxies that can be told now, the one heard last first. */
    public List<Proxy> usable(Instant now) {
        List<Proxy> usable = new ArrayList<>();
        entries.values().stream().filter(entry -> entry.isUsable(now)).forEach(entry -> usable.add(0, entry.proxy()));
        return usable;
    }

    /**
     * A Hello from the network.
     *
     * @return the proxy, if it is one that is trusted, and is new, back, or restarted: it may know nothing of our devices
     */
    public Optional<Proxy> onHello(Hello hello, Instant now) {
        DeviceAnnouncement news = hello.device();
        List<URI> addresses = TransportAddresses.http(news.xAddrs());
        boolean isProxy = news.types().contains(WsDiscovery.DISCOVERY_PROXY_TYPE)
                && news.generation() == DiscoveryVersion.WSD_2009_01
                && !addresses.isEmpty();
        if (!isProxy) {
            return Optional.empty();
        }
        Object key = news.epr();
        Proxy proxy = new Proxy(Optional.of(news.epr()), addresses);
        if (mode.trust() != DiscoveryMode.Trust.ANNOUNCED) {
            Optional<URI> configured = mode.proxy().filter(addresses::contains);
            if (configured.isEmpty()) {
                refused++;
                return Optional.empty();
            }
            // Its other addresses are hearsay.
            key = configured.get();
            proxy = new Proxy(Optional.of(news.epr()), List.of(configured.get()));
        }
        Entry known = entries.get(key);
        if (known != null && isOlder(hello.appSequence(), known)) {
            return Optional.empty();
        }
        boolean same = known != null
                && known.isUsable(now)
                && known.proxy().equals(proxy)
                && instance(known.sequence()).equals(instance(hello.appSequence()));
        makeRoom(key);
        entries.put(key, new Entry(proxy, hello.appSequence(), Instant.MIN));
        return same ? Optional.empty() : Optional.of(proxy);
    }

    /** A Bye from the network. */
    public void onBye(Bye bye, Instant now) {
        // Anybody can forge it, so it keeps nobody from the configured proxy for long.
        Instant until = mode.trust() == DiscoveryMode.Trust.CONFIGURED ? now.plus(ASIDE) : Instant.MAX;
        for (Map.Entry<Object, Entry> candidate : entries.entrySet()) {
            Entry known = candidate.getValue();
            boolean said =
                    known.proxy().epr().filter(bye.device().epr()::equals).isPresent();
            if (said && !isOlder(bye.appSequence(), known)) {
                // Kept aside, so that an older Hello does not bring it back.
                Optional<AppSequence> sequence = bye.appSequence().isPresent() ? bye.appSequence() : known.sequence();
                candidate.setValue(new Entry(known.proxy(), sequence, until));
            }
        }
    }

    /** It answered by silence or a fault: left aside until {@link #ASIDE} has passed, or until it says Hello. */
    public void failed(Proxy proxy, Instant now) {
        entries.replaceAll((key, known) -> known.proxy().equals(proxy) && known.isUsable(now)
                ? new Entry(known.proxy(), known.sequence(), now.plus(ASIDE))
                : known);
    }

    /** Announcements of proxies that were not followed, since nobody said that they may be. */
    public long refused() {
        return refused;
    }

    /** Proxies that had to make room. */
    public long evicted() {
        return evicted;
    }

    private void makeRoom(Object key) {
        entries.remove(key); // And to the end, where the last one heard stands.
        if (entries.size() >= MOST_PROXIES) {
            Iterator<Object> eldest = entries.keySet().iterator();
            eldest.next();
            eldest.remove();
            evicted++;
        }
    }

    private static Optional<Long> instance(Optional<AppSequence> sequence) {
        return sequence.map(AppSequence::instanceId);
    }

    private static boolean isOlder(Optional<AppSequence> news, Entry known) {
        return news.isPresent()
                && known.sequence().isPresent()
                && news.get().isBefore(known.sequence().get());
    }
}
