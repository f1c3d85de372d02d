package org.grapevine.cluster.control;

import org.jgroups.Address;
import org.jspecify.annotations.Nullable;

/** A place in a cluster, and who has it: one process after the other, as they die and start again. Used in one thread. */
final class Seat {

    private final int child;
    private @Nullable Address address;
    private String process = "";
    private String host = "";
    private long pid;

    /** @param child which child of this process sits here; {@link AgentOptions#NO_SEAT} for one that came by itself */
    Seat(int child) {
        this.child = child;
    }

    boolean isChild() {
        return child != AgentOptions.NO_SEAT;
    }

    int child() {
        return child;
    }

    /** Where its process is heard; null while nobody is there. */
    @Nullable
    Address address() {
        return address;
    }

    boolean isTaken() {
        return address != null;
    }

    boolean isOf(String otherProcess) {
        return process.equals(otherProcess);
    }

    long pid() {
        return pid;
    }

    /** For people: where the process is, or was. */
    String where() {
        return host.isEmpty() ? "not there yet" : "process " + pid + " at " + host;
    }

    void take(Address from, ControlMessage.Hello hello) {
        address = from;
        process = hello.process();
        host = hello.host();
        pid = hello.pid();
    }

    void leave() {
        address = null;
    }
}
