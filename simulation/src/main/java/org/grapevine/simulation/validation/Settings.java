package org.grapevine.simulation.validation;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Consumer;
import org.grapevine.core.membership.MembershipConfig;
import org.grapevine.core.membership.MembershipConfig.Detection;
import org.grapevine.core.membership.MembershipConfig.Kind;
import org.grapevine.core.membership.MembershipConfig.View;
import org.grapevine.core.message.GossipVariant;
import org.grapevine.core.message.ReplyMode;
import org.grapevine.simulation.kernel.SeededRandom;
import org.grapevine.simulation.scenario.DeviceGroup;
import org.grapevine.simulation.scenario.Fault;
import org.grapevine.simulation.scenario.Peers;
import org.grapevine.simulation.scenario.Scenario;
import org.grapevine.simulation.scenario.ScenarioWriter;
import org.grapevine.simulation.scenario.Who;
import org.grapevine.simulation.scenario.Workload;
import org.jspecify.annotations.Nullable;

/**
 * What one row of a table changes in the table's scenario. The scenario has a group of one device, from which everything starts,
 * and after it the group that grows and dies.
 *
 * @param devices all of them, the first one included
 * @param fanout of the first workload; 0 for the scenario's own
 * @param rounds the same
 * @param loss of every link, 0..1
 * @param dead probability with which each device but the first crashes at time 0, each by itself
 * @param failed share of the group that crashes in the scenario's first fault, 0..1
 * @param marginMillis of the first workload, a request; 0 for the scenario's own
 * @param variant of the first workload; null for the scenario's own
 * @param eagerHops of the first workload; {@link #OWN} for the scenario's own
 * @param view of every device, with the scenario's own periods; null for the scenario's own
 * @param indirect peers that are asked to ping too; {@link #OWN} for the scenario's own
 * @param replies of the first workload, a request; null for the scenario's own
 * @param dying share of those up that dies in each second of the scenario's first fault, a churn; 0 for the scenario's own
 * @param cycles periods of shuffles after which the run ends; 0 for the scenario's own end
 */
record Settings(
        int devices,
        int fanout,
        int rounds,
        double loss,
        double dead,
        double failed,
        long marginMillis,
        @Nullable GossipVariant variant,
        int eagerHops,
        @Nullable Kind view,
        int indirect,
        @Nullable ReplyMode replies,
        double dying,
        int cycles) {

    /** No value of its own. */
    static final int OWN = -2;

    /** Beside the streams that a run draws from the same seed. */
    private static final long DEAD_STREAM = 0xDEAD;

    static Settings of(int devices, int fanout) {
        return new Settings(devices, fanout, 0, 0, 0, 0, 0, null, OWN, null, OWN, null, 0, 0);
    }

    /** Settings in the making. */
    private static final class Draft {
        private final int devices;
        private final int fanout;
        private int rounds;
        private double loss;
        private double dead;
        private double failed;
        private long marginMillis;
        private @Nullable GossipVariant variant;
        private int eagerHops;
        private @Nullable Kind view;
        private int indirect;
        private @Nullable ReplyMode replies;
        private double dying;
        private int cycles;

        Draft(Settings from) {
            devices = from.devices;
            fanout = from.fanout;
            rounds = from.rounds;
            loss = from.loss;
            dead = from.dead;
            failed = from.failed;
            marginMillis = from.marginMillis;
            variant = from.variant;
            eagerHops = from.eagerHops;
            view = from.view;
            indirect = from.indirect;
            replies = from.replies;
            dying = from.dying;
            cycles = from.cycles;
        }

        Settings settings() {
            return new Settings(
                    devices,
                    fanout,
                    rounds,
                    loss,
                    dead,
                    failed,
                    marginMillis,
                    variant,
                    eagerHops,
                    view,
                    indirect,
                    replies,
                    dying,
                    cycles);
        }
    }

    private Settings with(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return draft.settings();
    }

    Settings withRounds(int other) {
        return with(draft -> draft.rounds = other);
    }

    Settings withLoss(double share) {
        return with(draft -> draft.loss = share);
    }

    Settings withDead(double share) {
        return with(draft -> draft.dead = share);
    }

    Settings withFailed(double share) {
        return with(draft -> draft.failed = share);
    }

    Settings withMargin(long millis) {
        return with(draft -> draft.marginMillis = millis);
    }

    Settings withVariant(GossipVariant other) {
        return with(draft -> draft.variant = other);
    }

    Settings withEagerHops(int hops) {
        return with(draft -> draft.eagerHops = hops);
    }

    Settings withView(Kind kind) {
        return with(draft -> draft.view = kind);
    }

    Settings withIndirect(int peers) {
        return with(draft -> draft.indirect = peers);
    }

    Settings withReplies(ReplyMode mode) {
        return with(draft -> draft.replies = mode);
    }

    Settings withDying(double share) {
        return with(draft -> draft.dying = share);
    }

    Settings withCycles(int count) {
        return with(draft -> draft.cycles = count);
    }

    /** As a row of a table names it, such as {@code 1000, fanout 5, 1 % loss}. */
    String label() {
        StringBuilder label = new StringBuilder(Integer.toString(devices));
        if (fanout > 0) {
            label.append(", fanout ").append(fanout);
        }
        if (rounds > 0) {
            label.append(", ").append(rounds).append(" rounds");
        }
        if (loss > 0) {
            label.append(", ").append(Decimals.text(100 * loss, 0)).append(" % loss");
        }
        if (dead > 0) {
            label.append(", ").append(Decimals.text(100 * dead, 0)).append(" % dead");
        }
        if (failed > 0) {
            label.append(", ").append(Decimals.text(100 * failed, 0)).append(" % fail");
        }
        if (marginMillis > 0) {
            label.append(", margin ").append(marginMillis).append(" ms");
        }
        if (variant != null) {
            label.append(", ").append(ScenarioWriter.name(variant));
        }
        if (eagerHops != OWN) {
            label.append(", ").append(eagerHops).append(" eager hops");
        }
        if (view != null) {
            label.append(", ").append(view.name().toLowerCase(Locale.ROOT));
        }
        if (indirect != OWN) {
            label.append(", k = ").append(indirect);
        }
        if (replies != null) {
            label.append(", ").append(ScenarioWriter.name(replies));
        }
        if (dying > 0) {
            label.append(", ").append(Decimals.text(100 * dying, 0)).append(" % die in a second");
        }
        if (cycles > 0) {
            label.append(", ").append(cycles).append(" cycles");
        }
        return label.toString();
    }

    /**
     * The scenario with these settings in place of its own.
     *
     * @param seed of the run, from which the number of the dead is drawn
     */
    Scenario applyTo(Scenario base, long seed) {
        List<DeviceGroup> groups = new ArrayList<>(base.groups());
        DeviceGroup others = groups.get(1);
        groups.set(1, others.withCount(devices - 1));
        List<Workload> workload = new ArrayList<>(base.workload());
        if (!workload.isEmpty()) {
            workload.set(0, changed(workload.get(0)));
        }
        Scenario varied = withOverlay(base.withGroups(groups).withWorkload(workload));
        if (loss > 0) {
            varied = varied.withLinks(
                    base.links().stream().map(link -> link.withLoss(loss)).toList());
        }
        if (dead > 0) {
            varied = varied.withFaults(List.of(new Fault.Crash(0, Who.count(others.name(), drawDead(seed)))));
        }
        if (failed > 0) {
            Fault.Crash own = (Fault.Crash) base.faults().get(0);
            varied = varied.withFaults(
                    List.of(new Fault.Crash(own.atMicros(), Who.share(own.who().group(), failed))));
        }
        if (dying > 0) {
            Fault.Churn own = (Fault.Churn) base.faults().get(0);
            varied = varied.withFaults(
                    List.of(new Fault.Churn(own.atMicros(), own.endMicros(), own.who(), dying, own.downMicros())));
        }
        return varied;
    }

    private Scenario withOverlay(Scenario base) {
        Peers own = base.peers();
        MembershipConfig config = own.membership();
        if (config == null) {
            return base;
        }
        Kind kind = view;
        if (kind != null && kind != config.kind()) {
            config = like(config, Objects.requireNonNull(Peers.of(kind).membership()));
        }
        if (indirect != OWN) {
            Detection detection = config.detection();
            config = config.withDetection(new Detection(
                    detection.probeMillis(),
                    detection.pingMillis(),
                    indirect,
                    detection.suspicion(),
                    detection.suspicionSpread(),
                    detection.healthLimit(),
                    detection.rumoursPerMessage(),
                    detection.rumours()));
        }
        Scenario varied = base.withPeers(new Peers(config, own.contacts(), own.lattice()));
        return cycles == 0 ? varied : varied.withUntil(cycles * config.view().shuffleMillis() * 1_000);
    }

    /** Another kind of view with the same periods, detection and estimate. */
    private static MembershipConfig like(MembershipConfig own, MembershipConfig other) {
        View view = other.view();
        return new MembershipConfig(
                other.kind(),
                new View(
                        view.links(),
                        view.entries(),
                        view.joinWalk(),
                        view.passiveWalk(),
                        view.shuffleWalk(),
                        view.shuffleLinks(),
                        view.shuffleEntries(),
                        own.view().shuffleMillis(),
                        own.view().tendMillis(),
                        own.view().contactMillis(),
                        view.contacts(),
                        view.entriesPerMessage()),
                own.detection(),
                own.estimate());
    }

    private int drawDead(long seed) {
        SeededRandom random = SeededRandom.of(seed, DEAD_STREAM);
        int count = 0;
        for (int i = 1; i < devices; i++) {
            if (random.nextDouble() < dead) {
                count++;
            }
        }
        return count;
    }

    private Workload changed(Workload own) {
        if (own instanceof Workload.Push push) {
            return new Workload.Push(
                    push.atMicros(),
                    push.from(),
                    push.repetition(),
                    push.bytes(),
                    spread(push.spread()),
                    push.lifetimeMillis(),
                    push.repairMillis());
        } else if (own instanceof Workload.Request request) {
            Workload.Replies set = request.replies();
            ReplyMode mode = replies;
            set = mode == null ? set : set.withMode(mode);
            set = marginMillis > 0 ? set.withMargin(marginMillis) : set;
            return request.with(spread(request.spread()), set);
        }
        throw new IllegalArgumentException("workload[0]: " + own.kind() + " (expected: push or request)");
    }

    private Workload.Spread spread(Workload.Spread own) {
        Workload.Spread set = own.withFanout(or(fanout, own.fanout()), or(rounds, own.rounds()));
        GossipVariant other = variant;
        set = other == null ? set : set.withVariant(other);
        return eagerHops == OWN ? set : set.withEagerHops(eagerHops);
    }

    private static int or(int set, int own) {
        return set > 0 ? set : own;
    }
}
