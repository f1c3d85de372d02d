package org.grapevine.aggregation.sandbox;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.SynchronousQueue;
import java.util.stream.Collectors;
import org.grapevine.aggregation.FunctionReference;
import org.grapevine.aggregation.StrangerStylesheets;
import org.grapevine.core.memory.RecentlyUsed;
import org.grapevine.core.message.EncodedPayload;
import org.grapevine.core.message.Payload;
import org.grapevine.core.reply.AggregationException;
import org.grapevine.core.reply.AggregationFunction;

/**
 * The small JVM: reads requests from its standard input and answers on its standard output, one at a time. It ends when its input
 * ends, whatever it is doing: then whoever started it is gone.
 */
final class SmallJvmMain {

    private static final int KEPT_FUNCTIONS = 32;
    private static final int EXIT_BAD_REQUEST = 4;

    private final StrangerStylesheets stylesheets;
    private final DataOutputStream out;
    private final SynchronousQueue<Request> requests = new SynchronousQueue<>();
    private final Map<String, AggregationFunction> functions = new RecentlyUsed<>(KEPT_FUNCTIONS);

    private SmallJvmMain(StrangerStylesheets stylesheets, OutputStream out) {
        this.stylesheets = stylesheets;
        this.out = new DataOutputStream(new BufferedOutputStream(out, 1 << 16));
    }

    /**
     * Serves until its standard input ends.
     *
     * @param limits what {@link Limits#arguments} made of the limits
     */
    @SuppressWarnings("SystemExitOutsideMain")
    public static void main(String[] limits) throws IOException {
        InputStream in = new FileInputStream(FileDescriptor.in);
        OutputStream out = new FileOutputStream(FileDescriptor.out);
        // Nothing but responses may reach the other side.
        System.setOut(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
        Limits parsed = Limits.parse(limits);
        SmallJvmMain jvm = new SmallJvmMain(new StrangerStylesheets(parsed.aggregation(), parsed.run()), out);
        jvm.stylesheets.warmUp();
        Thread worker = new Thread(jvm::work, "stylesheets");
        worker.setDaemon(true);
        worker.start();
        new Response(Response.Kind.READY, new byte[0]).write(jvm.out);
        int status = jvm.read(new DataInputStream(new BufferedInputStream(in, 1 << 16)), parsed.requestBytes());
        Runtime.getRuntime().halt(status);
    }

    private int read(DataInputStream in, int maxBytes) {
        try {
            while (true) {
                byte[] request = Request.read(in, maxBytes);
                requests.put(Request.decoded(new DataInputStream(new ByteArrayInputStream(request)), maxBytes));
            }
        } catch (EOFException e) {
            return 0;
        } catch (IOException | RuntimeException e) {
            return EXIT_BAD_REQUEST;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 0;
        }
    }

    private void work() {
        try {
            while (true) {
                answer(requests.take()).write(out);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            // Nobody reads what this JVM says: its end is all that is left to do.
            Runtime.getRuntime().halt(0);
        }
    }

    private Response answer(Request request) {
        try {
            return switch (request.task()) {
                case FINDINGS -> Response.of(Response.Kind.RESULT, findings(request));
                case COMPILE -> {
                    function(request);
                    yield Response.of(Response.Kind.RESULT, "");
                }
                case MERGE -> result(function(request).merge(request.own(), request.partials()));
                case FINISH ->
                    result(Optional.of(function(request).finish(request.own().orElseThrow())));
            };
        } catch (AggregationException e) {
            return Response.of(
                    StrangerStylesheets.isOverLimit(e) ? Response.Kind.OVER_LIMIT : Response.Kind.REFUSED,
                    e.getMessage());
        } catch (RuntimeException | StackOverflowError e) {
            return Response.of(Response.Kind.REFUSED, "the stylesheet ended in " + e);
        }
    }

    private static Response result(Optional<Payload> result) {
        return result.map(payload -> new Response(Response.Kind.RESULT, ((EncodedPayload) payload).bytes()))
                .orElseGet(() -> new Response(Response.Kind.NOTHING, new byte[0]));
    }

    private AggregationFunction function(Request request) throws AggregationException {
        String reference = new FunctionReference(request.uri(), request.parameters()).toString();
        AggregationFunction known = functions.get(reference);
        if (known == null) {
            known = stylesheets.function(name(request), request.stylesheet(), request.parameters());
            functions.put(reference, known);
        }
        return known;
    }

    private String findings(Request request) throws AggregationException {
        List<String> lines = stylesheets.findings(name(request), request.stylesheet()).stream()
                .map(FindingLine::write)
                .toList();
        return lines.stream().collect(Collectors.joining("\n"));
    }

    private static String name(Request request) {
        return SandboxedFunction.name(request.uri());
    }
}
