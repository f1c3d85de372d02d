package org.grapevine.dpws.device;

import java.net.URI;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.grapevine.dpws.addressing.EndpointReference;
import org.grapevine.dpws.discovery.DeviceAnnouncement;
import org.jspecify.annotations.Nullable;

/**
 * What a list of addresses answered to directed Probes.
 *
 * @param devices each once, in the order in which they answered
 * @param failures what went wrong, by address: no answer, a fault, no SOAP
 */
public record DirectedProbes(List<DeviceAnnouncement> devices, Map<URI, Throwable> failures) {

    /** Asks some at a time, until all were asked. */
    static final class Run {
        private final ArrayDeque<URI> waiting; // guarded by this
        private final Map<EndpointReference, DeviceAnnouncement> found = new LinkedHashMap<>(); // guarded by this
        private final Map<URI, Throwable> failures = new LinkedHashMap<>(); // guarded by this
        private int underWay; // guarded by this
        private final Function<URI, CompletableFuture<List<DeviceAnnouncement>>> probe;
        private final Consumer<DeviceAnnouncement> each;
        private final CompletableFuture<DirectedProbes> done = new CompletableFuture<>();

        Run(
                Collection<URI> addresses,
                Function<URI, CompletableFuture<List<DeviceAnnouncement>>> probe,
                Consumer<DeviceAnnouncement> each) {
            this.waiting = new ArrayDeque<>(new LinkedHashSet<>(addresses));
            this.probe = probe;
            this.each = each;
        }

        CompletableFuture<DirectedProbes> start(int atOnce) {
            for (int i = 0; i < atOnce; i++) {
                startNext();
            }
            finishIfDone();
            return done;
        }

        private void startNext() {
            URI address;
            synchronized (this) {
                address = waiting.poll();
                if (address == null) {
                    return;
                }
                underWay++;
            }
            // On another thread if it ends at once, so that a long list is no deep stack.
            CompletableFuture<Void> unused = probe.apply(address).handleAsync((matches, failure) -> {
                onAnswer(address, failure == null ? matches : List.of(), failure);
                return null;
            });
        }

        private void onAnswer(URI address, List<DeviceAnnouncement> matches, @Nullable Throwable failure) {
            List<DeviceAnnouncement> first = new ArrayList<>();
            synchronized (this) {
                if (failure != null) {
                    boolean wrapped = failure instanceof CompletionException && failure.getCause() != null;
                    failures.put(address, wrapped ? failure.getCause() : failure);
                }
                for (DeviceAnnouncement match : matches) {
                    if (found.putIfAbsent(match.epr(), match) == null) {
                        first.add(match);
                    }
                }
            }
            first.forEach(device -> Discovery.tell(each, device));
            synchronized (this) {
                underWay--;
            }
            startNext();
            finishIfDone();
        }

        private void finishIfDone() {
            DirectedProbes result;
            synchronized (this) {
                if (underWay > 0 || !waiting.isEmpty()) {
                    return;
                }
                result = new DirectedProbes(List.copyOf(found.values()), Map.copyOf(failures));
            }
            done.complete(result);
        }
    }
}
