package org.grapevine.gossip.header;

import org.grapevine.core.message.PeerAddress;

/**
 * Addresses of peers as words, beside that of the sender, with which they share much: {@code ~18,22,1.140:40125/sm-7} are the first 18
 * characters of the sender's address, what stands behind the second comma, and the last 22 characters of the sender's. An address that
 * shares little is written as it is.
 *
 * @param sender from which both sides take what is left out
 */
record AddressWords(String sender) {

    /** Longest address of a peer, in characters; a guess, several times of what this host's own ones have. */
    static final int MAX_LENGTH = 256;

    private static final char MARK = '~';

    /** What a shortened address costs by itself. */
    private static final int LEAST_SHARED = 7;

    /** False for an address that no word can be: whoever calls itself so cannot be told to others. */
    static boolean canWrite(PeerAddress address) {
        return isWord(address.value());
    }

    /** @throws IllegalArgumentException for an address that no word can be */
    String write(PeerAddress address) {
        String value = address.value();
        if (!isWord(value)) {
            throw new IllegalArgumentException(
                    "address: '" + value + "' (expected: 1.." + MAX_LENGTH + " characters without white space)");
        }
        int shortest = Math.min(value.length(), sender.length());
        int first = 0;
        while (first < shortest && isShared(value.charAt(first), sender.charAt(first))) {
            first++;
        }
        int last = 0;
        while (last < shortest - first
                && isShared(value.charAt(value.length() - 1 - last), sender.charAt(sender.length() - 1 - last))) {
            last++;
        }
        if (first + last < LEAST_SHARED && value.charAt(0) != MARK) {
            return value;
        }
        return MARK + "" + first + ',' + last + ',' + value.substring(first, value.length() - last);
    }

    /** A pair of surrogates is not parted. */
    private static boolean isShared(char one, char other) {
        return one == other && one < 0x7F;
    }

    private static boolean isWord(String value) {
        return !value.isEmpty()
                && value.length() <= MAX_LENGTH
                && value.chars().noneMatch(c -> c <= ' ' || Character.isWhitespace(c));
    }

    PeerAddress read(String word) throws MalformedGossipException {
        String value = word;
        if (!word.isEmpty() && word.charAt(0) == MARK) {
            String[] parts = word.substring(1).split(",", 3);
            if (parts.length < 3) {
                throw new MalformedGossipException("address: " + word + " (expected: ~first,last,rest)");
            }
            int first = (int) ControlElement.number("characters of the sender", parts[0], sender.length());
            int last = (int) ControlElement.number("characters of the sender", parts[1], sender.length() - first);
            value = sender.substring(0, first) + parts[2] + sender.substring(sender.length() - last);
        }
        if (value.isEmpty() || value.length() > MAX_LENGTH) {
            throw new MalformedGossipException(
                    "address: " + value.length() + " characters (expected: 1.." + MAX_LENGTH + ")");
        }
        if (!isWord(value)) {
            throw new MalformedGossipException("address: '" + value + "' (expected: no white space)");
        }
        return new PeerAddress(value);
    }
}
