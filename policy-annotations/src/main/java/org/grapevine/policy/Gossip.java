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

    /** This attachment says nothing about the value. */
    int UNSET = -1;

    Variant[] variant() default {};

    /** Peers per push, 1..64, or {@link #AUTO}. */
    int fanout() default UNSET;

    /** Hops that a copy may travel inside one segment, 1..255, or {@link #AUTO}. */
    int rounds() default UNSET;

    /** Which transport carries the copies from peer to peer. */
    Binding[] binding() default {};

    /** WS-Discovery scopes (URIs) into which messages go. */
    String[] scopes() default {};

    Priority[] priority() default {};

    /** How long a message is worth delivering, more than 0, at most {@code PT24H}. */
    String lifetime() default "";

    /** Pause between two exchanges of digests, {@code PT0.05S} to the lifetime, or {@code none}. */
    String repair() default "";

    /** Pause between two pulls, for the variants that pull, {@code PT0.05S} to {@code PT24H}. */
    String period() default "";

    Replies[] replies() default {};

    /**
     * What merges the answers: the name of a library function ({@code sum-by-key}) or a class path resource that ends in
     * {@code .xsl}.
     */
    String aggregation() default "";

    /** Devices that must be in an answer for it to be no fault, 0 or more. */
    int minReplies() default UNSET;

    /** Time for all replies together, {@code PT0.05S} to the lifetime, at most {@code PT10M}. */
    String timeout() default "";

    Trust[] trust() default {};
}
