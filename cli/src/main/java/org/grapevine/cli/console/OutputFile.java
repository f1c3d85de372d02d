package org.grapevine.cli.console;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Files that an option names and a command writes. */
public final class OutputFile {

    private OutputFile() {}

    /** The path that an option was given; null if it was not given. */
    public static @Nullable Path pathOf(String option, String given) {
        try {
            return given.isEmpty() ? null : Path.of(given);
        } catch (InvalidPathException e) {
            throw new UsageException(option + ": '" + given + "' (expected: a path)", e);
        }
    }

    /** Writes a text. */
    public static void write(String option, Path path, String text) {
        try {
            Files.writeString(path, text);
        } catch (IOException e) {
            throw unwritable(option, path, e);
        }
    }

    /** Opens a file for writing. */
    public static BufferedWriter open(String option, Path path) {
        try {
            return Files.newBufferedWriter(path);
        } catch (IOException e) {
            throw unwritable(option, path, e);
        }
    }

    private static FailedException unwritable(String option, Path path, IOException cause) {
        return new FailedException(
                option + ": " + path + " cannot be written (expected: a file in a folder that is there)", cause);
    }
}
