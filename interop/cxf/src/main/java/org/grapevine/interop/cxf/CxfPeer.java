package org.grapevine.interop.cxf;

import jakarta.xml.ws.EndpointReference;
import jakarta.xml.ws.wsaddressing.W3CEndpointReference;
import jakarta.xml.ws.wsaddressing.W3CEndpointReferenceBuilder;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.xml.namespace.QName;
import org.apache.cxf.Bus;
import org.apache.cxf.BusFactory;
import org.apache.cxf.jaxws.spi.ProviderImpl;
import org.apache.cxf.transport.udp.UDPConduit;
import org.apache.cxf.ws.discovery.WSDiscoveryClient;
import org.apache.cxf.ws.discovery.internal.WSDiscoveryServiceImpl;
import org.apache.cxf.ws.discovery.wsdl.HelloType;
import org.apache.cxf.ws.discovery.wsdl.ProbeMatchType;
import org.apache.cxf.ws.discovery.wsdl.ProbeType;
import org.apache.cxf.ws.discovery.wsdl.ResolveMatchType;
import org.apache.cxf.ws.discovery.wsdl.ScopesType;
import org.grapevine.interop.peer.PeerLoop;
import org.jspecify.annotations.Nullable;

/** One process of CXF: its client for WS-Discovery, its service for it, and its client for WS-Eventing. */
public final class CxfPeer {

    /** How long CXF waits for one more match. */
    private static final int QUIET_MILLIS = (int) TimeUnit.SECONDS.toMillis(2);

    private final PeerLoop loop = new PeerLoop();
    private final Bus bus = BusFactory.getDefaultBus();
    private final WSDiscoveryClient client = new WSDiscoveryClient(bus);
    private final WSDiscoveryServiceImpl service = new WSDiscoveryServiceImpl(bus);
    private @Nullable HelloType registered;

    private CxfPeer() {}

    /** Takes the address of the network interface as its only argument. */
    public static void main(String[] arguments) throws Exception {
        NetworkInterface network = NetworkInterface.getByInetAddress(InetAddress.getByName(arguments[0]));
        if (network == null) {
            throw new IllegalArgumentException(arguments[0] + ": no such address here (expected: one of an interface)");
        }
        new CxfPeer().run(network);
        // Its threads are not daemons, and nobody listens to them any more.
        System.exit(0);
    }

    private void run(NetworkInterface network) throws Exception {
        // Without it, multicasts would leave by whichever interface has the default route.
        bus.setProperty(UDPConduit.NETWORK_INTERFACE, network.getName());
        EventingClient eventing = new EventingClient(bus, loop);
        loop.on("probe", this::probe)
                .on("resolve", this::resolve)
                .on("hello", words -> {
                    registered = client.register(hello(words));
                    return List.of();
                })
                .on("bye", words -> {
                    client.unregister(registered());
                    return List.of();
                })
                .on("start-service", words -> {
                    HelloType hello = hello(words);
                    service.register(hello);
                    registered = hello;
                    return List.of();
                })
                .on("stop-service", words -> {
                    service.unregister(registered());
                    return List.of();
                })
                .on("start-sink", eventing::startSink)
                .on("subscribe", eventing::subscribe)
                .on("renew", eventing::renew)
                .on("status", eventing::status)
                .on("unsubscribe", eventing::unsubscribe);
        loop.event("ready");
        loop.run();
    }

    private HelloType registered() {
        HelloType hello = registered;
        if (hello == null) {
            throw new IllegalStateException("nothing registered (expected: hello or start-service before)");
        }
        return hello;
    }

    /** Words: namespace and name of a type, a scope. Answers with an endpoint reference and an address for each match. */
    private List<String> probe(List<String> words) {
        ProbeType probe = new ProbeType();
        probe.getTypes().add(new QName(words.get(0), words.get(1)));
        ScopesType scopes = new ScopesType();
        scopes.getValue().add(words.get(2));
        probe.setScopes(scopes);
        List<String> answer = new ArrayList<>();
        for (ProbeMatchType match : client.probe(probe, QUIET_MILLIS).getProbeMatch()) {
            answer.add(address(match.getEndpointReference()));
            answer.addAll(match.getXAddrs());
        }
        return answer;
    }

    private List<String> resolve(List<String> words) {
        ResolveMatchType match = client.resolve(epr(words.get(0)), QUIET_MILLIS);
        if (match == null) {
            throw new IllegalStateException(words.get(0) + ": not resolved (expected: a match)");
        }
        List<String> answer = new ArrayList<>(List.of(address(match.getEndpointReference())));
        answer.addAll(match.getXAddrs());
        return answer;
    }

    /** Words: endpoint reference, namespace and name of a type, a scope, a transport address. */
    private static HelloType hello(List<String> words) {
        HelloType hello = new HelloType();
        hello.setEndpointReference(epr(words.get(0)));
        hello.getTypes().add(new QName(words.get(1), words.get(2)));
        ScopesType scopes = new ScopesType();
        scopes.getValue().add(words.get(3));
        hello.setScopes(scopes);
        hello.getXAddrs().add(words.get(4));
        hello.setMetadataVersion(1);
        return hello;
    }

    private static W3CEndpointReference epr(String address) {
        return new W3CEndpointReferenceBuilder().address(address).build();
    }

    private static String address(EndpointReference epr) {
        return ProviderImpl.convertToInternal(epr).getAddress().getValue();
    }
}
