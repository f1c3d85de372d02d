package org.grapevine.peer;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.grapevine.dpws.device.Discovery;
import org.grapevine.dpws.discovery.DeviceAnnouncement;
import org.grapevine.dpws.discovery.Probe;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the devices at given addresses who they are, by directed Probes, until they are known, and from time to time after that, since
 * nothing tells when they change. Belongs to the event loop of discovery.
 */
final class StaticContacts {

    private static final Logger LOG = LoggerFactory.getLogger(StaticContacts.class);

    private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(5);
    private static final long FIRST_PAUSE_MILLIS = 1_000;
    private static final long LONGEST_PAUSE_MILLIS = 60_000;

    /** An answer is of use for so long. */
    private static final long REFRESH_MILLIS = 300_000;

    private static final class Contact {
        private final URI address;
        private @Nullable DeviceAnnouncement device;
        private long answeredMillis;
        private volatile boolean asked;

        private Contact(URI address) {
            this.address = address;
        }
    }

    private final Discovery discovery;
    private final FeedOptions options;
    private final TokenBucket bucket;
    private final RandomGenerator random;
    private final Predicate<DeviceAnnouncement> isKnown;
    private final Consumer<DeviceAnnouncement> found;
    private final List<Contact> contacts = new ArrayList<>();
    private boolean running;
    private long pauseMillis = FIRST_PAUSE_MILLIS;

    /**
     * Asks nobody yet.
     *
     * @param isKnown whether the device's metadata is there
     * @param found told of the device at a contact's address
     */
    StaticContacts(
            Discovery discovery,
            FeedOptions options,
            TokenBucket bucket,
            RandomGenerator random,
            Predicate<DeviceAnnouncement> isKnown,
            Consumer<DeviceAnnouncement> found) {
        this.discovery = discovery;
        this.options = options;
        this.bucket = bucket;
        this.random = random;
        this.isKnown = isKnown;
        this.found = found;
        options.contacts().forEach(address -> contacts.add(new Contact(address)));
    }

    /** Somebody follows a segment: asks, after a random moment, and goes on as long as the loop runs. */
    void start() {
        if (!running && !contacts.isEmpty()) {
            running = later(random.nextInt(options.spreadMillis() + 1));
        }
    }

    private boolean later(long millis) {
        return discovery.loop().schedule(millis, this::round).isPresent();
    }

    private void round() {
        long now = discovery.loop().nowMillis();
        boolean allKnown = true;
        for (Contact contact : contacts) {
            DeviceAnnouncement device = contact.device;
            boolean known = device != null && isKnown.test(device);
            allKnown &= known;
            boolean fresh = known && now - contact.answeredMillis < REFRESH_MILLIS;
            if (!fresh && !contact.asked && bucket.take(now)) {
                ask(contact);
            }
        }
        // One that goes is asked again soon.
        pauseMillis = allKnown ? FIRST_PAUSE_MILLIS : Math.min(LONGEST_PAUSE_MILLIS, 2 * pauseMillis);
        running = later(allKnown ? LONGEST_PAUSE_MILLIS : pauseMillis / 2 + random.nextInt((int) pauseMillis / 2));
    }

    private void ask(Contact contact) {
        contact.asked = true;
        CompletableFuture<List<DeviceAnnouncement>> unused = discovery
                .probeDirectly(contact.address, Probe.of(List.of(), List.of()), PROBE_TIMEOUT)
                .whenComplete((matches, failure) -> {
                    if (failure != null) {
                        LOG.debug("contact {}: {}", contact.address, failure.toString());
                    }
                    // If the loop does not take it, the next round cannot know: it asks again.
                    if (!discovery.loop().offer(() -> answered(contact, matches == null ? List.of() : matches))) {
                        contact.asked = false;
                    }
                });
    }

    private void answered(Contact contact, List<DeviceAnnouncement> matches) {
        contact.asked = false;
        if (matches.size() == 1) {
            contact.device = matches.get(0);
            contact.answeredMillis = discovery.loop().nowMillis();
            found.accept(matches.get(0));
        }
    }
}
