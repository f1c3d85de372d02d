package org.grapevine.gossip.driver;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.grapevine.core.reply.AggregationException;
import org.grapevine.core.reply.AggregationFunction;
import org.grapevine.dpws.soap.EnvelopeWriter;
import org.grapevine.dpws.transport.HttpReply;
import org.junit.jupiter.api.Test;

/** On no thread and no socket: devices answer when the test says so. */
class StylesheetExchangeTest {

    private static final StylesheetText TEXT = StylesheetText.unsigned("a function".getBytes(UTF_8));
    private static final String FUNCTION = TEXT.uri() + "?=k=5";
    private static final URI A = URI.create("http://127.0.0.1:1/a/gossip");
    private static final URI B = URI.create("http://127.0.0.1:1/b/gossip");

    /** Keeps what was sent until it is answered. */
    private static final class Devices implements StylesheetExchange.Sender {
        private final Map<URI, CompletableFuture<HttpReply>> open = new LinkedHashMap<>();
        private final List<Duration> timeouts = new ArrayList<>();

        @Override
        public CompletableFuture<HttpReply> post(URI to, byte[] envelope, Duration timeout) {
            CompletableFuture<HttpReply> reply = new CompletableFuture<>();
            open.put(to, reply);
            timeouts.add(timeout);
            return reply;
        }

        private void answer(URI from, StylesheetText text) {
            answer(from, 200, StylesheetCodec.element(text));
        }

        private void answer(URI from, int status, byte[] body) {
            byte[] envelope = EnvelopeWriter.forAction(StylesheetCodec.RESPONSE_ACTION)
                    .body(body)
                    .toBytes();
            open.remove(from).complete(HttpReply.soap(status, envelope));
        }
    }

    /** Takes every text that does not say that it is evil. */
    static final class Admitting implements Aggregations {
        final Map<String, StylesheetText> texts = new LinkedHashMap<>();
        boolean takesStrangers = true;

        @Override
        public AggregationFunction byUri(String uri) throws AggregationException {
            throw new AggregationException("none");
        }

        @Override
        public String uriOf(String name, Class<?> maker) throws AggregationException {
            throw new AggregationException("none");
        }

        @Override
        public boolean isKnown(String uri) {
            return StylesheetText.hashPart(uri).filter(texts::containsKey).isPresent();
        }

        @Override
        public boolean takesStrangers() {
            return takesStrangers;
        }

        @Override
        public void admit(StylesheetText text) throws AggregationException {
            if (new String(text.text(), UTF_8).contains("evil")) {
                throw new AggregationException("line 1: evil (expected: none)");
            }
            texts.put(text.uri(), text);
        }

        @Override
        public Optional<StylesheetText> text(String uri) {
            return StylesheetText.hashPart(uri).map(texts::get);
        }
    }

    private final Devices devices = new Devices();
    private final Admitting aggregations = new Admitting();
    private final List<Runnable> tasks = new ArrayList<>();
    private long now = 1_000;
    private final StylesheetExchange exchange =
            new StylesheetExchange(aggregations, devices, () -> "urn:uuid:1", () -> now, Runnable::run);

    private CompletableFuture<StylesheetExchange.Outcome> obtain(URI source) {
        return exchange.obtain(FUNCTION, source, 5_000);
    }

    @Test
    void fetchesATextOnceHoweverManyRequestsNameIt() {
        CompletableFuture<StylesheetExchange.Outcome> first = obtain(A);
        CompletableFuture<StylesheetExchange.Outcome> second = obtain(B);
        CompletableFuture<StylesheetExchange.Outcome> third = exchange.obtain(TEXT.uri(), A, 5_000);

        assertThat(devices.open).containsOnlyKeys(A);
        devices.answer(A, TEXT);

        assertThat(List.of(first, second, third))
                .allSatisfy(outcome -> assertThat(outcome).isCompletedWithValue(StylesheetExchange.Outcome.READY));
        assertThat(exchange.isKnown(FUNCTION)).isTrue();
        assertThat(exchange.isStranger(FUNCTION)).isTrue();
        assertThat(exchange.underWay()).isZero();
        assertThat(exchange.text(TEXT.uri())).contains(TEXT);
        assertThat(exchange.counters()).isEqualTo(new StylesheetExchange.Counters(1, 1, 0, 0, 0));
    }

    @Test
    void asksNobodyForAFunctionThatHasComeMeanwhile() throws Exception {
        aggregations.admit(TEXT);

        assertThat(obtain(A)).isCompletedWithValue(StylesheetExchange.Outcome.READY);
        assertThat(devices.open).isEmpty();
    }

    @Test
    void asksTheNextSenderIfTheFirstFails() {
        CompletableFuture<StylesheetExchange.Outcome> outcome = obtain(A);
        CompletableFuture<StylesheetExchange.Outcome> same = obtain(B);

        assertThat(same).isSameAs(outcome);
        devices.open.remove(A).completeExceptionally(new IOException("gone"));
        assertThat(outcome).isNotDone();
        devices.answer(B, TEXT);

        assertThat(outcome).isCompletedWithValue(StylesheetExchange.Outcome.READY);
        assertThat(exchange.counters()).isEqualTo(new StylesheetExchange.Counters(2, 1, 1, 0, 0));
    }

    @Test
    void takesNoOtherTextThanTheOneAskedFor() {
        CompletableFuture<StylesheetExchange.Outcome> outcome = obtain(A);

        devices.answer(A, StylesheetText.unsigned("another function".getBytes(UTF_8)));

        assertThat(outcome.join().failure().orElseThrow())
                .startsWith(A + ": text of urn:sha256:")
                .endsWith("(expected: that of " + TEXT.uri() + ")");
        assertThat(aggregations.texts).isEmpty();
    }

    @Test
    void takesNoTextThatIsTooLarge() {
        CompletableFuture<StylesheetExchange.Outcome> outcome = obtain(A);

        byte[] large = new byte[10 << 20];
        devices.open.remove(A).complete(HttpReply.soap(200, large));

        assertThat(outcome.join().failure().orElseThrow()).contains("10485760").contains("expected");
        assertThat(exchange.counters().failed()).isEqualTo(1);
    }

    @Test
    void takesNoFaultForAText() {
        CompletableFuture<StylesheetExchange.Outcome> outcome = obtain(A);

        devices.answer(A, 400, new byte[0]);

        assertThat(outcome.join().failure()).contains(A + ": status 400 (expected: 200)");
    }

    @Test
    void asksADeviceWhoseTextWasRefusedNotAgainForAWhile() {
        StylesheetText evil = StylesheetText.unsigned("evil".getBytes(UTF_8));
        CompletableFuture<StylesheetExchange.Outcome> outcome = exchange.obtain(evil.uri(), A, 5_000);
        devices.answer(A, evil);

        assertThat(outcome.join().failure()).contains("line 1: evil (expected: none)");
        assertThat(exchange.obtain(evil.uri(), A, 5_000).join().failure())
                .contains("its text was refused not long ago");
        // Another one may have it signed.
        assertThat(exchange.obtain(evil.uri(), B, 5_000)).isNotDone();
        now += 60_000;
        devices.answer(B, evil);
        assertThat(exchange.obtain(evil.uri(), A, 5_000)).isNotDone();
        assertThat(exchange.counters().refused()).isEqualTo(2);
    }

    @Test
    void givesASlowDeviceNoMoreThanItsShareOfTheTime() {
        CompletableFuture<StylesheetExchange.Outcome> outcome = exchange.obtain(FUNCTION, A, 300);
        assertThat(exchange.obtain(FUNCTION, B, 300)).isSameAs(outcome);
        assertThat(devices.timeouts).containsExactly(Duration.ofMillis(300));

        now += 300;
        devices.open.remove(A).completeExceptionally(new IOException("timeout"));

        assertThat(outcome.join().failure()).contains(A + " does not answer");
        assertThat(devices.open).as("nobody is asked when the time is over").isEmpty();
    }

    @Test
    void fetchesABoundedNumberAtOnce() {
        for (int i = 0; i < StylesheetExchange.MOST_FETCHES; i++) {
            String function = StylesheetText.unsigned(("f" + i).getBytes(UTF_8)).uri();
            assertThat(exchange.obtain(function, A, 5_000)).isNotDone();
        }

        assertThat(obtain(A).join().failure()).contains("too many texts are being fetched");
        assertThat(exchange.counters().noRoom()).isEqualTo(1);
    }

    @Test
    void asksABoundedNumberOfDevicesForOneText() {
        for (int i = 0; i < 20; i++) {
            assertThat(obtain(URI.create("http://127.0.0.1:1/" + i))).isNotDone();
        }
        while (!devices.open.isEmpty()) {
            devices.open.remove(devices.open.keySet().iterator().next()).completeExceptionally(new IOException());
        }

        assertThat(exchange.counters().asked()).isEqualTo(StylesheetExchange.MOST_SOURCES);
    }

    @Test
    void givesUpIfThereIsNoRoomToLookAtAText() {
        StylesheetExchange full = new StylesheetExchange(aggregations, devices, () -> "urn:uuid:1", () -> now, task -> {
            tasks.add(task);
            throw new RejectedExecutionException();
        });
        CompletableFuture<StylesheetExchange.Outcome> outcome = full.obtain(FUNCTION, A, 5_000);

        devices.answer(A, TEXT);

        assertThat(outcome.join().failure()).contains("busy: no room to look at its text");
        assertThat(full.underWay()).isZero();
    }

    @Test
    void takesAClientsTextIfItIsTheOneOfTheFunction() throws Exception {
        exchange.admit(FUNCTION, TEXT);

        assertThat(exchange.isStranger(TEXT.uri())).isTrue();
        assertThatThrownBy(() -> exchange.admit("sum", TEXT))
                .hasMessage("g:Stylesheet: text of " + TEXT.uri() + " (expected: the text of sum)");
        StylesheetText evil = StylesheetText.unsigned("evil".getBytes(UTF_8));
        assertThatThrownBy(() -> exchange.admit(evil.uri(), evil)).hasMessage("line 1: evil (expected: none)");
        aggregations.takesStrangers = false;
        assertThatThrownBy(() -> exchange.admit(evil.uri(), evil))
                .hasMessageEndingWith("(expected: none, since this device runs its own functions only)");
    }

    @Test
    void asksNobodyIfStrangersAreNotTaken() {
        assertThat(exchange.mayObtain(FUNCTION)).isTrue();
        assertThat(exchange.mayObtain("sum")).isFalse();
        aggregations.takesStrangers = false;
        assertThat(exchange.mayObtain(FUNCTION)).isFalse();
    }

    @Test
    void handsOnNothingThatHasAnotherHash() {
        aggregations.texts.put(TEXT.uri(), StylesheetText.unsigned("something else".getBytes(UTF_8)));

        assertThat(exchange.text(TEXT.uri())).isEmpty();
    }
}
