package org.grapevine.dpws.transport;

import java.nio.channels.SelectableChannel;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.eclipse.jetty.io.SelectorManager;
import org.eclipse.jetty.server.ServerConnector;

/**
 * One limit on the open connections of all listening addresses together: at the limit none of them accepts, until a connection
 * closes. Jetty's own limit knows only the connectors that its server started with. Safe for any thread.
 */
final class ConnectionLimit {

    private final int limit;
    private final Map<ServerConnector, Set<SelectableChannel>> open = new LinkedHashMap<>(); // guarded by this
    private boolean full; // guarded by this

    ConnectionLimit(int limit) {
        this.limit = limit;
    }

    /** Counts the connections of a connector that does not run yet. */
    synchronized void watch(ServerConnector connector) {
        open.put(connector, new HashSet<>());
        connector.addEventListener(new Listener(connector));
    }

    /** Lets a connector that has started take connections, unless there are too many already. */
    synchronized void started(ServerConnector connector) {
        connector.setAccepting(!full);
    }

    /** Forgets a connector that has stopped, and whatever connections it did not say it closed. */
    synchronized void forget(ServerConnector connector) {
        open.remove(connector);
        adjust();
    }

    synchronized int count() {
        return open.values().stream().mapToInt(Set::size).sum();
    }

    private synchronized void opened(ServerConnector connector, SelectableChannel channel) {
        Set<SelectableChannel> channels = open.get(connector);
        if (channels != null && channels.add(channel)) {
            adjust();
        }
    }

    private synchronized void closed(ServerConnector connector, SelectableChannel channel) {
        Set<SelectableChannel> channels = open.get(connector);
        if (channels != null && channels.remove(channel)) {
            adjust();
        }
    }

    private void adjust() {
        boolean nowFull = count() >= limit;
        if (nowFull != full) {
            full = nowFull;
            for (ServerConnector connector : open.keySet()) {
                if (connector.isOpen()) {
                    connector.setAccepting(!full);
                }
            }
        }
    }

    private final class Listener implements SelectorManager.AcceptListener {

        private final ServerConnector connector;

        Listener(ServerConnector connector) {
            this.connector = connector;
        }

        @Override
        public void onAccepting(SelectableChannel channel) {
            opened(connector, channel);
        }

        @Override
        public void onAcceptFailed(SelectableChannel channel, Throwable cause) {
            closed(connector, channel);
        }

        @Override
        public void onClosed(SelectableChannel channel) {
            closed(connector, channel);
        }
    }
}
