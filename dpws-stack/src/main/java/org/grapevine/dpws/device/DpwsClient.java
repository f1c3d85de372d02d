package org.grapevine.dpws.device;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.grapevine.dpws.addressing.EndpointReference;
import org.grapevine.dpws.addressing.MessageIds;
import org.grapevine.dpws.metadata.Metadata;
import org.grapevine.dpws.metadata.MetadataExchange;
import org.grapevine.dpws.metadata.MetadataSection;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.soap.EnvelopeLimits;
import org.grapevine.dpws.soap.EnvelopeReader;
import org.grapevine.dpws.soap.MalformedEnvelopeException;
import org.grapevine.dpws.soap.SoapFault;
import org.grapevine.dpws.transport.HttpReply;
import org.grapevine.dpws.transport.HttpSender;

/**
 * Talks to devices and hosted services over HTTP. Any thread. Futures fail with an IOException whose message names the address and
 * what came, with a {@link FaultException} if the peer answered with a fault, or as those of {@link HttpSender#post} do.
 */
public final class DpwsClient {

    /** Metadata may carry WSDL inline, so answers may be larger than requests. */
    private static final int MAX_REPLY_BYTES = 1 << 20;

    private final HttpSender sender;
    private final MessageIds ids;
    private final EnvelopeReader reader = new EnvelopeReader(EnvelopeLimits.http(MAX_REPLY_BYTES));

    public DpwsClient(HttpSender sender, MessageIds ids) {
        this.sender = sender;
        this.ids = ids;
    }

    /** WS-Transfer Get: what a device says of itself. */
    public CompletableFuture<Metadata> get(URI address, EndpointReference device, Duration timeout) {
        return metadata(address, MetadataExchange.get(device, ids.next()), timeout);
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
                throw failed(where, "HTTP status " + reply.status() + " (expected: 200 with a WSDL)");
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
            throw failed(base, "WSDL at '" + reference + "' (expected: a URI)");
        }
    }

    /**
     * Sends a request and waits for its answer.
     *
     * @return the answer; empty envelopes do not exist, so an answer of 202 is a failure here
     */
    public CompletableFuture<Envelope> call(URI address, byte[] envelope, Duration timeout) {
        return sender.post(address, HttpReply.SOAP_CONTENT_TYPE, envelope, timeout)
                .thenApply(reply -> {
                    Envelope answer = read(address, reply);
                    if (SoapFault.isFault(answer)) {
                        throw fault(answer, address);
                    }
                    return answer;
                });
    }

    /** Sends a one-way message; completed when the peer has accepted it. */
    public CompletableFuture<Void> send(URI address, byte[] envelope, Duration timeout) {
        return sender.post(address, HttpReply.SOAP_CONTENT_TYPE, envelope, timeout)
                .thenAccept(reply -> {
                    // 202 it should be (R0030), but an empty answer says as much.
                    if (reply.status() == 202 || (reply.status() / 100 == 2 && reply.body().length == 0)) {
                        return;
                    }
                    Envelope answer = read(address, reply);
                    if (SoapFault.isFault(answer)) {
                        throw fault(answer, address);
                    }
                });
    }

    private Envelope read(URI address, HttpReply reply) {
        String type = reply.contentType().orElse("").split(";", 2)[0].strip();
        if (!type.equalsIgnoreCase("application/soap+xml")) {
            throw failed(
                    address,
                    "HTTP status " + reply.status() + " with "
                            + reply.contentType().orElse("no content") + " (expected: a SOAP 1.2 envelope)");
        }
        try {
            return reader.readWhole(reply.body());
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
