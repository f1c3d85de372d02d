package org.grapevine.peer;

import java.net.URI;
import java.util.List;

/**
 * How a Peer Service learns of peers.
 *
 * @param fetchesPerSecond metadata that the host asks for in a second, 1..10000
 * @param burst metadata that it asks for at once after a rest, 1..10000
 * @param spreadMillis a host that wants some peers waits a random time up to this before it asks, 0..60000, so that those that
 *     start together do not ask together
 * @param contacts transport addresses of devices that are asked who they are even if nothing was heard of them; for networks
 *     through which no multicast passes. At most {@value #MOST_CONTACTS}
 */
public record FeedOptions(int fetchesPerSecond, int burst, int spreadMillis, List<URI> contacts) {

    static final int MOST_CONTACTS = 64;

    public FeedOptions {
        contacts = List.copyOf(contacts);
        require("fetchesPerSecond", fetchesPerSecond, 1, 10_000);
        require("burst", burst, 1, 10_000);
        require("spreadMillis", spreadMillis, 0, 60_000);
        if (contacts.size() > MOST_CONTACTS) {
            throw new IllegalArgumentException(
                    "contacts: " + contacts.size() + " (expected: at most " + MOST_CONTACTS + ")");
        }
        for (URI contact : contacts) {
            boolean http = "http".equals(contact.getScheme()) || "https".equals(contact.getScheme());
            if (!http || contact.getHost() == null) {
                throw new IllegalArgumentException(
                        "contacts: " + contact + " (expected: the HTTP address of a device)");
            }
        }
    }

    /** 50 fetches a second, 32 at once, up to a second of patience, and no contacts. */
    public static FeedOptions defaults() {
        return new FeedOptions(50, 32, 1_000, List.of());
    }

    /** The same with another rate. */
    public FeedOptions withRate(int perSecond, int atOnce) {
        return new FeedOptions(perSecond, atOnce, spreadMillis, contacts);
    }

    /** The same with another patience. */
    public FeedOptions withSpreadMillis(int millis) {
        return new FeedOptions(fetchesPerSecond, burst, millis, contacts);
    }

    /** The same with these contacts. */
    public FeedOptions withContacts(List<URI> addresses) {
        return new FeedOptions(fetchesPerSecond, burst, spreadMillis, addresses);
    }

    private static void require(String name, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: " + least + ".." + most + ")");
        }
    }
}
