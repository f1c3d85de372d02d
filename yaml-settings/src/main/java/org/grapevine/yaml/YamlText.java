package org.grapevine.yaml;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** The text of a settings file. */
public final class YamlText {

    /** The largest file that is read, octets. */
    public static final int MAX_BYTES = 1 << 20;

    private YamlText() {}

    /**
     * Reads a file.
     *
     * @param name path of the file, as the user gave it
     * @param what the file is, for the message that there is none: {@code a device file}
     * @throws YamlMistake if there is no such file, it is larger than {@link #MAX_BYTES}, not UTF-8, or cannot be read
     */
    public static String of(String name, String what) {
        try (InputStream in = Files.newInputStream(Path.of(name))) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw new YamlMistake(name + ": over " + MAX_BYTES + " bytes (expected: at most that)");
            }
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new YamlMistake(name + ": not UTF-8 (expected: a text in UTF-8)", e);
        } catch (NoSuchFileException | InvalidPathException e) {
            throw new YamlMistake(name + ": no such file (expected: " + what + ")", e);
        } catch (IOException e) {
            throw new YamlMistake(name + ": cannot be read: " + e.getMessage(), e);
        }
    }
}
