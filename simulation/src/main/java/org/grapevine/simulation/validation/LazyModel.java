package org.grapevine.simulation.validation;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import org.grapevine.simulation.kernel.SeededRandom;

/**
 * Lazy push with unit delays on an array, with no engine: a payload, an id and a request for one take one unit each, one request
 * is outstanding at a time, nothing is lost. A second opinion on what a strategy costs, for which there is no formula.
 */
final class LazyModel {

    private static final int NEVER = -1;

    private final int devices;
    private final int fanout;
    private final int eagerHops;
    private final SeededRandom random;
    private final int[] hop;
    private final int[] parent;
    private final boolean[] asked;
    private final int[] targets;
    /** What arrives in this unit and the next ones. */
    private final List<Deque<Arrival>> due = new ArrayList<>();

    private long payloads;
    private long ids;

    private enum Kind {
        PAYLOAD,
        ID,
        REQUEST
    }

    private record Arrival(Kind kind, int from, int to) {}

    private LazyModel(int devices, int fanout, int eagerHops, SeededRandom random) {
        this.devices = devices;
        this.fanout = fanout;
        this.eagerHops = eagerHops;
        this.random = random;
        this.hop = new int[devices];
        this.parent = new int[devices];
        this.asked = new boolean[devices];
        this.targets = new int[fanout];
    }

    /** What so many runs came to, in units of delay. */
    record Outcome(Sample payloads, Sample ids, Sample meanDelay, Sample lastDelay) {}

    /** @param eagerHops that take the payload at once */
    static Outcome of(int devices, int fanout, int eagerHops, int runs) {
        LazyModel model = new LazyModel(devices, fanout, eagerHops, SeededRandom.of(devices, fanout, eagerHops, runs));
        Outcome outcome = new Outcome(new Sample(), new Sample(), new Sample(), new Sample());
        for (int run = 0; run < runs; run++) {
            model.run(outcome);
        }
        return outcome;
    }

    private void run(Outcome outcome) {
        Arrays.fill(hop, NEVER);
        Arrays.fill(asked, false);
        payloads = 0;
        ids = 0;
        due.clear();
        has(0, 0, 0, 0);
        long delays = 0;
        int reached = 0;
        int last = 0;
        for (int now = 1; now <= due.size(); now++) {
            for (Arrival arrival : due.get(now - 1)) {
                if (arrives(arrival, now)) {
                    delays += now;
                    reached++;
                    last = now;
                }
            }
        }
        outcome.payloads.add((double) payloads / reached);
        outcome.ids.add((double) ids / reached);
        outcome.meanDelay.add((double) delays / reached);
        outcome.lastDelay.add(last);
    }

    /** @return true if a device got the message by it */
    private boolean arrives(Arrival arrival, int now) {
        int to = arrival.to;
        switch (arrival.kind) {
            case REQUEST -> {
                payloads++;
                send(new Arrival(Kind.PAYLOAD, to, arrival.from), now);
            }
            case ID -> {
                if (hop[to] == NEVER && !asked[to]) {
                    asked[to] = true;
                    send(new Arrival(Kind.REQUEST, to, arrival.from), now);
                }
            }
            case PAYLOAD -> {
                if (hop[to] == NEVER) {
                    has(to, arrival.from, hop[arrival.from] + 1, now);
                    return true;
                }
            }
        }
        return false;
    }

    private void has(int device, int from, int hops, int now) {
        hop[device] = hops;
        parent[device] = from;
        boolean eager = hops < eagerHops;
        draw(device);
        for (int target : targets) {
            if (eager) {
                payloads++;
            } else {
                ids++;
            }
            send(new Arrival(eager ? Kind.PAYLOAD : Kind.ID, device, target), now);
        }
    }

    private void draw(int device) {
        int drawn = 0;
        while (drawn < fanout) {
            int target = random.nextInt(devices);
            boolean left = target == device || target == 0 || target == parent[device];
            for (int i = 0; i < drawn && !left; i++) {
                left = targets[i] == target;
            }
            if (!left) {
                targets[drawn++] = target;
            }
        }
    }

    private void send(Arrival arrival, int now) {
        while (due.size() <= now) {
            due.add(new ArrayDeque<>());
        }
        due.get(now).add(arrival);
    }
}
