package org.grapevine.gossip.header;

import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import org.grapevine.core.membership.PeerEntry;
import org.grapevine.core.membership.PeerMessage;
import org.grapevine.core.membership.Rumour;

/** Entries, rumours and shares as lists of words. */
final class PeerWords {

    private final AddressWords addresses;

    /** @param sender address of the shadow that sends the message */
    PeerWords(String sender) {
        this.addresses = new AddressWords(sender);
    }

    String entries(List<PeerEntry> entries) {
        StringJoiner words = new StringJoiner(" ");
        entries.forEach(entry -> words.add(entry(entry)));
        return words.toString();
    }

    private String entry(PeerEntry entry) {
        return entry.httpPort() + "," + entry.age() + "," + addresses.write(entry.address());
    }

    List<PeerEntry> entries(List<String> words, int most) throws MalformedGossipException {
        requireAtMost("entries", words.size(), most);
        List<PeerEntry> entries = new ArrayList<>(words.size());
        for (String word : words) {
            String[] parts = parts(word, 3, "entry", "port,age,address");
            entries.add(new PeerEntry(
                    addresses.read(parts[2]), (int) ControlElement.number("httpPort", parts[0], 65_535), (int)
                            ControlElement.number("age", parts[1], PeerEntry.MAX_AGE)));
        }
        return entries;
    }

    /** The only entry of a message. */
    PeerEntry entry(List<String> words) throws MalformedGossipException {
        List<PeerEntry> entries = entries(words, 1);
        if (entries.isEmpty()) {
            throw new MalformedGossipException("entries: 0 (expected: 1)");
        }
        return entries.get(0);
    }

    String rumours(List<Rumour> rumours) {
        StringJoiner words = new StringJoiner(" ");
        for (Rumour rumour : rumours) {
            words.add(state(rumour.state()) + rumour.incarnation() + "," + addresses.write(rumour.about()));
            words.add(addresses.write(rumour.from()));
        }
        return words.toString();
    }

    List<Rumour> rumours(List<String> words, int most) throws MalformedGossipException {
        requireAtMost("rumours", (words.size() + 1) / 2, most);
        if (words.size() % 2 != 0) {
            throw new MalformedGossipException("rumours: " + words.size() + " words (expected: two for each)");
        }
        List<Rumour> rumours = new ArrayList<>(words.size() / 2);
        for (int i = 0; i < words.size(); i += 2) {
            String[] parts = parts(words.get(i), 3, "rumour", "state,incarnation,address");
            rumours.add(new Rumour(
                    addresses.read(parts[2]),
                    state(parts[0]),
                    ControlElement.number("incarnation", parts[1], Long.MAX_VALUE),
                    addresses.read(words.get(i + 1))));
        }
        return rumours;
    }

    private static String state(Rumour.State state) {
        return switch (state) {
            case ALIVE -> "a,";
            case SUSPECT -> "s,";
            case DEAD -> "d,";
        };
    }

    private static Rumour.State state(String word) throws MalformedGossipException {
        return switch (word) {
            case "a" -> Rumour.State.ALIVE;
            case "s" -> Rumour.State.SUSPECT;
            case "d" -> Rumour.State.DEAD;
            default -> throw new MalformedGossipException("state: " + word + " (expected: a, s or d)");
        };
    }

    String shares(List<PeerMessage.Share> shares) {
        StringJoiner words = new StringJoiner(" ");
        shares.forEach(share -> words.add(share.part() + "," + addresses.write(share.starter())));
        return words.toString();
    }

    List<PeerMessage.Share> shares(List<String> words, int most) throws MalformedGossipException {
        requireAtMost("shares", words.size(), most);
        List<PeerMessage.Share> shares = new ArrayList<>(words.size());
        for (String word : words) {
            String[] parts = parts(word, 2, "share", "part,address");
            shares.add(new PeerMessage.Share(addresses.read(parts[1]), part(parts[0])));
        }
        return shares;
    }

    private static double part(String word) throws MalformedGossipException {
        double part = Double.NaN;
        if (word.matches("[0-9][0-9.E-]*")) {
            try {
                part = Double.parseDouble(word);
            } catch (NumberFormatException e) {
                part = Double.NaN;
            }
        }
        if (!(part >= 0 && part <= 1)) {
            throw new MalformedGossipException("part: " + word + " (expected: 0..1)");
        }
        return part;
    }

    AddressWords addresses() {
        return addresses;
    }

    private static String[] parts(String word, int count, String name, String expected)
            throws MalformedGossipException {
        String[] parts = word.split(",", count);
        if (parts.length < count) {
            throw new MalformedGossipException(name + ": " + word + " (expected: " + expected + ")");
        }
        return parts;
    }

    private static void requireAtMost(String name, int count, int most) throws MalformedGossipException {
        if (count > most) {
            throw new MalformedGossipException(name + ": " + count + " (expected: 0.." + most + ")");
        }
    }
}
