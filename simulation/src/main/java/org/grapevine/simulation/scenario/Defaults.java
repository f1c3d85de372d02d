package org.grapevine.simulation.scenario;

import org.grapevine.core.engine.GossipConfig;
import org.grapevine.core.message.GossipVariant;
import org.grapevine.core.message.ReplyMode;

/** What a scenario file means by what it leaves out; docs/scenario-file.md says why. Units as in the records. */
final class Defaults {

    static final GossipConfig CONFIG = GossipConfig.defaults();
    static final GossipVariant VARIANT = GossipVariant.EAGER_PUSH;
    static final long CLOCK_ERROR_MILLIS = 0;
    static final long ANSWER_MICROS = 1_000;
    static final long MERGE_MICROS = 1_000;
    static final boolean WIRE = false;

    /** Of a link that has a bandwidth; the others need no queue. */
    static final long QUEUE_BYTES = 64 << 10;

    static final int BYTES = 1_200;
    static final int ANSWER_BYTES = 200;
    static final long LIFETIME_MILLIS = 30_000;
    static final long REPAIR_MILLIS = 1_000;
    static final long TIMEOUT_MILLIS = 10_000;
    static final ReplyMode MODE = ReplyMode.AGGREGATE;
    static final int ATTEMPTS = 4;
    static final long ATTEMPT_MILLIS = 1_000;
    static final int AT_ONCE = 100;

    /** Of whatever is done more than once. */
    static final long EVERY_MICROS = 1_000_000;

    static final double SLOWDOWN = 1;

    /** Kind of fault with which a hosted service refuses a request. */
    static final String REFUSAL = "Refused";

    private Defaults() {}

    static long queueBytes(long bitsPerSecond) {
        return bitsPerSecond > 0 ? QUEUE_BYTES : 0;
    }

    static long everyMicros(int times) {
        return times > 1 ? EVERY_MICROS : 0;
    }
}
