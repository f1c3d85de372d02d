package org.grapevine.simulation.check;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.grapevine.simulation.world.Observer;

/** The checkers of every run: one class for each promise, apart from scenarios, and true of all of them. */
public final class Checkers {

    private static final SortedMap<String, String> UNSEEN = Collections.unmodifiableSortedMap(new TreeMap<>(Map.of(
            Conservation.NAME, "every datagram, where it was sent, lost and received",
            NeverToSelf.NAME, "sender, receiver and segment of every copy",
            Rounds.NAME, "rounds and hops of every copy",
            Budget.NAME, "the time left in every copy of a request",
            Answers.NAME, "every control message",
            Fetches.NAME, "every control message",
            QuietAnswers.NAME, "the time left in every copy of a request, and what queues lost",
            BoundedTables.NAME, "the tables of engines while they run",
            Views.NAME, "the views of all devices while they run",
            Overlay.NAME, "the links of all membership engines while they run")));

    private Checkers() {}

    /**
     * New checkers for one run, in the order in which they must observe it.
     *
     * @param violations where all of them report
     */
    public static List<Observer> all(Violations violations) {
        Sightings sightings = new Sightings();
        CollectedOnce collected = new CollectedOnce(sightings, violations);
        return List.of(
                sightings,
                new Time(violations),
                new Conservation(violations),
                new NeverToSelf(sightings, violations),
                new AtMostOnce(sightings, violations),
                new WithinLifetime(sightings, violations),
                new Rounds(sightings, violations),
                new Budget(sightings, violations),
                new Answers(sightings, violations),
                new Fetches(sightings, violations),
                new Order(violations),
                new CountedOnce(sightings, violations),
                collected,
                new HonestAnswers(sightings, collected, violations),
                new QuietAnswers(sightings, violations),
                new RequestsEnd(violations),
                new BoundedTables(violations),
                new Views(violations),
                new Overlay(violations),
                new Delivered(sightings, violations));
    }

    /**
     * New checkers for a recorded run, in which nobody saw what was under way: all that can tell from deliveries, answers and who was
     * up whether a promise was kept. {@link #unseen} has the others.
     *
     * @param violations where all of them report
     */
    public static List<Observer> ofRecorded(Violations violations) {
        Sightings sightings = new Sightings();
        CollectedOnce collected = new CollectedOnce(sightings, violations);
        return List.of(
                sightings,
                new Time(violations),
                new AtMostOnce(sightings, violations),
                new WithinLifetime(sightings, violations),
                new Order(violations),
                new CountedOnce(sightings, violations),
                collected,
                new HonestAnswers(sightings, collected, violations),
                new RequestsEnd(violations),
                new Delivered(sightings, violations));
    }

    /** Promises that nobody can check in a recorded run, with what that would need. */
    public static SortedMap<String, String> unseen() {
        return UNSEEN;
    }
}
