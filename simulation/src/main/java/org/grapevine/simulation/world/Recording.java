package org.grapevine.simulation.world;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.grapevine.core.contract.GossipAction;
import org.grapevine.core.message.Completeness;
import org.grapevine.core.message.GossipMessage;
import org.grapevine.core.message.Payload;
import org.grapevine.core.message.Sample;
import org.grapevine.simulation.scenario.Workload;

/**
 * What happened at real devices, for the observers of simulated runs: {@link World#recorded}. Filled once, in any order, and used for
 * one world. What happened at the same time happens in the order in which it was told. Times in µs since the start of the run;
 * devices that started before it start with it. Messages have numbers of the caller's own.
 *
 * <p>A message that was never published, or at a device that does not exist, is refused when the run comes to it. For one thread.
 */
public final class Recording {

    /** A second: threads of several busy processes on one machine wait for each other. */
    static final long SLACK_MICROS = 1_000_000;

    private record Told(long atMicros, Consumer<World> what) {}

    private record Counts(int device, long copies, long controls) {}

    private final List<Told> told = new ArrayList<>();
    private final List<Integer> early = new ArrayList<>();
    private final List<Counts> counts = new ArrayList<>();
    private final Map<Integer, GossipMessage> messages = new HashMap<>();

    // What happened

    /** A device is up, with nothing remembered. */
    public void started(long atMicros, int device) {
        if (atMicros <= 0) {
            early.add(device);
        } else {
            tell(atMicros, world -> start(world, world.device(device)));
        }
    }

    /** A device is gone. */
    public void stopped(long atMicros, int device, boolean bye) {
        tell(atMicros, world -> world.stop(world.device(device), bye));
    }

    /** A push or a request is handed to a device. */
    public void published(long atMicros, int device, int message, Workload workload) {
        tell(atMicros, world -> {
            Device at = world.device(device);
            GossipMessage published = world.workloads().message(workload, at);
            messages.put(message, published);
            for (Observer observer : world.observers()) {
                observer.published(world.nowMicros(), at, published);
            }
        });
    }

    /**
     * A hosted service is called.
     *
     * @param hops 0 where it was published
     */
    public void delivered(long atMicros, int device, int message, int hops) {
        tell(atMicros, world -> {
            Device at = world.device(device);
            GossipMessage delivered = message(message);
            for (Observer observer : world.observers()) {
                observer.came(world.nowMicros(), at, delivered, hops);
                observer.delivered(world.nowMicros(), at, delivered);
            }
        });
    }

    /** Values of these devices come to the initiator of a request, each as its device gave it. */
    public void collected(long atMicros, int device, int message, List<Integer> from) {
        tell(atMicros, world -> {
            List<Sample> samples = new ArrayList<>();
            for (int each : from) {
                Device answering = world.device(each);
                samples.add(new Sample(
                        answering.address(),
                        answering.clockMillis(world.nowMicros()),
                        CountedDevices.of(
                                each,
                                world.workloads().answerBytes(message(message).id()))));
            }
            GossipAction.Collected values =
                    new GossipAction.Collected(message(message).id(), samples);
            for (Observer observer : world.observers()) {
                observer.collected(world.nowMicros(), world.device(device), values);
            }
        });
    }

    /**
     * A request is over at its initiator.
     *
     * @param value who is inside and what that sums up to; empty if there is none, or if all were collected
     */
    public void completed(
            long atMicros, int device, int message, Optional<CountedDevices> value, Completeness completeness) {
        tell(atMicros, world -> {
            GossipAction.Complete outcome =
                    new GossipAction.Complete(message(message).id(), value.map(Payload.class::cast), completeness);
            for (Observer observer : world.observers()) {
                observer.completed(world.nowMicros(), world.device(device), outcome);
            }
        });
    }

    /** A request is over at its initiator, without a value. */
    public void failed(long atMicros, int device, int message, String reason) {
        tell(atMicros, world -> {
            GossipAction.Fail outcome = new GossipAction.Fail(message(message).id(), reason, Completeness.EMPTY);
            for (Observer observer : world.observers()) {
                observer.failed(world.nowMicros(), world.device(device), outcome);
            }
        });
    }

    /** What the engine of a device had sent at the end of the run. */
    public void counted(int device, long copies, long controls) {
        counts.add(new Counts(device, copies, controls));
    }

    private void tell(long atMicros, Consumer<World> what) {
        told.add(new Told(Math.max(0, atMicros), what));
    }

    private GossipMessage message(int number) {
        GossipMessage message = messages.get(number);
        if (message == null) {
            throw new IllegalArgumentException("message: " + number + " (expected: one that was published before)");
        }
        return message;
    }

    // The world that runs

    void startEarly(World world) {
        early.forEach(device -> start(world, world.device(device)));
    }

    /** One that starts again has ended before, whether anybody saw it or not. */
    private static void start(World world, Device device) {
        world.stop(device, false);
        world.start(device);
    }

    void plan(World world) {
        told.sort(Comparator.comparingLong(Told::atMicros)); // Stable.
        for (Told each : told) {
            world.at(each.atMicros, new Occurrence() {
                @Override
                void happen(World there) {
                    each.what.accept(there);
                }
            });
        }
    }

    void count(World world) {
        for (Counts each : counts) {
            for (Observer observer : world.observers()) {
                observer.counted(world.device(each.device), each.copies, each.controls);
            }
        }
    }
}
