package org.grapevine.dpws.fuzz;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** All inputs of a seed: the same index always gives the same bytes, on every machine and in any order. For any number of threads. */
final class FuzzInputs {

    private static final Pattern ID = Pattern.compile("urn:uuid:[0-9a-f]{8}-0000-4000-8000-([0-9a-f]{12})");
    private static final GoldenEnvelopes GOLDEN = new GoldenEnvelopes();

    private static final int LARGEST = 200_000;

    private final long seed;

    FuzzInputs(long seed) {
        this.seed = seed;
    }

    /** An envelope of any kind. */
    byte[] envelope(long index) {
        RandomGenerator random = random("envelope", index);
        return mutated(random, GOLDEN.all, index);
    }

    /** What is sent as a datagram; mostly made of messages of discovery. */
    byte[] datagram(long index) {
        RandomGenerator random = random("datagram", index);
        return mutated(random, random.nextInt(8) == 0 ? GOLDEN.all : GOLDEN.discovery, index);
    }

    /** An envelope with attachments. */
    HttpMutator.Multipart multipart(long index) {
        RandomGenerator random = random("multipart", index);
        return new HttpMutator(random, "", () -> mutated(random, GOLDEN.toService, index)).multipart();
    }

    HttpInput request(long index) {
        RandomGenerator random = random("request", index);
        boolean toDevice = random.nextInt(3) == 0;
        List<Markup.Element> usual = toDevice ? GOLDEN.toDevice : GOLDEN.toService;
        String path = random.nextInt(12) == 0 != toDevice ? FuzzedHost.DEVICE_PATH : FuzzedHost.SERVICE_PATH;
        return new HttpMutator(random, path, () -> mutated(random, random.nextInt(10) == 0 ? GOLDEN.all : usual, index))
                .request();
    }

    private static byte[] mutated(RandomGenerator random, List<Markup.Element> kind, long index) {
        byte[] bytes = new EnvelopeMutator(random, GOLDEN.all).mutate(kind.get(random.nextInt(kind.size())), id(index));
        // Changes upon changes may make an envelope of any size; more than this no client has under way when it is
        // refused.
        return bytes.length > LARGEST ? Arrays.copyOf(bytes, LARGEST) : bytes;
    }

    /** With a check sum in it, so that no mutation makes the id of another input of it. */
    static String id(long index) {
        return String.format(Locale.ROOT, "urn:uuid:%08x-0000-4000-8000-%012x", checkSum(index), index);
    }

    private static int checkSum(long index) {
        return (int) new SplittableRandom(index).nextLong();
    }

    /** The index of the input that has this message id, or -1 if it is of none, perhaps by a mutation. */
    static long indexOf(String id) {
        Matcher matcher = ID.matcher(id);
        if (!matcher.matches()) {
            return -1;
        }
        long index = Long.parseLong(matcher.group(1), 16);
        return id.equals(id(index)) ? index : -1;
    }

    private RandomGenerator random(String kind, long index) {
        // Two neighbouring seeds of a SplittableRandom give unlike numbers, but so must two pairs of seed and index.
        long mixed = new SplittableRandom(seed).nextLong() ^ kind.hashCode() * 0x9E37_79B9_7F4A_7C15L;
        return new SplittableRandom(new SplittableRandom(mixed + index).nextLong());
    }

    /** A command that runs one input alone. */
    String command(String kind, long index) {
        return "mvn -B -pl dpws-stack -am test -Pfuzz -Dfuzz.seed=" + seed + " -Dfuzz.only=" + kind + ":" + index;
    }

    /** Bytes as one can read them. */
    static String shown(byte[] bytes) {
        StringBuilder text = new StringBuilder();
        int shown = Math.min(bytes.length, 6_000);
        for (int i = 0; i < shown; i++) {
            int b = bytes[i] & 0xFF;
            if ((b >= 0x20 && b < 0x7F) || b == '\n') {
                text.append((char) b);
            } else {
                text.append(String.format(Locale.ROOT, "\\x%02x", b));
            }
        }
        return text.append(shown < bytes.length ? "... of " + bytes.length + " bytes" : "")
                .toString();
    }
}
