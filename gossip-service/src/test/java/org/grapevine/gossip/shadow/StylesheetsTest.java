package org.grapevine.gossip.shadow;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.grapevine.core.engine.GossipConfig;
import org.grapevine.core.message.Completeness;
import org.grapevine.core.message.EncodedPayload;
import org.grapevine.core.message.Payload;
import org.grapevine.core.reply.AggregationException;
import org.grapevine.core.reply.AggregationFunction;
import org.grapevine.core.reply.Partial;
import org.grapevine.dpws.device.DeviceHost;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.soap.EnvelopeWriter;
import org.grapevine.gossip.driver.Aggregations;
import org.grapevine.gossip.driver.StylesheetCodec;
import org.grapevine.gossip.driver.StylesheetExchange;
import org.grapevine.gossip.driver.StylesheetText;
import org.grapevine.gossip.header.ControlCodec;
import org.grapevine.gossip.header.Gossip1;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A client's own function, on real sockets: three hosts with four devices each. */
@Timeout(180)
class StylesheetsTest {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final int EACH = 4;
    private static final int HOSTS = 3;

    /** Knows what it was told; what a function does its text says. */
    private static final class Texts implements Aggregations {
        private final Village.Adding adding = new Village.Adding();
        private final Map<String, StylesheetText> texts = new ConcurrentHashMap<>();
        private final boolean takesStrangers;

        Texts(boolean takesStrangers) {
            this.takesStrangers = takesStrangers;
        }

        @Override
        public AggregationFunction byUri(String uri) throws AggregationException {
            Optional<StylesheetText> text = text(uri);
            if (text.isEmpty()) {
                return adding.byUri(uri);
            }
            return new String(text.get().text(), UTF_8).startsWith("huge") ? new Huge() : adding;
        }

        @Override
        public String uriOf(String name, Class<?> maker) throws AggregationException {
            return adding.uriOf(name, maker);
        }

        @Override
        public boolean takesStrangers() {
            return takesStrangers;
        }

        @Override
        public void admit(StylesheetText text) throws AggregationException {
            if (new String(text.text(), UTF_8).startsWith("evil")) {
                throw new AggregationException("line 1: evil (expected: good)");
            }
            texts.put(text.uri(), text);
        }

        @Override
        public Optional<StylesheetText> text(String uri) {
            return StylesheetText.hashPart(uri).map(texts::get);
        }
    }

    /** A partial of ten megabytes, whatever goes in. */
    private static final class Huge implements AggregationFunction {
        @Override
        public Optional<Payload> merge(Optional<Payload> own, List<Partial> partials) {
            return Optional.of(new EncodedPayload(("<v>" + "x".repeat(10 << 20) + "</v>").getBytes(UTF_8)));
        }

        @Override
        public Payload finish(Payload partial) {
            return partial;
        }
    }

    private final List<Texts> functions = new ArrayList<>();

    /** Hosts of which some look at texts from the network, and others run their own functions only. */
    private Village village(boolean... takeStrangers) throws Exception {
        Village village = new Village();
        for (int h = 0; h < takeStrangers.length; h++) {
            Texts texts = new Texts(takeStrangers[h]);
            functions.add(texts);
            DeviceHost host = village.host(settings -> settings, GossipConfig.defaults(), texts);
            for (int d = 0; d < EACH; d++) {
                village.device(host, "device " + h + "." + d, new GaugeService.Ones());
            }
        }
        village.awaitPeers();
        village.awaitLinksBetweenHosts(takeStrangers.length == 1 ? 0 : 4 * EACH);
        return village;
    }

    private static Envelope ask(Village village, StylesheetText text, String parameters, boolean handOver)
            throws Exception {
        EnvelopeWriter writer = EnvelopeWriter.forAction(GaugeService.NAMESPACE + ":Gauge:sumRequest")
                .messageId("urn:uuid:" + UUID.randomUUID())
                .header("<g:Gossip xmlns:g=\"" + Gossip1.NAMESPACE + "\" aggregation=\"" + text.uri() + parameters
                        + "\"/>")
                .body(("<n:sum xmlns:n=\"" + GaugeService.NAMESPACE + "\"><of>all</of></n:sum>").getBytes(UTF_8));
        if (handOver) {
            writer.header(StylesheetCodec.element(text));
        }
        ShadowService entry = village.shadow("device 0.0");
        return village.hosts
                .get(0)
                .client()
                .call(entry.address(), writer.toBytes(), SOON)
                .get(30, TimeUnit.SECONDS);
    }

    private static Completeness completeness(Envelope answer) throws Exception {
        return ControlCodec.completeness(answer).orElseThrow();
    }

    private StylesheetExchange exchange(Village village, int host) {
        return village.extensions.get(host).gossip().orElseThrow().stylesheets(functions.get(host));
    }

    @Test
    void spreadsFromTheClientThroughTheNetworkAndIsFetchedOnceByEachHost() throws Exception {
        try (Village village = village(true, true, true)) {
            StylesheetText text = StylesheetText.unsigned("add as the client does".getBytes(UTF_8));

            Envelope first = ask(village, text, "?=k=5&amp;by=max", true);

            assertThat(completeness(first).counted()).isEqualTo(HOSTS * EACH);
            assertThat(completeness(first).isWhole()).isTrue();
            assertThat(new String(first.bodyElement(), UTF_8)).contains("<count>" + HOSTS * EACH + "</count>");
            for (int host = 1; host < HOSTS; host++) {
                assertThat(exchange(village, host).counters())
                        .isEqualTo(new StylesheetExchange.Counters(1, 1, 0, 0, 0));
            }
            // Known to all by now, whoever asks, and with whatever parameters.
            assertThat(completeness(ask(village, text, "", false)).counted()).isEqualTo(HOSTS * EACH);
            assertThat(exchange(village, 1).counters().asked()).isEqualTo(1);
        }
    }

    @Test
    void devicesThatRunNoStrangersFailForThemselvesAlone() throws Exception {
        try (Village village = village(true, true, false)) {
            StylesheetText text = StylesheetText.unsigned("add as the client does".getBytes(UTF_8));

            Completeness completeness = completeness(ask(village, text, "", true));

            // Whoever is asked by these alone is not asked at all, and the answer says so.
            assertThat(completeness.counted()).isBetween(EACH, 2 * EACH);
            assertThat(completeness.faults().byKind().keySet()).containsExactly(StylesheetExchange.FAULT_KIND);
            assertThat(completeness.failed()).isBetween(1, EACH);
            assertThat(completeness.truncated()).isGreaterThanOrEqualTo(completeness.failed());
            assertThat(exchange(village, 2).counters().asked()).isZero();
        }
    }

    @Test
    void theEntryRefusesWhatItWillNotRun() throws Exception {
        try (Village village = village(true)) {
            StylesheetText evil = StylesheetText.unsigned("evil".getBytes(UTF_8));
            assertThatThrownBy(() -> ask(village, evil, "", true))
                    .hasMessageContaining("g:Gossip aggregation: line 1: evil (expected: good)");
            assertThatThrownBy(() -> ask(village, evil, "", false)).hasMessageContaining("is not on the list");
        }
        try (Village village = village(false)) {
            StylesheetText text = StylesheetText.unsigned("add".getBytes(UTF_8));
            assertThatThrownBy(() -> ask(village, text, "", true))
                    .hasMessageContaining("(expected: none, since this device runs its own functions only)");
        }
    }

    @Test
    void aTextGoesOnlyToWhoeverNamesItsHash() throws Exception {
        try (Village village = village(true)) {
            StylesheetText text = StylesheetText.unsigned("add".getBytes(UTF_8));
            functions.get(0).admit(text);
            ShadowService shadow = village.shadow("device 0.0");

            Envelope answer = get(village, shadow, text.uri());

            assertThat(answer.action()).contains(StylesheetCodec.RESPONSE_ACTION);
            assertThat(new String(answer.bodyElement(), UTF_8)).contains("YWRk");
            String unknown = "urn:sha256:" + "0".repeat(64);
            assertThatThrownBy(() -> get(village, shadow, unknown))
                    .hasMessageContaining(unknown + ": not a text that this device hands on");
            assertThatThrownBy(() -> get(village, shadow, "sum")).hasMessageContaining("g:GetStylesheet hash: sum");
        }
    }

    private static Envelope get(Village village, ShadowService shadow, String hash) throws Exception {
        byte[] request = EnvelopeWriter.forAction(StylesheetCodec.REQUEST_ACTION)
                .messageId("urn:uuid:" + UUID.randomUUID())
                .to(shadow.address().toString())
                .body(("<g:GetStylesheet xmlns:g=\"" + Gossip1.NAMESPACE + "\" hash=\"" + hash + "\"/>")
                        .getBytes(UTF_8))
                .toBytes();
        return village.hosts
                .get(0)
                .client()
                .call(shadow.address(), request, SOON)
                .get(30, TimeUnit.SECONDS);
    }

    @Test
    void aPartialOfTenMegabytesIsAFaultAndNothingElseSuffers() throws Exception {
        try (Village village = village(true, true, true)) {
            StylesheetText huge = StylesheetText.unsigned("huge".getBytes(UTF_8));

            assertThatThrownBy(() -> ask(village, huge, "", true)).hasMessageContaining("expected: at most");

            StylesheetText text = StylesheetText.unsigned("add".getBytes(UTF_8));
            assertThat(completeness(ask(village, text, "", true)).counted()).isEqualTo(HOSTS * EACH);
        }
    }
}
