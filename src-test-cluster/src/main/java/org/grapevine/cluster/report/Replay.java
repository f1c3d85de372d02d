package org.grapevine.cluster.report;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.grapevine.cluster.plan.Placement;
import org.grapevine.cluster.plan.WorkPlan;
import org.grapevine.cluster.record.AgentRecord;
import org.grapevine.cluster.record.ClusterRecord;
import org.grapevine.cluster.record.DeviceCounts;
import org.grapevine.cluster.record.Entry;
import org.grapevine.simulation.report.RunResult;
import org.grapevine.simulation.run.Run;
import org.grapevine.simulation.scenario.Scenario;
import org.grapevine.simulation.scenario.Workload;
import org.grapevine.simulation.world.CountedDevices;
import org.grapevine.simulation.world.Recording;

/**
 * Puts the records of all agents into one order of time and has the simulator's checkers and recorder watch it.
 *
 * <p>The clocks of two agents agree to within what the coordinator could measure, so one may say that it got something before the
 * other says that it published it. Such times are moved to the latest that is possible, and a note says by how much at the most. The
 * devices of an agent that was lost are gone from the moment it was, or from the last thing that it had written down, if that is
 * later.
 */
final class Replay {

    private static final Comparator<Item> ORDER =
            Comparator.comparingLong((Item item) -> item.atMicros).thenComparingInt(item -> item.rank);
    /** So long after its end a device may still be said to do something: what was under way in its process. */
    private static final long AFTERMATH_MICROS = 1_000_000;

    private static final int MOST_NOTES = 200;

    /** An entry at the time at which it is told. */
    private static final class Item {
        private long atMicros;
        private final int rank;
        private final Entry entry;

        Item(long atMicros, Entry entry) {
            this.atMicros = Math.max(0, atMicros);
            this.rank = rank(entry);
            this.entry = entry;
        }

        private static int rank(Entry entry) {
            if (entry instanceof Entry.Started) {
                return 1;
            } else if (entry instanceof Entry.Published) {
                return 2;
            } else if (entry instanceof Entry.Delivered) {
                return 3;
            } else if (entry instanceof Entry.Stopped) {
                return 5;
            }
            return 4;
        }
    }

    private final Scenario scenario;
    private final WorkPlan plan;
    private final Placement placement;
    private final ClusterRecord record;
    private final Recording recording = new Recording();
    private final Lives lives;
    private final Set<String> notes = new TreeSet<>();
    private long moreNotes;

    private final Map<Integer, Answering> requests = new TreeMap<>();
    private final Map<Integer, BitSet> had = new HashMap<>();
    private long twice;
    private int pushes;

    /**
     * Prepares a replay.
     *
     * @param translated what the cluster carried out, as {@link Translation} has it
     */
    Replay(Scenario translated, long seed, int agents, ClusterRecord record) {
        this.scenario = translated;
        this.plan = WorkPlan.of(translated, seed);
        this.placement = Placement.of(translated, agents);
        this.record = record;
        this.lives = new Lives(translated.devices());
    }

    /** What the run came to, as the simulator puts it, and what only a record of real devices tells. */
    record Result(
            RunResult run,
            Deliveries deliveries,
            List<Reach> pushes,
            List<Answer> answers,
            Measure.Sent sent,
            List<String> notes) {}

    Result run(long seed) {
        List<Item> items = items();
        Set<Integer> published = publishFirst(items);
        tellBeforeOutcome(items);
        items.sort(ORDER);
        stopLast(items);
        items.sort(ORDER);
        for (Item item : items) {
            if (isKnown(item.entry, published)) {
                tell(item);
            }
        }
        long devices = 0;
        long copies = 0;
        long controls = 0;
        Set<Integer> busy = new TreeSet<>();
        for (AgentRecord agent : record.agents().values()) {
            for (DeviceCounts device : agent.devices()) {
                if (device.device() < scenario.devices() && !device.isKnown()) {
                    busy.add(device.device());
                } else if (device.device() < scenario.devices()) {
                    long sentCopies = Math.max(0, device.sent() - device.controls());
                    recording.counted(device.device(), sentCopies, device.controls());
                    devices++;
                    copies += sentCopies;
                    controls += device.controls();
                }
            }
        }
        if (!busy.isEmpty()) {
            note("too busy to tell what they had sent: " + named(busy));
        }
        Reaching reaching = new Reaching();
        RunResult run = Run.recorded(scenario, seed, recording, record.endMicros(), reaching);
        List<Reach> reaches = reaching.reaches();
        long live = reaches.stream().mapToLong(Reach::live).sum();
        long reached = reaches.stream().mapToLong(Reach::reached).sum();
        return new Result(
                run,
                new Deliveries(pushes, live, reached, twice),
                reaches,
                answers(),
                new Measure.Sent(devices, copies, controls),
                notes());
    }

    private static String named(Set<Integer> devices) {
        String named = devices.stream().limit(Reach.SHOWN).map(String::valueOf).collect(Collectors.joining(", "));
        int more = devices.size() - Reach.SHOWN;
        return (devices.size() == 1 ? "device " : "devices ") + named + (more > 0 ? " and " + more + " more" : "");
    }

    // What agents and journals say, in one list

    private List<Item> items() {
        List<Item> items = new ArrayList<>();
        for (Map.Entry<Integer, Long> lost : record.lost().entrySet()) {
            addLost(items, lost.getKey(), lost.getValue());
        }
        for (AgentRecord agent : record.agents().values()) {
            agent.entries().forEach(entry -> items.add(new Item(entry.atMicros(), entry)));
            if (agent.process().entriesDropped() > 0) {
                note("agent " + agent.agent() + ": " + agent.process().entriesDropped()
                        + " entries found no room, so promises are judged on a part of what happened");
            }
        }
        long strangers = items.stream()
                .filter(item -> item.entry.device() >= scenario.devices())
                .count();
        if (strangers > 0) {
            note(strangers + " entries of devices that there are not were left out");
            items.removeIf(item -> item.entry.device() >= scenario.devices());
        }
        return items;
    }

    private void addLost(List<Item> items, int agent, long lostMicros) {
        List<Entry> journal = record.journals().getOrDefault(agent, List.of());
        long gone = lostMicros;
        for (Entry entry : journal) {
            items.add(new Item(entry.atMicros(), entry));
            gone = Math.max(gone, entry.atMicros());
        }
        AgentRecord after = record.agents().get(agent);
        if (after != null && !after.entries().isEmpty()) {
            gone = Math.min(gone, after.entries().get(0).atMicros());
        }
        long end = gone;
        BitSet started = new BitSet();
        journal.stream().filter(Entry.Started.class::isInstance).forEach(entry -> started.set(entry.device()));
        if (journal.isEmpty()) {
            note("agent " + agent
                    + ": nobody could read what it had written down; its devices count as up until it went, at "
                    + lostMicros / 1_000 + " ms, and as not reached");
        }
        placement.devicesOf(agent).forEach(device -> {
            if (journal.isEmpty()) {
                items.add(new Item(0, new Entry.Started(0, device)));
            }
            if (journal.isEmpty() || started.get(device)) {
                items.add(new Item(end, new Entry.Stopped(end, device, false)));
            }
        });
    }

    // Times that cannot be

    /** Nothing is delivered before it is published. Also adds what was delivered and nobody said that they published. */
    private Set<Integer> publishFirst(List<Item> items) {
        Map<Integer, Long> delivered = new HashMap<>();
        for (Item item : items) {
            if (item.entry instanceof Entry.Delivered each) {
                delivered.merge(each.message(), item.atMicros, Math::min);
            }
        }
        Set<Integer> published = new HashSet<>();
        long most = 0;
        for (Item item : items) {
            if (item.entry instanceof Entry.Published each
                    && each.message() < plan.tasks().size()) {
                published.add(each.message());
                long first = delivered.getOrDefault(each.message(), Long.MAX_VALUE);
                if (first < item.atMicros) {
                    most = Math.max(most, item.atMicros - first);
                    item.atMicros = first;
                }
            }
        }
        if (most > 0) {
            note("clocks: something was delivered up to " + most + " µs before it was published");
        }
        for (Map.Entry<Integer, Long> each : delivered.entrySet()) {
            if (each.getKey() < plan.tasks().size() && published.add(each.getKey())) {
                WorkPlan.Task task = plan.tasks().get(each.getKey());
                items.add(
                        new Item(each.getValue(), new Entry.Published(each.getValue(), task.device(), each.getKey())));
                note("message " + each.getKey()
                        + ": nobody told of its publication; taken to be that of its first delivery");
            }
        }
        return published;
    }

    /** Whoever is inside an answer was asked before. */
    private void tellBeforeOutcome(List<Item> items) {
        Map<Integer, Map<Integer, Long>> latest = new HashMap<>();
        for (Item item : items) {
            if (item.entry instanceof Entry.Completed each) {
                Map<Integer, Long> inside = latest.computeIfAbsent(each.message(), message -> new HashMap<>());
                each.who().stream().forEach(device -> inside.merge(device, item.atMicros, Math::min));
            } else if (item.entry instanceof Entry.Collected each) {
                Map<Integer, Long> inside = latest.computeIfAbsent(each.message(), message -> new HashMap<>());
                each.from().forEach(device -> inside.merge(device, item.atMicros, Math::min));
            }
        }
        long most = 0;
        for (Item item : items) {
            if (item.entry instanceof Entry.Delivered each) {
                long end = latest.getOrDefault(each.message(), Map.of()).getOrDefault(each.device(), Long.MAX_VALUE);
                if (end < item.atMicros && item.atMicros - end <= AFTERMATH_MICROS) {
                    most = Math.max(most, item.atMicros - end);
                    item.atMicros = end;
                }
            }
        }
        if (most > 0) {
            note("clocks: a device was asked up to " + most + " µs after its answer had come");
        }
    }

    /** What a device did in its last moments may be written down after its end. */
    private static void stopLast(List<Item> items) {
        Map<Integer, Item> ends = new HashMap<>();
        for (Item item : items) {
            if (item.entry instanceof Entry.Stopped) {
                ends.put(item.entry.device(), item);
            } else if (item.entry instanceof Entry.Started) {
                ends.remove(item.entry.device());
            } else {
                Item end = ends.get(item.entry.device());
                if (end != null && item.atMicros - end.atMicros <= AFTERMATH_MICROS) {
                    end.atMicros = item.atMicros;
                }
            }
        }
    }

    private void note(String note) {
        if (notes.size() < MOST_NOTES) {
            notes.add(note);
        } else if (!notes.contains(note)) {
            moreNotes++;
        }
    }

    private List<String> notes() {
        List<String> all = new ArrayList<>(notes);
        if (moreNotes > 0) {
            all.add("and " + moreNotes + " more of the record");
        }
        return all;
    }

    private boolean isKnown(Entry entry, Set<Integer> published) {
        int message = messageOf(entry);
        boolean known = message < 0 || published.contains(message);
        if (!known) {
            note("message " + message + " (expected: one that was published) is left out");
        }
        return known;
    }

    private static int messageOf(Entry entry) {
        if (entry instanceof Entry.Published published) {
            return published.message();
        } else if (entry instanceof Entry.Delivered delivered) {
            return delivered.message();
        } else if (entry instanceof Entry.Completed completed) {
            return completed.message();
        } else if (entry instanceof Entry.Collected collected) {
            return collected.message();
        } else if (entry instanceof Entry.Failed failed) {
            return failed.message();
        }
        return -1;
    }

    // Telling the simulator

    private void tell(Item item) {
        long at = item.atMicros;
        int device = item.entry.device();
        if (item.entry instanceof Entry.Started) {
            recording.started(at, device);
            lives.started(device, at);
            had.values().forEach(devices -> devices.clear(device));
        } else if (item.entry instanceof Entry.Stopped stopped) {
            recording.stopped(at, device, stopped.bye());
            lives.stopped(device, at);
        } else if (item.entry instanceof Entry.Published published) {
            published(at, published);
        } else if (item.entry instanceof Entry.Delivered delivered) {
            recording.delivered(at, device, delivered.message(), delivered.hops());
            BitSet devices = had.computeIfAbsent(delivered.message(), message -> new BitSet());
            twice += devices.get(device) ? 1 : 0;
            devices.set(device);
        } else if (item.entry instanceof Entry.Collected collected) {
            List<Integer> from = collected.from().stream()
                    .filter(each -> each < scenario.devices())
                    .toList();
            recording.collected(at, device, collected.message(), from);
            Answering request = requests.get(collected.message());
            if (request != null) {
                from.forEach(request.inside::set);
            }
        } else if (item.entry instanceof Entry.Completed completed) {
            completed(at, completed);
        } else if (item.entry instanceof Entry.Failed failed) {
            recording.failed(at, device, failed.message(), failed.reason());
            Answering request = requests.get(failed.message());
            if (request != null) {
                request.endMicros = at;
                request.failure = failed.reason();
            }
        } else {
            throw new AssertionError("unhandled: " + item.entry);
        }
    }

    private void published(long at, Entry.Published published) {
        Workload workload = plan.tasks().get(published.message()).workload();
        recording.published(at, published.device(), published.message(), workload);
        if (workload instanceof Workload.Request request) {
            requests.put(
                    published.message(),
                    new Answering(published, at, request.replies().mode()));
        } else {
            pushes++;
        }
    }

    private void completed(long at, Entry.Completed completed) {
        BitSet who = completed.who();
        if (who.length() > scenario.devices()) {
            note("message " + completed.message() + ": the answer names devices that there are not");
            who.clear(scenario.devices(), who.length());
        }
        Answering request = requests.get(completed.message());
        boolean collects = request != null && request.isCollected();
        recording.completed(
                at,
                completed.device(),
                completed.message(),
                collects || who.isEmpty() ? Optional.empty() : Optional.of(new CountedDevices(who, completed.sum(), 0)),
                completed.completeness());
        if (request != null) {
            request.endMicros = at;
            request.completeness = completed.completeness();
            if (!collects) {
                request.inside.or(who);
                request.sumRight = completed.sum()
                        == who.stream().mapToLong(CountedDevices::valueOf).sum();
            }
        }
    }

    // Answers

    private List<Answer> answers() {
        List<Answer> answers = new ArrayList<>();
        for (Answering request : requests.values()) {
            answers.add(request.answer(lives, scenario.devices(), record.endMicros()));
        }
        return answers;
    }
}
