package org.grapevine.cluster.control;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.grapevine.cluster.record.AgentRecord;
import org.grapevine.cluster.record.Entry;
import org.jspecify.annotations.Nullable;

/** An agent of one run, as its coordinator sees it. Used in one thread. */
final class Member {

    private static final long NEVER = -1;

    final int agent;
    Seat seat;
    final Set<Phase> through = EnumSet.noneOf(Phase.class);
    final ClockMeasurement clock = new ClockMeasurement();
    final Set<String> journals = new LinkedHashSet<>();
    final Map<String, List<Entry>> written = new LinkedHashMap<>();
    final ByteArrayOutputStream parts = new ByteArrayOutputStream();
    int length;

    @Nullable
    AgentRecord record;

    boolean up = true;
    boolean killed;
    boolean toRestart;
    private long lostMicros = NEVER;

    Member(int agent, Seat seat) {
        this.agent = agent;
        this.seat = seat;
    }

    /** When it was last lost, µs since the start of the run; an agent that is up again keeps it. */
    boolean wasLost() {
        return lostMicros != NEVER;
    }

    long lostMicros() {
        return lostMicros;
    }

    void lose(long micros) {
        up = false;
        lostMicros = Math.max(0, micros);
    }

    /** It had only been out of sight. */
    void find() {
        up = true;
        lostMicros = NEVER;
    }

    /** Another process has its place. */
    void revive() {
        killed = false;
        toRestart = false;
        through.clear();
        journals.clear();
    }

    List<Entry> writtenDown() {
        List<Entry> all = new ArrayList<>();
        written.values().forEach(all::addAll);
        return all;
    }
}
