package org.grapevine.dpws.device;

import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.BooleanSupplier;

/**
 * How what a host remembers gets into its files: {@link HostState}, and the entries of a {@link HostedProxy}. Another one than {@link
 * #FILES} stands in for a disk that fails. Any thread, one at a time for each file.
 */
@FunctionalInterface
public interface StateWriter {

    /** Writes to the file system; what was written anew is on the disk when it returns. */
    StateWriter FILES = (file, bytes, append) -> {
        if (append) {
            // Fails where there is no file: a line without those before it would make no sense.
            Files.write(file, bytes, StandardOpenOption.APPEND);
            return;
        }
        try (FileOutputStream out = new FileOutputStream(file.toFile())) {
            out.write(bytes);
            out.getFD().sync();
        }
    };

    /**
     * Writes a file.
     *
     * @param append behind what is there, and it must be there; otherwise in its place, or as a new file
     * @throws IOException if not all of it could be written; a part may have been
     */
    void write(Path file, byte[] bytes, boolean append) throws IOException;

    /**
     * A disk that is full whenever somebody says so, and {@link #FILES} otherwise.
     *
     * @param full asked before each write, by any thread
     */
    static StateWriter unlessFull(BooleanSupplier full) {
        return (file, bytes, append) -> {
            if (full.getAsBoolean()) {
                throw new IOException(file + ": No space left on device");
            }
            FILES.write(file, bytes, append);
        };
    }
}
