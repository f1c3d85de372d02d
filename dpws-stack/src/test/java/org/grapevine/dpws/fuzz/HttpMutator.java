package org.grapevine.dpws.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** Makes one HTTP request, right or wrong, around envelopes. For one thread. */
final class HttpMutator {

    private static final String SOAP = "application/soap+xml; charset=utf-8";
    private static final String MTOM =
            "multipart/related; boundary=\"b\"; type=\"application/xop+xml\"; start=\"<root>\"; start-info=\"application/soap+xml\"";
    private static final byte[] NO_SOAP = {};

    private static final String[] CONTENT_TYPES = {
        "application/soap+xml",
        "application/soap+xml; charset=utf-16",
        "application/soap+xml; charset=nonsense",
        "application/soap+xml; charset=\"UTF-8\"; action=\"urn:test:meter/echo\"",
        "application/soap+xml; action=\"urn:test:meter/dim",
        "application/soap+xml; action=\"\\\"\\\\",
        "application/soap+xml; action=",
        "application/soap+xml;;;=;action",
        "APPLICATION/SOAP+XML ; CHARSET=UTF-8",
        "application/soap+xml, text/plain",
        "text/xml",
        "text/xml; charset=utf-8",
        "application/xml",
        "text/plain",
        "application/octet-stream",
        "application/x-www-form-urlencoded",
        "application/json",
        "multipart/related",
        "multipart/related; boundary=",
        "multipart/related; boundary=b",
        MTOM,
        "multipart/related; boundary=\"b\"; type=\"application/xop+xml\"; start=\"<none>\"; start-info=\"application/soap+xml\"",
        "multipart/related; boundary=\"b\"; type=\"text/xml\"",
        "multipart/form-data; boundary=b",
        "multipart/mixed; boundary=\"" + "b".repeat(300) + "\"",
        "",
        " ",
        "/",
        ";",
        "a",
        "application/soap+xml\u00e9",
        "\"application/soap+xml\""
    };

    private static final String[] PATHS = {
        "/",
        "/nobody",
        FuzzedHost.SERVICE_PATH + "?wsdl",
        FuzzedHost.SERVICE_PATH + "?wsdl=1&a=%zz",
        FuzzedHost.SERVICE_PATH + "?xsd=../../etc/passwd",
        FuzzedHost.SERVICE_PATH + "/",
        FuzzedHost.SERVICE_PATH + ";a=b",
        FuzzedHost.SERVICE_PATH + "/../../" + "x",
        FuzzedHost.DEVICE_PATH + "/./meter",
        FuzzedHost.DEVICE_PATH + "/nobody",
        "/" + FuzzedHost.SERVICE_PATH,
        "/%66uzz-one/meter",
        "/fuzz-one%2Fmeter",
        "/%00",
        "/%",
        "/%zz",
        "/..",
        "/../../../etc/passwd",
        "/\u00e9",
        "*",
        "",
        "?",
        "http://127.0.0.1" + FuzzedHost.SERVICE_PATH,
        "http://fuzz.test:99999/",
        "//",
        "#a"
    };

    private static final String[] METHODS = {
        "GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH", "PROPFIND", "M-SEARCH", "post"
    };

    private static final String[] WRONG_START_LINES = {
        "CONNECT 127.0.0.1:9 HTTP/1.1",
        "POST",
        "POST ",
        "POST /",
        "POST / HTTP/0.9",
        "POST / HTTP/2.0",
        "POST / HTTP/9.99",
        "POST / HTTPS/1.1",
        "POST / HTTP/1.1 more",
        "POST  /  HTTP/1.1",
        "POST\t/\tHTTP/1.1",
        "P(ST / HTTP/1.1",
        "\u0000 / HTTP/1.1",
        " POST / HTTP/1.1",
        "GET /",
        "PRI * HTTP/2.0",
        "HTTP/1.1 200 OK",
        "<?xml version='1.0'?>",
        ""
    };

    private static final String[] HEADERS = {
        "no colon",
        ": no name",
        "Name : blank before the colon",
        "Name\u0000: x",
        "Name: \u0000",
        "N\u00e4me: x",
        " folded: at once",
        "Folded: a\r\n b",
        "Host: a b",
        "Host: [::1",
        "Host: x:99999",
        "Host:",
        "Transfer-Encoding: identity",
        "Transfer-Encoding: gzip",
        "Transfer-Encoding: chunked, chunked",
        "Transfer-Encoding: xchunked",
        "Content-Encoding: gzip",
        "Content-Length: 0",
        "Content-Length: 1, 1",
        "Connection: close",
        "Connection: keep-alive, x",
        "Connection: upgrade\r\nUpgrade: h2c\r\nHTTP2-Settings: AAA",
        "Connection: upgrade\r\nUpgrade: websocket",
        "Expect: 100-continue",
        "Expect: 100-continue, 100-continue",
        "Expect: nonsense",
        "SOAPAction: \"urn:test:meter/echo\"",
        "SOAPAction: \"",
        "SOAPAction:",
        "Content-Type: text/plain",
        "Range: bytes=0-1",
        "If-None-Match: *",
        "Cookie: a=\"\u0001",
        "Accept: */*;q=nonsense",
        "Forwarded: for=\"[::1",
        "Trailer: Content-Length",
        "TE: trailers"
    };

    private final RandomGenerator random;
    private final String path;
    private final Supplier<byte[]> envelopes;

    /**
     * A mutator for one input.
     *
     * @param path where the envelopes go mostly
     * @param envelopes makes the bodies
     */
    HttpMutator(RandomGenerator random, String path, Supplier<byte[]> envelopes) {
        this.random = random;
        this.path = path;
        this.envelopes = envelopes;
    }

    HttpInput request() {
        int kind = random.nextInt(100);
        if (kind < 46) {
            byte[] body = envelopes.get();
            return complete("plain", "POST", body, post(path, SOAP, body));
        } else if (kind < 54) {
            byte[] body = envelopes.get();
            return complete("chunked", "POST", body, chunked(body));
        } else if (kind < 60) {
            return otherMethod();
        } else if (kind < 65) {
            return otherPath();
        } else if (kind < 74) {
            return otherContentType();
        } else if (kind < 77) {
            return wrongLength();
        } else if (kind < 80) {
            return halfClosing("broken chunks", brokenChunks());
        } else if (kind < 84) {
            return oddHeaders();
        } else if (kind < 86) {
            return halfClosing("huge header", hugeHeader());
        } else if (kind < 89) {
            return pipelined();
        } else if (kind < 92) {
            return leaving();
        } else if (kind < 93) {
            return slow();
        } else if (kind < 96) {
            return expecting();
        } else if (kind < 97) {
            return oversize();
        } else if (kind < 99) {
            byte[] bytes = post(path, SOAP, envelopes.get());
            for (int i = 1 + random.nextInt(8); i > 0; i--) {
                bytes[random.nextInt(Math.min(bytes.length, 200))] ^= (byte) (1 << random.nextInt(8));
            }
            return halfClosing("bit flips", bytes);
        }
        return halfClosing("noise", noise());
    }

    private HttpInput complete(String kind, String method, byte[] soap, byte[] bytes) {
        return new HttpInput(kind, List.of(bytes), List.of(method), HttpInput.End.KEEP, soap);
    }

    private static HttpInput halfClosing(String kind, byte[] bytes) {
        return new HttpInput(kind, List.of(bytes), List.of(), HttpInput.End.HALF_CLOSE, NO_SOAP);
    }

    private static byte[] post(String to, String contentType, byte[] body) {
        return joined(head("POST", to, contentType, "Content-Length: " + body.length), body);
    }

    private static byte[] head(String method, String to, String contentType, String... headers) {
        return head(method + " " + to + " HTTP/1.1", contentType, List.of(headers));
    }

    private static byte[] head(String startLine, String contentType, List<String> headers) {
        StringBuilder text = new StringBuilder(startLine).append("\r\nHost: 127.0.0.1\r\n");
        if (!contentType.isEmpty()) {
            text.append("Content-Type: ").append(contentType).append("\r\n");
        }
        headers.forEach(header -> text.append(header).append("\r\n"));
        return text.append("\r\n").toString().getBytes(ISO_8859_1);
    }

    private byte[] chunked(byte[] body) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(head("POST", path, SOAP, "Transfer-Encoding: chunked"));
        int from = 0;
        while (from < body.length) {
            int size = Math.min(body.length - from, 1 + random.nextInt(1 + random.nextInt(2_000)));
            String extension = random.nextInt(8) == 0 ? ";a=\"b\"" : "";
            String line = Integer.toHexString(size) + extension + "\r\n";
            bytes.writeBytes(line.getBytes(ISO_8859_1));
            bytes.write(body, from, size);
            bytes.writeBytes(new byte[] {'\r', '\n'});
            from += size;
        }
        String trailer = random.nextInt(8) == 0 ? "X-Trailer: a\r\n" : "";
        bytes.writeBytes(("0\r\n" + trailer + "\r\n").getBytes(ISO_8859_1));
        return bytes.toByteArray();
    }

    private HttpInput otherMethod() {
        String method = pick(METHODS);
        byte[] body = random.nextBoolean() ? envelopes.get() : new byte[0];
        String to = random.nextInt(3) == 0 ? path + "?wsdl" : path;
        byte[] head = head(method, to, SOAP, "Content-Length: " + body.length);
        return complete("method", method, NO_SOAP, joined(head, body));
    }

    private HttpInput otherPath() {
        String to = random.nextInt(10) == 0 ? "/" + "x".repeat(random.nextInt(9_000)) : pick(PATHS);
        byte[] body = random.nextInt(4) == 0 ? new byte[0] : envelopes.get();
        String method = pick("POST", "GET");
        // Some of these paths are no HTTP, so the connection may end with the answer.
        return halfClosing("path", joined(head(method, to, SOAP, "Content-Length: " + body.length), body));
    }

    private HttpInput otherContentType() {
        if (random.nextInt(3) == 0) {
            Multipart multipart = multipart();
            return complete("multipart", "POST", NO_SOAP, post(path, multipart.contentType(), multipart.body()));
        }
        return complete("content type", "POST", NO_SOAP, post(path, pick(CONTENT_TYPES), envelopes.get()));
    }

    /** A body with attachments, as an HTTP request has it. */
    @SuppressWarnings("ArrayRecordComponent") // A carrier, never compared.
    record Multipart(String contentType, byte[] body) {}

    /** An envelope and attachments as MTOM has them, or nearly so. */
    Multipart multipart() {
        byte[] envelope = envelopes.get();
        boolean right = random.nextInt(3) == 0;
        String type = right || random.nextBoolean() ? MTOM : pick(CONTENT_TYPES);
        String end = right ? "\r\n" : pick("\r\n", "\r\n", "\r\n", "\n");
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int part = 0; part < 1 + random.nextInt(3); part++) {
            bytes.writeBytes((right ? rightHead(part) : head(end)).getBytes(ISO_8859_1));
            bytes.writeBytes(
                    part == 0 || (!right && random.nextInt(4) == 0) ? envelope : new byte[random.nextInt(200)]);
            bytes.writeBytes(end.getBytes(ISO_8859_1));
        }
        String close = right ? "--b--\r\n" : pick("--b--", "--b--\r\n", "--b", "", "--c--");
        bytes.writeBytes(close.getBytes(ISO_8859_1));
        return new Multipart(type, bytes.toByteArray());
    }

    private static String rightHead(int part) {
        String type = part == 0
                ? "application/xop+xml; charset=utf-8; type=\"application/soap+xml\""
                : "application/octet-stream";
        String id = part == 0 ? "root" : part == 1 ? "a@b" : "c@d";
        return "--b\r\nContent-Type: " + type + "\r\nContent-Transfer-Encoding: binary\r\nContent-ID: <" + id
                + ">\r\n\r\n";
    }

    private String head(String end) {
        return "--b" + end
                + pick(
                        "Content-Type: application/xop+xml; charset=utf-8; type=\"application/soap+xml\"" + end,
                        "Content-Type: application/octet-stream" + end,
                        "Content-Type: " + end,
                        "no colon" + end,
                        "")
                + pick(
                        "Content-Transfer-Encoding: binary" + end,
                        "Content-Transfer-Encoding: base64" + end,
                        "Content-Transfer-Encoding: quoted-printable" + end,
                        "")
                + pick("Content-ID: <root>" + end, "Content-ID: <a@b>" + end, "Content-ID: " + end, "")
                + (random.nextInt(10) == 0 ? "X: y\r\n".repeat(random.nextInt(400)) : "")
                + (random.nextInt(10) == 0 ? "" : end);
    }

    private HttpInput wrongLength() {
        byte[] body = envelopes.get();
        String length = pick(
                Integer.toString(body.length + 1 + random.nextInt(100)),
                Integer.toString(random.nextInt(body.length + 1)),
                "-1",
                "+" + body.length,
                " ",
                "1e3",
                "0x10",
                "99999999999999999999",
                "2147483648",
                body.length + "\r\nContent-Length: " + (body.length + 1),
                body.length + "\r\nTransfer-Encoding: chunked",
                body.length + ", " + body.length);
        return halfClosing("length", joined(head("POST", path, SOAP, "Content-Length: " + length), body));
    }

    private byte[] brokenChunks() {
        byte[] whole = chunked(envelopes.get());
        byte[] head = head("POST", path, SOAP, "Transfer-Encoding: chunked");
        return switch (random.nextInt(6)) {
            case 0 -> Arrays.copyOf(whole, whole.length - 1 - random.nextInt(Math.min(20, whole.length - 1)));
            case 1 ->
                joined(
                        head,
                        pick("zz\r\n", "\r\n", "-1\r\n", "0x5\r\n", "FFFFFFFFFFFFFFFF\r\n", "7FFFFFFF\r\n<a/>\r\n")
                                .getBytes(ISO_8859_1));
            case 2 ->
                joined(head, ("1;" + "a".repeat(random.nextInt(20_000)) + "\r\n<\r\n0\r\n\r\n").getBytes(ISO_8859_1));
            case 3 -> joined(head, ("0\r\n" + "X: y\r\n".repeat(random.nextInt(3_000)) + "\r\n").getBytes(ISO_8859_1));
            case 4 -> joined(head, "5\r\n<a/>\r\n0\r\n\r\n".getBytes(ISO_8859_1));
            default -> {
                byte[] flipped = whole.clone();
                flipped[head.length + random.nextInt(whole.length - head.length)] ^= (byte) (1 << random.nextInt(8));
                yield flipped;
            }
        };
    }

    private HttpInput oddHeaders() {
        byte[] body = envelopes.get();
        List<String> headers = new ArrayList<>();
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            headers.add(pick(HEADERS));
        }
        headers.add(random.nextInt(headers.size() + 1), "Content-Length: " + body.length);
        String startLine =
                random.nextInt(3) == 0 ? pick(WRONG_START_LINES) : "POST " + path + " HTTP/1." + random.nextInt(2);
        byte[] head = head(startLine, SOAP, headers);
        if (random.nextInt(6) == 0) {
            head = new String(head, ISO_8859_1)
                    .replace("\r\n", pick("\n", "\r", "\n\r"))
                    .getBytes(ISO_8859_1);
        } else if (random.nextInt(6) == 0) {
            head = new String(head, ISO_8859_1)
                    .replace("Host: 127.0.0.1\r\n", "")
                    .getBytes(ISO_8859_1);
        } else if (random.nextInt(6) == 0) {
            head = joined("\r\n\r\n".getBytes(ISO_8859_1), head);
        }
        return halfClosing("headers", joined(head, body));
    }

    private byte[] hugeHeader() {
        String huge =
                switch (random.nextInt(3)) {
                    case 0 -> "X: " + "y".repeat(random.nextInt(100_000));
                    case 1 -> "X: y\r\n".repeat(random.nextInt(5_000)) + "X: y";
                    default -> "y".repeat(random.nextInt(100_000)) + ": y";
                };
        return joined(head("POST", path, SOAP, huge, "Content-Length: 0"), new byte[0]);
    }

    private HttpInput pipelined() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        List<String> methods = new ArrayList<>();
        for (int i = 2 + random.nextInt(4); i > 0; i--) {
            byte[] body = envelopes.get();
            bytes.writeBytes(random.nextInt(3) == 0 ? chunked(body) : post(path, SOAP, body));
            methods.add("POST");
        }
        return new HttpInput("pipelined", List.of(bytes.toByteArray()), methods, HttpInput.End.KEEP, NO_SOAP);
    }

    private HttpInput leaving() {
        byte[] whole = random.nextBoolean() ? post(path, SOAP, envelopes.get()) : chunked(envelopes.get());
        byte[] part = random.nextInt(3) == 0 ? whole : Arrays.copyOf(whole, random.nextInt(whole.length));
        HttpInput.End end = random.nextBoolean() ? HttpInput.End.CLOSE : HttpInput.End.RESET;
        return new HttpInput("early close", List.of(part), List.of(), end, NO_SOAP);
    }

    private HttpInput slow() {
        byte[] body = envelopes.get();
        byte[] whole = post(path, SOAP, body);
        List<byte[]> pieces = new ArrayList<>();
        int from = 0;
        for (int i = 3; i > 0; i--) {
            int to = from + random.nextInt(whole.length - from + 1);
            pieces.add(Arrays.copyOfRange(whole, from, to));
            from = to;
        }
        pieces.add(Arrays.copyOfRange(whole, from, whole.length));
        return new HttpInput("slow", pieces, List.of("POST"), HttpInput.End.KEEP, body);
    }

    private HttpInput expecting() {
        byte[] body = envelopes.get();
        byte[] head = head("POST", path, SOAP, "Expect: 100-continue", "Content-Length: " + body.length);
        return random.nextInt(4) == 0
                ? new HttpInput("expect", List.of(head), List.of(), HttpInput.End.HALF_CLOSE, NO_SOAP)
                : complete("expect", "POST", body, joined(head, body));
    }

    private HttpInput oversize() {
        byte[] body = new byte[32_768 + random.nextInt(200_000)];
        byte[] start = envelopes.get();
        Arrays.fill(body, (byte) ' ');
        System.arraycopy(start, 0, body, 0, Math.min(start.length, body.length));
        return complete("oversize", "POST", NO_SOAP, random.nextBoolean() ? post(path, SOAP, body) : chunked(body));
    }

    private byte[] noise() {
        byte[] noise = new byte[random.nextInt(400)];
        random.nextBytes(noise);
        return switch (random.nextInt(3)) {
            case 0 -> noise;
            case 1 ->
                joined(new byte[] {0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, (byte) 0xFC, 0x03, 0x03}, noise);
            default -> joined("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(ISO_8859_1), noise);
        };
    }

    private static byte[] joined(byte[] one, byte[] other) {
        byte[] both = Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, both, one.length, other.length);
        return both;
    }

    private String pick(String... choices) {
        return choices[random.nextInt(choices.length)];
    }
}
