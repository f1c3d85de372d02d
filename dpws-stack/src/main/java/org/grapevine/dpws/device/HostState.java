package org.grapevine.dpws.device;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.grapevine.dpws.addressing.EndpointReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a host must remember of its devices, so that strangers can tell old from new:
 *
 * <ul>
 *   <li>the metadata version of each device, which rises with every change of what it tells, never falls, and is the same after a
 *       restart that changed nothing (DPWS 1.1 R2001, R2002, R2030; WS-Discovery 1.1, 4.1). A device that was never seen before
 *       begins with the seconds since 1970: that is above any version that an earlier run, of which nothing is remembered, may have
 *       reached by less than one change a second;
 *   <li>the last instance id, since a device that starts again needs a higher one, even within the same second: otherwise peers would
 *       take its Hello for one that was sent before its Bye (WS-Discovery 1.1, AppSequence).
 * </ul>
 *
 * <p>With a file, all that outlives the process. A file that cannot be written while devices run, for want of room, say, stops none
 * of them: that is logged once and counted, and the whole is written when something changes next and there is room. Should the
 * process end before that, metadata versions may begin again below those that were told last. Any thread.
 */
public final class HostState {

    private static final Logger LOG = LoggerFactory.getLogger(HostState.class);

    private static final String FIRST_LINE = "grapevine host state 1";
    private static final String INSTANCE = "instance ";
    private static final long HIGHEST = 0xFFFF_FFFFL;

    /** Lines of the file for each device, above which it is written anew. */
    private static final int LINES_PER_DEVICE = 8;

    private record Described(long version, String digest) {}

    private final int capacity;
    private final LongSupplier seconds;
    private final @Nullable Path file;
    private final StateWriter writer;
    private long floor; // of the instance ids of this run; written before the state is shared
    private final Map<String, Described> devices =
            new LinkedHashMap<>(); // guarded by this; the last changed at the end
    private final Map<EndpointReference, Long> instances =
            new LinkedHashMap<>(); // guarded by this; those of this second
    private long lastInstance; // guarded by this; the highest that is in the file
    private int lines; // guarded by this
    private long forgotten; // guarded by this
    private boolean behind; // guarded by this; the file lacks something, or ends with half a line
    private long failedWrites; // guarded by this

    private HostState(int capacity, LongSupplier seconds, @Nullable Path file, StateWriter writer) {
        if (capacity < 1) {
            throw new IllegalArgumentException("capacity: " + capacity + " (expected: >= 1)");
        }
        this.capacity = capacity;
        this.seconds = seconds;
        this.file = file;
        this.writer = writer;
    }

    /**
     * State that is forgotten with the process.
     *
     * @param capacity most devices remembered; the one unchanged for the longest time goes
     * @param seconds since 1970
     */
    public static HostState inMemory(int capacity, LongSupplier seconds) {
        return new HostState(capacity, seconds, null, StateWriter.FILES);
    }

    /**
     * State that is kept in a file, which is made if it is not there.
     *
     * @param capacity as for {@link #inMemory}
     * @param seconds since 1970
     * @throws IOException if the file cannot be read or written, or is none of ours; the message names file and line
     */
    public static HostState inFile(Path file, int capacity, LongSupplier seconds) throws IOException {
        return inFile(file, capacity, seconds, StateWriter.FILES);
    }

    /** As above, written by somebody else than {@link StateWriter#FILES}. */
    public static HostState inFile(Path file, int capacity, LongSupplier seconds, StateWriter writer)
            throws IOException {
        HostState state = new HostState(capacity, seconds, file, writer);
        if (Files.exists(file)) {
            state.read(file, Files.readAllLines(file, StandardCharsets.UTF_8));
        }
        state.writeAnew(file);
        return state;
    }

    /** Times that the file could not be written; what it lacks is written as soon as that is possible again. */
    public synchronized long failedWrites() {
        return failedWrites;
    }

    /** Tries once more to write what the file lacks. */
    synchronized void flush() {
        if (behind) {
            keep("");
        }
    }

    /** Devices that had to make room. */
    public synchronized long forgotten() {
        return forgotten;
    }

    /**
     * The version that a description has: the last one if it is the same as then, else a higher one.
     *
     * @param description all that the device tells: of the same bytes if and only if nothing changed
     */
    synchronized long versionOf(EndpointReference device, byte[] description) {
        String digest = digest(description);
        Described known = devices.get(device.address());
        if (known != null && known.digest().equals(digest)) {
            return known.version();
        }
        long version = known == null
                ? Math.min(HIGHEST, Math.max(1, seconds.getAsLong()))
                : Math.min(HIGHEST, known.version() + 1);
        put(device.address(), new Described(version, digest));
        keep(line(device.address()));
        return version;
    }

    /** The instance id of a device that starts now: the seconds since 1970, or more where that was used before. */
    synchronized long instanceOf(EndpointReference device) {
        long now = Math.max(1, seconds.getAsLong());
        Long last = instances.remove(device);
        long instance = Math.min(HIGHEST, Math.max(Math.max(now, floor), last == null ? 0 : last + 1));
        // Those of earlier seconds say nothing that the clock does not say, so there are never many.
        Iterator<Long> eldest = instances.values().iterator();
        while (eldest.hasNext() && eldest.next() < now) {
            eldest.remove();
        }
        instances.put(device, instance);
        if (instance > lastInstance) {
            lastInstance = instance;
            keep(instanceLine());
        }
        return instance;
    }

    private String instanceLine() {
        return INSTANCE + lastInstance + "\n";
    }

    private void put(String device, Described described) {
        devices.remove(device);
        if (devices.size() == capacity) {
            devices.remove(devices.keySet().iterator().next());
            forgotten++;
        }
        devices.put(device, described);
    }

    private void keep(String line) {
        if (file == null) {
            return;
        }
        try {
            if (behind || lines >= LINES_PER_DEVICE * Math.max(16, devices.size())) {
                writeAnew(file);
            } else {
                writer.write(file, line.getBytes(StandardCharsets.UTF_8), true);
                lines++;
            }
            if (behind) {
                behind = false;
                LOG.info("host state: {} is whole again", file);
            }
        } catch (IOException e) {
            failedWrites++;
            if (!behind) {
                behind = true;
                LOG.error(
                        "host state: {} cannot be written: {}; devices go on, and what is new is lost if the process ends"
                                + " before it can (expected: room on the disk, and the right to write)",
                        file,
                        e.getMessage());
            }
        }
    }

    private String line(String device) {
        Described described = devices.get(device);
        if (described == null) {
            throw new IllegalStateException("device: " + device + " (expected: one that was put)");
        }
        return described.version() + " " + described.digest() + " " + device + "\n";
    }

    private void read(Path source, List<String> text) throws IOException {
        if (text.isEmpty() || !text.get(0).equals(FIRST_LINE)) {
            throw new IOException(source + ":1: '" + (text.isEmpty() ? "" : text.get(0)) + "' (expected: '" + FIRST_LINE
                    + "'; another file, or take this one away)");
        }
        for (int i = 1; i < text.size(); i++) {
            if (text.get(i).matches(INSTANCE + "[0-9]{1,10}")) {
                lastInstance = Math.max(lastInstance, Long.parseLong(text.get(i).substring(INSTANCE.length())));
                floor = lastInstance + 1;
                continue;
            }
            String[] words = text.get(i).split(" ", 3);
            boolean whole = words.length == 3
                    && words[0].matches("[0-9]{1,10}")
                    && Long.parseLong(words[0]) <= HIGHEST
                    && words[1].matches("[0-9a-f]{64}")
                    && !words[2].isBlank();
            if (whole) {
                put(words[2], new Described(Long.parseLong(words[0]), words[1]));
            } else if (i < text.size() - 1) {
                throw new IOException(source + ":" + (i + 1) + ": '" + text.get(i)
                        + "' (expected: version, digest, endpoint, or instance and a number; take the line away)");
            }
            // The last line may be half written: the process ended before anybody was told that number.
        }
    }

    private void writeAnew(Path target) throws IOException {
        StringBuilder text = new StringBuilder(FIRST_LINE).append('\n').append(instanceLine());
        devices.keySet().forEach(device -> text.append(line(device)));
        Path fresh = target.resolveSibling(target.getFileName() + ".new");
        try {
            writer.write(fresh, text.toString().getBytes(StandardCharsets.UTF_8), false);
        } catch (IOException e) {
            // Half a draft would take room that somebody needs.
            Files.deleteIfExists(fresh);
            throw e;
        }
        try {
            Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(fresh, target, StandardCopyOption.REPLACE_EXISTING);
        }
        lines = devices.size() + 1;
    }

    private static String digest(byte[] description) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(description));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256: missing from this JDK (expected: in every one)", e);
        }
    }
}
