package org.grapevine.cluster.report;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.grapevine.cluster.plan.AgentFaults;
import org.grapevine.cluster.record.AgentRecord;
import org.grapevine.cluster.record.ProcessCounts;
import org.grapevine.simulation.check.Checkers;
import org.grapevine.simulation.report.JsonReport;
import org.grapevine.simulation.report.Numerals;

/**
 * A report for programs: one object on one line, in ASCII. Names carry the unit; what never happened and what is no number is null.
 * The whole run as the simulator tells it stands last, in the form of its own reports.
 */
final class ReportJson {

    private static final String CLUSTER = "grapevine-cluster";

    /** Rises when a field changes its meaning or goes; a new field is no new version. */
    private static final int VERSION = 1;

    private static final JsonFactory JSON =
            JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    private ReportJson() {}

    static String of(ClusterReport report) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            write(json, report);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    private static void write(JsonGenerator json, ClusterReport report) throws IOException {
        json.writeStringField("report", CLUSTER);
        json.writeNumberField("version", VERSION);
        json.writeStringField("scenario", report.scenario().name());
        json.writeNumberField("seed", report.seed());
        json.writeNumberField("devices", report.scenario().devices());
        json.writeNumberField("agents", report.agents());
        json.writeArrayFieldStart("faults");
        for (var fault : report.faults()) {
            json.writeString(AgentFaults.write(fault));
        }
        json.writeEndArray();
        json.writeNumberField("endMicros", report.record().endMicros());
        json.writeBooleanField("kept", report.isKept());
        JsonReport.violations(json, report.measured());
        json.writeArrayFieldStart("notChecked");
        for (String promise : Checkers.unseen().keySet()) {
            json.writeString(promise);
        }
        json.writeEndArray();
        deliveries(json, report.deliveries());
        json.writeArrayFieldStart("pushes");
        for (Reach push : report.pushes()) {
            push(json, push);
        }
        json.writeEndArray();
        json.writeArrayFieldStart("answers");
        for (Answer answer : report.answers()) {
            answer(json, answer);
        }
        json.writeEndArray();
        measures(json, report);
        json.writeArrayFieldStart("perAgent");
        for (int agent = 0; agent < report.agents(); agent++) {
            agent(json, report, agent);
        }
        json.writeEndArray();
        json.writeArrayFieldStart("notes");
        for (String note : report.notes()) {
            json.writeString(note);
        }
        json.writeEndArray();
        json.writeFieldName("measured");
        json.writeRawValue(JsonReport.of(report.measured(), false));
    }

    private static void deliveries(JsonGenerator json, Deliveries deliveries) throws IOException {
        json.writeObjectFieldStart("deliveries");
        json.writeNumberField("pushes", deliveries.pushes());
        json.writeNumberField("live", deliveries.live());
        json.writeNumberField("reached", deliveries.reached());
        json.writeNumberField("twice", deliveries.twice());
        json.writeBooleanField("exactlyOnce", deliveries.isExactlyOnce());
        json.writeEndObject();
    }

    private static void push(JsonGenerator json, Reach push) throws IOException {
        json.writeStartObject();
        json.writeNumberField("from", push.from());
        json.writeNumberField("atMicros", push.atMicros());
        json.writeNumberField("live", push.live());
        json.writeNumberField("reached", push.reached());
        elapsed(json, "t50Micros", push.t50Micros());
        elapsed(json, "t99Micros", push.t99Micros());
        elapsed(json, "t100Micros", push.t100Micros());
        json.writeNumberField("missingInAll", push.missingInAll());
        missing(json, push.missing());
        json.writeEndObject();
    }

    private static void missing(JsonGenerator json, List<Integer> devices) throws IOException {
        json.writeArrayFieldStart("missing");
        for (int device : devices) {
            json.writeNumber(device);
        }
        json.writeEndArray();
    }

    private static void answer(JsonGenerator json, Answer answer) throws IOException {
        json.writeStartObject();
        json.writeNumberField("message", answer.message());
        json.writeNumberField("from", answer.from());
        json.writeNumberField("atMicros", answer.atMicros());
        elapsed(json, "elapsedMicros", answer.elapsedMicros());
        json.writeNumberField("counted", answer.counted());
        json.writeNumberField("live", answer.live());
        json.writeNumberField("missingInAll", answer.missingInAll());
        missing(json, answer.missing());
        JsonReport.completeness(json, answer.completeness());
        json.writeStringField("failure", answer.failure());
        json.writeBooleanField("saysWhole", answer.saysWhole());
        json.writeBooleanField("honest", answer.isHonest());
        json.writeEndObject();
    }

    private static void measures(JsonGenerator json, ClusterReport report) throws IOException {
        Agreement agreement = report.agreement();
        Prediction prediction = report.prediction();
        json.writeNumberField(
                "predictionSeeds", prediction == null ? 0 : prediction.runs().size());
        if (agreement == null) {
            json.writeNullField("agrees");
        } else {
            json.writeBooleanField("agrees", agreement.isKept());
        }
        json.writeArrayFieldStart("measures");
        for (Agreement.Row row : Agreement.rows(report)) {
            json.writeStartObject();
            json.writeStringField("measure", row.measure().key());
            number(json, "measured", row.measured());
            number(json, "predictedMean", row.predicted().mean());
            number(json, "predictedLeast", row.predicted().least());
            number(json, "predictedGreatest", row.predicted().greatest());
            json.writeStringField("bound", row.bound());
            json.writeStringField(
                    "verdict",
                    switch (row.verdict()) {
                        case AGREES -> "agrees";
                        case DIFFERS -> "differs";
                        case NOT_JUDGED -> "not judged";
                    });
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void agent(JsonGenerator json, ClusterReport report, int number) throws IOException {
        json.writeStartObject();
        json.writeNumberField("agent", number);
        Long lost = report.record().lost().get(number);
        elapsed(json, "lostMicros", lost == null ? -1 : lost);
        AgentRecord agent = report.record().agents().get(number);
        if (agent == null) {
            json.writeNullField("process");
        } else {
            json.writeNumberField("devicesUp", agent.devices().size());
            json.writeNumberField("entries", agent.entries().size());
            json.writeObjectFieldStart("process");
            for (Map.Entry<String, Long> each : counts(agent.process()).entrySet()) {
                json.writeNumberField(each.getKey(), each.getValue());
            }
            json.writeEndObject();
        }
        json.writeEndObject();
    }

    private static Map<String, Long> counts(ProcessCounts process) {
        Map<String, Long> counts = new TreeMap<>();
        counts.put("startMs", process.startMillis());
        counts.put("cpuMs", process.cpuMillis());
        counts.put("heapBytes", process.heapBytes());
        counts.put("threads", (long) process.threads());
        counts.put("descriptors", (long) process.descriptors());
        counts.put("datagramsSent", process.datagramsSent());
        counts.put("datagramBytes", process.datagramBytes());
        counts.put("datagramsReceived", process.datagramsReceived());
        counts.put("lostOnPurpose", process.lostOnPurpose());
        counts.put("httpRequests", process.httpRequests());
        counts.put("writesRefused", process.writesRefused());
        counts.put("entriesDropped", process.entriesDropped());
        return counts;
    }

    private static void number(JsonGenerator json, String name, double value) throws IOException {
        if (Double.isFinite(value)) {
            json.writeFieldName(name);
            json.writeNumber(Numerals.plain(value));
        } else {
            json.writeNullField(name);
        }
    }

    private static void elapsed(JsonGenerator json, String name, long micros) throws IOException {
        if (micros < 0) {
            json.writeNullField(name);
        } else {
            json.writeNumberField(name, micros);
        }
    }
}
