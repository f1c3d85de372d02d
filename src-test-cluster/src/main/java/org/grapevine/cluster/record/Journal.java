package org.grapevine.cluster.record;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A file to which entries go as they happen, so that they outlive the process: {@link JournalReader} reads it. Whoever appends never
 * waits for the disk and never hears of its troubles. A thread of the journal's own hands over to the operating system whatever has
 * come together while it wrote the last time, so an entry is in the file a moment later, and there it stays when the process is
 * killed. It is not forced to the disk: a machine that loses its power may lose the end.
 *
 * <p>What finds no room is counted and gone: before a disk that is slow, {@value #MOST_WAITING_OCTETS} octets wait at the most; on
 * a full disk, or in a file that has its {@value #MOST_FILE_OCTETS} octets, entries are refused, and later ones are taken again when
 * there is room. An entry of which the disk took only a part is finished first, so the file never has a hole.
 *
 * <p>For any thread.
 */
public final class Journal implements AutoCloseable {

    /** Entries that wait for the disk, octets. */
    public static final int MOST_WAITING_OCTETS = 4 << 20;

    /** A journal of one life of an agent. */
    public static final long MOST_FILE_OCTETS = 256L << 20;

    /** What each file begins with. */
    static final String HEAD = "GVJ1";

    private static final long CLOSE_MILLIS = 5_000;

    private final WritableByteChannel channel;
    private final Thread writer;
    private final Object lock = new Object();

    // Under the lock.
    private ByteArrayOutputStream waiting = new ByteArrayOutputStream();
    private boolean writing;
    private boolean closed;
    private long written;
    private long refused;
    private long dropped;

    // Of the writer alone.
    private byte[] rest = HEAD.getBytes(StandardCharsets.US_ASCII);
    private boolean restIsEntry;
    private long fileOctets;

    private Journal(WritableByteChannel channel, String name) {
        this.channel = channel;
        this.writer = new Thread(this::writeAll, "journal " + name);
        writer.setDaemon(true);
        writer.start();
    }

    /**
     * Begins a journal.
     *
     * @param file not there yet, or empty; its folder is made if need be
     * @throws IOException if it cannot be opened, or has something in it
     */
    public static Journal open(Path file) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        try {
            if (channel.size() > 0) {
                throw new IOException("journal: " + file + " has " + channel.size() + " octets (expected: a new file)");
            }
            return new Journal(channel, file.toString());
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /**
     * A journal that writes somewhere else: to a channel that refuses for a while, say.
     *
     * @param channel closed with the journal; an exception of its {@code write} means that there is no room at present
     */
    public static Journal to(WritableByteChannel channel) {
        return new Journal(channel, "channel");
    }

    /** Takes an entry, to write it down soon; false if too many are waiting, or the journal is closed. Never waits for the disk. */
    public boolean append(Entry entry) {
        byte[] octets = EntryCodec.encode(entry);
        synchronized (lock) {
            if (closed || waiting.size() + octets.length + 5 > MOST_WAITING_OCTETS) {
                dropped++;
                return false;
            }
            try {
                Numbers.write(waiting, octets.length);
            } catch (IOException e) {
                throw new UncheckedIOException(e); // Memory takes all that is written to it.
            }
            waiting.write(octets, 0, octets.length);
            lock.notifyAll();
            return true;
        }
    }

    /** Entries that the operating system has. */
    public long written() {
        synchronized (lock) {
            return written;
        }
    }

    /** Entries that found no room in the file. */
    public long refused() {
        synchronized (lock) {
            return refused;
        }
    }

    /** Entries that {@link #append} did not take. */
    public long dropped() {
        synchronized (lock) {
            return dropped;
        }
    }

    /**
     * Waits until all that was appended before is written or refused.
     *
     * @return false if that takes longer
     */
    public boolean flush(Duration most) throws InterruptedException {
        long end = System.nanoTime() + most.toNanos();
        synchronized (lock) {
            while (writing || waiting.size() > 0) {
                long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
                if (left <= 0 || !writer.isAlive()) {
                    return false;
                }
                lock.wait(left);
            }
            return true;
        }
    }

    /** Writes what is waiting, for {@value #CLOSE_MILLIS} ms at the most, and closes the file. */
    @Override
    public void close() throws IOException {
        synchronized (lock) {
            closed = true;
            lock.notifyAll();
        }
        try {
            writer.join(CLOSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            channel.close();
        }
    }

    // The writer

    private void writeAll() {
        for (byte[] batch = next(); batch != null; batch = next()) {
            write(batch);
        }
        finishRest();
        if (rest.length > 0 && restIsEntry) {
            count(0, 1);
        }
    }

    private byte @Nullable [] next() {
        synchronized (lock) {
            writing = false;
            lock.notifyAll();
            while (waiting.size() == 0) {
                if (closed) {
                    return null;
                }
                try {
                    lock.wait();
                } catch (InterruptedException e) {
                    return null; // Nobody has this thread but the journal, so this is the end of the process.
                }
            }
            writing = true;
            byte[] batch = waiting.toByteArray();
            waiting = new ByteArrayOutputStream();
            return batch;
        }
    }

    private void write(byte[] batch) {
        boolean room = finishRest() && fileOctets + batch.length <= MOST_FILE_OCTETS;
        int taken = room ? put(batch) : 0;
        int whole = 0;
        int others = 0;
        int at = 0;
        while (at < batch.length) {
            int end = end(batch, at);
            if (end <= taken) {
                whole++;
            } else if (at < taken) {
                rest = Arrays.copyOfRange(batch, taken, end);
                restIsEntry = true;
            } else {
                others++;
            }
            at = end;
        }
        count(whole, others);
    }

    /** Where the entry ends that begins here with its length. */
    private static int end(byte[] batch, int start) {
        int at = start;
        int length = 0;
        int shift = 0;
        while (batch[at] < 0) {
            length |= (batch[at++] & 0x7F) << shift;
            shift += 7;
        }
        length |= batch[at++] << shift;
        return at + length;
    }

    /** True if nothing begun is left. */
    private boolean finishRest() {
        if (rest.length == 0) {
            return true;
        }
        int taken = put(rest);
        rest = Arrays.copyOfRange(rest, taken, rest.length);
        if (rest.length > 0) {
            return false;
        }
        if (restIsEntry) {
            count(1, 0);
        }
        restIsEntry = false;
        return true;
    }

    /** How many of these octets there was room for. */
    private int put(byte[] octets) {
        ByteBuffer buffer = ByteBuffer.wrap(octets);
        try {
            while (buffer.hasRemaining() && channel.write(buffer) > 0) {
                // One call need not take all.
            }
        } catch (IOException e) {
            // No room: counted by whoever asked, and tried again with the next entry.
        }
        fileOctets += buffer.position();
        return buffer.position();
    }

    private void count(int more, int lost) {
        synchronized (lock) {
            written += more;
            refused += lost;
        }
    }
}
