package org.grapevine.gossip.header;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import org.grapevine.core.message.MessageId;

/**
 * Message ids as a list of words. One of the form {@code urn:uuid:} with a UUID in lower case, as nearly all are, is written as a
 * tilde and the 22 characters of its base64url form (RFC 4648, section 5): half the size, and back to the same characters. An id
 * that begins with a tilde itself, which no IRI does, gets another one.
 */
final class IdList {

    private static final char MARK = '~';
    private static final String UUID_URN = "urn:uuid:";
    private static final int UUID_URN_LENGTH = UUID_URN.length() + 36;
    private static final int SHORT_LENGTH = 22;

    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();

    private IdList() {}

    static String write(List<MessageId> ids) {
        StringBuilder words = new StringBuilder(ids.size() * (SHORT_LENGTH + 2));
        for (MessageId id : ids) {
            if (words.length() > 0) {
                words.append(' ');
            }
            append(words, id.value());
        }
        return words.toString();
    }

    private static void append(StringBuilder words, String id) {
        if (id.length() == UUID_URN_LENGTH && id.startsWith(UUID_URN) && isCanonical(id)) {
            UUID uuid = UUID.fromString(id.substring(UUID_URN.length()));
            byte[] bytes = ByteBuffer.allocate(2 * Long.BYTES)
                    .putLong(uuid.getMostSignificantBits())
                    .putLong(uuid.getLeastSignificantBits())
                    .array();
            words.append(MARK).append(new String(ENCODER.encode(bytes), ISO_8859_1));
        } else if (id.charAt(0) == MARK) {
            words.append(MARK).append(id);
        } else {
            words.append(id);
        }
    }

    /** Only what comes back letter by letter is shortened: ids are compared that way. */
    private static boolean isCanonical(String id) {
        for (int i = UUID_URN.length(); i < UUID_URN_LENGTH; i++) {
            char c = id.charAt(i);
            int place = i - UUID_URN.length();
            boolean dash = place == 8 || place == 13 || place == 18 || place == 23;
            boolean hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
            if (dash ? c != '-' : !hex) {
                return false;
            }
        }
        return true;
    }

    /**
     * Reads the words.
     *
     * @throws IllegalArgumentException if one is no id
     */
    static List<MessageId> read(List<String> words) {
        List<MessageId> ids = new ArrayList<>(words.size());
        for (String word : words) {
            ids.add(new MessageId(read(word)));
        }
        return ids;
    }

    private static String read(String word) {
        if (word.isEmpty() || word.charAt(0) != MARK) {
            return word;
        }
        if (word.length() > 1 && word.charAt(1) == MARK) {
            return word.substring(1);
        }
        if (word.length() != 1 + SHORT_LENGTH) {
            throw notShort(word);
        }
        try {
            ByteBuffer bytes = ByteBuffer.wrap(Base64.getUrlDecoder().decode(word.substring(1)));
            return UUID_URN + new UUID(bytes.getLong(), bytes.getLong());
        } catch (IllegalArgumentException e) {
            throw notShort(word);
        }
    }

    private static IllegalArgumentException notShort(String word) {
        return new IllegalArgumentException(
                "message id: " + word + " (expected: a tilde and the 22 characters of a UUID)");
    }
}
