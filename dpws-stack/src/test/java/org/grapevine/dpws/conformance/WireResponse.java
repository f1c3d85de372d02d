package org.grapevine.dpws.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.soap.EnvelopeLimits;
import org.grapevine.dpws.soap.EnvelopeReader;
import org.grapevine.dpws.soap.SoapFault;

/** A response read by hand. */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
record WireResponse(int status, List<String> headers, byte[] body) {

    static WireResponse read(Socket socket) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int c = socket.getInputStream().read();
            if (c < 0) {
                throw new IOException("closed within the head: " + head);
            }
            head.append((char) c);
        }
        List<String> lines = head.toString().lines().toList();
        int status = Integer.parseInt(lines.get(0).substring(9, 12));
        WireResponse answer = new WireResponse(status, lines.subList(1, lines.size()), new byte[0]);
        int length = Integer.parseInt(answer.header("content-length").orElse("0"));
        return new WireResponse(
                status, answer.headers(), socket.getInputStream().readNBytes(length));
    }

    Optional<String> header(String name) {
        return headers.stream()
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name + ":"))
                .map(line -> line.substring(name.length() + 1).strip())
                .findFirst();
    }

    Envelope envelope() throws Exception {
        assertThat(header("content-type")).as(new String(body, UTF_8)).hasValue("application/soap+xml; charset=utf-8");
        return new EnvelopeReader(EnvelopeLimits.http(1 << 20)).readWhole(body);
    }

    SoapFault fault() throws Exception {
        return SoapFault.read(envelope());
    }
}
