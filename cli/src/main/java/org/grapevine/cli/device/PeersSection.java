package org.grapevine.cli.device;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.grapevine.cli.console.UsageException;
import org.grapevine.cli.console.Values;
import org.grapevine.gossip.shadow.PeerOptions;
import org.grapevine.peer.FeedOptions;
import org.grapevine.policy.PolicyException;
import org.grapevine.policy.View;
import org.grapevine.yaml.YamlMap;

/** The key {@code peers} of a device file: whom devices keep in mind, and how they learn of them. */
final class PeersSection {

    private static final Set<String> KEYS = Set.of("view", "contacts", "fetches", "shuffle");
    private static final int MOST_CONTACTS = 64;
    private static final int SHORTEST_SHUFFLE = 100;
    private static final int LONGEST_SHUFFLE = 3_600_000;

    private PeersSection() {}

    /** What the file says, and defaults for the rest. */
    static PeerOptions of(YamlMap file) {
        PeerOptions standard = PeerOptions.defaults();
        Optional<YamlMap> section = file.map("peers", KEYS);
        if (section.isEmpty()) {
            return standard;
        }
        YamlMap peers = section.get();
        FeedOptions feed = standard.feed();
        int fetches = (int) peers.integer("fetches", feed.fetchesPerSecond(), 1, 10_000);
        int shuffle = (int) peers.integer("shuffle", standard.shuffleMillis(), SHORTEST_SHUFFLE, LONGEST_SHUFFLE);
        return standard.withDefaultView(view(peers, standard.defaultView()))
                .withTimes(shuffle, standard.tendMillis(), standard.contactMillis())
                .withFeed(feed.withRate(fetches, feed.burst()).withContacts(contacts(peers)));
    }

    private static View view(YamlMap peers, View otherwise) {
        String word = peers.text("view", otherwise.wireName());
        try {
            return View.ofWireName(word);
        } catch (PolicyException e) {
            throw peers.error("view", YamlMap.quoted(word), e.expected());
        }
    }

    private static List<URI> contacts(YamlMap peers) {
        List<String> texts = peers.texts("contacts");
        if (texts.size() > MOST_CONTACTS) {
            throw peers.error("contacts", texts.size() + " addresses", "at most " + MOST_CONTACTS);
        }
        List<URI> contacts = new ArrayList<>();
        for (String text : texts) {
            try {
                contacts.add(Values.httpAddress("contacts", text));
            } catch (UsageException e) {
                throw peers.error("contacts", YamlMap.quoted(text), "http://host:port/path of a device");
            }
        }
        return contacts;
    }
}
