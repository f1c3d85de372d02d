package org.grapevine.simulation.scenario;

import org.grapevine.core.message.Faults;

/** Something that goes wrong at a time, and, where there is an end to it, until a time; µs of virtual time. */
public sealed interface Fault {

    long atMicros();

    /** When nothing of it is left but its effects; the beginning itself for what happens in an instant. */
    default long endMicros() {
        return atMicros();
    }

    /** What a scenario file calls this sort of fault. */
    String kind();

    /** Devices that stop without a word and forget everything. They stay in the views of the others. */
    record Crash(long atMicros, Who who) implements Fault {
        public Crash {
            requireAt(atMicros);
        }

        @Override
        public String kind() {
            return "crash";
        }
    }

    /** Crashed or departed devices that come back with nothing remembered; {@code who} is a share of those that are down. */
    record Restart(long atMicros, Who who) implements Fault {
        public Restart {
            requireAt(atMicros);
        }

        @Override
        public String kind() {
            return "restart";
        }
    }

    /** Devices that say Bye: they leave all views at once. */
    record Leave(long atMicros, Who who) implements Fault {
        public Leave {
            requireAt(atMicros);
        }

        @Override
        public String kind() {
            return "leave";
        }
    }

    /** Devices that stand still, with whatever arrives waiting, and then go on. */
    record Pause(long atMicros, long endMicros, Who who) implements Fault {
        public Pause {
            requireSpan(atMicros, endMicros);
        }

        @Override
        public String kind() {
            return "pause";
        }
    }

    /** A cut between these devices and all others. */
    record Partition(long atMicros, long endMicros, Who who) implements Fault {
        public Partition {
            requireSpan(atMicros, endMicros);
        }

        @Override
        public String kind() {
            return "partition";
        }
    }

    /**
     * A link that gets worse.
     *
     * @param link its name
     * @param loss in place of its own, 0..1
     * @param slowdown factor on its latency, 1..1000
     */
    record Degrade(long atMicros, long endMicros, String link, double loss, double slowdown) implements Fault {
        public Degrade {
            requireSpan(atMicros, endMicros);
            Limits.requireShare("loss", loss);
            Limits.require(slowdown >= 1 && slowdown <= 1000, "slowdown", slowdown, "1..1000");
        }

        @Override
        public String kind() {
            return "degrade";
        }
    }

    /**
     * Devices that come and go: in each second that share of those up crashes, and comes back after a while with nothing
     * remembered.
     */
    record Churn(long atMicros, long endMicros, Who who, double sharePerSecond, long downMicros) implements Fault {
        public Churn {
            requireSpan(atMicros, endMicros);
            Limits.requireShare("perSecond", sharePerSecond);
            Limits.require(downMicros >= 1 && downMicros <= Limits.MAX_MICROS, "down", downMicros, "1 µs..24 h");
        }

        @Override
        public String kind() {
            return "churn";
        }
    }

    /**
     * Hosted services that take no message, or need long for an answer.
     *
     * @param fault kind of fault with which they refuse a request
     */
    record SlowService(long atMicros, long endMicros, Who who, boolean refuses, String fault, long answerMicros)
            implements Fault {
        public SlowService {
            requireSpan(atMicros, endMicros);
            Limits.require(Faults.isKind(fault), "fault", fault, "1..64 letters, digits, dots, lines and dashes");
            Limits.require(answerMicros >= 0 && answerMicros <= Limits.MAX_MICROS, "answer", answerMicros, "0..24 h");
        }

        @Override
        public String kind() {
            return "slow-service";
        }
    }

    /** Devices that, asked for peers or telling of some, name each other only. Means nothing where everybody knows everybody. */
    record Lie(long atMicros, long endMicros, Who who) implements Fault {
        public Lie {
            requireSpan(atMicros, endMicros);
        }

        @Override
        public String kind() {
            return "lie";
        }
    }

    private static void requireAt(long atMicros) {
        Limits.require(atMicros >= 0 && atMicros <= Limits.MAX_MICROS, "at", atMicros, "0..24 h");
    }

    private static void requireSpan(long atMicros, long endMicros) {
        requireAt(atMicros);
        Limits.require(
                endMicros > atMicros && endMicros <= Limits.MAX_MICROS, "until", endMicros, "after at, up to 24 h");
    }
}
