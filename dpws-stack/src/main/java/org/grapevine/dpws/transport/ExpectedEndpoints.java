package org.grapevine.dpws.transport;

import java.net.URI;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which endpoint references a client expects behind which host and port: a certificate may name one of them instead of the host. Keeps
 * a bounded number, those named last. Safe for any thread.
 */
final class ExpectedEndpoints {

    static final int MAX_PEERS = 4_096;
    static final int MAX_ENDPOINTS_PER_PEER = 256;

    private final LinkedHashMap<String, LinkedHashSet<String>> byPeer = new LinkedHashMap<>(); // guarded by this
    private long forgotten; // guarded by this

    synchronized void expect(URI address, String endpoint) {
        String peer = peer(String.valueOf(address.getHost()), address.getPort() < 0 ? 443 : address.getPort());
        LinkedHashSet<String> endpoints = byPeer.remove(peer);
        if (endpoints == null) {
            endpoints = new LinkedHashSet<>();
        }
        endpoints.remove(endpoint);
        endpoints.add(endpoint);
        byPeer.put(peer, endpoints);
        if (endpoints.size() > MAX_ENDPOINTS_PER_PEER) {
            forgetEldest(endpoints.iterator());
        }
        if (byPeer.size() > MAX_PEERS) {
            Iterator<Map.Entry<String, LinkedHashSet<String>>> eldest =
                    byPeer.entrySet().iterator();
            forgotten += eldest.next().getValue().size();
            eldest.remove();
        }
    }

    private void forgetEldest(Iterator<String> eldest) {
        eldest.next();
        eldest.remove();
        forgotten++;
    }

    synchronized Set<String> at(@Nullable String host, int port) {
        return host == null ? Set.of() : Set.copyOf(byPeer.getOrDefault(peer(host, port), new LinkedHashSet<>()));
    }

    synchronized long forgotten() {
        return forgotten;
    }

    private static String peer(String host, int port) {
        String bare = host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
        return bare.toLowerCase(Locale.ROOT) + ":" + port;
    }
}
