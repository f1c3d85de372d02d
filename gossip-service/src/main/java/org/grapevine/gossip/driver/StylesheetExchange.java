package org.grapevine.gossip.driver;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.grapevine.core.memory.RecentlyUsed;
import org.grapevine.core.reply.AggregationException;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.soap.EnvelopeLimits;
import org.grapevine.dpws.soap.EnvelopeReader;
import org.grapevine.dpws.soap.MalformedEnvelopeException;
import org.grapevine.dpws.transport.HttpReply;
import org.grapevine.gossip.header.MalformedGossipException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gets the texts of aggregation functions from other devices, and hands them on. One for all shadows of a host: each text is fetched
 * once, however many requests name it. Everything about strangers' texts and functions runs on a few threads of their own. Any thread.
 */
public final class StylesheetExchange {

    private static final Logger LOG = LoggerFactory.getLogger(StylesheetExchange.class);

    /** Kind of fault of a device that has no such function, or will not run it. */
    public static final String FAULT_KIND = "function";

    /** Texts that are fetched at once; guesses, like all that follow. */
    static final int MOST_FETCHES = 32;

    /** Devices that are asked for one text, one after the other. */
    static final int MOST_SOURCES = 8;

    /** What one device may take to answer. */
    static final long ATTEMPT_MILLIS = 1_000;

    private static final int MOST_REFUSALS = 1_024;
    private static final long REFUSED_FOR_MILLIS = 60_000;
    private static final int MOST_STRANGERS = 1_024;
    private static final int THREADS = 2;
    private static final int MOST_WAITING = 512;
    private static final long IDLE_SECONDS = 10;

    /** Posts an envelope and gives the reply; bounded in time. */
    @FunctionalInterface
    interface Sender {
        CompletableFuture<HttpReply> post(URI to, byte[] envelope, Duration timeout);
    }

    /**
     * What came of the wish for a text.
     *
     * @param failure why the function is not there; empty if it is
     */
    record Outcome(Optional<String> failure) {
        static final Outcome READY = new Outcome(Optional.empty());

        static Outcome failed(String why) {
            return new Outcome(Optional.of(why));
        }
    }

    /** One text that is being fetched; guarded by the exchange. */
    private static final class Fetch {
        private final ArrayDeque<URI> sources = new ArrayDeque<>();
        private final Set<URI> known = new LinkedHashSet<>();
        private final long endMillis;
        private final CompletableFuture<Outcome> outcome = new CompletableFuture<>();

        Fetch(long endMillis) {
            this.endMillis = endMillis;
        }
    }

    private final Aggregations aggregations;
    private final Sender sender;
    private final Supplier<String> messageIds;
    private final LongSupplier clock;
    private final Executor apart;
    private final EnvelopeReader reader = new EnvelopeReader(EnvelopeLimits.http(StylesheetCodec.MOST_ENVELOPE_BYTES));
    private final Map<String, Fetch> fetches = new HashMap<>(); // guarded by this, like the next two
    private final Map<String, Long> refusals = new RecentlyUsed<>(MOST_REFUSALS);
    private final Map<String, Boolean> strangers = new RecentlyUsed<>(MOST_STRANGERS);

    private final LongAdder asked = new LongAdder();
    private final LongAdder fetched = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder noRoom = new LongAdder();

    /**
     * What it has done so far.
     *
     * @param asked requests for a text that were sent
     * @param fetched texts that came, and were found fit to run
     * @param failed requests that brought no text, or a wrong one
     * @param refused texts that came, and were found unfit
     * @param noRoom wishes and tasks for which there was no room
     */
    public record Counters(long asked, long fetched, long failed, long refused, long noRoom) {}

    StylesheetExchange(Aggregations aggregations, Sender sender, Supplier<String> messageIds, LongSupplier clock) {
        this(aggregations, sender, messageIds, clock, threads());
    }

    /**
     * As above.
     *
     * @param clock ms since the epoch
     * @param apart runs what strangers' texts and functions need; refuses what it has no room for
     */
    StylesheetExchange(
            Aggregations aggregations, Sender sender, Supplier<String> messageIds, LongSupplier clock, Executor apart) {
        this.aggregations = aggregations;
        this.sender = sender;
        this.messageIds = messageIds;
        this.clock = clock;
        this.apart = apart;
    }

    private static Executor threads() {
        AtomicInteger next = new AtomicInteger();
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                THREADS, THREADS, IDLE_SECONDS, TimeUnit.SECONDS, new ArrayBlockingQueue<>(MOST_WAITING), task -> {
                    Thread thread = new Thread(task, "strangers-" + next.getAndIncrement());
                    thread.setDaemon(true); // A function in its time limit must not keep a host from closing.
                    return thread;
                });
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    /** True if the function can be called now. */
    boolean isKnown(String function) {
        return aggregations.isKnown(function);
    }

    /** True if it makes sense to ask for its text. */
    boolean mayObtain(String function) {
        return aggregations.takesStrangers()
                && StylesheetText.hashPart(function).isPresent();
    }

    /** True if the function came from the network. */
    synchronized boolean isStranger(String function) {
        return StylesheetText.hashPart(function).filter(strangers::containsKey).isPresent();
    }

    /**
     * Runs what may take a stranger's whole time limit.
     *
     * @return false if there is no room for it: it will not run, and was counted
     */
    boolean runApart(Runnable task) {
        try {
            apart.execute(task);
            return true;
        } catch (RejectedExecutionException e) {
            noRoom.increment();
            return false;
        }
    }

    /**
     * Takes a text that a client handed over with its request. May take a while.
     *
     * @throws AggregationException if it is refused, or not the text of that function
     */
    public void admit(String function, StylesheetText text) throws AggregationException {
        String hash = text.uri();
        if (!StylesheetText.hashPart(function).filter(hash::equals).isPresent()) {
            throw new AggregationException(
                    "g:Stylesheet: text of " + hash + " (expected: the text of " + function + ")");
        }
        if (isKnown(function)) {
            return;
        }
        if (!aggregations.takesStrangers()) {
            throw new AggregationException("g:Stylesheet: text of " + hash
                    + " (expected: none, since this device runs its own functions only)");
        }
        take(hash, text);
    }

    private void take(String hash, StylesheetText text) throws AggregationException {
        try {
            aggregations.admit(text);
        } catch (AggregationException e) {
            refused.increment();
            throw e;
        }
        synchronized (this) {
            strangers.put(hash, true);
        }
    }

    /** A text to hand to a device that asks for it. */
    public Optional<StylesheetText> text(String hash) {
        return aggregations.text(hash).filter(text -> text.uri().equals(hash));
    }

    /**
     * Gets a function from a device. While its text is under way for another request already, the device is kept as one that may be
     * asked if those before it fail.
     *
     * @param source where a device takes HTTP that should know it
     * @param withinMillis when the first asker gives up, ms from now
     * @return completed, never exceptionally, as soon as the function can be called, or no device gave it; by any thread
     */
    CompletableFuture<Outcome> obtain(String function, URI source, long withinMillis) {
        Optional<String> hash = StylesheetText.hashPart(function);
        if (hash.isEmpty()) {
            return done(function + " has no text (expected: urn:sha256:<64 hex digits>)");
        }
        Fetch fetch;
        synchronized (this) {
            Fetch running = fetches.get(hash.get());
            if (running == null && isKnown(function)) {
                return CompletableFuture.completedFuture(Outcome.READY); // Since the asker looked.
            }
            if (isRefused(hash.get(), source)) {
                return running == null ? done("its text was refused not long ago") : running.outcome;
            }
            if (running == null && fetches.size() >= MOST_FETCHES) {
                noRoom.increment();
                return done("too many texts are being fetched");
            }
            fetch = running == null ? new Fetch(clock.getAsLong() + withinMillis) : running;
            if (fetch.known.size() < MOST_SOURCES && fetch.known.add(source)) {
                fetch.sources.add(source);
            }
            if (running != null) {
                return running.outcome;
            }
            fetches.put(hash.get(), fetch);
        }
        next(hash.get(), fetch, "nobody to ask");
        return fetch.outcome;
    }

    private static CompletableFuture<Outcome> done(String why) {
        return CompletableFuture.completedFuture(Outcome.failed(why));
    }

    private boolean isRefused(String hash, URI source) {
        Long since = refusals.get(hash + ' ' + source);
        return since != null && clock.getAsLong() - since < REFUSED_FOR_MILLIS;
    }

    /** Asks the next device, or gives up. */
    private void next(String hash, Fetch fetch, String why) {
        URI source;
        long left;
        synchronized (this) {
            left = fetch.endMillis - clock.getAsLong();
            source = left > 0 ? fetch.sources.poll() : null;
            if (source == null) {
                fetches.remove(hash);
            }
        }
        if (source == null) {
            fetch.outcome.complete(Outcome.failed(why));
            return;
        }
        asked.increment();
        byte[] request = StylesheetCodec.request(hash, source.toString(), messageIds.get());
        Duration timeout = Duration.ofMillis(Math.min(left, ATTEMPT_MILLIS));
        CompletableFuture<Void> unused = sender.post(source, request, timeout).handle((reply, failure) -> {
            // The sender's threads are few, and a text is compiled to see whether it is fit.
            boolean taken = runApart(() -> answered(hash, fetch, source, reply, failure));
            if (!taken) {
                synchronized (this) {
                    fetches.remove(hash);
                }
                fetch.outcome.complete(Outcome.failed("busy: no room to look at its text"));
            }
            return null;
        });
    }

    private void answered(String hash, Fetch fetch, URI source, HttpReply reply, Throwable failure) {
        String why;
        try {
            if (failure != null) {
                why = source + " does not answer";
            } else {
                take(hash, text(hash, reply));
                fetched.increment();
                synchronized (this) {
                    fetches.remove(hash);
                }
                fetch.outcome.complete(Outcome.READY);
                return;
            }
        } catch (MalformedEnvelopeException | MalformedGossipException e) {
            why = source + ": " + e.getMessage();
        } catch (AggregationException e) {
            why = e.getMessage();
            synchronized (this) {
                refusals.put(hash + ' ' + source, clock.getAsLong());
            }
        } catch (RuntimeException e) {
            LOG.error("stylesheet {} could not be looked at", hash, e);
            why = "its text could not be looked at";
        }
        failed.increment();
        LOG.debug("stylesheet {}: {}", hash, why);
        next(hash, fetch, why);
    }

    private StylesheetText text(String hash, HttpReply reply)
            throws MalformedEnvelopeException, MalformedGossipException {
        if (reply.status() != 200) {
            throw new MalformedGossipException("status " + reply.status() + " (expected: 200)");
        }
        Envelope envelope = reader.readWhole(reply.body());
        StylesheetText text = StylesheetCodec.answered(envelope);
        if (!text.uri().equals(hash)) {
            throw new MalformedGossipException("text of " + text.uri() + " (expected: that of " + hash + ")");
        }
        return text;
    }

    /** Texts that are being fetched now. */
    synchronized int underWay() {
        return fetches.size();
    }

    /** A snapshot. */
    public Counters counters() {
        return new Counters(asked.sum(), fetched.sum(), failed.sum(), refused.sum(), noRoom.sum());
    }
}
