package org.grapevine.cli.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.grapevine.cli.client.ViewSurvey.Answers;
import org.grapevine.cli.client.ViewSurvey.Subject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ViewSurveyTest {

    private static List<Subject> devices(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> new Subject("device " + i, "urn:" + i, "http://192.0.2.1/" + i))
                .toList();
    }

    private static List<DeviceView> viewOf(Subject device) {
        return List.of(Views.of(device.name(), "urn:x"));
    }

    @Test
    void asksNoMoreThanSomeAtOnceAndAllInTheEnd() throws Exception {
        Queue<Runnable> answers = new ConcurrentLinkedQueue<>();
        AtomicInteger open = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();

        CompletableFuture<Answers> survey = ViewSurvey.of(devices(100), device -> {
            most.accumulateAndGet(open.incrementAndGet(), Math::max);
            CompletableFuture<List<DeviceView>> answer = new CompletableFuture<>();
            answers.add(() -> {
                open.decrementAndGet();
                answer.complete(viewOf(device));
            });
            return answer;
        });
        assertThat(answers).hasSize(ViewSurvey.AT_ONCE);
        while (!survey.isDone()) {
            Runnable answer = answers.poll();
            if (answer == null) {
                Thread.onSpinWait();
            } else {
                answer.run();
            }
        }

        assertThat(most).hasValue(ViewSurvey.AT_ONCE);
        assertThat(survey.get().views()).hasSize(100);
        assertThat(survey.get().failures()).isEmpty();
    }

    @Test
    void oneThatFailsKeepsNoOtherFromAnswering() throws Exception {
        Answers answers = ViewSurvey.of(
                        devices(3),
                        device -> device.endpoint().equals("urn:1")
                                ? CompletableFuture.failedFuture(new IOException("broken pipe"))
                                : CompletableFuture.completedFuture(viewOf(device)))
                .get(30, TimeUnit.SECONDS);

        assertThat(answers.views()).extracting(DeviceView::device).containsExactlyInAnyOrder("device 0", "device 2");
        assertThat(answers.failures()).containsExactly(Map.entry("urn:1", "http://192.0.2.1/1: broken pipe"));
    }

    @Test
    void answersThatAreThereAtOnceMakeNoDeepStack() throws Exception {
        Answers answers = ViewSurvey.of(devices(50_000), device -> CompletableFuture.completedFuture(List.of()))
                .get(30, TimeUnit.SECONDS);

        assertThat(answers.views()).isEmpty();
    }
}
