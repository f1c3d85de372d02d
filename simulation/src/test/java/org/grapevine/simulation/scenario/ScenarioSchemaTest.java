package org.grapevine.simulation.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.dialect.Dialects;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.grapevine.yaml.YamlMistake;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What an editor says by the JSON Schema is what the reader says, as far as a schema can tell. */
class ScenarioSchemaTest {

    private static final String SMALL =
            """
            scenario: small
            links: { lan: { latency: { constant: 10ms } } }
            segments: { all: { link: lan } }
            devices: { is: { count: 1, in: [all] }, sm: { count: 9, in: [all] } }
            """;

    private static final JsonNode DOCUMENT = document();
    private static final Schema SCHEMA = SchemaRegistry.withDefaultDialect(Dialects.getDraft202012())
            .getSchema(DOCUMENT.toString(), InputFormat.JSON);

    private static JsonNode document() {
        try (InputStream in = ScenarioFile.class.getResourceAsStream("scenario.schema.json")) {
            assertThat(in).isNotNull();
            return JsonMapper.shared().readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<String> complaints(String yaml) {
        Object file = new Load(LoadSettings.builder().build()).loadFromString(yaml);
        String json = JsonMapper.shared().writeValueAsString(file);
        return SCHEMA.validate(json, InputFormat.JSON).stream()
                .map(Object::toString)
                .toList();
    }

    @Test
    void theSchemaIsAValidSchema() {
        Schema metaSchema = SchemaRegistry.withDefaultDialect(Dialects.getDraft202012())
                .getSchema("{\"$ref\": \"https://json-schema.org/draft/2020-12/schema\"}", InputFormat.JSON);

        assertThat(metaSchema.validate(DOCUMENT.toString(), InputFormat.JSON)).isEmpty();
    }

    @Test
    void whateverTheWriterWritesIsValid() {
        GeneratedScenarios generated = new GeneratedScenarios(7);
        for (int i = 0; i < 500; i++) {
            String yaml = ScenarioWriter.write(generated.next());

            assertThat(complaints(yaml)).as(yaml).isEmpty();
        }
    }

    @Test
    void everyKeyHasADescriptionAndForbidsStrangers() {
        Set<String> wrong = new TreeSet<>();
        check("", DOCUMENT, wrong);
        assertThat(wrong).isEmpty();
    }

    private static void check(String path, JsonNode schema, Set<String> wrong) {
        if ("object".equals(schema.path("type").asString("")) && !schema.has("additionalProperties")) {
            wrong.add(path + ": strangers allowed");
        }
        for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
            JsonNode value = property.getValue();
            JsonNode referred = DOCUMENT.at(value.path("$ref").asString("").replace("#", ""));
            if (!value.has("description") && !referred.has("description")) {
                wrong.add(path + "/" + property.getKey() + ": no description");
            }
        }
        for (Map.Entry<String, JsonNode> child : schema.properties()) {
            check(path + "/" + child.getKey(), child.getValue(), wrong);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "until: 0s",
                "until: 60",
                "until: -1s",
                "unitl: 60s",
                "engine: { loss: 1 }",
                "engine: { loss: 100% }",
                "engine: { wanted: 1 }",
                "engine: { wanted: 100% }",
                "engine: { wanted: 0% }",
                "engine: { max-fanout: 65 }",
                "engine: { max-fanout: auto }",
                "engine: { maxFanout: 5 }",
                "engine: { want-timeout: 500 }",
                "engine: { buffer-limit: 5ms }",
                "engine: { wire: maybe }",
                "engine: { pull: auto }",
                "engine: { pull-spread: 2 }",
                "engine: { graft-after: 200 }",
                "engine: { tree-links: 0 }",
                "engine: { tree-links: 65 }",
                "engine: { optimise-hops: 0 }",
                "engine: { order-limit: none }",
                "peers: { view: newscast }",
                "peers: { view: hyparview, links: 65 }",
                "peers: { view: hyparview, shuffle: 10 }",
                "peers: { view: hyparview, fanout: 5 }",
                "peers: { view: cyclon, contacts: 0 }",
                "peers: hyparview",
                "faults: [ { lie: { at: 1s, who: {} } } ]",
                "workload: [ { push: { at: 1s, from: is, variant: flood } } ]",
                "workload: [ { push: { at: 1s, from: is, eager-hops: -1 } } ]",
                "workload: [ { push: { at: 1s, from: is, order: total } } ]",
                "workload: [ { request: { at: 1s, from: is, variant: EAGER_PUSH } } ]",
                "workload: { push: { at: 1s, from: is } }",
                "workload: [ {} ]",
                "workload: [ { pull: { at: 1s, from: is } } ]",
                "workload: [ { push: { at: 1s, from: is }, request: { at: 1s, from: is } } ]",
                "workload: [ { push: { from: is } } ]",
                "workload: [ { push: { at: 1s } } ]",
                "workload: [ { push: { at: -1s, from: is } } ]",
                "workload: [ { push: { at: 1s, from: each is 3 } } ]",
                "workload: [ { push: { at: 1s, from: is, fanout: 0 } } ]",
                "workload: [ { push: { at: 1s, from: is, fanout: 65 } } ]",
                "workload: [ { push: { at: 1s, from: is, rounds: none } } ]",
                "workload: [ { push: { at: 1s, from: is, times: 0 } } ]",
                "workload: [ { push: { at: 1s, from: is, size: 1KB } } ]",
                "workload: [ { push: { at: 1s, from: is, repair: auto } } ]",
                "workload: [ { request: { at: 1s, from: is, margin: none } } ]",
                "workload: [ { request: { at: 1s, from: is, min-replies: -1 } } ]",
                "workload: [ { notify: { at: 1s, from: is } } ]",
                "workload: [ { notify: { at: 1s, from: is, to: sm, attempts: 101 } } ]",
                "faults: [ { crash: { at: -1s, who: {} } } ]",
                "faults: [ { crash: { at: 1s } } ]",
                "faults: [ { crash: { at: 1s, until: 2s, who: {} } } ]",
                "faults: [ { crash: { at: 1s, who: { share: 101% } } } ]",
                "faults: [ { crash: { at: 1s, who: { share: 1.5 } } } ]",
                "faults: [ { crash: { at: 1s, who: { share: 1%, count: 1 } } } ]",
                "faults: [ { partition: { at: 1s, who: {} } } ]",
                "faults: [ { degrade: { at: 1s, until: 2s, link: lan, slowdown: 0.5 } } ]",
                "faults: [ { degrade: { at: 1s, until: 2s } } ]",
                "faults: [ { churn: { at: 1s, until: 2s, who: {}, down: 1s } } ]",
                "faults: [ { slow-service: { at: 1s, until: 2s, who: {}, refuses: 1 } } ]"
            })
    void aBrokenFileIsRefusedByTheSchemaAndTheReader(String more) {
        assertThat(complaints(SMALL + more)).isNotEmpty();
        assertThatThrownBy(() -> ScenarioFile.read(SMALL + more, "f.yaml")).isInstanceOf(YamlMistake.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "scenario: ../small",
                "links: { LAN: { latency: { constant: 10ms } } }",
                "links: { lan: {} }",
                "links: { lan: { latency: {} } }",
                "links: { lan: { latency: { constant: 10 } } }",
                "links: { lan: { latency: { constant: 1ms, uniform: [1ms, 2ms] } } }",
                "links: { lan: { latency: { uniform: [1ms] } } }",
                "links: { lan: { latency: { lognormal: { median: 1ms, sigma: 5, max: 1s } } } }",
                "links: { lan: { latency: { lognormal: { median: 1ms, max: 1s } } } }",
                "links: { lan: { latency: { constant: 1ms }, loss: -1% } }",
                "links: { lan: { latency: { constant: 1ms }, loss: 2 } }",
                "links: { lan: { latency: { constant: 1ms }, bandwidth: 0bit/s } }",
                "links: { lan: { latency: { constant: 1ms }, bandwidth: 1MB/s } }",
                "links: { lan: { latency: { constant: 1ms }, reordering: { share: 1% } } }",
                "segments: { all: {} }",
                "segments: { all: { link: lan, lan: yes } }",
                "devices: {}",
                "devices: { is: { in: [all] } }",
                "devices: { is: { count: 0, in: [all] } }",
                "devices: { is: { count: 10000001, in: [all] } }",
                "devices: { is: { count: 1, in: all } }",
                "devices: { is: { count: 1, in: [all, all] } }",
                "devices: { is: { count: 1, start: 1s } }"
            })
    void aBrokenNetworkIsRefusedByBoth(String line) {
        String key = line.substring(0, line.indexOf(':'));
        String yaml = SMALL.replaceAll("(?m)^" + key + ":.*$", line);

        assertThat(complaints(SMALL)).isEmpty();
        assertThat(yaml).contains(line);
        assertThat(complaints(yaml)).isNotEmpty();
        assertThatThrownBy(() -> ScenarioFile.read(yaml, "f.yaml")).isInstanceOf(YamlMistake.class);
    }
}
