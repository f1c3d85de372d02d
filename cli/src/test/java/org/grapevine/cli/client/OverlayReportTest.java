package org.grapevine.cli.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import javax.xml.namespace.QName;
import org.grapevine.cli.console.Screen;
import org.grapevine.cli.console.Session;
import org.grapevine.core.membership.Standing;
import org.grapevine.simulation.report.OverlayGraph.Link;
import org.grapevine.simulation.report.OverlayGraph.Node;
import org.grapevine.simulation.report.OverlayGraph.State;
import org.junit.jupiter.api.Test;

class OverlayReportTest {

    private static OverlayReport one(DeviceView... views) {
        assertThat(OverlayReport.of(Arrays.asList(views))).hasSize(1);
        return OverlayReport.of(Arrays.asList(views)).get(0);
    }

    private static List<String> told(OverlayReport overlay) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream stream = new PrintStream(out, true, UTF_8);
        overlay.tell(new Session(Screen.of(stream, stream)).reporter());
        return out.toString(UTF_8).lines().toList();
    }

    @Test
    void viewsOfOneSegmentAndPortTypeAreOneOverlayTheLargestFirst() {
        DeviceView otherType = Views.of("c", "urn:x", new QName("urn:example", "Radio"));

        assertThat(OverlayReport.of(
                        List.of(Views.of("a", "urn:y"), Views.of("a", "urn:x"), Views.of("b", "urn:x"), otherType)))
                .extracting(OverlayReport::title)
                .containsExactly("urn:x Lamp", "urn:x Radio", "urn:y Lamp");
    }

    @Test
    void linksAreDrawnAndOtherEntriesAreNot() {
        OverlayReport overlay = one(
                Views.of("a", "urn:x", Views.link("b"), new Standing(Views.entry("c", 4), false, false)),
                Views.of("b", "urn:x", Views.link("a")),
                Views.of("c", "urn:x", Views.link("a")));

        assertThat(overlay.graph().links())
                .containsExactly(new Link(0, 1, false), new Link(1, 0, false), new Link(2, 0, false));
        assertThat(overlay.pieces()).isEqualTo(1);
    }

    @Test
    void whoIsSuspectedByAnybodyIsMarked() {
        OverlayReport overlay = one(
                Views.of("a", "urn:x", new Standing(Views.entry("b", 1), true, true)),
                Views.of("b", "urn:x", new Standing(Views.entry("a", 1), false, false)));

        assertThat(overlay.graph().nodes())
                .containsExactly(new Node("a", State.ANSWERED), new Node("b", State.SUSPECTED));
        assertThat(overlay.graph().links()).containsExactly(new Link(0, 1, true));
    }

    @Test
    void whoIsLinkedButToldNothingIsShownByItsAddress() {
        OverlayReport overlay =
                one(Views.of("a", "urn:x", Views.link("gone")), Views.of("b", "urn:x", Views.link("gone")));

        assertThat(overlay.graph().nodes()).contains(new Node(Views.address("gone"), State.SILENT));
        assertThat(overlay.pieces()).isEqualTo(2);
        assertThat(told(overlay))
                .contains("  1 more have links to them and told nothing: " + Views.address("gone"))
                .anyMatch(line -> line.startsWith("  2 devices, in 2 pieces of 1, 1;"));
    }

    /** As when a policy has just changed, and two engines work at once. */
    @Test
    void twoViewsOfOneShadowAreOneDevice() {
        OverlayReport overlay = one(
                Views.of("a", "urn:x", Views.link("b")),
                Views.of("a", "urn:x", Views.link("b"), Views.link("c")),
                Views.of("b", "urn:x"));

        assertThat(overlay.graph().nodes()).extracting(Node::name).containsExactly("a", "b", Views.address("c"));
        assertThat(overlay.graph().links()).containsExactly(new Link(0, 1, false), new Link(0, 2, false));
    }

    @Test
    void aDeviceThatNamesItselfOrAThousandsOfOthersIsNoHarm() {
        Standing[] invented = IntStream.range(0, 5_000)
                .mapToObj(i -> Views.link(i % 100 == 0 ? "a" : "invented-" + i))
                .toArray(Standing[]::new);

        OverlayReport overlay = one(Views.of("a", "urn:x", invented), Views.of("b", "urn:x", Views.link("a")));

        assertThat(overlay.graph().nodes()).hasSize(2 + 1_000);
        assertThat(overlay.pieces()).isEqualTo(1);
        assertThat(told(overlay)).hasSize(6);
    }

    @Test
    void tellsARowForEachDeviceAndTheFiguresOfAll() {
        OverlayReport overlay = one(
                Views.of("b", "urn:x", Views.link("a")),
                Views.of("a", "urn:x", Views.link("b"), new Standing(Views.entry("c", 7), false, true)));

        assertThat(told(overlay))
                .containsExactly(
                        "segment urn:x  {urn:example}Lamp",
                        "  device  view       links  entries  suspected  size  oldest  dropped",
                        "  a       hyparview  1      2        1          3     7       3",
                        "  b       hyparview  1      1        0          3     0       3",
                        "  2 devices, connected; links to each 1 to 1, mean 1.00; 0 of 2 links of one side only; clustering 0.00");
    }

    @Test
    void writesTheWholeViewForPrograms() {
        assertThat(Views.of("a", "urn:x", new Standing(Views.entry("b", 7), true, false))
                        .fields()
                        .toJson())
                .isEqualTo("{\"step\":\"view\",\"device\":\"a\",\"endpoint\":\"urn:uuid:a\",\"segment\":\"urn:x\","
                        + "\"portType\":\"{urn:example}Lamp\",\"kind\":\"hyparview\","
                        + "\"address\":\"soap.udp://192.0.2.1:4000/a\",\"links\":1,\"entries\":1,\"suspected\":0,"
                        + "\"contacts\":4,\"size\":3,\"oldest\":7,\"sent\":5,\"received\":6,\"probes\":7,\"unanswered\":8,"
                        + "\"declaredDead\":9,\"contradicted\":10,\"dropped\":{\"own-entry\":2,\"stale-entry\":1},"
                        + "\"peers\":[{\"address\":\"soap.udp://192.0.2.1:4000/b\",\"httpPort\":4001,\"age\":7,"
                        + "\"linked\":true,\"suspected\":false}]}");
    }
}
