package org.grapevine.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.grapevine.cluster.plan.AgentFaults;
import org.grapevine.cluster.plan.Applicability;
import org.junit.jupiter.api.Test;

/** What docs/test-cluster.md says is what the code says. */
class ClusterDocumentTest {

    private static String page() throws Exception {
        return Files.readString(Path.of("../docs/test-cluster.md"));
    }

    @Test
    void namesEveryKeyThatMeansSomethingElseInACluster() throws Exception {
        String page = page();
        assertThat(Applicability.rules()).isNotEmpty().allSatisfy(rule -> {
            String keys = Arrays.stream(rule.key().split(", "))
                    .map(key -> "`" + key + "`")
                    .collect(Collectors.joining(", "));
            assertThat(page).contains("| " + keys + " | " + rule.instead() + " |");
        });
    }

    @Test
    void showsEveryFaultWithALineThatIsOne() throws Exception {
        String page = page();
        assertThat(AgentFaults.forms()).allSatisfy(form -> {
            String word = form.substring(0, form.indexOf(' '));
            String row = page.lines()
                    .filter(line -> line.startsWith("| `" + word + " "))
                    .findFirst()
                    .orElseThrow();
            String example = row.substring(3, row.indexOf('`', 3));
            assertThat(AgentFaults.parse(example, 4).atMicros()).isNotNegative();
        });
    }
}
