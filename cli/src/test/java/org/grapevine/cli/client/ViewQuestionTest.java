package org.grapevine.cli.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.grapevine.cli.client.Views.link;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.grapevine.peer.SegmentView;
import org.grapevine.peer.service.StatusReport;
import org.grapevine.peer.service.ViewReport;
import org.junit.jupiter.api.Test;

class ViewQuestionTest {

    private static final ViewReport STREET =
            Views.of("a", "urn:street", link("b")).report();
    private static final ViewReport HOME = Views.of("a", "urn:home", link("c")).report();

    private final List<String> calls = new ArrayList<>();

    private List<ViewReport> ask(StatusReport all) throws Exception {
        ViewQuestion question = (portType, segment, entries) -> {
            String scope = segment.map(Object::toString).orElse("all");
            calls.add(scope + " " + entries);
            return CompletableFuture.completedFuture(
                    switch (calls.size()) {
                        case 1 -> all;
                        case 2 -> new StatusReport(List.of(STREET, HOME), 0);
                        default -> new StatusReport(List.of(scope.contains("street") ? STREET : HOME), 0);
                    });
        };
        return question.ask(Optional.empty()).get(30, TimeUnit.SECONDS);
    }

    @Test
    void oneCallIsEnoughIfAllViewsFit() throws Exception {
        assertThat(ask(new StatusReport(List.of(STREET, HOME), 0))).containsExactly(STREET, HOME);
        assertThat(calls).containsExactly("all 256");
    }

    @Test
    void viewsThatDidNotFitAreAskedForOneByOne() throws Exception {
        assertThat(ask(new StatusReport(List.of(STREET), 1))).containsExactly(STREET, HOME);
        assertThat(calls).hasSize(4).startsWith("all 256", "all 0");
    }

    @Test
    void soAreThoseThatCameWithoutAllTheirLinks() throws Exception {
        ViewReport cut = new ViewReport(
                STREET.portType(),
                STREET.segment(),
                STREET.self(),
                new SegmentView.Status(
                        STREET.status().kind(), List.of(), STREET.status().stats()));

        assertThat(ask(new StatusReport(List.of(cut, HOME), 0))).containsExactly(STREET, HOME);
    }
}
