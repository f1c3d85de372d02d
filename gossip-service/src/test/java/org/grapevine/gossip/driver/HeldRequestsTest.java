package org.grapevine.gossip.driver;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.grapevine.core.contract.GossipEvent;
import org.grapevine.core.message.Completeness;
import org.grapevine.core.message.Control;
import org.grapevine.core.message.EncodedPayload;
import org.grapevine.core.message.Faults;
import org.grapevine.core.message.GossipMessage;
import org.grapevine.core.message.GossipParameters;
import org.grapevine.core.message.Hop;
import org.grapevine.core.message.MessageId;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.core.message.ReplyTerms;
import org.grapevine.core.message.Segment;
import org.grapevine.dpws.soap.EnvelopeWriter;
import org.grapevine.dpws.transport.HttpReply;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** In virtual time: requests for a function that the device lacks. */
class HeldRequestsTest {

    private static final PeerAddress A = new PeerAddress("soap.udp://127.0.0.1:1/a");
    private static final PeerAddress B = new PeerAddress("soap.udp://127.0.0.1:1/b");
    private static final PeerAddress SILENT = new PeerAddress("soap.udp://127.0.0.1:1/silent");
    private static final StylesheetText TEXT = StylesheetText.unsigned("a function".getBytes(UTF_8));

    private final StylesheetExchangeTest.Admitting aggregations = new StylesheetExchangeTest.Admitting();
    private final Map<URI, CompletableFuture<HttpReply>> asked = new LinkedHashMap<>();
    private final List<GossipEvent.Received> released = new ArrayList<>();
    private final List<String> said = new ArrayList<>();
    private final TreeMap<Long, List<Runnable>> timers = new TreeMap<>();
    private final Map<PeerAddress, URI> http =
            new HashMap<>(Map.of(A, URI.create("http://127.0.0.1:1/a"), B, URI.create("http://127.0.0.1:1/b")));
    private long now = 10_000;

    private final StylesheetExchange exchange = new StylesheetExchange(
            aggregations, (to, envelope, timeout) -> post(to, timeout), () -> "urn:uuid:1", () -> now, Runnable::run);

    private final HeldRequests held = new HeldRequests(exchange, new HeldRequests.Shadow() {
        @Override
        public long nowMillis() {
            return now;
        }

        @Override
        public void release(GossipEvent.Received request) {
            released.add(request);
        }

        @Override
        public void say(PeerAddress to, Control control) {
            String what = control.getClass().getSimpleName();
            if (control instanceof Control.ReplyFault fault) {
                what += " " + fault.completeness().faults().byKind() + " " + fault.reason();
                assertThat(fault.completeness())
                        .isEqualTo(new Completeness(0, 0, 1, 0, 1, Completeness.NONE, Faults.of(kind(fault), 1)));
            }
            said.add(what + " to " + to.value().replaceAll(".*/", ""));
        }

        @Override
        public void later(long delayMillis, Runnable task) {
            timers.computeIfAbsent(now + delayMillis, at -> new ArrayList<>()).add(task);
        }

        @Override
        public @Nullable URI http(PeerAddress peer) {
            return http.get(peer);
        }
    });

    private static String kind(Control.ReplyFault fault) {
        return fault.completeness().faults().byKind().firstKey();
    }

    private CompletableFuture<HttpReply> post(URI to, Duration timeout) {
        assertThat(timeout).isPositive();
        CompletableFuture<HttpReply> reply = new CompletableFuture<>();
        asked.put(to, reply);
        return reply;
    }

    private void advance(long millis) {
        long end = now + millis;
        while (!timers.isEmpty() && timers.firstKey() <= end) {
            Map.Entry<Long, List<Runnable>> next = timers.pollFirstEntry();
            now = next.getKey();
            next.getValue().forEach(Runnable::run);
        }
        now = end;
    }

    private GossipEvent.Received request(String id, PeerAddress from, ReplyTerms terms, @Nullable PeerAddress lost) {
        GossipParameters parameters = new GossipParameters(0, 0, now, 60_000, 0, terms);
        GossipMessage message = new GossipMessage(new MessageId(id), A, parameters, new EncodedPayload(new byte[] {1}));
        return new GossipEvent.Received(from, new Hop(new Segment("s"), 3, 2, 2_000, lost), message);
    }

    private boolean come(String id, PeerAddress from) {
        return held.take(request(id, from, ReplyTerms.of(TEXT.uri(), 0, 3_000), null));
    }

    private void answer(PeerAddress from, StylesheetText text) {
        byte[] envelope = EnvelopeWriter.forAction(StylesheetCodec.RESPONSE_ACTION)
                .body(StylesheetCodec.element(text))
                .toBytes();
        asked.remove(http.get(from)).complete(HttpReply.soap(200, envelope));
        advance(0);
    }

    private void fail(PeerAddress from) {
        asked.remove(http.get(from)).completeExceptionally(new IOException("gone"));
        advance(0);
    }

    @Test
    void whatNeedsNoFunctionOrAKnownOneGoesToTheEngineAtOnce() throws Exception {
        assertThat(held.take(request("urn:1", A, ReplyTerms.collect(0, 3_000), null)))
                .isFalse();
        assertThat(held.take(request("urn:2", A, ReplyTerms.first(1, ReplyTerms.NO_FUNCTION, 3_000), null)))
                .isFalse();
        aggregations.admit(TEXT);
        assertThat(come("urn:3", A)).isFalse();
        assertThat(said).isEmpty();
    }

    @Test
    void aRequestWaitsForItsFunctionAndIsThenAsIfItHadComeThen() {
        assertThat(come("urn:1", A)).isTrue();
        assertThat(come("urn:1", B)).isTrue();
        advance(300);
        assertThat(said).containsExactly("Accept to a");

        answer(A, TEXT);

        assertThat(released).extracting(GossipEvent.Received::from).containsExactly(A, B);
        assertThat(released.get(0).hop().budgetMillis()).isEqualTo(1_700);
        assertThat(come("urn:1", A)).as("from now on the engine's").isFalse();
        advance(60_000);
        assertThat(said).containsExactly("Accept to a");
        assertThat(held.isEmpty()).isTrue();
    }

    @Test
    void aParentThatAsksAgainIsToldAgain() {
        come("urn:1", A);
        come("urn:1", A);

        assertThat(said).containsExactly("Accept to a", "Accept to a");
        assertThat(asked).hasSize(1);
    }

    @Test
    void theNextSenderIsAskedIfTheFirstDoesNotGiveTheText() {
        come("urn:1", A);
        come("urn:1", B);
        fail(A);
        answer(B, TEXT);

        assertThat(released).extracting(GossipEvent.Received::from).containsExactly(A, B);
    }

    @Test
    void anotherSenderMayAppearLater() {
        come("urn:1", A);
        fail(A);
        advance(150);
        come("urn:1", B);
        advance(150);
        answer(B, TEXT);

        assertThat(released).hasSize(2);
    }

    @Test
    void withoutTheTextTheDeviceFailsForItselfAlone() {
        come("urn:1", A);
        come("urn:1", B);
        fail(A);
        fail(B);
        said.clear();
        advance(200);

        String fault =
                "ReplyFault {function=1} aggregation " + TEXT.uri() + ": http://127.0.0.1:1/b does not answer to a";
        assertThat(said).containsExactly(fault, "Decline to b");
        assertThat(released).isEmpty();
        held.heard(new GossipEvent.ControlReceived(A, new Control.ReplyAck(new MessageId("urn:1"))));
        advance(60_000);
        assertThat(said).hasSize(2);
    }

    @Test
    void theFaultIsSaidAgainUntilItIsAcknowledgedABoundedNumberOfTimes() {
        aggregations.takesStrangers = false;
        come("urn:1", A);
        advance(60_000);

        assertThat(said).hasSize(4).allMatch(what -> what.startsWith("ReplyFault {function=1}"));
    }

    @Test
    void whoeverAsksInPlaceOfTheParentIsToldToo() {
        aggregations.takesStrangers = false;
        come("urn:1", A);
        advance(60_000);
        said.clear();

        assertThat(held.take(request("urn:1", B, ReplyTerms.of(TEXT.uri(), 0, 3_000), A)))
                .isTrue();
        come("urn:1", A);

        assertThat(said.get(0)).startsWith("ReplyFault").endsWith("to b");
        assertThat(said.get(1)).isEqualTo("Decline to a");
    }

    @Test
    void aTextThatIsRefusedIsNoFunction() {
        StylesheetText evil = StylesheetText.unsigned("evil".getBytes(UTF_8));
        held.take(request("urn:1", A, ReplyTerms.of(evil.uri(), 0, 3_000), null));
        answer(A, evil);
        advance(200);

        assertThat(said)
                .contains("ReplyFault {function=1} aggregation " + evil.uri() + ": line 1: evil (expected: none) to a");
    }

    @Test
    void aSenderThatTakesNoHttpCannotBeAsked() {
        come("urn:1", SILENT);
        advance(200);

        assertThat(said.get(1))
                .isEqualTo("ReplyFault {function=1} aggregation " + TEXT.uri()
                        + ": nobody who sent the request takes HTTP to silent");
    }

    @Test
    void aSlowPeerCostsHalfOfTheBudgetAtTheMost() {
        come("urn:1", A);
        advance(999);
        assertThat(said).containsExactly("Accept to a");
        advance(1);

        assertThat(said.get(1)).startsWith("ReplyFault {function=1}");
        answer(A, TEXT);
        assertThat(released).as("too late for this one").isEmpty();
        assertThat(come("urn:2", A)).as("in time for the next").isFalse();
    }

    @Test
    void aBoundedNumberIsKeptBack() {
        for (int i = 0; i < HeldRequests.MOST_HELD; i++) {
            come("urn:" + i, A);
        }
        said.clear();
        come("urn:one-more", A);

        assertThat(said).hasSize(1).first().asString().startsWith("ReplyFault {busy=1}");
        assertThat(held.noRoom()).isEqualTo(1);
        for (int i = 0; i < 100; i++) {
            come("urn:1", new PeerAddress("soap.udp://127.0.0.1:1/" + i));
        }
        fail(A);
        advance(200);
        assertThat(said.stream().filter(what -> what.startsWith("Decline"))).hasSize(7);
    }
}
