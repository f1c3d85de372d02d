package org.grapevine.dpws.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.soap.EnvelopeLimits;
import org.grapevine.dpws.soap.EnvelopeReader;
import org.grapevine.dpws.soap.MalformedEnvelopeException;
import org.jspecify.annotations.Nullable;

/** One client on a raw socket: writes what it is given, whatever that is, and judges the answers. For one thread. */
final class HttpThrower implements AutoCloseable {

    /** Longer than the server waits for the rest of a request. */
    private static final int PATIENCE_MILLIS = 20_000;

    private static final int LONGEST_LINE = 100_000;
    private static final long PAUSE_NANOS = 2_000_000;

    /** An answer, its header names in lower case. */
    @SuppressWarnings("ArrayRecordComponent") // A carrier, never compared.
    private record Answer(int status, Map<String, String> headers, byte[] body) {

        boolean ends() {
            return headers.getOrDefault("connection", "")
                    .toLowerCase(Locale.ROOT)
                    .contains("close");
        }

        boolean isSoap() {
            return headers.getOrDefault("content-type", "").startsWith("application/soap+xml");
        }
    }

    private final FuzzedHost target;
    private final FuzzInputs inputs;
    private final Judge judge = new Judge();
    private final EnvelopeReader reader = new EnvelopeReader(EnvelopeLimits.http());
    private final Map<Integer, Long> statuses = new TreeMap<>();
    private final Map<String, Long> kinds = new TreeMap<>();
    private final Deque<String> history = new ArrayDeque<>();
    private @Nullable Socket socket;
    private @Nullable InputStream in;
    private long sent;
    private long answers;
    private long silent;
    private long connections;
    private long again;

    HttpThrower(FuzzedHost target, FuzzInputs inputs) {
        this.target = target;
        this.inputs = inputs;
    }

    /** Sends one input and judges what comes back; fails, naming the input. */
    void send(int index) {
        HttpInput input = inputs.request(index);
        try {
            exchange(index, input);
        } catch (IOException | AssertionError e) {
            throw new AssertionError(
                    "request " + index + " (" + input.kind() + "): " + e + "\nbefore it on this connection: " + history
                            + "\n" + inputs.command("request", index) + "\n" + FuzzInputs.shown(input.bytes()),
                    e);
        }
    }

    private void exchange(int index, HttpInput input) throws IOException {
        sent++;
        kinds.merge(input.kind(), 1L, Long::sum);
        if (!input.isComplete()) {
            // The connection ends with it, and what came before must not be mixed up with it.
            close();
        }
        if (input.end() == HttpInput.End.KEEP) {
            complete(index, input);
            return;
        }
        boolean written = write(index, input);
        switch (input.end()) {
            case KEEP -> throw new AssertionError("handled above");
            case HALF_CLOSE -> {
                if (written) {
                    readToEnd(index);
                } else {
                    silent++;
                }
                close();
            }
            case CLOSE -> close();
            case RESET -> {
                if (socket != null) {
                    socket.setSoLinger(true, 0);
                }
                close();
            }
        }
    }

    /** As any client, it tries again on a new connection if the server has closed the one from before meanwhile. */
    private void complete(int index, HttpInput input) throws IOException {
        boolean used = socket != null;
        long before = answers;
        try {
            boolean unusedWritten = write(index, input);
            readAnswers(index, input);
        } catch (SocketTimeoutException e) {
            throw e;
        } catch (IOException e) {
            if (!used || answers > before) {
                throw e;
            }
            close();
            again++;
            boolean unusedWritten = write(index, input);
            readAnswers(index, input);
        }
    }

    private boolean write(int index, HttpInput input) throws IOException {
        if (socket == null) {
            Socket opened = new Socket(
                    target.httpAddress().getAddress(), target.httpAddress().getPort());
            opened.setSoTimeout(PATIENCE_MILLIS);
            opened.setTcpNoDelay(true);
            socket = opened;
            in = new BufferedInputStream(opened.getInputStream(), 16_384);
            connections++;
        }
        while (history.size() >= 20) {
            history.remove();
        }
        history.add("request " + index + " (" + input.kind() + ")");
        boolean first = true;
        for (byte[] piece : input.pieces()) {
            if (!first) {
                LockSupport.parkNanos(PAUSE_NANOS);
            }
            first = false;
            try {
                socket.getOutputStream().write(piece);
            } catch (IOException e) {
                if (input.isComplete() && input.methods().size() == 1) {
                    throw e;
                }
                return false; // The server has said no already.
            }
        }
        if (input.end() == HttpInput.End.HALF_CLOSE) {
            try {
                socket.shutdownOutput();
            } catch (IOException e) {
                return false;
            }
        }
        return true;
    }

    private void readAnswers(int index, HttpInput input) throws IOException {
        for (String method : input.methods()) {
            Answer answer = readFinal(method);
            if (answer == null) {
                throw new EOFException("the connection ended (expected: an answer)");
            }
            history.add("-> " + answer.status());
            judge(index, answer, input.soap());
            if (answer.ends()) {
                close();
                return;
            }
        }
    }

    private void readToEnd(int index) throws IOException {
        try {
            boolean any = false;
            for (Answer answer = readFinal("POST"); answer != null; answer = readFinal("POST")) {
                judge(index, answer, new byte[0]);
                any = true;
            }
            silent += any ? 0 : 1;
        } catch (SocketTimeoutException e) {
            throw e;
        } catch (IOException e) {
            // A connection with unread input is reset when the server closes it.
            silent++;
        }
    }

    private void judge(int index, Answer answer, byte[] request) {
        answers++;
        statuses.merge(answer.status(), 1L, Long::sum);
        String text = new String(answer.body(), ISO_8859_1);
        if (text.contains("the service failed")) {
            throw new AssertionError("500, the service failed");
        }
        if (answer.status() >= 500 && !answer.isSoap() && answer.status() != 501 && answer.status() != 505) {
            throw new AssertionError(answer.status() + " without a fault: " + text);
        }
        if (answer.status() == 202 && answer.body().length > 0) {
            throw new AssertionError("202 with a body");
        }
        if (!answer.isSoap() || answer.body().length == 0) {
            return;
        }
        Optional<String> relatesTo = judge.relatesTo(answer.body());
        long answered = relatesTo.map(FuzzInputs::indexOf).orElse(-1L);
        if (answered >= 0 && answered != index) {
            throw new AssertionError("answers request " + answered + "\n" + text);
        }
        if (request.length > 0) {
            Optional<String> id = readableId(request);
            if (id.isPresent() && !relatesTo.equals(id)) {
                throw new AssertionError("relates to " + relatesTo + " (expected: " + id + ")\n" + text);
            }
        }
    }

    private Optional<String> readableId(byte[] request) {
        try {
            Envelope envelope = reader.readWhole(request);
            return envelope.messageId().filter(id -> !id.isEmpty());
        } catch (MalformedEnvelopeException e) {
            return Optional.empty();
        }
    }

    private @Nullable Answer readFinal(String method) throws IOException {
        Answer answer = read(method);
        while (answer != null && answer.status() < 200) {
            answer = read(method);
        }
        return answer;
    }

    private @Nullable Answer read(String method) throws IOException {
        String statusLine = line();
        if (statusLine == null) {
            return null;
        }
        if (!statusLine.matches("HTTP/1\\.[01] [1-5][0-9][0-9]( .*)?")) {
            throw new AssertionError("status line: " + statusLine);
        }
        int status = Integer.parseInt(statusLine.substring(9, 12));
        Map<String, String> headers = new HashMap<>();
        for (String header = requiredLine(); !header.isEmpty(); header = requiredLine()) {
            int colon = header.indexOf(':');
            if (colon < 1) {
                throw new AssertionError("header: " + header);
            }
            headers.put(
                    header.substring(0, colon).toLowerCase(Locale.ROOT),
                    header.substring(colon + 1).strip());
        }
        boolean bodiless = method.equals("HEAD") || status < 200 || status == 204 || status == 304;
        return new Answer(status, headers, bodiless ? new byte[0] : body(headers));
    }

    private byte[] body(Map<String, String> headers) throws IOException {
        if (headers.getOrDefault("transfer-encoding", "").equals("chunked")) {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            for (int size = chunkSize(); size > 0; size = chunkSize()) {
                all.writeBytes(exactly(size));
                requiredLine();
            }
            while (!requiredLine().isEmpty()) {
                // A trailer.
            }
            return all.toByteArray();
        }
        String length = headers.get("content-length");
        if (length == null) {
            return input().readAllBytes();
        }
        return exactly(Integer.parseInt(length));
    }

    private int chunkSize() throws IOException {
        return Integer.parseInt(requiredLine().split(";", 2)[0].strip(), 16);
    }

    private byte[] exactly(int size) throws IOException {
        byte[] bytes = input().readNBytes(size);
        if (bytes.length < size) {
            throw new EOFException("a body of " + bytes.length + " bytes (expected: " + size + ")");
        }
        return bytes;
    }

    private String requiredLine() throws IOException {
        String line = line();
        if (line == null) {
            throw new EOFException("an answer broke off");
        }
        return line;
    }

    private @Nullable String line() throws IOException {
        StringBuilder line = new StringBuilder();
        InputStream from = input();
        for (int b = from.read(); b != '\n'; b = from.read()) {
            if (b < 0) {
                if (line.length() > 0) {
                    throw new EOFException("an answer broke off");
                }
                return null;
            }
            if (line.length() > LONGEST_LINE) {
                throw new AssertionError("a line of more than " + LONGEST_LINE + " characters");
            }
            if (b != '\r') {
                line.append((char) b);
            }
        }
        return line.toString();
    }

    private InputStream input() throws IOException {
        if (in == null) {
            throw new IOException("no connection is open");
        }
        return in;
    }

    void addTo(Report report) {
        report.add(sent, connections, again, answers, silent, statuses, kinds);
    }

    /** What all clients saw together. */
    static final class Report {

        private long sent;
        private long connections;
        private long again;
        private long answers;
        private long silent;
        private final Map<Integer, Long> statuses = new TreeMap<>();
        private final Map<String, Long> kinds = new TreeMap<>();

        private void add(
                long moreSent,
                long moreConnections,
                long moreAgain,
                long moreAnswers,
                long moreSilent,
                Map<Integer, Long> moreStatuses,
                Map<String, Long> moreKinds) {
            sent += moreSent;
            connections += moreConnections;
            again += moreAgain;
            answers += moreAnswers;
            silent += moreSilent;
            moreStatuses.forEach((status, count) -> statuses.merge(status, count, Long::sum));
            moreKinds.forEach((kind, count) -> kinds.merge(kind, count, Long::sum));
        }

        long answersOf(int status) {
            return statuses.getOrDefault(status, 0L);
        }

        @Override
        public String toString() {
            return sent + " HTTP inputs " + kinds + " on " + connections + " connections, " + again + " sent again; "
                    + answers + " answers " + statuses + ", " + silent + " ended without one";
        }
    }

    @Override
    public void close() throws IOException {
        history.clear();
        Socket open = socket;
        socket = null;
        in = null;
        if (open != null) {
            open.close();
        }
    }
}
