package org.grapevine.simulation.kernel;

import java.util.random.RandomGenerator;

/**
 * SplitMix64 (Steele, Lea, Flood 2014) with every bounded draw spelt out here: the defaults of {@link RandomGenerator} may draw
 * otherwise in another version of the JDK, and a seed must mean the same run everywhere. One long of state, so that a million
 * devices can have one each. For one thread.
 */
public final class SeededRandom implements RandomGenerator {

    private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;
    private static final double DOUBLE_UNIT = 0x1.0p-53;

    private long state;

    public SeededRandom(long seed) {
        this.state = seed;
    }

    /** A stream of its own for each path, so that one more draw here changes nothing there. */
    public static SeededRandom of(long seed, long... path) {
        long mixed = mix(seed + GOLDEN_GAMMA);
        for (long step : path) {
            mixed = mix(mixed ^ mix(step + GOLDEN_GAMMA) + GOLDEN_GAMMA);
        }
        return new SeededRandom(mixed);
    }

    /** A bijection on longs that spreads every input bit over all output bits. */
    public static long mix(long value) {
        long z = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    @Override
    public long nextLong() {
        state += GOLDEN_GAMMA;
        return mix(state);
    }

    @Override
    public int nextInt() {
        return (int) (nextLong() >>> 32);
    }

    @Override
    public int nextInt(int bound) {
        requireBound(bound > 0, bound);
        // Lemire's multiplication: exact after the rejection, and without a division in nearly all draws.
        long product = (nextInt() & 0xFFFFFFFFL) * bound;
        long low = product & 0xFFFFFFFFL;
        if (low < bound) {
            long threshold = (1L << 32) % bound;
            while (low < threshold) {
                product = (nextInt() & 0xFFFFFFFFL) * bound;
                low = product & 0xFFFFFFFFL;
            }
        }
        return (int) (product >>> 32);
    }

    @Override
    public int nextInt(int origin, int bound) {
        requireBound(origin < bound && bound - origin > 0, bound);
        return origin + nextInt(bound - origin);
    }

    @Override
    public long nextLong(long bound) {
        requireBound(bound > 0, bound);
        if (bound <= Integer.MAX_VALUE) {
            return nextInt((int) bound);
        }
        long drawn = nextLong() >>> 1;
        long value = drawn % bound;
        while (drawn - value + (bound - 1) < 0) {
            drawn = nextLong() >>> 1;
            value = drawn % bound;
        }
        return value;
    }

    @Override
    public long nextLong(long origin, long bound) {
        requireBound(origin < bound && bound - origin > 0, bound);
        return origin + nextLong(bound - origin);
    }

    @Override
    public boolean nextBoolean() {
        return nextLong() < 0;
    }

    @Override
    public double nextDouble() {
        return (nextLong() >>> 11) * DOUBLE_UNIT;
    }

    @Override
    public float nextFloat() {
        return (float) ((nextLong() >>> 40) * 0x1.0p-24);
    }

    /** By Box and Muller, one of each pair. */
    @Override
    public double nextGaussian() {
        double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - nextDouble()));
        return radius * StrictMath.cos(2 * StrictMath.PI * nextDouble());
    }

    private static void requireBound(boolean holds, long bound) {
        if (!holds) {
            throw new IllegalArgumentException("bound: " + bound + " (expected: above the lower bound)");
        }
    }
}
