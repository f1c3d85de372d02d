package org.grapevine.cluster.control;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import org.jgroups.Address;
import org.jspecify.annotations.Nullable;

/**
 * Who is in a cluster, from its coordinator's side: children, and guests that came by themselves. Invites whoever appears, keeps who
 * has which seat, and hands on what they say. A child is lost when its process ends, whatever the group thinks of it; a guest when the
 * group has thrown it out, and is back when it is let in again. Used in one thread.
 */
final class Crew implements AutoCloseable {

    private static final int MOST_EVENTS = 4_096;

    /** What a coordinator learns. */
    sealed interface News {}

    record Said(Seat seat, ControlMessage message, long atNanos) implements News {}

    /** @param how for people, as "its process ended with exit code 137" */
    record Lost(Seat seat, String how) implements News {}

    /** @param back the same process as before, which the group had lost sight of */
    record Came(Seat seat, boolean back) implements News {}

    /** Nothing more will come of it. */
    record Over(String why) implements News {}

    /** Whoever uses the cluster has seen enough. */
    record Enough() implements News {}

    private sealed interface Event {}

    private record Heard(Address from, ControlMessage message, long atNanos) implements Event {}

    private record Ended(int seat, long pid, int exitCode) implements Event {}

    private record Look() implements Event {}

    private record Asked(News what) implements Event {}

    private final Mailbox<Event> mailbox = new Mailbox<>(MOST_EVENTS);
    private final ControlChannel channel;
    private final ChildAgents children;
    private final List<Seat> seats = new ArrayList<>();
    private final Queue<News> news = new ArrayDeque<>();

    /** @throws ClusterException if there is no control plane to be had */
    Crew(ClusterOptions options) {
        this.channel = ControlChannel.open(
                options.name(), "coordinator", options.bind(), options.port(), options.discovery(), new Ears());
        this.children = new ChildAgents(
                options, channel.address(), (seat, pid, exitCode) -> mailbox.put(new Ended(seat, pid, exitCode)));
        for (int i = 0; i < options.children(); i++) {
            seats.add(new Seat(i));
        }
    }

    private final class Ears implements ControlChannel.Listener {

        @Override
        public void heard(ControlChannel from, Address member, ControlMessage message) {
            mailbox.offer(new Heard(member, message, System.nanoTime()));
        }

        @Override
        public void view(ControlChannel from, Set<Address> appeared) {
            for (Address member : appeared) {
                from.send(member, new ControlMessage.Invite());
            }
            mailbox.offer(new Look());
        }
    }

    ControlChannel channel() {
        return channel;
    }

    ChildAgents children() {
        return children;
    }

    /** Those whose process is there, children first, in the order in which they came. */
    List<Seat> taken() {
        return seats.stream().filter(Seat::isTaken).toList();
    }

    /**
     * Starts all children that do not run, and forgets guests that are gone.
     *
     * @return the seats of those that were started
     */
    Set<Seat> fill() {
        seats.removeIf(seat -> !seat.isChild() && !seat.isTaken());
        Set<Seat> started = new LinkedHashSet<>();
        for (Seat seat : seats) {
            if (seat.isChild() && children.start(seat.child())) {
                seat.leave();
                started.add(seat);
            }
        }
        return started;
    }

    /** Children whose process has not joined yet. */
    List<Seat> missing() {
        return seats.stream().filter(seat -> !seat.isTaken()).toList();
    }

    /** Has whoever waits for news told this; any thread. */
    void tell(News what) {
        mailbox.put(new Asked(what));
    }

    /** Speaks to who sits there; to nobody if nobody does. */
    void tell(Seat seat, ControlMessage message) {
        Address address = seat.address();
        if (address != null) {
            channel.send(address, message);
        }
    }

    /**
     * The next thing that happens.
     *
     * @param deadline in terms of {@link System#nanoTime()}
     * @return null if nothing does until then
     */
    @Nullable
    News next(long deadline) throws InterruptedException {
        while (news.isEmpty()) {
            Event event = mailbox.take(deadline);
            if (event == null) {
                return null;
            } else if (event instanceof Heard heard) {
                heard(heard);
            } else if (event instanceof Ended ended) {
                ended(ended);
            } else if (event instanceof Asked asked) {
                news.add(asked.what());
            } else {
                look();
            }
        }
        return news.remove();
    }

    private void heard(Heard heard) {
        if (heard.message() instanceof ControlMessage.Hello hello) {
            hello(heard.from(), hello);
        } else if (heard.message() instanceof ControlMessage.Invite
                || heard.message() instanceof ControlMessage.Taken) {
            news.add(new Over("cluster " + channel.name()
                    + " has two coordinators (expected: one, or another name for the other)"));
        } else {
            for (Seat seat : seats) {
                if (heard.from().equals(seat.address())) {
                    news.add(new Said(seat, heard.message(), heard.atNanos()));
                    return;
                }
            }
        }
    }

    private void hello(Address from, ControlMessage.Hello hello) {
        Optional<Seat> found = hello.seat() == AgentOptions.NO_SEAT
                ? seats.stream()
                        .filter(seat -> !seat.isChild() && seat.isOf(hello.process()))
                        .findFirst()
                : seats.stream()
                        .filter(seat -> seat.child() == hello.seat() && children.is(hello.seat(), hello.pid()))
                        .findFirst();
        if (found.isEmpty() && (hello.seat() != AgentOptions.NO_SEAT || seats.size() >= ClusterOptions.MOST_AGENTS)) {
            channel.send(from, new ControlMessage.Bye());
            return;
        }
        Seat seat = found.orElseGet(() -> {
            Seat guest = new Seat(AgentOptions.NO_SEAT);
            seats.add(guest);
            return guest;
        });
        boolean back = seat.isOf(hello.process());
        seat.take(from, hello);
        news.add(new Came(seat, back));
    }

    private void ended(Ended ended) {
        if (children.is(ended.seat(), ended.pid())) {
            Seat seat = seats.get(ended.seat());
            seat.leave();
            news.add(new Lost(seat, "its process ended with exit code " + ended.exitCode()));
        }
    }

    private void look() {
        for (Seat seat : seats) {
            Address address = seat.address();
            if (!seat.isChild() && address != null && !channel.sees(address)) {
                seat.leave();
                news.add(new Lost(seat, "out of reach, " + seat.where()));
            }
        }
    }

    /** Says Bye to all, and waits until the children are gone. */
    @Override
    public void close() {
        try (channel;
                children) {
            for (Seat seat : taken()) {
                tell(seat, new ControlMessage.Bye());
            }
        }
    }
}
