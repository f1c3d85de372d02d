package org.grapevine.interop.cxf;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpServer;
import jakarta.xml.ws.BindingProvider;
import jakarta.xml.ws.soap.SOAPBinding;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.apache.cxf.Bus;
import org.apache.cxf.jaxws.JaxWsProxyFactoryBean;
import org.apache.cxf.ws.addressing.AddressingProperties;
import org.apache.cxf.ws.addressing.AttributedURIType;
import org.apache.cxf.ws.addressing.EndpointReferenceType;
import org.apache.cxf.ws.addressing.JAXWSAConstants;
import org.apache.cxf.ws.addressing.WSAddressingFeature;
import org.apache.cxf.ws.eventing.DeliveryType;
import org.apache.cxf.ws.eventing.ExpirationType;
import org.apache.cxf.ws.eventing.FilterType;
import org.apache.cxf.ws.eventing.GetStatus;
import org.apache.cxf.ws.eventing.ObjectFactory;
import org.apache.cxf.ws.eventing.Renew;
import org.apache.cxf.ws.eventing.Subscribe;
import org.apache.cxf.ws.eventing.SubscribeResponse;
import org.apache.cxf.ws.eventing.Unsubscribe;
import org.apache.cxf.ws.eventing.eventsource.EventSourceEndpoint;
import org.apache.cxf.ws.eventing.manager.SubscriptionManagerEndpoint;
import org.grapevine.interop.peer.PeerLoop;
import org.jspecify.annotations.Nullable;

/** CXF's client for WS-Eventing, which speaks the dialect of W3C 2011/03, with a plain HTTP server as the sink. */
final class EventingClient {

    private final Bus bus;
    private final PeerLoop loop;
    private @Nullable EndpointReferenceType manager;

    EventingClient(Bus bus, PeerLoop loop) {
        this.bus = bus;
        this.loop = loop;
    }

    /** Words: the address to listen at. Answers with the URL of the sink, which tells of every envelope that comes. */
    List<String> startSink(List<String> words) throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getByName(words.get(0)), 0), 0);
        server.createContext("/sink", exchange -> {
            String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
            exchange.sendResponseHeaders(202, -1);
            exchange.close();
            loop.event("notified", body);
        });
        server.start();
        return List.of("http://" + words.get(0) + ":" + server.getAddress().getPort() + "/sink");
    }

    /** Words: URLs of the event source and of the sink, expiration, and perhaps a filter's dialect and content. */
    List<String> subscribe(List<String> words) throws Exception {
        Subscribe subscribe = new Subscribe();
        DeliveryType delivery = new DeliveryType();
        delivery.getContent().add(new ObjectFactory().createNotifyTo(epr(words.get(1))));
        subscribe.setDelivery(delivery);
        subscribe.setEndTo(epr(words.get(1)));
        subscribe.setExpires(expires(words.get(2)));
        if (words.size() > 3) {
            FilterType filter = new FilterType();
            filter.setDialect(words.get(3));
            filter.getContent().add(words.get(4));
            subscribe.setFilter(filter);
        }
        SubscribeResponse response =
                proxy(EventSourceEndpoint.class, epr(words.get(0))).subscribeOp(subscribe);
        manager = response.getSubscriptionManager();
        return List.of(response.getGrantedExpires().getValue());
    }

    /** Words: expiration. */
    List<String> renew(List<String> words) {
        Renew renew = new Renew();
        renew.setExpires(expires(words.get(0)));
        return List.of(manager().renewOp(renew).getGrantedExpires().getValue());
    }

    List<String> status(List<String> words) {
        return List.of(
                manager().getStatusOp(new GetStatus()).getGrantedExpires().getValue());
    }

    List<String> unsubscribe(List<String> words) {
        manager().unsubscribeOp(new Unsubscribe());
        return List.of();
    }

    private SubscriptionManagerEndpoint manager() {
        EndpointReferenceType known = manager;
        if (known == null) {
            throw new IllegalStateException("no subscription (expected: subscribe before)");
        }
        return proxy(SubscriptionManagerEndpoint.class, known);
    }

    private <T> T proxy(Class<T> type, EndpointReferenceType to) {
        JaxWsProxyFactoryBean factory = new JaxWsProxyFactoryBean();
        factory.setBus(bus);
        factory.setServiceClass(type);
        factory.setBindingId(SOAPBinding.SOAP12HTTP_BINDING);
        factory.setAddress(to.getAddress().getValue());
        factory.getFeatures().add(new WSAddressingFeature());
        T proxy = factory.create(type);
        // So that reference parameters of the manager are echoed.
        AddressingProperties addressing = new AddressingProperties();
        addressing.setTo(to);
        ((BindingProvider) proxy).getRequestContext().put(JAXWSAConstants.CLIENT_ADDRESSING_PROPERTIES, addressing);
        return proxy;
    }

    private static ExpirationType expires(String value) {
        ExpirationType expires = new ExpirationType();
        expires.setValue(value);
        return expires;
    }

    private static EndpointReferenceType epr(String address) {
        EndpointReferenceType epr = new EndpointReferenceType();
        AttributedURIType uri = new AttributedURIType();
        uri.setValue(address);
        epr.setAddress(uri);
        return epr;
    }
}
