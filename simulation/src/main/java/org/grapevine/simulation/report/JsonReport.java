package org.grapevine.simulation.report;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import org.grapevine.core.engine.DropReason;
import org.grapevine.core.membership.MembershipDrop;
import org.grapevine.core.message.Completeness;
import org.grapevine.simulation.check.Violation;
import org.grapevine.simulation.scenario.ScenarioWriter;
import org.grapevine.simulation.world.Loss;
import org.jspecify.annotations.Nullable;

/**
 * Results for programs: one object on one line, in ASCII. Names carry the unit; what never happened and what is no number is null.
 * Equal runs give equal bytes unless the wall-clock part is asked for, which then stands last.
 */
public final class JsonReport {

    /** Value of the field {@code report} for one run. */
    static final String RUN = "grapevine-run";

    /** Value of the field {@code report} for a sweep. */
    static final String SWEEP = "grapevine-sweep";

    /** Rises when a field changes its meaning or goes; a new field is no new version. */
    private static final int VERSION = 1;

    private static final JsonFactory JSON =
            JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    private JsonReport() {}

    /** Of one run, with everything in it; ends without a line break. */
    public static String of(RunResult run, boolean wallClock) {
        return write(json -> run(json, run, wallClock));
    }

    /** Of a sweep: the figures of each run, their mean and 95 % interval at each point, but not the single messages. */
    public static String of(List<SweepPoint> sweep, boolean wallClock) {
        return write(json -> sweep(json, sweep, wallClock));
    }

    private interface Content {
        void writeTo(JsonGenerator json) throws IOException;
    }

    private static String write(Content content) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            content.writeTo(json);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    private static void run(JsonGenerator json, RunResult run, boolean wallClock) throws IOException {
        json.writeStringField("report", RUN);
        json.writeNumberField("version", VERSION);
        json.writeStringField("scenario", run.scenario().name());
        json.writeStringField("about", run.scenario().about());
        json.writeBooleanField("wire", run.scenario().wire());
        json.writeNumberField("seed", run.seed());
        json.writeStringField("traceHash", Numerals.hash(run.traceHash()));
        json.writeNumberField("devices", run.devices());
        json.writeNumberField("virtualMicros", run.virtualMicros());
        json.writeNumberField("events", run.events());
        violations(json, run);
        json.writeObjectFieldStart("figures");
        figures(json, run);
        json.writeEndObject();
        json.writeArrayFieldStart("spreads");
        for (SpreadResult spread : run.spreads()) {
            spread(json, spread);
        }
        json.writeEndArray();
        json.writeArrayFieldStart("requests");
        for (RequestResult request : run.requests()) {
            request(json, request);
        }
        json.writeEndArray();
        curve(json, "infection", "sincePublicationMs", "shareReached", run.infection());
        curve(json, "hops", "hops", "deliveries", run.hops());
        curve(json, "latency", "upToMs", "deliveries", run.latency());
        json.writeObjectFieldStart("load");
        load(json, "messagesSentPerDevice", run.sentPerDevice());
        load(json, "messagesReceivedPerDevice", run.receivedPerDevice());
        load(json, "bytesSentPerDevice", run.bytesPerDevice());
        json.writeEndObject();
        traffic(json, run.traffic());
        json.writeObjectFieldStart("drops");
        for (DropReason reason : DropReason.values()) {
            json.writeNumberField(reason.name(), run.drops().getOrDefault(reason, 0L));
        }
        json.writeEndObject();
        overlay(json, run.overlay());
        if (wallClock) {
            json.writeObjectFieldStart("wallClock");
            json.writeNumberField("elapsedNanos", run.wallNanos());
            json.writeEndObject();
        }
    }

    private static void overlay(JsonGenerator json, @Nullable OverlayResult overlay) throws IOException {
        if (overlay == null) {
            json.writeNullField("overlay");
            return;
        }
        json.writeObjectFieldStart("overlay");
        json.writeNumberField("messages", overlay.messages());
        json.writeNumberField("bytes", overlay.bytes());
        number(json, "messagesPerDeviceSecond", overlay.messageRate());
        number(json, "bytesPerDeviceSecond", overlay.byteRate());
        number(json, "restingMessagesPerDeviceSecond", overlay.restingMessageRate());
        number(json, "restingBytesPerDeviceSecond", overlay.restingByteRate());
        number(json, "links", overlay.links());
        number(json, "entries", overlay.entries());
        number(json, "deadLinks", overlay.deadLinks());
        number(json, "deadEntries", overlay.deadEntries());
        number(json, "lyingEntries", overlay.lyingEntries());
        number(json, "sizeError", overlay.sizeError());
        number(json, "sizeErrorMost", overlay.sizeErrorMost());
        number(json, "connected", overlay.connected());
        json.writeNumberField("looks", overlay.looks());
        json.writeNumberField("splits", overlay.splits());
        count(json, "lastSplitMicros", overlay.lastSplitMicros());
        OverlayResult.Shape shape = overlay.shape();
        number(json, "inDegreeMean", shape.inDegreeMean());
        number(json, "inDegreeDeviation", shape.inDegreeDeviation());
        json.writeNumberField("inDegreeLeast", shape.inDegreeLeast());
        json.writeNumberField("inDegreeMost", shape.inDegreeMost());
        number(json, "clustering", shape.clustering());
        OverlayResult.Counts counts = overlay.counts();
        json.writeNumberField("probes", counts.probes());
        json.writeNumberField("unanswered", counts.unanswered());
        json.writeNumberField("declaredDead", counts.declaredDead());
        json.writeNumberField("contradicted", counts.contradicted());
        json.writeObjectFieldStart("refused");
        for (MembershipDrop reason : MembershipDrop.values()) {
            json.writeNumberField(reason.name(), counts.dropped().getOrDefault(reason, 0L));
        }
        json.writeEndObject();
        json.writeEndObject();
    }

    /** The fields of an object that name the promises which were broken. */
    public static void violations(JsonGenerator json, RunResult run) throws IOException {
        json.writeNumberField("violationsInAll", run.violationsInAll());
        json.writeArrayFieldStart("violations");
        for (Violation violation : run.violations()) {
            json.writeStartObject();
            json.writeStringField("checker", violation.checker());
            json.writeNumberField("atMicros", violation.atMicros());
            json.writeStringField("what", violation.what());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void figures(JsonGenerator json, RunResult run) throws IOException {
        for (Figure figure : Figure.values()) {
            number(json, figure.column(), figure.of(run));
        }
    }

    private static void spread(JsonGenerator json, SpreadResult spread) throws IOException {
        json.writeStartObject();
        json.writeStringField("id", spread.id());
        json.writeNumberField("from", spread.from());
        json.writeNumberField("atMicros", spread.atMicros());
        json.writeNumberField("devices", spread.devices());
        json.writeNumberField("reached", spread.reached());
        json.writeNumberField("owed", spread.owed());
        json.writeNumberField("reachedOfOwed", spread.reachedOfOwed());
        count(json, "t50Micros", spread.t50Micros());
        count(json, "t99Micros", spread.t99Micros());
        count(json, "t100Micros", spread.t100Micros());
        json.writeNumberField("lastHop", spread.lastHop());
        count(json, "copies", spread.copies());
        count(json, "repaired", spread.repaired());
        SpreadResult.Effort effort = spread.effort();
        if (effort.variant() == null) {
            json.writeNullField("variant");
        } else {
            json.writeStringField("variant", ScenarioWriter.name(effort.variant()));
        }
        count(json, "received", effort.received());
        count(json, "advertised", effort.advertised());
        count(json, "contacts", effort.contacts());
        number(json, "meanMicros", effort.meanMicros());
        json.writeNumberField("lastMicros", effort.lastMicros());
        number(json, "payloadsPerDelivery", spread.payloadsPerDelivery());
        number(json, "idsPerDelivery", spread.idsPerDelivery());
        number(json, "redundancy", spread.redundancy());
        json.writeEndObject();
    }

    private static void request(JsonGenerator json, RequestResult request) throws IOException {
        json.writeStartObject();
        json.writeStringField("id", request.id());
        json.writeNumberField("from", request.from());
        json.writeNumberField("atMicros", request.atMicros());
        json.writeStringField("replies", ScenarioWriter.name(request.mode()));
        json.writeNumberField("devices", request.devices());
        json.writeNumberField("reached", request.reached());
        json.writeNumberField("stayed", request.stayed());
        json.writeNumberField("stayedInside", request.stayedInside());
        json.writeNumberField("samples", request.samples());
        completeness(json, request.completeness());
        if (request.failure() == null) {
            json.writeNullField("failure");
        } else {
            json.writeStringField("failure", request.failure());
        }
        count(json, "elapsedMicros", request.elapsedMicros());
        count(json, "copies", request.copies());
        count(json, "duplicates", request.duplicates());
        number(json, "meanDepth", request.meanDepth());
        json.writeNumberField("maxDepth", request.maxDepth());
        count(json, "leaves", request.leaves());
        json.writeEndObject();
    }

    /** The field of an object that says whom an answer counts; null for a request that was not answered. */
    public static void completeness(JsonGenerator json, @Nullable Completeness completeness) throws IOException {
        if (completeness == null) {
            json.writeNullField("completeness");
            return;
        }
        json.writeObjectFieldStart("completeness");
        json.writeNumberField("counted", completeness.counted());
        json.writeNumberField("declined", completeness.declined());
        json.writeNumberField("failed", completeness.failed());
        json.writeNumberField("timedOut", completeness.timedOut());
        json.writeNumberField("truncated", completeness.truncated());
        if (completeness.oldestMillis() == Completeness.NONE) {
            json.writeNullField("oldestMs");
        } else {
            json.writeNumberField("oldestMs", completeness.oldestMillis());
        }
        json.writeObjectFieldStart("faults");
        for (Map.Entry<String, Integer> kind : completeness.faults().byKind().entrySet()) {
            json.writeNumberField(kind.getKey(), kind.getValue());
        }
        json.writeEndObject();
        json.writeEndObject();
    }

    private static void traffic(JsonGenerator json, Traffic traffic) throws IOException {
        json.writeObjectFieldStart("traffic");
        json.writeNumberField("sent", traffic.sent());
        json.writeNumberField("multiplied", traffic.multiplied());
        json.writeNumberField("duplicated", traffic.duplicated());
        count(json, "received", traffic.received());
        json.writeObjectFieldStart("lost");
        for (Loss loss : Loss.values()) {
            json.writeNumberField(loss.name(), traffic.lost().getOrDefault(loss, 0L));
        }
        json.writeEndObject();
        count(json, "inFlight", traffic.inFlight());
        count(json, "bytesSent", traffic.bytesSent());
        json.writeObjectFieldStart("sentByKind");
        for (Map.Entry<String, Long> kind : Tables.byName(traffic.sentByKind())) {
            json.writeNumberField(kind.getKey(), kind.getValue());
        }
        json.writeEndObject();
        json.writeEndObject();
    }

    private static void load(JsonGenerator json, String name, Load load) throws IOException {
        json.writeObjectFieldStart(name);
        number(json, "mean", load.mean());
        count(json, "median", load.median());
        count(json, "p99", load.p99());
        count(json, "max", load.max());
        curve(json, "classes", "from", "devices", load.histogram());
        json.writeEndObject();
    }

    private static void curve(JsonGenerator json, String name, String x, String y, Curve curve) throws IOException {
        json.writeObjectFieldStart(name);
        numbers(json, x, curve.x());
        numbers(json, y, curve.y());
        json.writeEndObject();
    }

    private static void numbers(JsonGenerator json, String name, double[] values) throws IOException {
        json.writeArrayFieldStart(name);
        for (double value : values) {
            number(json, value);
        }
        json.writeEndArray();
    }

    private static void number(JsonGenerator json, String name, double value) throws IOException {
        json.writeFieldName(name);
        number(json, value);
    }

    private static void number(JsonGenerator json, double value) throws IOException {
        if (Double.isFinite(value)) {
            json.writeNumber(Numerals.plain(value));
        } else {
            json.writeNull();
        }
    }

    /** What never happened, and what nobody saw, is null. */
    private static void count(JsonGenerator json, String name, long number) throws IOException {
        if (number < 0) {
            json.writeNullField(name);
        } else {
            json.writeNumberField(name, number);
        }
    }

    private static void sweep(JsonGenerator json, List<SweepPoint> sweep, boolean wallClock) throws IOException {
        json.writeStringField("report", SWEEP);
        json.writeNumberField("version", VERSION);
        json.writeArrayFieldStart("points");
        for (SweepPoint point : sweep) {
            json.writeStartObject();
            json.writeObjectFieldStart("settings");
            for (Map.Entry<String, String> setting : point.settings().entrySet()) {
                json.writeStringField(setting.getKey(), setting.getValue());
            }
            json.writeEndObject();
            json.writeObjectFieldStart("figures");
            for (Figure figure : Figure.values()) {
                Estimate estimate = figure.of(point);
                json.writeObjectFieldStart(figure.column());
                json.writeNumberField("runs", estimate.count());
                number(json, "mean", estimate.mean());
                number(json, "halfWidth95", estimate.halfWidth());
                json.writeEndObject();
            }
            json.writeEndObject();
            json.writeArrayFieldStart("runs");
            for (RunResult run : point.runs()) {
                json.writeStartObject();
                sweptRun(json, run, wallClock);
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void sweptRun(JsonGenerator json, RunResult run, boolean wallClock) throws IOException {
        json.writeStringField("scenario", run.scenario().name());
        json.writeNumberField("seed", run.seed());
        json.writeStringField("traceHash", Numerals.hash(run.traceHash()));
        json.writeNumberField("devices", run.devices());
        json.writeNumberField("virtualMicros", run.virtualMicros());
        json.writeNumberField("events", run.events());
        violations(json, run);
        json.writeObjectFieldStart("figures");
        figures(json, run);
        json.writeEndObject();
        if (wallClock) {
            json.writeObjectFieldStart("wallClock");
            json.writeNumberField("elapsedNanos", run.wallNanos());
            json.writeEndObject();
        }
    }
}
