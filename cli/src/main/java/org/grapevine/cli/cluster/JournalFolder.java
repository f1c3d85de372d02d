package org.grapevine.cli.cluster;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.grapevine.cli.console.UsageException;
import org.jspecify.annotations.Nullable;

/** Where agents write down what happens: a folder that was asked for and stays, or one of its own that goes when this is closed. */
record JournalFolder(Path path, boolean isOwn) implements AutoCloseable {

    /**
     * Makes the folder if it is not there.
     *
     * @param given null for one of its own
     */
    static JournalFolder of(String option, @Nullable Path given) throws IOException {
        if (given == null) {
            return new JournalFolder(Files.createTempDirectory("grapevine-cluster-"), true);
        }
        try {
            Files.createDirectories(given);
        } catch (IOException e) {
            throw new UsageException(option + ": " + given + " cannot be made (expected: a folder)", e);
        }
        return new JournalFolder(given, false);
    }

    @Override
    public void close() throws IOException {
        if (!isOwn || !Files.exists(path)) {
            return;
        }
        Files.walkFileTree(path, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure) throws IOException {
                Files.deleteIfExists(folder);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
