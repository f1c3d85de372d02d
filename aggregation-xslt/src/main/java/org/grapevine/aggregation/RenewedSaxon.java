package org.grapevine.aggregation;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import javax.xml.namespace.QName;
import net.sf.saxon.s9api.XsltExecutable;
import org.grapevine.core.reply.AggregationException;

/**
 * The {@link LockedSaxon} of one host, replaced by a fresh one now and then: a configuration keeps every name that it ever saw,
 * and at about a million refuses all further documents (docs/references.md, 3.3). Work under way ends in the generation where it began.
 * Safe for several threads.
 */
final class RenewedSaxon {

    private final AggregationLimits limits;
    private final LongAdder droppedMessages = new LongAdder();
    private final LongAdder renewals = new LongAdder();
    private volatile Generation current;

    RenewedSaxon(AggregationLimits limits) {
        this.limits = limits;
        this.current = new Generation(new LockedSaxon(droppedMessages));
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
            current = new Generation(new LockedSaxon(droppedMessages));
            renewals.increment();
        }
    }

    /** A configuration and what was compiled in it. */
    static final class Generation {

        private final LockedSaxon saxon;
        private final Map<String, XsltExecutable> compiled = new ConcurrentHashMap<>();
        private final Set<QName> names = ConcurrentHashMap.newKeySet();
        private final AtomicInteger documents = new AtomicInteger();

        private Generation(LockedSaxon saxon) {
            this.saxon = saxon;
        }

        LockedSaxon saxon() {
            return saxon;
        }

        /** Compiles at the first use; the list of functions bounds how many there can be. */
        XsltExecutable executable(Stylesheet stylesheet) throws AggregationException {
            XsltExecutable known = compiled.get(stylesheet.uri());
            if (known != null) {
                return known;
            }
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
