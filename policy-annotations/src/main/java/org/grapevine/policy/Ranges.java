package org.grapevine.policy;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.regex.Pattern;

/** What each value of a policy may be. */
final class Ranges {

    static final int MAX_FANOUT = 64;
    static final int MAX_ROUNDS = 255;
    static final Duration MAX_LIFETIME = Duration.ofHours(24);
    static final Duration MAX_TIMEOUT = Duration.ofMinutes(10);

    /** Shorter periods would only fill the network: it is the order of a round trip through a loaded device. */
    static final Duration SHORTEST = Duration.ofMillis(50);

    static final String NONE = "none";
    static final String AUTO = "auto";
    static final String FUNCTION_URI_FORM = "urn:sha256:<64 hex digits>, with parameters as in ?=k=5&by=max";
    static final String FUNCTION =
            "a library function such as sum-by-key or top-k?k=5, a class path resource that ends in .xsl, or urn:sha256:<64 hex digits>";

    private static final int MAX_ADDRESS_CHARACTERS = 2048;
    private static final int MAX_PARAMETERS_CHARACTERS = 256;

    /** Of RFC 8141's q-component, what no ampersand or equals sign parts. */
    private static final String PARAMETER =
            "[A-Za-z][A-Za-z0-9._-]{0,63}=(?:[A-Za-z0-9._~!$'()*+,;:@/-]|%[0-9A-Fa-f]{2})*";

    private static final Pattern FUNCTION_NAME = Pattern.compile("[A-Za-z0-9/][A-Za-z0-9._/-]{0,254}");
    private static final Pattern FUNCTION_URI = Pattern.compile("urn:sha256:[0-9a-f]{64}");
    private static final Pattern PARAMETERS = Pattern.compile(PARAMETER + "(?:&" + PARAMETER + ")*");

    private Ranges() {}

    static void requireFanout(int fanout) {
        require(fanout >= Gossip.AUTO && fanout <= MAX_FANOUT, "fanout", fanout, "1.." + MAX_FANOUT + " or auto");
    }

    static void requireRounds(int rounds) {
        require(rounds >= Gossip.AUTO && rounds <= MAX_ROUNDS, "rounds", rounds, "1.." + MAX_ROUNDS + " or auto");
    }

    static void requireEagerHops(int eagerHops) {
        boolean holds = eagerHops == Gossip.AUTO_EAGER_HOPS || (eagerHops >= 0 && eagerHops <= MAX_ROUNDS);
        require(holds, "eagerHops", eagerHops, "0.." + MAX_ROUNDS + " or auto");
    }

    static void requireMinReplies(int minReplies) {
        require(minReplies >= 0, "minReplies", minReplies, ">= 0");
    }

    static void requireEnough(int enough) {
        require(enough >= 1, "enough", enough, ">= 1");
    }

    static void requireLifetime(String name, Duration lifetime) {
        require(
                lifetime.compareTo(Duration.ZERO) > 0 && lifetime.compareTo(MAX_LIFETIME) <= 0,
                name,
                lifetime,
                "more than PT0S, at most " + MAX_LIFETIME);
    }

    static void requirePeriod(Duration period) {
        requireBetween("period", period, SHORTEST, MAX_LIFETIME);
    }

    static void requireMaxAge(Duration maxAge) {
        requireBetween("maxAge", maxAge, SHORTEST, MAX_LIFETIME);
    }

    static void requireBetween(String name, Duration value, Duration least, Duration most) {
        require(isBetween(value, least, most), name, value, least + ".." + most);
    }

    static void requireRepair(Duration repair, Duration lifetime) {
        require(
                repair.isZero() || isBetween(repair, SHORTEST, lifetime),
                "repair",
                repair,
                "none or " + SHORTEST + ".." + lifetime + ", the lifetime");
    }

    static void requireTimeout(Duration timeout, Duration lifetime) {
        Duration longest = longestTimeout(lifetime);
        require(
                isBetween(timeout, SHORTEST, longest),
                "timeout",
                timeout,
                SHORTEST + ".." + longest + (longest.equals(lifetime) ? ", the lifetime" : ""));
    }

    /** Nobody answers a request that has expired, and nobody waits longer than {@link #MAX_TIMEOUT}. */
    static Duration longestTimeout(Duration lifetime) {
        return longer(SHORTEST, shorter(lifetime, MAX_TIMEOUT));
    }

    static void requireFunction(String function) {
        if (!isFunction(function, FUNCTION_NAME, "?") && !isFunctionUri(function)) {
            throw new PolicyException("aggregation", function, FUNCTION);
        }
    }

    static boolean isFunctionUri(String function) {
        return isFunction(function, FUNCTION_URI, "?=");
    }

    private static boolean isFunction(String function, Pattern name, String mark) {
        int at = function.indexOf(mark);
        if (at < 0) {
            return name.matcher(function).matches();
        }
        String parameters = function.substring(at + mark.length());
        return name.matcher(function.substring(0, at)).matches()
                && parameters.length() <= MAX_PARAMETERS_CHARACTERS
                && PARAMETERS.matcher(parameters).matches();
    }

    static void requireAddress(String name, String address) {
        if (address.length() > MAX_ADDRESS_CHARACTERS || !isAbsoluteUri(address)) {
            throw new PolicyException(
                    name, address, "an absolute URI of at most " + MAX_ADDRESS_CHARACTERS + " characters");
        }
    }

    /** Reads an ISO-8601 duration of days and shorter units; months have no fixed length and are refused. */
    static Duration duration(String name, String text) {
        try {
            return Duration.parse(text);
        } catch (DateTimeParseException e) {
            throw new PolicyException(name, text, "an ISO-8601 duration such as PT30S", e);
        }
    }

    static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) <= 0 ? a : b;
    }

    static Duration longer(Duration a, Duration b) {
        return a.compareTo(b) >= 0 ? a : b;
    }

    private static boolean isBetween(Duration value, Duration least, Duration most) {
        return value.compareTo(least) >= 0 && value.compareTo(most) <= 0;
    }

    private static boolean isAbsoluteUri(String address) {
        try {
            return new URI(address).isAbsolute();
        } catch (URISyntaxException e) {
            return false; // The caller says what is expected; the parser's own words add nothing to it.
        }
    }

    static void require(boolean holds, String name, Object value, String expected) {
        if (!holds) {
            throw new PolicyException(name, value.toString(), expected);
        }
    }
}
