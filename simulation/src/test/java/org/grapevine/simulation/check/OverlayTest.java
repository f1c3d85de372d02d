package org.grapevine.simulation.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.grapevine.core.membership.Membership;
import org.grapevine.core.membership.PeerMessage;
import org.grapevine.core.message.Segment;
import org.grapevine.simulation.scenario.Scenario;
import org.grapevine.simulation.scenario.ScenarioFile;
import org.grapevine.simulation.world.Forged;
import org.grapevine.simulation.world.Transit;
import org.grapevine.simulation.world.World;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OverlayTest {

    private static Scenario scene(String view, String until) {
        return ScenarioFile.read(
                "scenario: scene\nlinks: { line: { latency: { uniform: [1ms, 20ms] }, loss: 5% } }\n"
                        + "segments: { all: { link: line }, other: { link: line } }\n"
                        + "devices: { node: { count: 12, in: [all] }, apart: { count: 2, in: [other] } }\n"
                        + "peers: { view: " + view + ", shuffle: 1s, retry: 1s, probe: 500ms, suspicion-spread: 2,"
                        + " health-limit: 1 }\nuntil: " + until + "\n",
                "scene.yaml");
    }

    private static List<String> found(Interference interference, Scenario scenario) {
        return interference.in(scenario).stream()
                .filter(violation -> violation.checker().equals(Overlay.NAME))
                .map(Violation::what)
                .toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"hyparview", "cyclon", "full"})
    void holdsInAWorldLeftAlone(String view) {
        assertThat(new Interference().in(scene(view, "60s"))).isEmpty();
    }

    @Test
    void isBrokenByAnOverlayInParts() {
        Interference cut = new Interference() {
            @Override
            public void begins(World begun) {
                super.begins(begun);
                Forged.cutOff(begun.device(3));
            }
        };

        assertThat(found(cut, scene("hyparview", "90s")))
                .singleElement()
                .asString()
                .startsWith("an overlay of 12 devices is in 2 parts, the largest of 11, and has been for ");
    }

    @Test
    void isBrokenByALinkThatTheGossipEngineDoesNotKnow() {
        Interference unlinked = new Interference() {
            @Override
            public void ended(long now, World current) {
                Membership engine = device(2).membership(0);
                assertThat(engine).isNotNull();
                Forged.unlink(device(2), engine.links().get(0).address());
                super.ended(now, current);
            }
        };

        assertThat(found(unlinked, scene("hyparview", "20s")))
                .hasSize(2)
                .anySatisfy(what -> assertThat(what).contains("not in its view"))
                .anySatisfy(what -> assertThat(what).contains("draws from"));
    }

    @Test
    void isBrokenByAMessageIntoAnotherSegment() {
        Interference astray = new Interference() {
            @Override
            public void sent(long now, Transit transit) {
                super.sent(now, transit);
                if (transit instanceof Transit.Peering && transit.from().index() == 0) {
                    super.sent(
                            now,
                            Forged.peering(device(0), device(13), new Segment("all"), new PeerMessage.Disconnect()));
                }
            }
        };

        assertThat(found(astray, scene("hyparview", "5s")))
                .contains("node sim:0 sends a Disconnect to apart sim:13 through all, where not both are");
    }
}
