package org.grapevine.dpws.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import javax.xml.namespace.QName;
import org.grapevine.dpws.device.Device;
import org.grapevine.dpws.device.DeviceHost;
import org.grapevine.dpws.device.Loopback;
import org.grapevine.dpws.device.ServiceEvents;
import org.grapevine.dpws.eventing.EventingLimits;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.soap.EnvelopeLimits;
import org.grapevine.dpws.soap.EnvelopeReader;
import org.grapevine.dpws.soap.HeaderBlock;
import org.grapevine.dpws.soap.Namespaces;
import org.grapevine.dpws.soap.SoapFault;
import org.grapevine.dpws.transport.HttpReply;
import org.grapevine.dpws.transport.HttpServer;
import org.grapevine.dpws.transport.HttpServerOptions;

/** Devices with events on loopback, sinks of which every answer is chosen, and subscribers that write their envelopes by hand. */
final class EventingNet implements AutoCloseable {

    static final Duration PATIENCE = Loopback.PATIENCE;

    private final Loopback net;
    private final List<HttpServer> sinks = new ArrayList<>();

    EventingNet() throws IOException {
        this.net = new Loopback();
    }

    DeviceHost host(UnaryOperator<EventingLimits> limits) throws IOException {
        return net.hostWith(settings -> settings.withEventing(limits.apply(EventingLimits.defaults())));
    }

    Device lamp() throws IOException {
        return lamp(same -> same);
    }

    Device lamp(UnaryOperator<EventingLimits> limits) throws IOException {
        return Device.named("Lamp").host(new LampService.Simple()).start(host(limits));
    }

    static URI addressOf(Device device) {
        return device.hostedServices().get(0).address();
    }

    static ServiceEvents eventsOf(Device device) {
        return device.hostedServices().get(0).events().orElseThrow();
    }

    /** A sink that keeps what it gets and answers as it is told. */
    final class Sink {
        final BlockingQueue<Envelope> received = new LinkedBlockingQueue<>();
        final URI address;
        private final HttpServer server;
        volatile Answer answer = request -> HttpReply.accepted();

        private Sink() throws IOException {
            this.server = HttpServer.start(HttpServerOptions.on(new InetSocketAddress(Loopback.address(), 0)));
            sinks.add(server);
            this.address = URI.create("http://127.0.0.1:" + server.address().getPort() + "/sink");
            server.route("/sink", Set.of("POST"), request -> {
                Envelope envelope = new EnvelopeReader(EnvelopeLimits.http()).readWhole(request.body());
                received.add(envelope);
                return answer.to(envelope);
            });
        }

        Envelope next() throws InterruptedException {
            Envelope envelope = received.poll(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            if (envelope == null) {
                throw new AssertionError("nothing came within " + PATIENCE);
            }
            return envelope;
        }

        void close() {
            server.close();
        }
    }

    /** What a sink says to a message. */
    interface Answer {
        HttpReply to(Envelope request) throws Exception;
    }

    Sink sink() throws IOException {
        return new Sink();
    }

    /** What a source answered. */
    record Reply(int status, Envelope envelope) {

        SoapFault fault() throws Exception {
            return SoapFault.read(envelope);
        }

        String header(String namespace, String name) {
            return envelope.headerBlock(new QName(namespace, name))
                    .flatMap(HeaderBlock::text)
                    .orElseThrow();
        }

        String text() {
            return new String(envelope.bytes(), envelope.offset(), envelope.length(), UTF_8);
        }
    }

    Reply post(URI to, String envelope) throws Exception {
        HttpResponse<byte[]> response = net.post(to, Loopback.SOAP, envelope);
        return new Reply(response.statusCode(), Loopback.envelope(response));
    }

    String get(URI from) throws Exception {
        return new String(net.get(from).body(), UTF_8);
    }

    /** An envelope with prefixes s, a, e (eventing of 2004), w (that of the W3C) and d (DPWS). */
    static String envelope(String action, String header, String body) {
        return "<s:Envelope xmlns:s='" + Namespaces.S12 + "' xmlns:a='" + Namespaces.WSA + "' xmlns:e='"
                + Namespaces.WSE + "' xmlns:w='" + Namespaces.WS_EVT + "' xmlns:d='" + Namespaces.DPWS + "'><s:Header>"
                + "<a:Action>" + action + "</a:Action><a:MessageID>urn:uuid:question</a:MessageID>" + header
                + "</s:Header><s:Body>" + body + "</s:Body></s:Envelope>";
    }

    static String epr(String element, String address) {
        return "<" + element + "><a:Address>" + address + "</a:Address></" + element + ">";
    }

    Reply subscribe(Device device, String content) throws Exception {
        return post(
                addressOf(device),
                envelope(Namespaces.WSE + "/Subscribe", "", "<e:Subscribe>" + content + "</e:Subscribe>"));
    }

    Reply subscribe(Device device, Sink sink, String more) throws Exception {
        return subscribe(device, delivery(sink.address.toString()) + more);
    }

    static String delivery(String address) {
        return "<e:Delivery>" + epr("e:NotifyTo", address) + "</e:Delivery>";
    }

    /** Renew, GetStatus or Unsubscribe of what an answer to Subscribe named. */
    Reply manage(Device device, String verb, String content, String identifier) throws Exception {
        return post(
                addressOf(device),
                envelope(
                        Namespaces.WSE + "/" + verb,
                        "<e:Identifier a:IsReferenceParameter='true'>" + identifier + "</e:Identifier>",
                        "<e:" + verb + ">" + content + "</e:" + verb + ">"));
    }

    /** Text of the first element of that name. */
    static String textOf(Reply reply, String name) {
        String text = reply.text().replaceAll("(?s).*<(?:\\w+:)?" + name + "(?: [^>]*)?>([^<]*)<.*", "$1");
        if (text.equals(reply.text())) {
            throw new AssertionError("no " + name + " in " + text);
        }
        return text;
    }

    @Override
    public void close() {
        sinks.forEach(HttpServer::close);
        net.close();
    }
}
