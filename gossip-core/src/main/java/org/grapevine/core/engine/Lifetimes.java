package org.grapevine.core.engine;

import java.util.Optional;
import org.grapevine.core.message.GossipParameters;
import org.grapevine.core.message.Hop;

/** The checks that every copy passes before anything else, and the time until which its id must be remembered. */
final class Lifetimes {

    private Lifetimes() {}

    /**
     * When this device refuses the last copy. The id is remembered just as long, by the same clock, so no clock error between
     * devices can let a copy in a second time.
     */
    static long refusedFromMillis(GossipConfig config, GossipParameters parameters) {
        return parameters.expiresAtMillis() + config.allowedClockErrorMillis();
    }

    static Optional<DropReason> objection(GossipConfig config, long nowMillis, GossipParameters parameters, Hop hop) {
        if (nowMillis >= refusedFromMillis(config, parameters)) {
            return Optional.of(DropReason.EXPIRED);
        }
        if (parameters.originTimeMillis() > nowMillis + config.allowedClockErrorMillis()) {
            return Optional.of(DropReason.FROM_THE_FUTURE);
        }
        if (parameters.rounds() != GossipParameters.AUTO && hop.left() >= parameters.rounds()) {
            return Optional.of(DropReason.LEFT_ABOVE_ROUNDS);
        }
        return Optional.empty();
    }
}
