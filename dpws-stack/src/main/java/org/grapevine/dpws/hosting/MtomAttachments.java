package org.grapevine.dpws.hosting;

import jakarta.activation.DataHandler;
import jakarta.activation.DataSource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.OptionalInt;
import org.apache.cxf.attachment.AttachmentImpl;
import org.apache.cxf.binding.soap.SoapMessage;
import org.apache.cxf.binding.soap.interceptor.AbstractSoapInterceptor;
import org.apache.cxf.message.Message;
import org.apache.cxf.phase.Phase;
import org.grapevine.dpws.soap.Attachment;
import org.grapevine.dpws.soap.MimePackage;
import org.jspecify.annotations.Nullable;

/**
 * Attachments between the envelope's bytes and CXF: parameters of {@code byte[]} and DataHandler come out of them and go into them. MIME
 * itself is read and written outside of CXF.
 */
final class MtomAttachments extends AbstractSoapInterceptor {

    private static final String THRESHOLD = "mtom-threshold";

    MtomAttachments() {
        super(Phase.SETUP);
    }

    /** Decides for one answer whether it has attachments. */
    @Override
    public void handleMessage(SoapMessage message) {
        OptionalInt threshold = InMemoryTransport.Call.of(message.getExchange()).mtomThreshold();
        message.put(Message.MTOM_ENABLED, threshold.isPresent());
        threshold.ifPresent(octets -> message.put(THRESHOLD, octets));
    }

    static Collection<org.apache.cxf.message.Attachment> toCxf(List<Attachment> attachments) {
        List<org.apache.cxf.message.Attachment> handed = new ArrayList<>();
        for (Attachment attachment : attachments) {
            DataHandler data = new DataHandler(new Content(attachment));
            handed.add(new AttachmentImpl(attachment.contentId(), data));
            // CXF reads a plus sign in a reference as a blank, which no Content-ID has.
            String asCxfReadsIt = URLDecoder.decode(attachment.contentId().replace("%", "%25"), StandardCharsets.UTF_8);
            if (!asCxfReadsIt.equals(attachment.contentId())) {
                handed.add(new AttachmentImpl(asCxfReadsIt, data));
            }
        }
        return handed;
    }

    /** Within the limits of what can be sent; more is a failure of the service. */
    static List<Attachment> fromCxf(@Nullable Collection<org.apache.cxf.message.Attachment> written)
            throws IOException {
        if (written == null) {
            return List.of();
        }
        List<Attachment> attachments = new ArrayList<>();
        int left = MimePackage.MAX_BYTES;
        for (org.apache.cxf.message.Attachment attachment : written) {
            if (attachments.size() == MimePackage.MAX_ATTACHMENTS) {
                throw new IOException("answer: more than " + MimePackage.MAX_ATTACHMENTS + " attachments");
            }
            DataHandler data = attachment.getDataHandler();
            byte[] content = bounded(data, left);
            left -= content.length;
            String type = data.getContentType() == null ? "application/octet-stream" : data.getContentType();
            // CXF's ids are escaped as they stand in references (RFC 2392); a Content-ID is not.
            String id = URLDecoder.decode(attachment.getId().replace("+", "%2B"), StandardCharsets.UTF_8);
            attachments.add(Attachment.of(id, type, content));
        }
        return List.copyOf(attachments);
    }

    private static byte[] bounded(DataHandler data, int most) throws IOException {
        ByteArrayOutputStream copy = new ByteArrayOutputStream();
        data.writeTo(new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                if (length > most - copy.size()) {
                    throw new IOException("answer: attachments of more than " + MimePackage.MAX_BYTES + " octets");
                }
                copy.write(bytes, offset, length);
            }
        });
        return copy.toByteArray();
    }

    /** The content of an attachment, not copied. */
    private record Content(Attachment attachment) implements DataSource {
        @Override
        public InputStream getInputStream() {
            return attachment.open();
        }

        @Override
        public OutputStream getOutputStream() throws IOException {
            throw new IOException("attachment " + attachment.contentId() + ": cannot be written");
        }

        @Override
        public String getContentType() {
            return attachment.contentType();
        }

        @Override
        public String getName() {
            return attachment.contentId();
        }
    }
}
