package org.grapevine.cluster.plan;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.grapevine.simulation.scenario.Scenario;
import org.grapevine.simulation.scenario.Workload;
import org.grapevine.simulation.world.Timetable;

/**
 * What devices publish when, in the order of time and numbered from 0: the same at every agent, and the same draws as in a simulated
 * run with this scenario and seed.
 */
public record WorkPlan(List<Task> tasks) {

    /** The most messages of one run. */
    public static final int MOST = 1_000_000;

    /**
     * One push, request or notification.
     *
     * @param number of the message in this run
     * @param device that publishes it
     * @param atMicros after the start of the run, µs
     */
    public record Task(int number, int device, long atMicros, Workload workload) {}

    public WorkPlan {
        tasks = List.copyOf(tasks);
    }

    /**
     * Draws it.
     *
     * @throws IllegalArgumentException for more than {@value #MOST} messages
     */
    public static WorkPlan of(Scenario scenario, long seed) {
        List<Task> drawn = new ArrayList<>();
        new Timetable(scenario, seed).deeds((atMicros, workload, device) -> {
            if (drawn.size() == MOST) {
                throw new IllegalArgumentException("workload: more messages (expected: at most " + MOST + ")");
            }
            drawn.add(new Task(drawn.size(), device, atMicros, workload));
        });
        // Stable: what is due at the same time stays in the order of the file.
        drawn.sort(Comparator.comparingLong(Task::atMicros));
        List<Task> numbered = new ArrayList<>(drawn.size());
        for (Task task : drawn) {
            numbered.add(new Task(numbered.size(), task.device(), task.atMicros(), task.workload()));
        }
        return new WorkPlan(numbered);
    }

    /** Those of the devices of one agent. */
    public Stream<Task> of(Placement placement, int agent) {
        return tasks.stream().filter(task -> placement.agentOf(task.device()) == agent);
    }

    /** When the last message or request is over, µs after the start; 0 if there is none. */
    public long lastExpiryMicros() {
        return tasks.stream()
                .mapToLong(task -> task.atMicros() + livesMicros(task.workload()))
                .max()
                .orElse(0);
    }

    private static long livesMicros(Workload workload) {
        if (workload instanceof Workload.Push push) {
            return push.lifetimeMillis() * 1_000;
        } else if (workload instanceof Workload.Request request) {
            return Math.max(request.lifetimeMillis(), request.replies().timeoutMillis()) * 1_000;
        } else if (workload instanceof Workload.Notify notify) {
            return notify.attempts() * notify.timeoutMillis() * 1_000;
        }
        throw new AssertionError("unhandled: " + workload);
    }
}
