package org.grapevine.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class GossipedEventsTest {

    @Test
    @Timeout(120)
    void printsWhatCameOfSomeEventsOnBothWays() throws Exception {
        PrintStream before = System.out;
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        try {
            GossipedEvents.run(4, 3);
        } finally {
            System.setOut(before);
        }

        assertThat(out.toString(StandardCharsets.UTF_8).lines())
                .hasSize(6)
                .allMatch(line -> line.matches("(gossip +4|plain +1) +12 +[0-9]+ +12 +0 +[0-9.]+ +[0-9.]+"));
    }
}
