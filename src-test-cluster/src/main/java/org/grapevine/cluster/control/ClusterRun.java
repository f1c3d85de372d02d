package org.grapevine.cluster.control;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.grapevine.cluster.plan.AgentFault;
import org.grapevine.cluster.plan.AgentFaults;
import org.grapevine.cluster.record.AgentRecord;
import org.grapevine.cluster.record.ClusterRecord;
import org.grapevine.cluster.record.Entry;
import org.grapevine.cluster.record.JournalReader;
import org.grapevine.cluster.record.RecordCodec;
import org.jspecify.annotations.Nullable;

/** One run, phase by phase, from its coordinator's side. Every wait has an end. Used in one thread, once. */
final class ClusterRun {

    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(20);
    private static final Duration SETTLE_SPARE = Duration.ofSeconds(5);
    private static final long LEAD_NANOS = 300_000_000;
    private static final long TICK_NANOS = 250_000_000;
    private static final long DOUBTFUL_MICROS = 20_000;
    private static final int MOST_NOTES = 1_000;

    private final Crew crew;
    private final RunRequest request;
    private final RunPlan plan;
    private final RunListener listener;
    private final List<Member> members = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private Phase phase = Phase.PREPARE;
    private long startNanos;
    private long startMicros;

    ClusterRun(Crew crew, List<Seat> agents, RunRequest request, RunPlan plan, RunListener listener) {
        this.crew = crew;
        this.request = request;
        this.plan = plan;
        this.listener = listener;
        for (Seat seat : agents) {
            members.add(new Member(members.size(), seat));
        }
    }

    private long run() {
        return plan.first().run();
    }

    /** @throws ClusterException if it cannot go on; the agents' devices are stopped then, too */
    ClusterRecord go() throws InterruptedException {
        boolean whole = false;
        try {
            prepare();
            settle();
            begin();
            long ended = takeItsCourse();
            finish();
            whole = true;
            close(CLOSE_WITHIN);
            return record(ended);
        } finally {
            if (!whole) {
                abort();
            }
        }
    }

    private void enter(Phase next) {
        phase = next;
        listener.phase(next);
    }

    private void prepare() throws InterruptedException {
        enter(Phase.PREPARE);
        for (Member member : members) {
            crew.tell(member.seat, new ControlMessage.Prepare(plan.task(member.agent)));
            crew.tell(member.seat, member.clock.ask());
        }
        await(request.prepareWithin(), member -> member.through.contains(Phase.PREPARE) && member.clock.isDone());
        for (Member member : members) {
            if (member.clock.errorMicros() > DOUBTFUL_MICROS) {
                note("agent " + member.agent + ": its clock is known to " + member.clock.errorMicros() / 1_000
                        + " ms only");
            }
        }
    }

    private void settle() throws InterruptedException {
        enter(Phase.SETTLE);
        members.forEach(this::settle);
        // They say themselves when the time is over, and what they lack.
        Member late = awaitUntil(
                Clocks.in(request.settleWithin().plus(SETTLE_SPARE)), member -> member.through.contains(Phase.SETTLE));
        if (late != null) {
            note("agent " + late.agent + ": its devices had not settled after "
                    + request.settleWithin().toMillis() + " ms; the run began all the same");
        }
    }

    private void settle(Member member) {
        crew.tell(
                member.seat,
                new ControlMessage.Settle(run(), request.settleWithin().toMillis()));
    }

    private void settled(Member member, ControlMessage.Settled settled) {
        if (phase == Phase.SETTLE
                && member.through.add(Phase.SETTLE)
                && !settled.lacking().isEmpty()) {
            note("agent " + member.agent + ": " + settled.lacking() + "; the run began all the same");
        }
    }

    private void begin() {
        startNanos = System.nanoTime() + LEAD_NANOS;
        startMicros = Clocks.epochMicros() + LEAD_NANOS / 1_000;
        enter(Phase.RUN);
        members.forEach(this::begin);
    }

    private void begin(Member member) {
        long theirs = startMicros + member.clock.offsetMicros();
        crew.tell(member.seat, new ControlMessage.Begin(run(), Math.floorDiv(theirs, 1_000)));
    }

    private long now() {
        return (System.nanoTime() - startNanos) / 1_000;
    }

    private long takeItsCourse() throws InterruptedException {
        FaultAgenda agenda = new FaultAgenda(plan.faults());
        long told = 0;
        while (now() < plan.lastsMicros()) {
            for (AgentFault fault = agenda.next(now()); fault != null; fault = agenda.next(now())) {
                strike(fault);
            }
            if (members.stream().noneMatch(member -> member.up || member.toRestart) && !agenda.restarts()) {
                note("all agents were lost; the run ended early");
                break;
            }
            long until = startNanos + 1_000 * agenda.nextMicros(plan.lastsMicros());
            Crew.News news = crew.next(Math.min(until, System.nanoTime() + TICK_NANOS));
            if (news instanceof Crew.Enough) {
                note("the run was ended early, at " + millis() + " ms");
                break;
            } else if (news != null) {
                take(news);
            }
            if (now() / 250_000 != told) {
                told = now() / 250_000;
                listener.running(Math.max(0, now()), plan.lastsMicros());
            }
        }
        return Math.min(now(), plan.lastsMicros());
    }

    private void strike(AgentFault fault) {
        try {
            if (fault instanceof AgentFault.Kill kill) {
                kill(members.get(kill.agent()));
            } else if (fault instanceof AgentFault.Restart restart) {
                restart(members.get(restart.agent()));
            } else if (fault instanceof AgentFault.Stop stop) {
                stop(members.get(stop.agent()), stop);
            }
        } catch (IOException | ClusterException e) {
            note(AgentFaults.write(fault) + ": could not be done: " + e.getMessage());
        }
    }

    private void kill(Member member) {
        if (!member.up) {
            note("agent " + member.agent + ": was to be killed, but is gone already");
            return;
        }
        member.killed = true;
        member.lose(now());
        if (member.seat.isChild()) {
            crew.children().kill(member.seat.child());
        } else {
            crew.tell(member.seat, new ControlMessage.Die(run()));
        }
    }

    private void restart(Member member) {
        if (member.up) {
            note("agent " + member.agent + ": was to start again, but is up");
            return;
        }
        member.toRestart = true;
        if (!member.seat.isTaken()) {
            startAgain(member);
        }
    }

    /** Now that nothing is left of the process before. A guest is started by somebody else, if at all. */
    private void startAgain(Member member) {
        if (member.seat.isChild()) {
            readJournals(member);
            crew.children().start(member.seat.child());
        }
    }

    private void stop(Member member, AgentFault.Stop stop) throws IOException {
        long micros = stop.untilMicros() - stop.atMicros();
        if (!member.up) {
            note("agent " + member.agent + ": was to be stopped, but is gone");
        } else if (member.seat.isChild()) {
            Signals.stop(member.seat.pid(), micros);
        } else {
            crew.tell(member.seat, new ControlMessage.Halt(run(), micros));
        }
    }

    private void finish() throws InterruptedException {
        enter(Phase.FINISH);
        for (Member member : members) {
            if (member.toRestart) {
                note("agent " + member.agent + ": had not started again when the run ended");
            } else if (member.up) {
                crew.tell(member.seat, new ControlMessage.Finish(run()));
            }
        }
        await(request.finishWithin(), member -> !member.up || member.record != null);
        for (Member member : members) {
            if (!member.up) {
                readJournals(member);
            }
        }
    }

    /** Whoever does not end its devices is ended: they must not be there in the next run. */
    private void close(Duration within) throws InterruptedException {
        enter(Phase.CLOSE);
        members.forEach(member -> crew.tell(member.seat, new ControlMessage.Close(run())));
        awaitUntil(Clocks.in(within), member -> !member.seat.isTaken() || member.through.contains(Phase.CLOSE));
        for (Member member : members) {
            if (member.seat.isTaken() && !member.through.contains(Phase.CLOSE)) {
                note("agent " + member.agent + ": did not stop its devices within " + within.toMillis()
                        + " ms; it was ended");
                if (member.seat.isChild()) {
                    crew.children().kill(member.seat.child());
                } else {
                    crew.tell(member.seat, new ControlMessage.Bye());
                }
            }
        }
    }

    private void abort() {
        Phase failed = phase;
        try {
            close(CLOSE_WITHIN);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ClusterException e) {
            note(failed.word() + ": " + e.getMessage()); // The failure that led here says more.
        }
    }

    private void await(Duration within, Predicate<Member> done) throws InterruptedException {
        Member late = awaitUntil(Clocks.in(within), done);
        if (late != null) {
            throw failure(
                    late, "no answer, " + late.seat.where() + " (expected: one within " + within.toMillis() + " ms)");
        }
    }

    /** @return one that is not done, if there still is one at the deadline */
    private @Nullable Member awaitUntil(long deadline, Predicate<Member> done) throws InterruptedException {
        int told = -1;
        while (true) {
            int through = (int) members.stream().filter(done).count();
            if (through != told) {
                told = through;
                listener.progress(phase, through, members.size());
            }
            if (through == members.size()) {
                return null;
            }
            Crew.News news = crew.next(deadline);
            if (news == null) {
                return members.stream().filter(done.negate()).findFirst().orElse(null);
            }
            take(news);
        }
    }

    private ClusterException failure(Member member, String what) {
        return new ClusterException(phase, "agent " + member.agent + ": " + what);
    }

    private void take(Crew.News news) {
        if (news instanceof Crew.Over over) {
            throw new ClusterException(phase, over.why());
        } else if (news instanceof Crew.Came came) {
            came(came);
        } else if (news instanceof Crew.Lost lost) {
            Member member = of(lost.seat());
            if (member != null) {
                lost(member, lost.how());
            }
        } else if (news instanceof Crew.Said said) {
            Member member = of(said.seat());
            if (member != null) {
                said(member, said);
            }
        }
    }

    private @Nullable Member of(Seat seat) {
        for (Member member : members) {
            if (member.seat == seat) {
                return member;
            }
        }
        return null;
    }

    private void lost(Member member, String how) {
        switch (phase) {
            case RUN, FINISH -> {
                if (member.toRestart) {
                    if (!member.killed) {
                        note("agent " + member.agent + ": " + how + " while it started again");
                        member.toRestart = false;
                        return;
                    }
                    startAgain(member);
                } else if (!member.killed) {
                    note("agent " + member.agent + ": lost at " + millis() + " ms: " + how + words(member));
                    member.lose(now());
                }
                member.killed = false;
            }
            case CLOSE -> member.up = false;
            default -> throw failure(member, how + " (expected: to be up)" + words(member));
        }
    }

    private String words(Member member) {
        return member.seat.isChild() ? "; " + crew.children().lastWords(member.seat.child()) : "";
    }

    private long millis() {
        return Math.max(0, now() / 1_000);
    }

    private void came(Crew.Came came) {
        Member member = of(came.seat());
        if (member == null && !came.back()) {
            member = waiting();
            if (member == null) {
                note("an agent has joined late, " + came.seat().where() + "; it takes part from the next run on");
                return;
            }
            member.seat = came.seat();
        }
        if (member == null) {
            return;
        }
        if (member.toRestart && !came.back()) {
            member.revive();
            crew.tell(member.seat, new ControlMessage.Prepare(plan.task(member.agent)));
        } else if (came.back()) {
            if (!member.up && !member.killed) {
                member.find();
                note("agent " + member.agent + ": out of reach for a while, until " + millis() + " ms");
            }
            again(member);
        }
    }

    /** A guest that is to start again, and has not. */
    private @Nullable Member waiting() {
        for (Member member : members) {
            if (member.toRestart && !member.seat.isChild() && !member.seat.isTaken()) {
                return member;
            }
        }
        return null;
    }

    /** What it was told may not have reached it. */
    private void again(Member member) {
        switch (phase) {
            case PREPARE -> {
                crew.tell(member.seat, new ControlMessage.Prepare(plan.task(member.agent)));
                crew.tell(member.seat, member.clock.ask());
            }
            case SETTLE -> settle(member);
            case RUN -> begin(member);
            case FINISH -> {
                crew.tell(member.seat, new ControlMessage.Finish(run()));
                fetch(member);
            }
            case CLOSE -> crew.tell(member.seat, new ControlMessage.Close(run()));
            default -> {}
        }
    }

    private void said(Member member, Crew.Said said) {
        ControlMessage message = said.message();
        if (message instanceof ControlMessage.Pong pong) {
            if (member.clock.take(pong, said.atNanos()) && !member.clock.isDone()) {
                crew.tell(member.seat, member.clock.ask());
            }
        } else if (message instanceof ControlMessage.Prepared prepared && prepared.run() == run()) {
            prepared(member, prepared);
        } else if (message instanceof ControlMessage.Settled settled && settled.run() == run()) {
            settled(member, settled);
        } else if (message instanceof ControlMessage.Finished finished && finished.run() == run()) {
            member.length = finished.length();
            fetch(member);
        } else if (message instanceof ControlMessage.Part part && part.run() == run()) {
            part(member, part);
        } else if (message instanceof ControlMessage.Closed closed && closed.run() == run()) {
            member.through.add(Phase.CLOSE);
        } else if (message instanceof ControlMessage.Failed failed && failed.run() == run()) {
            failed(member, failed);
        }
    }

    private void prepared(Member member, ControlMessage.Prepared prepared) {
        member.through.add(Phase.PREPARE);
        member.journals.addAll(prepared.journals());
        if (phase == Phase.RUN && !member.up) {
            member.up = true;
            note("agent " + member.agent + ": up again at " + millis() + " ms");
            begin(member);
        }
    }

    private void failed(Member member, ControlMessage.Failed failed) {
        if (phase == Phase.CLOSE) {
            return; // Nothing depends on it any more.
        }
        if (phase == Phase.RUN && failed.phase() == Phase.PREPARE) {
            note("agent " + member.agent + ": did not start again: " + failed.reason());
            return;
        }
        if (phase == Phase.RUN && failed.phase() == Phase.SETTLE) {
            return; // Too late, as a note says already.
        }
        throw new ClusterException(failed.phase(), "agent " + member.agent + ": " + failed.reason());
    }

    private void fetch(Member member) {
        if (member.record == null && member.parts.size() < member.length) {
            crew.tell(member.seat, new ControlMessage.Fetch(run(), member.parts.size()));
        }
    }

    private void part(Member member, ControlMessage.Part part) {
        if (member.record != null
                || part.offset() != member.parts.size()
                || !part.octets().hasRemaining()) {
            return; // It came twice.
        }
        byte[] octets = new byte[part.octets().remaining()];
        part.octets().duplicate().get(octets);
        member.parts.writeBytes(octets);
        if (member.parts.size() < member.length) {
            fetch(member);
            return;
        }
        try {
            AgentRecord record = RecordCodec.decode(member.parts.toByteArray());
            if (record.agent() != member.agent) {
                throw new IOException("agent: " + record.agent() + " (expected: " + member.agent + ")");
            }
            member.record = record;
            member.parts.reset();
        } catch (IOException e) {
            throw failure(member, "its record cannot be read: " + e.getMessage());
        }
    }

    private void readJournals(Member member) {
        if (!member.seat.isChild()) {
            note("agent " + member.agent + ": what it wrote down is at " + member.seat.where() + ": "
                    + member.journals);
            return;
        }
        for (String journal : member.journals) {
            try {
                member.written.put(journal, JournalReader.read(Path.of(journal)));
            } catch (IOException e) {
                note("agent " + member.agent + ": journal " + journal + " cannot be read: " + e.getMessage());
            }
        }
    }

    private void note(String note) {
        if (notes.size() < MOST_NOTES) {
            notes.add(note);
            listener.note(note);
        }
    }

    private ClusterRecord record(long endMicros) {
        Map<Integer, AgentRecord> records = new TreeMap<>();
        Map<Integer, Long> lost = new TreeMap<>();
        Map<Integer, List<Entry>> written = new TreeMap<>();
        for (Member member : members) {
            AgentRecord record = member.record;
            if (record != null) {
                records.put(member.agent, record);
            }
            if (member.wasLost()) {
                lost.put(member.agent, member.lostMicros());
                written.put(member.agent, member.writtenDown());
            }
        }
        return new ClusterRecord(records, lost, written, endMicros, notes);
    }
}
