package org.grapevine.aggregation.sandbox;

import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.grapevine.aggregation.AggregationLimits;
import org.grapevine.aggregation.FunctionReference;
import org.grapevine.aggregation.RunLimits;
import org.grapevine.aggregation.StrangerStylesheets;
import org.grapevine.core.message.Payload;
import org.grapevine.core.reply.AggregationException;
import org.grapevine.core.reply.AggregationFunction;
import org.grapevine.core.reply.Partial;
import org.jspecify.annotations.Nullable;

/**
 * The functions of strangers that a host has admitted, by their hashes. Beyond {@link AggregationLimits#functions} the one that was
 * not used for longest is forgotten, but none while it runs. Safe for several threads; {@link #admit} compiles, and belongs on an
 * executor as merges do.
 */
public final class StrangerFunctions {

    private static final int SIGNATURE_BYTES = 64;

    private final StrangerRules rules;
    private final List<PublicKey> trusted;
    private final AggregationLimits limits;
    private final StrangerStylesheets inThisJvm;
    private final @Nullable SmallJvmPool pool;
    private final Map<String, Admitted> byUri = new LinkedHashMap<>(16, 0.75f, true);
    private final LongAdder signed = new LongAdder();
    private final LongAdder sandboxed = new LongAdder();
    private final LongAdder evicted = new LongAdder();
    private final LongAdder byRules = new LongAdder();
    private final LongAdder byHash = new LongAdder();
    private final LongAdder byContent = new LongAdder();
    private final LongAdder full = new LongAdder();

    private StrangerFunctions(
            StrangerRules rules,
            Collection<PublicKey> trusted,
            AggregationLimits limits,
            RunLimits runLimits,
            @Nullable SmallJvmPool pool) {
        for (PublicKey key : trusted) {
            if (!key.getAlgorithm().equals("EdDSA") && !key.getAlgorithm().equals("Ed25519")) {
                throw new IllegalArgumentException("key: " + key.getAlgorithm() + " (expected: Ed25519)");
            }
        }
        this.rules = rules;
        this.trusted = List.copyOf(trusted);
        this.limits = limits;
        this.inThisJvm = new StrangerStylesheets(limits, runLimits);
        this.pool = pool;
    }

    /** Admits nobody. */
    public static StrangerFunctions listedOnly() {
        return new StrangerFunctions(
                StrangerRules.LISTED, List.of(), AggregationLimits.defaults(), RunLimits.defaults(), null);
    }

    /**
     * Admits what one of some keys has signed.
     *
     * @param trusted Ed25519 keys
     */
    public static StrangerFunctions signed(
            Collection<PublicKey> trusted, AggregationLimits limits, RunLimits runLimits) {
        return new StrangerFunctions(StrangerRules.SIGNED, trusted, limits, runLimits, null);
    }

    /**
     * Admits what one of some keys has signed, and into small JVMs everything else.
     *
     * @param trusted Ed25519 keys; none if nobody's stylesheets shall run in this JVM
     * @param pool stays its maker's, who closes it
     */
    public static StrangerFunctions sandboxed(
            Collection<PublicKey> trusted, AggregationLimits limits, RunLimits runLimits, SmallJvmPool pool) {
        return new StrangerFunctions(StrangerRules.SANDBOXED, trusted, limits, runLimits, pool);
    }

    public StrangerRules rules() {
        return rules;
    }

    /**
     * Takes a stranger's stylesheet, if the rules allow it and it passes what strangers' stylesheets have to.
     *
     * @param function {@code urn:sha256:} and the hash that was asked for, with or without parameters
     * @param signature Ed25519 over the text's octets; empty if there is none
     * @return its function, which stays usable when it is no longer kept here
     * @throws AggregationException if it is refused: the message says why, and what would be right
     */
    public AggregationFunction admit(String function, byte[] text, Optional<byte[]> signature)
            throws AggregationException {
        FunctionReference reference = FunctionReference.parse(function);
        String uri = reference.function();
        byte[] own = requireText(uri, text);
        Optional<AggregationFunction> known = find(function);
        if (known.isPresent()) {
            return known.get();
        }
        boolean vouched = signature.isPresent() && isSigned(own, signature.get());
        SmallJvmPool jvms = pool;
        if (!vouched && (rules != StrangerRules.SANDBOXED || jvms == null)) {
            byRules.increment();
            throw new AggregationException(SandboxedFunction.name(uri) + ": " + refusal(signature.isPresent()));
        }
        Admitted admitted;
        try {
            admitted = vouched || jvms == null
                    ? new InThisJvm(inThisJvm, uri, own, signature.map(byte[]::clone))
                    : new InSmallJvms(jvms, uri, own);
        } catch (AggregationException e) {
            byContent.increment();
            throw e;
        }
        return keep(uri, admitted).with(reference.parameters());
    }

    /**
     * Finds a function that was admitted before.
     *
     * @param reference its hash, with or without parameters
     * @throws AggregationException if the reference is none, or the function does not take such parameters
     */
    public Optional<AggregationFunction> find(String reference) throws AggregationException {
        FunctionReference parsed = FunctionReference.parse(reference);
        Admitted known;
        synchronized (byUri) {
            known = byUri.get(parsed.function());
        }
        return known == null ? Optional.empty() : Optional.of(known.with(parsed.parameters()));
    }

    /**
     * The text of a function that was admitted before, to be handed on.
     *
     * @param uri its hash, without parameters
     */
    public Optional<StrangerText> text(String uri) {
        synchronized (byUri) {
            return Optional.ofNullable(byUri.get(uri))
                    .map(known -> new StrangerText(known.text.clone(), known.signature.map(byte[]::clone)));
        }
    }

    /** What became of all that came. */
    public StrangerStats stats() {
        synchronized (byUri) {
            return new StrangerStats(
                    byUri.size(),
                    signed.sum(),
                    sandboxed.sum(),
                    evicted.sum(),
                    byRules.sum(),
                    byHash.sum(),
                    byContent.sum(),
                    full.sum());
        }
    }

    private byte[] requireText(String uri, byte[] text) throws AggregationException {
        if (text.length > limits.stylesheetBytes()) {
            byContent.increment();
            throw new AggregationException("stylesheet: " + text.length + " bytes (expected: at most "
                    + limits.stylesheetBytes() + "; split it into several functions)");
        }
        byte[] own = text.clone();
        String hash = StrangerStylesheets.uri(own);
        if (!hash.equals(uri)) {
            byHash.increment();
            throw new AggregationException(
                    "stylesheet: its hash is " + hash + " (expected: the one that was asked for)");
        }
        return own;
    }

    private String refusal(boolean hasSignature) {
        return switch (rules) {
            case LISTED -> "not on this host's list (expected: a listed one; the rules here are LISTED)";
            case SIGNED ->
                hasSignature
                        ? "signed by nobody whom this host trusts (expected: one of its " + trusted.size() + " keys)"
                        : "not signed (expected: a signature by one of the " + trusted.size()
                                + " keys that this host trusts; the rules here are SIGNED)";
            case SANDBOXED -> "no small JVM to run it in";
        };
    }

    private boolean isSigned(byte[] text, byte[] signature) {
        if (rules == StrangerRules.LISTED || signature.length != SIGNATURE_BYTES) {
            return false;
        }
        return trusted.stream().anyMatch(key -> verifies(key, text, signature));
    }

    private static boolean verifies(PublicKey key, byte[] text, byte[] signature) {
        try {
            Signature verifier = Signature.getInstance("Ed25519");
            verifier.initVerify(key);
            verifier.update(text);
            return verifier.verify(signature);
        } catch (SignatureException e) {
            // Not even in the form of a signature, so not one by this key.
            return false;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform from 15 on has Ed25519", e);
        }
    }

    private Admitted keep(String uri, Admitted function) throws AggregationException {
        synchronized (byUri) {
            Admitted known = byUri.get(uri);
            if (known != null) {
                return known;
            }
            if (byUri.size() >= limits.functions() && !evictOne()) {
                full.increment();
                throw new AggregationException(SandboxedFunction.name(uri) + ": all " + limits.functions()
                        + " strangers' functions that are kept are in use (expected: fewer at once)");
            }
            byUri.put(uri, function);
            (function.signature.isPresent() ? signed : sandboxed).increment();
            return function;
        }
    }

    private boolean evictOne() {
        for (Iterator<Admitted> oldest = byUri.values().iterator(); oldest.hasNext(); ) {
            if (oldest.next().running.get() == 0) {
                oldest.remove();
                evicted.increment();
                return true;
            }
        }
        return false;
    }

    /** A stylesheet that was found fit to run, and knows how often it is running now. */
    private abstract static class Admitted {

        private final byte[] text;
        private final Optional<byte[]> signature;
        private final AtomicInteger running = new AtomicInteger();

        Admitted(byte[] text, Optional<byte[]> signature) {
            this.text = text;
            this.signature = signature;
        }

        abstract AggregationFunction function(SortedMap<String, String> parameters) throws AggregationException;

        byte[] text() {
            return text;
        }

        AggregationFunction with(SortedMap<String, String> parameters) throws AggregationException {
            return new Counted(function(parameters), running);
        }
    }

    private static final class InThisJvm extends Admitted {

        private final StrangerStylesheets stylesheets;
        private final String name;

        InThisJvm(StrangerStylesheets stylesheets, String uri, byte[] text, Optional<byte[]> signature)
                throws AggregationException {
            super(text, signature);
            this.stylesheets = stylesheets;
            this.name = SandboxedFunction.name(uri);
            AggregationFunction unused = stylesheets.function(name, text);
        }

        @Override
        AggregationFunction function(SortedMap<String, String> parameters) throws AggregationException {
            return stylesheets.function(name, text(), parameters);
        }
    }

    private static final class InSmallJvms extends Admitted {

        private final SmallJvmPool pool;
        private final String uri;

        InSmallJvms(SmallJvmPool pool, String uri, byte[] text) throws AggregationException {
            super(text, Optional.empty());
            this.pool = pool;
            this.uri = uri;
            pool.compile(uri, text);
        }

        @Override
        AggregationFunction function(SortedMap<String, String> parameters) {
            return new SandboxedFunction(pool, uri, text(), parameters);
        }
    }

    private record Counted(AggregationFunction function, AtomicInteger running) implements AggregationFunction {

        @Override
        public Optional<Payload> merge(Optional<Payload> own, List<Partial> partials) throws AggregationException {
            running.incrementAndGet();
            try {
                return function.merge(own, partials);
            } finally {
                running.decrementAndGet();
            }
        }

        @Override
        public Payload finish(Payload partial) throws AggregationException {
            running.incrementAndGet();
            try {
                return function.finish(partial);
            } finally {
                running.decrementAndGet();
            }
        }
    }
}
