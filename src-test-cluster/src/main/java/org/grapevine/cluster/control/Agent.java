package org.grapevine.cluster.control;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.jgroups.Address;
import org.jspecify.annotations.Nullable;

/**
 * A process of a cluster: finds its coordinator, does what it says, and ends with it. When the coordinator is out of reach for longer
 * than {@link AgentOptions#graceTime}, or this is its child and standard input has ended, the devices are stopped with a Bye and
 * the agent ends.
 *
 * <p>All calls of {@link AgentWork} are made in the thread that calls {@link #run()}.
 */
public final class Agent {

    /** What an agent's process ends with when it was killed by order. */
    static final int KILLED = 137;

    private static final int MOST_EVENTS = 1_024;
    private static final long LEAVE_MILLIS = 10_000;
    private static final Duration LOOK = Duration.ofMinutes(1);

    /** What an agent has to deal with. */
    private sealed interface Event {}

    private record Heard(Address from, ControlMessage message) implements Event {}

    private record Done(Runnable what) implements Event {}

    private record Told(AgentEnd end) implements Event {}

    private record Look() implements Event {}

    private final AgentOptions options;
    private final Consumer<String> log;
    private final Mailbox<Event> mailbox = new Mailbox<>(MOST_EVENTS);
    private final String process = UUID.randomUUID().toString();
    private final AgentWork.Maker maker;
    private @Nullable Address coordinator;

    /**
     * An agent that has not joined yet.
     *
     * @param log what people may want to know, one line each; called in the thread of {@link #run()}
     */
    public Agent(AgentOptions options, AgentWork.Maker maker, Consumer<String> log) {
        this.options = options;
        this.maker = maker;
        this.log = log;
    }

    /**
     * The whole life of an agent's process: runs one, and stops it with a Bye when a signal tells the process to end.
     *
     * @param log as in the constructor
     * @return why it ended, and with what exit code the process should
     */
    public static AgentEnd run(AgentOptions options, AgentWork.Maker maker, Consumer<String> log) {
        Agent agent = new Agent(options, maker, log);
        Thread main = Thread.currentThread();
        Thread leave = new Thread(() -> agent.leave(main), "agent-leave");
        Runtime.getRuntime().addShutdownHook(leave);
        AgentEnd end = agent.run();
        try {
            Runtime.getRuntime().removeShutdownHook(leave);
        } catch (IllegalStateException e) {
            return end; // The process is ending already, as its signal asked for.
        }
        return end;
    }

    private void leave(Thread main) {
        stop();
        try {
            main.join(LEAVE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Asks it to end; any thread. */
    public void stop() {
        mailbox.put(new Told(new AgentEnd(0, "told to end")));
    }

    /**
     * Joins and works until the end, in this thread; once.
     *
     * @return why it ended; its devices are gone
     */
    public AgentEnd run() {
        if (options.isChild()) {
            watch(System.in);
        }
        String name = options.isChild() ? "agent-" + options.seat() : "agent";
        try (ControlChannel channel = ControlChannel.open(
                        options.name(), name, options.bind(), options.port(), options.discovery(), new Ears());
                AgentDuty duty = new AgentDuty(
                        maker, message -> answer(channel, message), what -> mailbox.put(new Done(what)))) {
            return serve(channel, duty);
        } catch (ClusterException e) {
            return new AgentEnd(1, e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new AgentEnd(1, "interrupted");
        }
    }

    /** What an agent hears, on threads of JGroups. */
    private final class Ears implements ControlChannel.Listener {

        @Override
        public void heard(ControlChannel channel, Address from, ControlMessage message) {
            if (message instanceof ControlMessage.Ping ping) {
                // At once: the time until the answer is half of the measurement.
                channel.send(from, new ControlMessage.Pong(ping.nonce(), Clocks.epochMicros()));
            } else {
                mailbox.offer(new Heard(from, message));
            }
        }

        @Override
        public void view(ControlChannel channel, Set<Address> appeared) {
            mailbox.offer(new Look());
        }
    }

    /** The end of what a coordinator might say is its end. */
    private void watch(InputStream in) {
        Thread watch = new Thread(
                () -> {
                    try {
                        in.transferTo(OutputStream.nullOutputStream());
                    } catch (IOException e) {
                        mailbox.put(new Done(() -> log.accept("standard input: " + e.getMessage())));
                    }
                    mailbox.put(new Told(new AgentEnd(1, "coordinator: its process is gone (expected: to say Bye)")));
                },
                "agent-input");
        watch.setDaemon(true);
        watch.start();
    }

    private AgentEnd serve(ControlChannel channel, AgentDuty duty) throws InterruptedException {
        long joinUntil = Clocks.in(options.joinWithin());
        long graceUntil = 0;
        while (true) {
            Address boss = coordinator;
            boolean inReach = boss != null && channel.sees(boss);
            if (boss != null && !inReach && graceUntil == 0) {
                graceUntil = Clocks.in(options.graceTime());
            } else if (inReach) {
                graceUntil = 0;
            }
            long deadline = inReach ? Clocks.in(LOOK) : boss == null ? joinUntil : graceUntil;
            Event event = mailbox.take(deadline);
            if (event instanceof Told told) {
                return told.end();
            } else if (event instanceof Done done) {
                done.what().run();
            } else if (event instanceof Heard heard) {
                if (heard.message() instanceof ControlMessage.Bye
                        && heard.from().equals(boss)) {
                    return new AgentEnd(0, "the coordinator has ended the cluster");
                }
                heard(channel, duty, heard);
            } else if (event == null && !inReach) {
                return new AgentEnd(1, boss == null ? nobody() : gone());
            }
        }
    }

    private String nobody() {
        return "coordinator: none in cluster " + options.name() + " at " + options.discovery()
                + " (expected: one within " + options.joinWithin().toMillis() + " ms)";
    }

    private String gone() {
        return "coordinator: out of reach (expected: back within "
                + options.graceTime().toMillis() + " ms)";
    }

    private void heard(ControlChannel channel, AgentDuty duty, Heard heard) {
        ControlMessage message = heard.message();
        if (message instanceof ControlMessage.Invite) {
            invited(channel, duty, heard.from());
        } else if (!heard.from().equals(coordinator)) {
            return; // Nobody else has anything to say here.
        } else if (message instanceof ControlMessage.Prepare prepare) {
            log.accept("run " + prepare.task().run() + ": agent "
                    + prepare.task().agent() + " of " + prepare.task().agents());
            duty.prepare(prepare.task());
        } else if (message instanceof ControlMessage.Settle settle) {
            duty.settle(settle.run(), settle.withinMillis());
        } else if (message instanceof ControlMessage.Begin begin) {
            duty.begin(begin.run(), begin.startMillis());
        } else if (message instanceof ControlMessage.Finish finish) {
            duty.finish(finish.run());
        } else if (message instanceof ControlMessage.Fetch fetch) {
            duty.fetch(fetch.run(), fetch.offset());
        } else if (message instanceof ControlMessage.Close close) {
            duty.close(close.run());
        } else if (message instanceof ControlMessage.Die die && die.run() == duty.run()) {
            Runtime.getRuntime().halt(KILLED);
        } else if (message instanceof ControlMessage.Halt halt && halt.run() == duty.run()) {
            halt(channel, halt);
        }
    }

    private void invited(ControlChannel channel, AgentDuty duty, Address from) {
        Address boss = coordinator;
        if (boss != null && !boss.equals(from)) {
            if (channel.sees(boss)) {
                channel.send(from, new ControlMessage.Taken());
                return;
            }
            duty.close();
        }
        if (!from.equals(boss)) {
            log.accept("joined cluster " + options.name());
        }
        coordinator = from;
        channel.send(
                from,
                new ControlMessage.Hello(
                        process, options.seat(), ProcessHandle.current().pid(), host(options.bind()), duty.run()));
    }

    private static String host(InetAddress bind) {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return bind.getHostAddress();
        }
    }

    private void halt(ControlChannel channel, ControlMessage.Halt halt) {
        try {
            Signals.stop(ProcessHandle.current().pid(), halt.micros());
        } catch (IOException e) {
            answer(channel, new ControlMessage.Failed(halt.run(), Phase.RUN, "stop: " + e.getMessage()));
        }
    }

    private void answer(ControlChannel channel, ControlMessage message) {
        Address boss = coordinator;
        if (boss != null) {
            channel.send(boss, message);
        }
    }
}
