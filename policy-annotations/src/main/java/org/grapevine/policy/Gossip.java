package org.grapevine.policy;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Asks for a shadow Gossip Service: on a service interface for all of its operations, on a method for one. The narrowest
 * attachment wins value by value, so each member can stay unset: a number is {@link #UNSET}, a text is empty, a list is empty.
 * The members that take one of several constants are lists for that reason only; they hold one constant at most
 * ({@code variant = Variant.TREE}). What nothing sets takes the framework default, see {@link EffectiveGossip}.
 *
 * <p>Durations are in ISO-8601 form ({@code PT30S}).
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
public @interface Gossip {

    /** Each device works the value out from the size of its segment. */
    int AUTO = 0;

    /** Each device works out how many of the first hops of a lazy push are eager. */
    int AUTO_EAGER_HOPS = -2;

    /** This attachment says nothing about the value. */
    int UNSET = -1;

    Variant[] variant() default {};

    /** Peers per push, 1..64, or {@link #AUTO}. */
    int fanout() default UNSET;

    /** Hops that a copy may travel inside one segment, 1..255, or {@link #AUTO}. */
    int rounds() default UNSET;

    /** Hops of a lazy push that take the payload at once all the same, 0..255, or {@link #AUTO_EAGER_HOPS}. */
    int eagerHops() default UNSET;

    /** Which transport carries the copies from peer to peer. */
    Binding[] binding() default {};

    /** WS-Discovery scopes (URIs) into which messages go. */
    String[] scopes() default {};

    /** Device types that peers must have, each as {@code {namespace}name}. */
    String[] types() default {};

    /** Scopes of segments that are one LAN each, so that a multicast reaches all of it. */
    String[] lan() default {};

    /** URI of the rule by which {@link #scopes} and {@link #lan} match (WS-Discovery 1.1, section 5.1). */
    String matchBy() default "";

    Priority[] priority() default {};

    /** Which messages may overtake each other. Of one-way messages and notifications; a request is never held back. */
    Order[] order() default {};

    /** How long a message is worth delivering, more than 0, at most {@code PT24H}. */
    String lifetime() default "";

    /** Pause between two exchanges of digests, {@code PT0.05S} to the lifetime, or {@code none}. */
    String repair() default "";

    /** Pause between two pulls, for the variants that pull, {@code PT0.05S} to {@code PT24H}. */
    String period() default "";

    Replies[] replies() default {};

    /**
     * What merges the answers: the name of a library function ({@code sum-by-key}) or a class path resource that ends in
     * {@code .xsl}; with parameters if it takes any ({@code top-k?k=5}). Needed for {@link Replies#AGGREGATE}, and for {@link
     * Replies#FIRST} where more than one answer is {@link #enough}. With {@link Replies#COLLECT} it makes one answer of all for a
     * client that knows nothing of gossip.
     */
    String aggregation() default "";

    /** Devices that must be in an answer for it to be no fault, 0 or more. */
    int minReplies() default UNSET;

    /** Whether an answer with fewer than {@link #minReplies} devices is given all the same; it says how few are in it. */
    boolean[] partial() default {};

    /** Of {@link Replies#FIRST}: how many answers end the request, 1 or more. */
    int enough() default UNSET;

    /** Time for all replies together, {@code PT0.05S} to the lifetime, at most {@code PT10M}. */
    String timeout() default "";

    /** Whom a shadow keeps in mind of a segment; unset, it is what the host of the device is told. */
    View[] view() default {};

    /** Address of a Peer Service on another device, which is asked instead of the device's own. */
    String peers() default "";

    /** Age from which an answer of {@link #peers} is asked for again, {@code PT0.05S} to {@code PT24H}. */
    String maxAge() default "";

    Trust[] trust() default {};

    /** What a client's own header may ask for. */
    Limits limits() default @Limits;

    /** The members of {@link GossipLimits}; each can stay unset like those of {@link Gossip}. */
    @Documented
    @Retention(RetentionPolicy.RUNTIME)
    @Target({})
    @interface Limits {

        /** Variants that a client may choose beside the policy's own. */
        Variant[] variants() default {};

        /** 1..64. */
        int maxFanout() default UNSET;

        /** 1..255. */
        int maxRounds() default UNSET;

        /** More than 0, at most {@code PT24H}. */
        String maxLifetime() default "";

        /** {@code PT0.05S} to {@code PT24H}. */
        String minRepair() default "";

        /** {@code PT0.05S} to {@code PT10M}. */
        String maxTimeout() default "";

        Priority[] maxPriority() default {};
    }
}
