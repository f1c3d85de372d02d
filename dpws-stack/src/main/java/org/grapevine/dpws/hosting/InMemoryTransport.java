package org.grapevine.dpws.hosting;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.logging.Logger;
import javax.xml.namespace.QName;
import org.apache.cxf.Bus;
import org.apache.cxf.binding.soap.Soap12;
import org.apache.cxf.common.logging.LogUtils;
import org.apache.cxf.message.Exchange;
import org.apache.cxf.message.ExchangeImpl;
import org.apache.cxf.message.Message;
import org.apache.cxf.message.MessageImpl;
import org.apache.cxf.service.model.EndpointInfo;
import org.apache.cxf.transport.AbstractDestination;
import org.apache.cxf.transport.Conduit;
import org.apache.cxf.transport.Destination;
import org.apache.cxf.transport.DestinationFactory;
import org.apache.cxf.transport.MessageObserver;
import org.apache.cxf.ws.addressing.EndpointReferenceType;
import org.grapevine.dpws.soap.Attachment;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** A CXF transport without a network: an envelope goes in as bytes and the answer comes out on the same thread. */
final class InMemoryTransport implements DestinationFactory {

    static final String TRANSPORT_ID = "urn:org.grapevine:transport:in-memory";

    private static final Logger CXF_LOG = LogUtils.getLogger(InMemoryTransport.class);
    private static final org.slf4j.Logger LOG = LoggerFactory.getLogger(InMemoryTransport.class);
    private static final String LAST_RESORT = "<s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\"><s:Body>"
            + "<s:Fault><s:Code><s:Value>s:Receiver</s:Value></s:Code><s:Reason><s:Text xml:lang=\"en\">"
            + "The service failed to process the request</s:Text></s:Reason></s:Fault></s:Body></s:Envelope>";
    private static final String CONTENT_TYPE = "application/soap+xml; charset=utf-8";

    @Override
    public Destination getDestination(EndpointInfo endpoint, Bus bus) {
        return new InMemoryDestination(bus, endpoint);
    }

    @Override
    public Set<String> getUriPrefixes() {
        return Set.of();
    }

    @Override
    public List<String> getTransportIds() {
        return List.of(TRANSPORT_ID);
    }

    /** What one call collects on its way; travels in the CXF exchange. */
    static final class Call {
        private final Object service;
        private final List<Attachment> attachments;
        private final OptionalInt mtomThreshold;
        private List<Attachment> replyAttachments = List.of();
        private @Nullable ByteArrayOutputStream reply;
        private @Nullable QName faultCode;
        private boolean understood;

        /**
         * One call.
         *
         * @param attachments what the envelope includes
         * @param mtomThreshold octets from which on the answer has what it can attached; empty: never
         */
        Call(Object service, List<Attachment> attachments, OptionalInt mtomThreshold) {
            this.service = service;
            this.attachments = attachments;
            this.mtomThreshold = mtomThreshold;
        }

        static Call of(Exchange exchange) {
            Call call = exchange.get(Call.class);
            if (call == null) {
                throw new IllegalStateException("an exchange without a call (expected: one that came in memory)");
            }
            return call;
        }

        Object service() {
            return service;
        }

        OptionalInt mtomThreshold() {
            return mtomThreshold;
        }

        /** From here on what goes wrong is the service's, before it was the sender's. */
        void understood() {
            understood = true;
        }

        boolean isUnderstood() {
            return understood;
        }

        void faulted(QName code) {
            faultCode = code;
        }

        InvocationReply reply() {
            ByteArrayOutputStream written = reply;
            return new InvocationReply(
                    written == null || written.size() == 0 ? Optional.empty() : Optional.of(written.toByteArray()),
                    Optional.ofNullable(faultCode),
                    faultCode == null ? replyAttachments : List.of());
        }
    }

    static final class InMemoryDestination extends AbstractDestination {

        InMemoryDestination(Bus bus, EndpointInfo endpoint) {
            super(bus, getTargetReference(endpoint, bus), endpoint);
        }

        InvocationReply call(Call call, byte[] envelope) {
            MessageObserver observer = getMessageObserver();
            if (observer == null) {
                throw new IllegalStateException("the endpoint is closed (expected: an open one)");
            }
            Exchange exchange = new ExchangeImpl();
            exchange.put(Call.class, call);
            Message message = new MessageImpl();
            message.setExchange(exchange);
            exchange.setDestination(this);
            message.setContent(InputStream.class, new ByteArrayInputStream(envelope));
            message.put(Message.CONTENT_TYPE, CONTENT_TYPE);
            if (!call.attachments.isEmpty()) {
                message.setAttachments(MtomAttachments.toCxf(call.attachments));
            }
            try {
                observer.onMessage(message);
            } catch (RuntimeException e) {
                // Not even a fault could be written: the caller gets one all the same, and somebody should know.
                LOG.error("answering a message for {} failed", getEndpointInfo().getAddress(), e);
                return new InvocationReply(
                        Optional.of(LAST_RESORT.getBytes(StandardCharsets.UTF_8)),
                        Optional.of(Soap12.getInstance().getReceiver()));
            }
            return call.reply();
        }

        @Override
        protected Conduit getInbuiltBackChannel(Message request) {
            return new BackChannel();
        }

        @Override
        protected Logger getLogger() {
            return CXF_LOG;
        }

        /** Keeps what is written last: a response that fails half-way is followed by the fault that says so. */
        private final class BackChannel extends AbstractBackChannelConduit {

            @Override
            public void prepare(Message message) {
                ByteArrayOutputStream out = new ByteArrayOutputStream(1_024);
                Call call = Call.of(message.getExchange());
                call.reply = out;
                call.replyAttachments = List.of();
                message.setContent(OutputStream.class, out);
            }

            @Override
            public void close(Message message) throws IOException {
                // The bytes are in memory; there is nothing to release.
                Call.of(message.getExchange()).replyAttachments = MtomAttachments.fromCxf(message.getAttachments());
            }

            @Override
            public EndpointReferenceType getTarget() {
                return InMemoryDestination.this.getAddress();
            }
        }
    }
}
