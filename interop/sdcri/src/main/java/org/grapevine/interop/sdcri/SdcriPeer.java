package org.grapevine.interop.sdcri;

import com.google.common.eventbus.Subscribe;
import com.google.inject.Guice;
import com.google.inject.Injector;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.xml.namespace.QName;
import org.grapevine.interop.peer.PeerLoop;
import org.jspecify.annotations.Nullable;
import org.somda.sdc.common.guice.DefaultCommonConfigModule;
import org.somda.sdc.common.guice.DefaultCommonModule;
import org.somda.sdc.dpws.DpwsFramework;
import org.somda.sdc.dpws.DpwsUtil;
import org.somda.sdc.dpws.client.Client;
import org.somda.sdc.dpws.client.DiscoveredDevice;
import org.somda.sdc.dpws.client.DiscoveryFilterBuilder;
import org.somda.sdc.dpws.client.DiscoveryObserver;
import org.somda.sdc.dpws.client.event.DeviceEnteredMessage;
import org.somda.sdc.dpws.client.event.DeviceLeftMessage;
import org.somda.sdc.dpws.client.event.ProbedDeviceFoundMessage;
import org.somda.sdc.dpws.device.Device;
import org.somda.sdc.dpws.device.DeviceSettings;
import org.somda.sdc.dpws.device.factory.DeviceFactory;
import org.somda.sdc.dpws.guice.DefaultDpwsConfigModule;
import org.somda.sdc.dpws.guice.DefaultDpwsModule;
import org.somda.sdc.dpws.service.EventSinkAccess;
import org.somda.sdc.dpws.service.HostedServiceProxy;
import org.somda.sdc.dpws.service.HostingServiceProxy;
import org.somda.sdc.dpws.service.factory.HostedServiceFactory;
import org.somda.sdc.dpws.soap.SoapMessage;
import org.somda.sdc.dpws.soap.SoapUtil;
import org.somda.sdc.dpws.soap.exception.SoapFaultException;
import org.somda.sdc.dpws.soap.interception.Interceptor;
import org.somda.sdc.dpws.soap.interception.MessageInterceptor;
import org.somda.sdc.dpws.soap.interception.NotificationObject;
import org.somda.sdc.dpws.soap.model.Faultcode;
import org.somda.sdc.dpws.soap.wsaddressing.WsAddressingUtil;
import org.somda.sdc.dpws.soap.wsaddressing.model.EndpointReferenceType;
import org.somda.sdc.dpws.soap.wseventing.ActionBasedEventSource;
import org.somda.sdc.dpws.soap.wseventing.SubscribeResult;
import org.somda.sdc.dpws.wsdl.WsdlRetriever;
import org.w3c.dom.Element;

/** One process of SDCri: a client, and, when it is told so, a device with a lamp. Plain HTTP, one network interface. */
public final class SdcriPeer {

    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private final PeerLoop loop = new PeerLoop();
    private final Injector injector = Guice.createInjector(
            new DefaultCommonConfigModule(),
            new DefaultDpwsModule(),
            new DefaultCommonModule(),
            new DefaultDpwsConfigModule());
    private final SoapUtil soap = injector.getInstance(SoapUtil.class);
    private final NetworkInterface network;
    private final Client client = injector.getInstance(Client.class);
    private @Nullable HostingServiceProxy connected;
    private @Nullable Device device;
    private @Nullable LampService lamp;

    private SdcriPeer(NetworkInterface network) {
        this.network = network;
    }

    /** Takes the address of the network interface as its only argument. */
    public static void main(String[] arguments) throws Exception {
        NetworkInterface network = NetworkInterface.getByInetAddress(InetAddress.getByName(arguments[0]));
        if (network == null) {
            throw new IllegalArgumentException(arguments[0] + ": no such address here (expected: one of an interface)");
        }
        new SdcriPeer(network).run();
        // Its threads are not daemons, and nobody listens to them any more.
        System.exit(0);
    }

    private void run() throws Exception {
        DpwsFramework framework = injector.getInstance(DpwsFramework.class);
        framework.setNetworkInterface(network);
        framework.startAsync().awaitRunning();
        client.startAsync().awaitRunning();
        client.registerDiscoveryObserver(new Listener());
        client.registerEventObserver(subscription -> loop.event("ended", subscription.getSubscriptionId()));
        loop.on("probe", this::probe)
                .on("resolve", words -> addresses(wait(client.resolve(words.get(0)))))
                .on("directed-probe", this::directedProbe)
                .on("get", this::get)
                .on("wsdl", words -> wsdl())
                .on("call", words -> call(words.get(0)))
                .on("fault", words -> fault())
                .on("subscribe", words -> subscribe(words.get(0)))
                .on(
                        "renew",
                        words -> List.of(wait(sink().renew(words.get(0), Duration.parse(words.get(1))))
                                .toString()))
                .on(
                        "status",
                        words -> List.of(wait(sink().getStatus(words.get(0))).toString()))
                .on("unsubscribe", words -> {
                    sink().unsubscribe(words.get(0)).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
                    return List.of();
                })
                .on("start-device", this::startDevice)
                .on("notify", words -> {
                    required(lamp, "start-device").tellDimmed(words.get(0));
                    return List.of();
                })
                .on("end-subscriptions", words -> {
                    required(lamp, "start-device").endSubscriptions();
                    return List.of();
                })
                .on("stop-device", words -> {
                    required(device, "start-device").stopAsync().awaitTerminated();
                    return List.of();
                });
        loop.event("ready");
        loop.run();
    }

    private static <T> T wait(java.util.concurrent.Future<T> future) throws Exception {
        return future.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    private static <T> T required(@Nullable T thing, String command) {
        if (thing == null) {
            throw new IllegalStateException("not yet (expected: " + command + " before)");
        }
        return thing;
    }

    private static List<String> addresses(DiscoveredDevice found) {
        List<String> words = new ArrayList<>(List.of(found.getEprAddress()));
        words.addAll(found.getXAddrs());
        return words;
    }

    /** Words: namespace and name of a type, a scope. What is found comes as events. */
    private List<String> probe(List<String> words) throws Exception {
        client.probe(new DiscoveryFilterBuilder()
                .addType(new QName(words.get(0), words.get(1)))
                .addScope(words.get(2))
                .get());
        return List.of();
    }

    private List<String> directedProbe(List<String> words) throws Exception {
        return wait(client.directedProbe(words.get(0))).getProbeMatch().stream()
                .map(match -> match.getEndpointReference().getAddress().getValue())
                .toList();
    }

    /** Resolves, gets the metadata; answers with the friendly name and the ids of the hosted services. */
    private List<String> get(List<String> words) throws Exception {
        HostingServiceProxy proxy = wait(client.connect(words.get(0)));
        connected = proxy;
        List<String> answer = new ArrayList<>();
        answer.add(proxy.getThisDevice().orElseThrow().getFriendlyName().get(0).getValue());
        answer.addAll(proxy.getHostedServices().keySet());
        return answer;
    }

    /** Asks each hosted service for its metadata, and fetches what that names. */
    private List<String> wsdl() throws Exception {
        return injector.getInstance(WsdlRetriever.class).retrieveWsdls(required(connected, "get")).values().stream()
                .flatMap(List::stream)
                .toList();
    }

    private HostedServiceProxy hosted() {
        return required(connected, "get").getHostedServices().values().stream()
                .filter(each -> each.getType().getTypes().contains(LampService.PORT_TYPE))
                .findFirst()
                .orElseThrow();
    }

    private EventSinkAccess sink() {
        return hosted().getEventSinkAccess();
    }

    private List<String> call(String level) throws Exception {
        SoapMessage response = send(LampService.DIM, level);
        Element body =
                (Element) response.getOriginalEnvelope().getBody().getAny().get(0);
        return List.of(
                response.getWsAddressingHeader().getAction().orElseThrow().getValue(), Xml.write(body));
    }

    /** Asks for what no lamp has; answers with the code and the subcode of the fault. */
    private List<String> fault() throws Exception {
        try {
            send(LampService.NAMESPACE + "/Lamp/explode", "1");
        } catch (SoapFaultException e) {
            Faultcode code = e.getFault().getCode();
            return List.of(
                    code.getValue().toString(), code.getSubcode().getValue().toString());
        }
        throw new IllegalStateException("an answer (expected: a fault)");
    }

    private SoapMessage send(String action, String level) throws Exception {
        return hosted().getRequestResponseClient()
                .sendRequestResponse(soap.createMessage(
                        action,
                        Xml.read("<l:dim xmlns:l='" + LampService.NAMESPACE + "'><level>" + level
                                + "</level></l:dim>")));
    }

    /** Answers with the id of the subscription and the granted duration. */
    private List<String> subscribe(String duration) throws Exception {
        SubscribeResult result =
                wait(sink().subscribe(List.of(LampService.DIMMED), Duration.parse(duration), new Sink()));
        return List.of(result.getSubscriptionId(), result.getGrantedExpires().toString());
    }

    /** Words: endpoint reference, friendly name, scope. */
    private List<String> startDevice(List<String> words) throws Exception {
        WsAddressingUtil addressing = injector.getInstance(WsAddressingUtil.class);
        EndpointReferenceType epr = addressing.createEprWithAddress(words.get(0));
        Device made = injector.getInstance(DeviceFactory.class).createDevice(new DeviceSettings() {
            @Override
            public EndpointReferenceType getEndpointReference() {
                return epr;
            }

            @Override
            public NetworkInterface getNetworkInterface() {
                return network;
            }
        });
        DpwsUtil dpws = injector.getInstance(DpwsUtil.class);
        made.getDiscoveryAccess().setTypes(List.of(LampService.DEVICE_TYPE));
        made.getDiscoveryAccess().setScopes(List.of(words.get(2)));
        made.getHostingServiceAccess()
                .setThisDevice(dpws.createDeviceBuilder(
                                dpws.createLocalizedStrings("en", words.get(1)).get())
                        .get());
        LampService service = new LampService(soap, addressing, injector.getInstance(ActionBasedEventSource.class));
        made.getHostingServiceAccess()
                .addHostedService(injector.getInstance(HostedServiceFactory.class)
                        .createHostedService(LampService.ID, List.of(LampService.PORT_TYPE), service, wsdlOfTheLamp()));
        made.startAsync().awaitRunning();
        device = made;
        lamp = service;
        return List.of();
    }

    private static byte[] wsdlOfTheLamp() throws Exception {
        try (InputStream wsdl = SdcriPeer.class.getResourceAsStream("lamp.wsdl")) {
            return required(wsdl, "build").readAllBytes();
        }
    }

    /** Tells what SDCri hears of devices. */
    private final class Listener implements DiscoveryObserver {

        @Subscribe
        void onEntered(DeviceEnteredMessage message) {
            tell("entered", message.getPayload());
        }

        @Subscribe
        void onFound(ProbedDeviceFoundMessage message) {
            tell("found", message.getPayload());
        }

        @Subscribe
        void onLeft(DeviceLeftMessage message) {
            loop.event("left", message.getPayload());
        }

        private void tell(String what, DiscoveredDevice found) {
            loop.event(what, addresses(found).toArray(String[]::new));
        }
    }

    /** Takes notifications of the lamp. */
    private final class Sink implements Interceptor {

        @SuppressWarnings({"UnnecessaryQualifier", "UnusedMethod"}) // SDCri finds and calls it.
        @MessageInterceptor(LampService.DIMMED)
        void onDimmed(NotificationObject message) throws Exception {
            Element body = (Element) message.getNotification()
                    .getOriginalEnvelope()
                    .getBody()
                    .getAny()
                    .get(0);
            loop.event("notified", Xml.write(body));
        }
    }
}
