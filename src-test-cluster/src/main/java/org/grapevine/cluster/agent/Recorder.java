package org.grapevine.cluster.agent;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.grapevine.cluster.record.Entry;
import org.grapevine.cluster.record.Journal;

/** What happened at the devices of one agent, in memory and in its journal. Bounded; any thread. */
final class Recorder {

    /** The most entries that one agent keeps. */
    static final int MOST = 2_000_000;

    private final int most;
    private final Journal journal;
    private final List<Entry> entries = new ArrayList<>(); // guarded by this
    private long dropped; // guarded by this
    private boolean ended; // guarded by this

    Recorder(Journal journal) {
        this(journal, MOST);
    }

    Recorder(Journal journal, int most) {
        this.journal = journal;
        this.most = most;
    }

    /** Takes an entry; one for which there is no room is counted, and one after the end is not taken. */
    void add(Entry entry) {
        synchronized (this) {
            if (ended) {
                return;
            }
            if (entries.size() >= most) {
                dropped++;
                return;
            }
            entries.add(entry);
        }
        boolean unused = journal.append(entry); // Counted there if it finds no room.
    }

    /** Takes no more, and gives what there is, in the order of time. */
    List<Entry> end() {
        synchronized (this) {
            ended = true;
            entries.sort(Comparator.comparingLong(Entry::atMicros));
            return List.copyOf(entries);
        }
    }

    synchronized long dropped() {
        return dropped;
    }

    long writesRefused() {
        return journal.refused() + journal.dropped();
    }
}
