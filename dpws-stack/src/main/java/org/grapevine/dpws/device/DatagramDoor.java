package org.grapevine.dpws.device;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import org.grapevine.dpws.addressing.SoapUdpAddress;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.soap.EnvelopeReader;
import org.grapevine.dpws.soap.MalformedEnvelopeException;
import org.grapevine.dpws.transport.DatagramHandler;
import org.grapevine.dpws.transport.Link;
import org.grapevine.dpws.transport.LinkHandler;

/** The way from a datagram to whom it is for: discovery by its action, all others by the path of their {@code wsa:To}. */
final class DatagramDoor implements LinkHandler {

    private final EnvelopeReader reader;
    private final Discovery discovery;
    private final Map<String, DatagramEndpoint> endpoints = new ConcurrentHashMap<>();
    private final LongAdder malformed = new LongAdder();
    private final LongAdder misaddressed = new LongAdder();
    private final List<Runnable> turnListeners = new CopyOnWriteArrayList<>();
    private volatile DatagramRecogniser recogniser = (bytes, offset, length, from) -> false;

    DatagramDoor(EnvelopeReader reader, Discovery discovery) {
        this.reader = reader;
        this.discovery = discovery;
    }

    void route(String path, DatagramEndpoint endpoint) {
        if (endpoints.putIfAbsent(path, endpoint) != null) {
            throw new IllegalArgumentException("datagram path: " + path + " (expected: one that is not taken)");
        }
    }

    void unroute(String path) {
        endpoints.remove(path);
    }

    void recognise(DatagramRecogniser by) {
        recogniser = by;
    }

    long malformed() {
        return malformed.sum();
    }

    long misaddressed() {
        return misaddressed.sum();
    }

    @Override
    public void onDatagram(Link link, byte[] bytes, InetSocketAddress from, boolean multicast) {
        if (!multicast && recogniser.take(bytes, 0, bytes.length, from)) {
            return;
        }
        Envelope envelope;
        try {
            envelope = reader.index(bytes);
        } catch (MalformedEnvelopeException e) {
            // No fault to strangers: it would be larger than what they sent, and go where they say.
            malformed.increment();
            link.countMalformed();
            return;
        }
        if (Discovery.isFor(envelope)) {
            discovery.onDatagram(link, envelope, from);
        } else if (multicast || !dispatch(envelope, from)) {
            misaddressed.increment();
            link.countMisaddressed();
        }
    }

    /** Hands an envelope to the endpoint of its {@code wsa:To}; false if there is none. */
    boolean dispatch(Envelope envelope, InetSocketAddress from) {
        DatagramEndpoint endpoint = endpoints.get(path(envelope.to().orElse("")));
        if (endpoint == null) {
            return false;
        }
        endpoint.onEnvelope(envelope, from);
        return true;
    }

    @Override
    public void onTurnEnd() {
        turnListeners.forEach(Runnable::run);
    }

    void onTurnEnd(Runnable listener) {
        turnListeners.add(listener);
    }

    /** What takes the datagrams of a group: those that name it in their {@code wsa:To} go to the endpoint. */
    DatagramHandler ofGroup(InetSocketAddress group, DatagramEndpoint endpoint) {
        String address = SoapUdpAddress.of(group.getAddress().getHostAddress(), group.getPort())
                .toString();
        return new DatagramHandler() {
            @Override
            public void onDatagram(byte[] bytes, InetSocketAddress from, boolean multicast) {
                Envelope envelope;
                try {
                    envelope = reader.index(bytes);
                } catch (MalformedEnvelopeException e) {
                    malformed.increment(); // As above: no fault.
                    return;
                }
                if (envelope.to().orElse("").equals(address)) {
                    endpoint.onEnvelope(envelope, from);
                } else {
                    misaddressed.increment();
                }
            }

            @Override
            public void onTurnEnd() {
                DatagramDoor.this.onTurnEnd();
            }
        };
    }

    private static String path(String to) {
        int authority = SoapUdpAddress.hasScheme(to) ? SoapUdpAddress.PREFIX.length() : to.length();
        int slash = to.indexOf('/', authority);
        return slash < 0 ? "" : to.substring(slash);
    }
}
