package org.grapevine.dpws.device;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.grapevine.dpws.addressing.EndpointReference;
import org.grapevine.dpws.addressing.MessageIds;
import org.grapevine.dpws.discovery.DeviceAnnouncement;
import org.grapevine.dpws.discovery.KnownDevices;
import org.grapevine.dpws.discovery.Probe;
import org.grapevine.dpws.metadata.Metadata;
import org.grapevine.dpws.metadata.MetadataExchange;
import org.grapevine.dpws.metadata.MetadataSection;
import org.grapevine.dpws.soap.Attachment;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.soap.EnvelopeLimits;
import org.grapevine.dpws.soap.EnvelopeReader;
import org.grapevine.dpws.soap.EnvelopeWriter;
import org.grapevine.dpws.soap.MalformedEnvelopeException;
import org.grapevine.dpws.soap.MimePackage;
import org.grapevine.dpws.soap.SoapFault;
import org.grapevine.dpws.transport.HttpReply;
import org.grapevine.dpws.transport.HttpSender;

/**
 * Finds devices, and talks to them and their hosted services. Any thread. Futures fail with an IOException whose message names the
 * address and what came, with a {@link FaultException} if the peer answered with a fault, or as those of {@link HttpSender#post} do;
 * {@link #blocking} gives the same to code that waits.
 *
 * <pre>{@code
 * client.discover(probe, Duration.ofSeconds(3))
 *         .thenCompose(found -> client.inspect(found.get(0), timeout))
 *         .thenCompose(lamp -> client.call(lamp.service(LAMP).orElseThrow().eprs().get(0), IS_ON, body, timeout));
 * }</pre>
 */
public final class DpwsClient {

    /** Metadata may carry WSDL inline, so answers may be larger than requests. */
    private static final int MAX_REPLY_BYTES = 1 << 20;

    /** Sections of metadata that a device may keep elsewhere; there are three kinds, in as many languages as nobody has. */
    private static final int SECTIONS_ELSEWHERE = 8;

    private static final int REMEMBERED_DEVICES = 10_000;

    private final HttpSender sender;
    private final MessageIds ids;
    private final Optional<Discovery> discovery;
    private final Optional<Supplier<NotificationSink>> sink;
    private final RemoteDevices devices = new RemoteDevices(REMEMBERED_DEVICES, this::get);
    private final EnvelopeReader reader = new EnvelopeReader(EnvelopeLimits.http(MAX_REPLY_BYTES));

    /** A client of known addresses: what needs discovery fails with IllegalStateException. */
    public DpwsClient(HttpSender sender, MessageIds ids) {
        this(sender, ids, Optional.empty(), Optional.empty());
    }

    /**
     * The client of a host.
     *
     * @param sink opened when it is first asked for
     */
    DpwsClient(HttpSender sender, MessageIds ids, Discovery discovery, Supplier<NotificationSink> sink) {
        this(sender, ids, Optional.of(discovery), Optional.of(sink));
        discovery.listen(event -> {
            // Row D7. One that appeared was away, and may have changed meanwhile.
            if (!(event instanceof KnownDevices.Event.Changed changed)
                    || changed.before().metadataVersion() != changed.device().metadataVersion()) {
                devices.forget(event.device().epr());
            }
        });
    }

    private DpwsClient(
            HttpSender sender,
            MessageIds ids,
            Optional<Discovery> discovery,
            Optional<Supplier<NotificationSink>> sink) {
        this.sender = sender;
        this.ids = ids;
        this.discovery = discovery;
        this.sink = sink;
    }

    /** The same for code that waits. */
    public BlockingDpwsClient blocking() {
        return new BlockingDpwsClient(this);
    }

    /**
     * Asks the network for devices.
     *
     * @param window how long answers are waited for, 1 ms to 10 min; a device may take APP_MAX_DELAY, 2.5 s
     * @return all that answered within the window, in the order of their answers
     */
    public CompletableFuture<List<DeviceAnnouncement>> discover(Probe probe, Duration window) {
        return discovery().thenCompose(known -> known.probe(probe, window, match -> {}));
    }

    /**
     * Asks the network for the transport addresses of a device.
     *
     * @param window as for {@link #discover}; completed as soon as it answers
     */
    public CompletableFuture<Optional<DeviceAnnouncement>> resolve(EndpointReference device, Duration window) {
        return discovery().thenCompose(known -> known.resolve(device, window));
    }

    private CompletableFuture<Discovery> discovery() {
        return discovery
                .map(CompletableFuture::completedFuture)
                .orElseGet(() -> CompletableFuture.failedFuture(
                        new IllegalStateException("client: without discovery (expected: that of a device host)")));
    }

    /**
     * What a device says of itself and its services. A device that told no transport address is asked for one; of several, they are
     * tried in their order. What was fetched is remembered until the device tells a higher metadata version.
     *
     * @param timeout for each question
     */
    public CompletableFuture<RemoteDevice> inspect(DeviceAnnouncement device, Duration timeout) {
        return device.xAddrs().isEmpty() ? inspect(device.epr(), timeout) : devices.describe(device, timeout);
    }

    /** As above, of a device of which only the identity is known. */
    public CompletableFuture<RemoteDevice> inspect(EndpointReference device, Duration timeout) {
        return resolve(device, timeout).thenCompose(found -> found.map(match -> devices.describe(match, timeout))
                .orElseGet(() -> CompletableFuture.failedFuture(new IOException(
                        device + ": no device of that endpoint answered within " + timeout.toMillis() + " ms"))));
    }

    /**
     * What the client remembers.
     *
     * @param hits descriptions given without asking the device again
     * @param evicted descriptions that had to make room for others
     * @param refused descriptions not fetched, since too many were waited for
     */
    public record Remembered(long hits, long evicted, long refused) {}

    public Remembered remembered() {
        return new Remembered(devices.hits(), devices.evicted(), devices.refused());
    }

    /** WS-Transfer Get: what a device says of itself, with the sections that it keeps elsewhere (row X3). */
    public CompletableFuture<Metadata> get(URI address, EndpointReference device, Duration timeout) {
        return directly(address, device, timeout).thenCompose(found -> complete(address, found, timeout));
    }

    private CompletableFuture<Metadata> directly(URI address, EndpointReference device, Duration timeout) {
        if ("https".equalsIgnoreCase(address.getScheme())) {
            // By HTTPS it may prove who it is by its host or by its endpoint reference.
            sender.expectEndpoint(address, device.address());
        }
        return metadata(address, MetadataExchange.get(device, ids.next()), timeout);
    }

    private CompletableFuture<Metadata> complete(URI from, Metadata metadata, Duration timeout) {
        List<CompletableFuture<List<MetadataSection>>> sections = new ArrayList<>();
        int elsewhere = 0;
        for (MetadataSection section : metadata.sections()) {
            boolean fetched = section.isOfDpws()
                    && (section instanceof MetadataSection.Location || section instanceof MetadataSection.Reference);
            if (!fetched) {
                sections.add(CompletableFuture.completedFuture(List.of(section)));
            } else if (++elsewhere > SECTIONS_ELSEWHERE) {
                return CompletableFuture.failedFuture(new IOException(from + ": metadata with more than "
                        + SECTIONS_ELSEWHERE + " sections elsewhere (expected: fewer)"));
            } else if (section instanceof MetadataSection.Location location) {
                URI where = resolved(from, location.url());
                sections.add(httpGet(where, timeout).thenApply(document -> List.of(section(where, section, document))));
            } else if (section instanceof MetadataSection.Reference reference) {
                URI where = resolved(from, reference.epr().address());
                sections.add(directly(where, reference.epr(), timeout)
                        .thenApply(found -> found.select(Optional.of(section.dialect()), Optional.empty())
                                .sections()));
            }
        }
        return CompletableFuture.allOf(sections.toArray(CompletableFuture[]::new))
                .thenApply(all -> new Metadata(
                        sections.stream().flatMap(done -> done.join().stream()).toList()));
    }

    private static MetadataSection section(URI where, MetadataSection named, byte[] document) {
        try {
            return MetadataExchange.readSection(named.dialect(), named.identifier(), document, MAX_REPLY_BYTES);
        } catch (MalformedEnvelopeException e) {
            throw failed(where, e.getMessage());
        }
    }

    /** GetMetadata: what a hosted service says of itself. */
    public CompletableFuture<Metadata> getMetadata(URI address, Duration timeout) {
        EndpointReference service = EndpointReference.of(address.toString());
        return metadata(
                address, MetadataExchange.getMetadata(service, ids.next(), MetadataExchange.Query.ALL), timeout);
    }

    private CompletableFuture<Metadata> metadata(URI address, byte[] request, Duration timeout) {
        return call(address, request, timeout).thenApply(reply -> {
            try {
                return MetadataExchange.readResponse(reply);
            } catch (MalformedEnvelopeException e) {
                throw failed(address, e.getMessage());
            }
        });
    }

    /** Fetches the WSDL of a hosted service, wherever its metadata says that it is. */
    public CompletableFuture<byte[]> wsdl(URI address, Duration timeout) {
        return getMetadata(address, timeout).thenCompose(metadata -> {
            for (MetadataSection section : metadata.sections()) {
                if (!isWsdl(section)) {
                    continue;
                }
                if (section instanceof MetadataSection.Inline inline) {
                    return CompletableFuture.completedFuture(inline.element().getBytes(StandardCharsets.UTF_8));
                }
                if (section instanceof MetadataSection.Location location) {
                    return httpGet(resolved(address, location.url()), timeout);
                }
                if (section instanceof MetadataSection.Reference reference) {
                    URI where = resolved(address, reference.epr().address());
                    return get(where, reference.epr(), timeout).thenApply(found -> inlineWsdl(where, found));
                }
            }
            throw failed(address, "its metadata has no WSDL");
        });
    }

    private CompletableFuture<byte[]> httpGet(URI where, Duration timeout) {
        return sender.get(where, timeout).thenApply(reply -> {
            if (reply.status() != 200) {
                throw failed(where, "HTTP status " + reply.status() + " (expected: 200 with a document)");
            }
            return reply.body();
        });
    }

    private static byte[] inlineWsdl(URI where, Metadata metadata) {
        for (MetadataSection section : metadata.sections()) {
            if (isWsdl(section) && section instanceof MetadataSection.Inline inline) {
                return inline.element().getBytes(StandardCharsets.UTF_8);
            }
        }
        throw failed(where, "its metadata has no WSDL");
    }

    /** Some stacks write the dialect without the slash at its end. */
    private static boolean isWsdl(MetadataSection section) {
        String dialect = section.dialect();
        return dialect.equals(MetadataSection.WSDL_DIALECT) || (dialect + "/").equals(MetadataSection.WSDL_DIALECT);
    }

    private static URI resolved(URI base, String reference) {
        try {
            return base.resolve(reference);
        } catch (IllegalArgumentException e) {
            throw failed(base, "metadata at '" + reference + "' (expected: a URI)");
        }
    }

    /**
     * Sends a request and waits for its answer.
     *
     * @return the answer; empty envelopes do not exist, so an answer of 202 is a failure here
     */
    public CompletableFuture<Envelope> call(URI address, byte[] envelope, Duration timeout) {
        return call(address, HttpReply.SOAP_CONTENT_TYPE, envelope, timeout);
    }

    private CompletableFuture<Envelope> call(URI address, String contentType, byte[] body, Duration timeout) {
        return sender.post(address, contentType, body, timeout).thenApply(reply -> {
            Envelope answer = read(address, reply);
            if (SoapFault.isFault(answer)) {
                throw fault(answer, address);
            }
            return answer;
        });
    }

    /**
     * Sends a request with attachments by MTOM and waits for its answer, which may have some too.
     *
     * @param envelope includes each attachment by {@link Attachment#include}
     */
    public CompletableFuture<Envelope> call(
            URI address, byte[] envelope, List<Attachment> attachments, Duration timeout) {
        MimePackage whole = MimePackage.of(envelope, attachments, ids.next());
        return call(address, whole.contentType(), whole.bytes(), timeout);
    }

    /**
     * Calls an operation.
     *
     * @param service its reference parameters are sent along; its address is an HTTP URL
     * @param action {@code wsa:Action} of the request
     * @param body one XML element in UTF-8, or nothing for an empty body
     * @return the answer
     */
    public CompletableFuture<Envelope> call(EndpointReference service, String action, byte[] body, Duration timeout) {
        EnvelopeWriter request = EnvelopeWriter.forAction(action)
                .messageId(ids.next())
                .to(service)
                .replyTo(EndpointReference.ANONYMOUS);
        byte[] envelope = (body.length == 0 ? request : request.body(body)).toBytes();
        try {
            return call(URI.create(service.address()), envelope, timeout);
        } catch (IllegalArgumentException e) {
            return CompletableFuture.failedFuture(
                    new IOException("service '" + service.address() + "' (expected: an HTTP URL)", e));
        }
    }

    /**
     * Subscribes to the events of a hosted service; the subscription renews itself until it is ended by either side. Notifications come
     * in by the host's HTTP server.
     *
     * @param service the address of the hosted service
     * @param listener gets one notification after the other, in their order, on the threads for
     *     {@link DeviceHost#applicationCalls}; perhaps before the future is completed
     */
    public CompletableFuture<Subscription> subscribe(
            URI service, SubscriptionOptions options, Consumer<Notification> listener) {
        return sink.map(known -> known.get().subscribe(service, options, listener))
                .orElseGet(() -> CompletableFuture.failedFuture(
                        new IllegalStateException("client: without a sink (expected: that of a device host)")));
    }

    /**
     * Sends a message of which it is not known whether it is answered.
     *
     * @return the answer; empty if the peer only accepted the message
     */
    public CompletableFuture<Optional<Envelope>> exchange(URI address, byte[] envelope, Duration timeout) {
        return sender.post(address, HttpReply.SOAP_CONTENT_TYPE, envelope, timeout)
                .thenApply(reply -> {
                    if (isAccepted(reply)) {
                        return Optional.empty();
                    }
                    Envelope answer = read(address, reply);
                    if (SoapFault.isFault(answer)) {
                        throw fault(answer, address);
                    }
                    return Optional.of(answer);
                });
    }

    /** Sends a one-way message; completed when the peer has accepted it. */
    public CompletableFuture<Void> send(URI address, byte[] envelope, Duration timeout) {
        return sender.post(address, HttpReply.SOAP_CONTENT_TYPE, envelope, timeout)
                .thenAccept(reply -> {
                    if (isAccepted(reply)) {
                        return;
                    }
                    Envelope answer = read(address, reply);
                    if (SoapFault.isFault(answer)) {
                        throw fault(answer, address);
                    }
                });
    }

    /** 202 it should be (R0030), but an empty answer says as much. */
    private static boolean isAccepted(HttpReply reply) {
        return reply.status() == 202 || (reply.status() / 100 == 2 && reply.body().length == 0);
    }

    private Envelope read(URI address, HttpReply reply) {
        String type = reply.contentType().orElse("").split(";", 2)[0].strip();
        if (!type.equalsIgnoreCase("application/soap+xml") && !type.equalsIgnoreCase(MimePackage.MEDIA_TYPE)) {
            throw failed(
                    address,
                    "HTTP status " + reply.status() + " with "
                            + reply.contentType().orElse("no content") + " (expected: a SOAP 1.2 envelope)");
        }
        try {
            return reader.readMessage(reply.contentType().orElse(""), reply.body());
        } catch (MalformedEnvelopeException e) {
            throw failed(address, e.getMessage());
        }
    }

    private static CompletionException fault(Envelope answer, URI address) {
        try {
            return new CompletionException(new FaultException(SoapFault.read(answer)));
        } catch (MalformedEnvelopeException e) {
            return failed(address, e.getMessage());
        }
    }

    private static CompletionException failed(URI address, String what) {
        return new CompletionException(new IOException(address + ": " + what));
    }
}
