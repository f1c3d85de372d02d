package org.grapevine.aggregation.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.AbstractList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.grapevine.aggregation.AggregationLimits;
import org.grapevine.aggregation.RunLimits;
import org.grapevine.aggregation.StrangerStylesheets;
import org.grapevine.core.message.EncodedPayload;
import org.grapevine.core.message.Payload;
import org.grapevine.core.reply.AggregationException;
import org.grapevine.core.reply.AggregationFunction;
import org.grapevine.core.reply.Partial;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Whose stylesheets are let in, and how many are kept. */
class StrangerFunctionsTest {

    private static final AggregationLimits LIMITS = AggregationLimits.defaults();

    private final KeyPair trusted = keys("Ed25519");
    private final KeyPair stranger = keys("Ed25519");
    private final StrangerFunctions functions =
            StrangerFunctions.signed(List.of(trusted.getPublic()), LIMITS, RunLimits.defaults());

    private static KeyPair keys(String algorithm) {
        try {
            return KeyPairGenerator.getInstance(algorithm).generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Optional<byte[]> signature(KeyPair keys, byte[] text) {
        try {
            Signature signer = Signature.getInstance("Ed25519");
            signer.initSign(keys.getPrivate());
            signer.update(text);
            return Optional.of(signer.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private AggregationFunction admitted(StrangerFunctions into, byte[] text) throws AggregationException {
        return into.admit(StrangerStylesheets.uri(text), text, signature(trusted, text));
    }

    private static void refused(StrangerFunctions by, byte[] text, Optional<byte[]> signature, String message) {
        assertThatThrownBy(() -> by.admit(StrangerStylesheets.uri(text), text, signature))
                .isInstanceOf(AggregationException.class)
                .hasMessageMatching("stylesheet [0-9a-f]{12}:.*")
                .hasMessageEndingWith(message);
    }

    @Nested
    class Listed {

        @Test
        void admitsNobody() {
            byte[] text = Samples.sum(1);
            refused(
                    StrangerFunctions.listedOnly(),
                    text,
                    signature(trusted, text),
                    "not on this host's list (expected: a listed one; the rules here are LISTED)");
        }
    }

    @Nested
    class Signed {

        @Test
        void runsInThisJvm() throws AggregationException {
            byte[] text = Samples.sum(1);
            assertThat(Samples.merge(admitted(functions, text), "<r>1</r>", "<r>2</r>"))
                    .isEqualTo("<r>3</r>");
            assertThat(functions.stats()).isEqualTo(new StrangerStats(1, 1, 0, 0, 0, 0, 0, 0));
        }

        @Test
        void takesParameters() throws AggregationException {
            byte[] text = Samples.stylesheet("<xsl:param name='k' select='1'/>", "<r k='{$k}'/>");
            String uri = StrangerStylesheets.uri(text);
            assertThat(Samples.merge(functions.admit(uri + "?=k=5", text, signature(trusted, text)), "<r/>"))
                    .isEqualTo("<r k=\"5\"/>");
            assertThat(Samples.merge(functions.find(uri + "?=k=max").orElseThrow(), "<r/>"))
                    .isEqualTo("<r k=\"max\"/>");
            assertThatThrownBy(() -> functions.find(uri + "?=q=5")).hasMessageEndingWith("parameter q (expected: k)");
            assertThatThrownBy(() -> functions.find(uri + "?=k")).isInstanceOf(AggregationException.class);
        }

        @Test
        void isHandedOnWithItsSignature() throws AggregationException {
            byte[] text = Samples.sum(1);
            admitted(functions, text);
            StrangerText known = functions.text(StrangerStylesheets.uri(text)).orElseThrow();
            assertThat(known.text()).isEqualTo(text);
            assertThat(known.signature().orElseThrow())
                    .isEqualTo(signature(trusted, text).orElseThrow());
            assertThat(functions.text("urn:sha256:00")).isEmpty();
            assertThat(functions.find("urn:sha256:00")).isEmpty();
        }

        @Test
        void isRefusedWithoutTheSignatureOfATrustedKey() {
            byte[] text = Samples.sum(1);
            refused(
                    functions,
                    text,
                    Optional.empty(),
                    "not signed (expected: a signature by one of the 1 keys that this host trusts; the rules here are SIGNED)");
            String byNobody = "signed by nobody whom this host trusts (expected: one of its 1 keys)";
            refused(functions, text, signature(stranger, text), byNobody);
            refused(functions, text, signature(trusted, Samples.sum(2)), byNobody);
            refused(functions, text, Optional.of(new byte[64]), byNobody);
            refused(functions, text, Optional.of(new byte[0]), byNobody);
            refused(functions, text, Optional.of(new byte[100_000]), byNobody);
            assertThat(functions.stats().byRules()).isEqualTo(6);
        }

        @Test
        void isVettedAllTheSame() {
            byte[] importing = Samples.stylesheet("<xsl:import href='x'/>", "");
            refused(
                    functions,
                    importing,
                    signature(trusted, importing),
                    "(copy the templates into this stylesheet: it travels alone)");
            byte[] matching = Samples.stylesheet("", "<r><xsl:value-of select='matches(string(*[1]), \"a\")'/></r>");
            refused(functions, matching, signature(trusted, matching), "or tokenize with one argument)");
            assertThat(functions.stats().byContent()).isEqualTo(2);
        }

        @Test
        void endsWithinItsSteps() throws AggregationException {
            byte[] endless = Samples.stylesheet(
                    "<xsl:template match='r'><xsl:apply-templates select='.'/></xsl:template>",
                    "<out><xsl:apply-templates select='(*/*)[1]'/></out>");
            AggregationFunction function = admitted(functions, endless);
            assertThatThrownBy(() -> Samples.merge(function, "<r/>"))
                    .isInstanceOf(AggregationException.class)
                    .hasMessageMatching("stylesheet [0-9a-f]{12}: over (2000000 steps|2000 ms) .*");
            assertThat(Samples.merge(admitted(functions, Samples.sum(1)), "<r>1</r>"))
                    .isEqualTo("<r>1</r>");
        }
    }

    @Nested
    class Sandboxed {

        @Test
        void runsInASmallJvmAndTheSignedInThisOne() throws AggregationException {
            try (SmallJvmPool pool = Samples.pool(Samples.patient())) {
                StrangerFunctions both =
                        StrangerFunctions.sandboxed(List.of(trusted.getPublic()), LIMITS, RunLimits.defaults(), pool);
                assertThat(Samples.merge(admitted(both, Samples.sum(1)), "<r>1</r>"))
                        .isEqualTo("<r>1</r>");
                assertThat(pool.stats().runs()).isZero();
                byte[] unsigned = Samples.sum(2);
                String uri = StrangerStylesheets.uri(unsigned);
                AggregationFunction function = both.admit(uri, unsigned, Optional.empty());
                assertThat(Samples.merge(function, "<r>2</r>")).isEqualTo("<r>2</r>");
                byte[] byAStranger = Samples.sum(3);
                AggregationFunction third =
                        both.admit(StrangerStylesheets.uri(byAStranger), byAStranger, signature(stranger, byAStranger));
                assertThat(Samples.merge(third, "<r>3</r>")).isEqualTo("<r>3</r>");
                assertThat(pool.stats().runs()).isEqualTo(4);
                assertThat(both.text(uri).orElseThrow().signature()).isEmpty();
                assertThat(both.stats()).isEqualTo(new StrangerStats(3, 1, 2, 0, 0, 0, 0, 0));
            }
        }
    }

    @Test
    void aTextMustHaveTheHashThatWasAskedFor() {
        byte[] text = Samples.sum(1);
        assertThatThrownBy(
                        () -> functions.admit(StrangerStylesheets.uri(Samples.sum(2)), text, signature(trusted, text)))
                .hasMessageStartingWith("stylesheet: its hash is urn:sha256:")
                .hasMessageEndingWith("(expected: the one that was asked for)");
        assertThat(functions.stats().byHash()).isOne();
        assertThatThrownBy(() -> functions.admit("urn:sha256:00", new byte[40_000], Optional.empty()))
                .hasMessage("stylesheet: 40000 bytes (expected: at most 32768; split it into several functions)");
    }

    @Test
    void keysOfOtherKindsAreRefused() {
        KeyPair other = keys("EC");
        assertThatThrownBy(() -> StrangerFunctions.signed(List.of(other.getPublic()), LIMITS, RunLimits.defaults()))
                .hasMessage("key: EC (expected: Ed25519)");
    }

    @Nested
    class Keeps {

        private final StrangerFunctions two = StrangerFunctions.signed(
                List.of(trusted.getPublic()),
                new AggregationLimits(32 << 10, 1000, 10_000, 2, 1_000, 1_000),
                RunLimits.defaults());

        @Test
        void thoseUsedLast() throws AggregationException {
            AggregationFunction first = admitted(two, Samples.sum(1));
            admitted(two, Samples.sum(2));
            assertThat(two.find(StrangerStylesheets.uri(Samples.sum(1)))).isPresent();
            admitted(two, Samples.sum(3));
            assertThat(two.find(StrangerStylesheets.uri(Samples.sum(2)))).isEmpty();
            assertThat(two.find(StrangerStylesheets.uri(Samples.sum(1)))).isPresent();
            admitted(two, Samples.sum(4));
            admitted(two, Samples.sum(5));
            assertThat(two.stats()).isEqualTo(new StrangerStats(2, 5, 0, 3, 0, 0, 0, 0));
            // Whoever still holds it may end what was begun.
            assertThat(Samples.merge(first, "<r>1</r>")).isEqualTo("<r>1</r>");
        }

        @Test
        void thoseThatRunNow() throws Exception {
            CountDownLatch running = new CountDownLatch(2);
            CountDownLatch end = new CountDownLatch(1);
            CompletableFuture<String> first = slowMerge(admitted(two, Samples.sum(1)), running, end);
            CompletableFuture<String> second = slowMerge(admitted(two, Samples.sum(2)), running, end);
            assertThat(running.await(Samples.PATIENT_MILLIS, TimeUnit.MILLISECONDS))
                    .isTrue();
            assertThatThrownBy(() -> admitted(two, Samples.sum(3)))
                    .hasMessageEndingWith(
                            ": all 2 strangers' functions that are kept are in use (expected: fewer at once)");
            assertThat(two.stats().full()).isOne();
            end.countDown();
            assertThat(first.get(Samples.PATIENT_MILLIS, TimeUnit.MILLISECONDS)).isEqualTo("<r>0</r>");
            assertThat(second.get(Samples.PATIENT_MILLIS, TimeUnit.MILLISECONDS))
                    .isEqualTo("<r>0</r>");
            admitted(two, Samples.sum(3));
        }

        /** Its input comes when it is told to. */
        private static CompletableFuture<String> slowMerge(
                AggregationFunction function, CountDownLatch running, CountDownLatch end) {
            return CompletableFuture.supplyAsync(() -> {
                List<Partial> partials = new AbstractList<>() {
                    @Override
                    public Partial get(int index) {
                        running.countDown();
                        try {
                            end.await();
                        } catch (InterruptedException e) {
                            throw new IllegalStateException(e);
                        }
                        return new Partial(Samples.payload("<r>0</r>"), 1);
                    }

                    @Override
                    public int size() {
                        return 1;
                    }
                };
                try {
                    Payload result = function.merge(Optional.empty(), partials).orElse(new EncodedPayload(new byte[0]));
                    return Samples.text(result);
                } catch (AggregationException e) {
                    return e.getMessage();
                }
            });
        }
    }
}
