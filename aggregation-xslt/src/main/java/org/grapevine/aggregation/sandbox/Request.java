package org.grapevine.aggregation.sandbox;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.StreamCorruptedException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.grapevine.core.message.EncodedPayload;
import org.grapevine.core.message.Payload;
import org.grapevine.core.reply.Partial;

/**
 * What a small JVM is asked to do. On its standard input: the length in four octets, then these fields.
 *
 * @param task what to do
 * @param uri hash of the stylesheet, by which the JVM finds what it has compiled before
 * @param stylesheet its text
 * @param parameters values of its parameters
 * @param own the device's own answer, to merge; or the partial, to finish
 * @param partials the others to merge
 */
@SuppressWarnings("ArrayRecordComponent") // Written once, and never compared.
record Request(
        Task task,
        String uri,
        byte[] stylesheet,
        SortedMap<String, String> parameters,
        Optional<Payload> own,
        List<Partial> partials) {

    enum Task {
        COMPILE,
        FINDINGS,
        MERGE,
        FINISH
    }

    private static final List<Task> TASKS = List.of(Task.values());

    static final int MAX_PARTIALS = 4_096;
    private static final int MAX_PARAMETERS = 64;

    static Request of(Task task, byte[] stylesheet, String uri) {
        return new Request(task, uri, stylesheet, Collections.emptySortedMap(), Optional.empty(), List.of());
    }

    byte[] encoded() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(TASKS.indexOf(task));
            out.writeUTF(uri);
            write(out, stylesheet);
            out.writeInt(parameters.size());
            for (Map.Entry<String, String> parameter : parameters.entrySet()) {
                out.writeUTF(parameter.getKey());
                out.writeUTF(parameter.getValue());
            }
            out.writeBoolean(own.isPresent());
            if (own.isPresent()) {
                write(out, bytes(own.get()));
            }
            out.writeInt(partials.size());
            for (Partial partial : partials) {
                out.writeInt(partial.contributors());
                write(out, bytes(partial.payload()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("in memory", e);
        }
        return bytes.toByteArray();
    }

    /** Reads a request in the small JVM; whoever writes it is trusted, but for slips. */
    static Request decoded(DataInputStream in, int maxBytes) throws IOException {
        Task task = TASKS.get(in.readUnsignedByte());
        String uri = in.readUTF();
        byte[] stylesheet = read(in, maxBytes);
        SortedMap<String, String> parameters = new TreeMap<>();
        int pairs = bounded(in.readInt(), MAX_PARAMETERS);
        for (int i = 0; i < pairs; i++) {
            String name = in.readUTF();
            parameters.put(name, in.readUTF());
        }
        Optional<Payload> own =
                in.readBoolean() ? Optional.of(new EncodedPayload(read(in, maxBytes))) : Optional.empty();
        int count = bounded(in.readInt(), MAX_PARTIALS);
        List<Partial> partials = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int contributors = in.readInt();
            partials.add(new Partial(new EncodedPayload(read(in, maxBytes)), contributors));
        }
        return new Request(task, uri, stylesheet, parameters, own, partials);
    }

    private static byte[] bytes(Payload payload) {
        if (payload instanceof EncodedPayload encoded) {
            return encoded.bytes();
        }
        throw new IllegalArgumentException("payload: " + payload + " (expected: an EncodedPayload)");
    }

    private static void write(DataOutputStream out, byte[] bytes) throws IOException {
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    static byte[] read(DataInputStream in, int maxBytes) throws IOException {
        byte[] bytes = new byte[bounded(in.readInt(), maxBytes)];
        in.readFully(bytes);
        return bytes;
    }

    static int bounded(int value, int most) throws IOException {
        if (value < 0 || value > most) {
            throw new StreamCorruptedException("length: " + value + " (expected: 0.." + most + ")");
        }
        return value;
    }
}
