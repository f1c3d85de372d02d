package org.grapevine.simulation.check;

import java.util.List;
import org.grapevine.simulation.world.Observer;

/** The checkers of every run: one class for each promise, apart from scenarios, and true of all of them. */
public final class Checkers {

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
}
