package org.grapevine.cli.client;

import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Asks the Peer Services of devices for their views, a few at a time. Any thread. */
final class ViewSurvey {

    /** Many devices may be on one small computer. */
    static final int AT_ONCE = 16;

    /**
     * A device that has a Peer Service.
     *
     * @param name for people
     * @param endpoint its stable identity
     * @param service address of the Peer Service
     */
    record Subject(String name, String endpoint, String service) {}

    /** The way to a device. */
    @FunctionalInterface
    interface Question {
        CompletableFuture<List<DeviceView>> views(Subject device);
    }

    private final Question question;
    private final Queue<Subject> waiting;
    private final Queue<DeviceView> views = new ConcurrentLinkedQueue<>();
    private final Map<String, String> failures = new ConcurrentHashMap<>();
    private final AtomicInteger open;
    private final CompletableFuture<@Nullable Void> over = new CompletableFuture<>();

    private ViewSurvey(Collection<Subject> devices, Question question) {
        this.question = question;
        this.waiting = new ConcurrentLinkedQueue<>(devices);
        this.open = new AtomicInteger(devices.size());
    }

    /**
     * What came of it.
     *
     * @param views of the devices that answered
     * @param failures why there is no answer, by the endpoint of the device
     */
    record Answers(List<DeviceView> views, Map<String, String> failures) {
        Answers {
            views = List.copyOf(views);
            failures = Collections.unmodifiableMap(new TreeMap<>(failures));
        }
    }

    /** Asks every device once; completes when each has answered or failed. */
    static CompletableFuture<Answers> of(Collection<Subject> devices, Question question) {
        ViewSurvey survey = new ViewSurvey(devices, question);
        if (devices.isEmpty()) {
            survey.over.complete(null);
        }
        for (int lane = 0; lane < AT_ONCE; lane++) {
            survey.ask();
        }
        return survey.over.thenApply(done -> new Answers(List.copyOf(survey.views), survey.failures));
    }

    /** Asks one device after the other, until an answer has to be waited for: then it goes on where that comes. */
    private void ask() {
        for (Subject device = waiting.poll(); device != null; device = waiting.poll()) {
            Subject asked = device;
            // Whoever comes second goes on: answers that are there at once would let the stack grow with the devices.
            AtomicBoolean first = new AtomicBoolean(true);
            CompletableFuture<List<DeviceView>> unused = CompletableFuture.completedFuture(asked)
                    .thenCompose(question::views)
                    .whenComplete((answer, failure) -> {
                        keep(asked, answer, failure);
                        if (!first.getAndSet(false)) {
                            ask();
                        }
                    });
            if (first.getAndSet(false)) {
                return;
            }
        }
    }

    private void keep(Subject device, @Nullable List<DeviceView> answer, @Nullable Throwable failure) {
        if (answer != null) {
            views.addAll(answer);
        } else if (failure != null) {
            failures.put(device.endpoint(), Network.reason(device.service(), failure));
        }
        if (open.decrementAndGet() == 0) {
            over.complete(null);
        }
    }
}
