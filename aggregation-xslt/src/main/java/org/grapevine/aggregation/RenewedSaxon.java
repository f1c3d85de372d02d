package org.grapevine.aggregation;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import javax.xml.namespace.QName;
import net.sf.saxon.s9api.XsltExecutable;
import org.grapevine.core.memory.RecentlyUsed;
import org.grapevine.core.reply.AggregationException;
import org.jspecify.annotations.Nullable;

/**
 * The {@link LockedSaxon} of one host, replaced by a fresh one now and then: a configuration keeps every name that it ever saw,
 * and at about a million refuses all further documents (docs/references.md, 3.3). Work under way ends in the generation where it began.
 * Safe for several threads.
 */
final class RenewedSaxon {

    private final AggregationLimits limits;
    private final @Nullable RunLimits strangers;
    private final LongAdder droppedMessages = new LongAdder();
    private final LongAdder renewals = new LongAdder();
    private volatile Generation current;

    /** For stylesheets that the host lists itself. */
    RenewedSaxon(AggregationLimits limits) {
        this(limits, null);
    }

    /** @param strangers the limits of each run, for stylesheets of strangers; null for those that the host lists itself */
    RenewedSaxon(AggregationLimits limits, @Nullable RunLimits strangers) {
        this.limits = limits;
        this.strangers = strangers;
        this.current = generation();
    }

    private Generation generation() {
        return new Generation(new LockedSaxon(droppedMessages, strangers), limits.functions());
    }

    Generation current() {
        return current;
    }

    /** Notes what a document brought into a generation, and replaces that one if it has seen enough. */
    void note(Generation generation, int documents, Set<QName> names) {
        generation.names.addAll(names);
        if (generation.documents.addAndGet(documents) >= limits.documents()
                || generation.names.size() >= limits.names()) {
            replace(generation);
        }
    }

    long droppedMessages() {
        return droppedMessages.sum();
    }

    long renewals() {
        return renewals.sum();
    }

    private synchronized void replace(Generation old) {
        if (current == old) {
            current = generation();
            renewals.increment();
        }
    }

    /** A configuration and what was compiled in it. */
    static final class Generation {

        private final LockedSaxon saxon;
        private final Map<String, XsltExecutable> compiled;
        private final Set<QName> names = ConcurrentHashMap.newKeySet();
        private final AtomicInteger documents = new AtomicInteger();

        private Generation(LockedSaxon saxon, int functions) {
            this.saxon = saxon;
            this.compiled = new RecentlyUsed<>(functions);
        }

        LockedSaxon saxon() {
            return saxon;
        }

        /** Compiles at the first use, and again if so many others were used since that it is no longer kept. */
        XsltExecutable executable(Stylesheet stylesheet) throws AggregationException {
            synchronized (compiled) {
                XsltExecutable executable = compiled.get(stylesheet.uri());
                if (executable == null) {
                    executable = saxon.compile(stylesheet.name(), stylesheet.text());
                    compiled.put(stylesheet.uri(), executable);
                }
                return executable;
            }
        }
    }
}
