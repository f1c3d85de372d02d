package org.grapevine.grid.measurement;

import static org.grapevine.grid.payload.Lexical.require;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How far the phase angles of some devices are apart at one instant. All angles are against the same reference, so what two devices
 * differ by is the shorter way round the circle, and the range of many is the shortest arc that holds all of them.
 *
 * <p>Such an arc cannot be merged with another one: that of 170 and -170 degrees goes through 180, and where the two ends alone are
 * known of others, nobody can tell on which side they lie. So the lowest and the highest angle of each half of the circle are kept, from
 * -180 to 0 and from 0 to 180. These merge in any order and grouping, and give the shortest arc exactly as long as it is no longer than
 * half a circle. Beyond that there is no {@link #difference}: no order of the angles means anything then.
 *
 * @param at when all of them were measured
 * @param numDataSources devices whose angles are inside
 * @param leftOut devices that told an angle of another instant
 * @param negative angles below 0
 * @param positive the others
 */
public record AngleRange(
        Instant at, long numDataSources, long leftOut, Optional<AngleSpan> negative, Optional<AngleSpan> positive) {

    static final long MAX_COUNT = 0xFFFF_FFFFL;

    private static final BigDecimal CIRCLE = BigDecimal.valueOf(360);
    private static final BigDecimal HALF_CIRCLE = BigDecimal.valueOf(180);

    public AngleRange {
        require(
                numDataSources >= 1 && numDataSources <= MAX_COUNT,
                "numDataSources",
                numDataSources,
                "1.." + MAX_COUNT);
        require(leftOut >= 0 && leftOut <= MAX_COUNT, "leftOut", leftOut, "0.." + MAX_COUNT);
        require(negative.isPresent() || positive.isPresent(), "half", "none", "one or two");
        require(negative.stream().allMatch(AngleSpan::isNegative), "half", negative, "a span of negative angles");
        require(positive.stream().noneMatch(AngleSpan::isNegative), "half", positive, "a span without negative angles");
    }

    /** The angle of one device. */
    public static AngleRange of(Phasor phasor) {
        AngleSpan span = new AngleSpan(phasor.degrees(), phasor.degrees());
        return new AngleRange(
                phasor.at(),
                1,
                0,
                span.isNegative() ? Optional.of(span) : Optional.empty(),
                span.isNegative() ? Optional.empty() : Optional.of(span));
    }

    /** The largest difference of two angles, degrees, 0..180; empty if the angles lie on more than half of the circle. */
    public Optional<BigDecimal> difference() {
        Stream<BigDecimal> arcs;
        if (negative.isPresent() && positive.isPresent()) {
            BigDecimal throughZero =
                    positive.get().highest().subtract(negative.get().lowest());
            BigDecimal between = positive.get().lowest().subtract(negative.get().highest());
            arcs = Stream.of(throughZero, CIRCLE.subtract(between));
        } else {
            arcs = Stream.concat(negative.stream(), positive.stream())
                    .map(span -> span.highest().subtract(span.lowest()));
        }
        return arcs.filter(arc -> arc.compareTo(HALF_CIRCLE) <= 0).min(BigDecimal::compareTo);
    }

    /** Both together, by the rules of angle-range.xsl: of two instants the later one stays, and the devices of the other are left out. */
    public AngleRange plus(AngleRange other) {
        int order = at.compareTo(other.at);
        if (order < 0) {
            return other.plus(this);
        }
        long allLeftOut = leftOut + other.leftOut;
        if (order > 0) {
            return new AngleRange(at, numDataSources, allLeftOut + other.numDataSources, negative, positive);
        }
        return new AngleRange(
                at,
                numDataSources + other.numDataSources,
                allLeftOut,
                merged(negative, other.negative),
                merged(positive, other.positive));
    }

    private static Optional<AngleSpan> merged(Optional<AngleSpan> one, Optional<AngleSpan> other) {
        return Stream.concat(one.stream(), other.stream()).reduce(AngleSpan::with);
    }
}
