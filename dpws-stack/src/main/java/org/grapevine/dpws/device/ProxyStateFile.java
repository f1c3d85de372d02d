package org.grapevine.dpws.device;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import org.grapevine.dpws.discovery.ProxyEntry;
import org.grapevine.dpws.discovery.ProxySnapshot;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where a Discovery Proxy keeps its entries while it does not run. Any thread. */
final class ProxyStateFile {

    private static final Logger LOG = LoggerFactory.getLogger(ProxyStateFile.class);

    private final Path file;
    private final StateWriter writer;
    private long savedNumber; // guarded by this

    /**
     * What was in the file.
     *
     * @param setAside where an unreadable file is now
     */
    record Loaded(List<ProxyEntry> entries, Optional<Path> setAside) {}

    ProxyStateFile(Path file, StateWriter writer) {
        this.file = file.toAbsolutePath();
        this.writer = writer;
    }

    /**
     * Reads the file. One that is damaged is set aside beside its place, so that nobody has to choose between a proxy that does not
     * start and a file that is lost.
     *
     * @return nothing if there is no file
     * @throws IOException naming the file, if it cannot be opened or was written by a later release
     */
    Loaded load(int most) throws IOException {
        if (!Files.exists(file)) {
            return new Loaded(List.of(), Optional.empty());
        }
        try (BufferedReader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            return new Loaded(ProxySnapshot.read(reader.lines().iterator(), most), Optional.empty());
        } catch (ProxySnapshot.UnreadableException e) {
            if (e.isOfLaterVersion()) {
                throw new IOException("state file " + file + ": " + e.getMessage(), e);
            }
            return setAside(String.valueOf(e.getMessage()));
        } catch (UncheckedIOException e) {
            if (e.getCause() instanceof CharacterCodingException) {
                return setAside("not in UTF-8");
            }
            throw new IOException("state file " + file + ": " + e.getMessage(), e);
        } catch (IOException e) {
            throw new IOException("state file " + file + ": " + e.getMessage(), e);
        }
    }

    private Loaded setAside(String problem) throws IOException {
        Path aside = file.resolveSibling(file.getFileName() + ".unreadable");
        Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING);
        LOG.warn("state file {}: {}; it is {} now, and the proxy starts without entries", file, problem, aside);
        return new Loaded(List.of(), Optional.of(aside));
    }

    /**
     * Writes a new file and puts it in the place of the old one in one step.
     *
     * @param number of the snapshot; one that comes after a later one is not written
     */
    synchronized void save(long number, List<ProxyEntry> entries) throws IOException {
        if (number < savedNumber) {
            return;
        }
        Path draft = file.resolveSibling(file.getFileName() + ".new");
        String text = String.join("\n", ProxySnapshot.write(entries)) + "\n";
        try {
            writer.write(draft, text.getBytes(StandardCharsets.UTF_8), false);
        } catch (IOException e) {
            Files.deleteIfExists(draft);
            throw new IOException("state file " + file + ": " + e.getMessage(), e);
        }
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        savedNumber = number;
    }
}
