package org.grapevine.cli.client;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.grapevine.cli.console.UsageException;
import org.grapevine.cli.console.Values;
import org.grapevine.core.message.GossipParameters;
import org.grapevine.policy.Binding;
import org.grapevine.policy.PolicyException;
import org.grapevine.policy.Priority;
import org.grapevine.policy.Variant;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The parameters that a client may choose for one message; what is not given is left to the shadow's policy. */
final class GossipOptions {

    private static final String AUTO = "auto";
    private static final String NONE = "none";

    @Option(
            names = "--variant",
            paramLabel = "NAME",
            description =
                    "How the message spreads: eager-push, lazy-push, pull, push-pull, lazy-pull, tree or multicast.")
    private @Nullable String variant;

    @Option(names = "--fanout", paramLabel = "N|auto", description = "Peers to which each device pushes the message.")
    private @Nullable String fanout;

    @Option(names = "--rounds", paramLabel = "N|auto", description = "Hops that the message may travel in a segment.")
    private @Nullable String rounds;

    @Option(
            names = "--eager-hops",
            paramLabel = "N|auto",
            description = "Of a lazy push: hops of which each takes the payload at once.")
    private @Nullable String eagerHops;

    @Option(names = "--lifetime", paramLabel = "MS|PTnS", description = "How long the message is worth delivering.")
    private @Nullable String lifetime;

    @Option(names = "--repair", paramLabel = "MS|PTnS|none", description = "How often devices compare what they have.")
    private @Nullable String repair;

    @Option(
            names = "--binding",
            paramLabel = "soap.udp|http",
            description = "What carries the message from device to device.")
    private @Nullable String binding;

    @Option(
            names = "--priority",
            paramLabel = "alarm|control|normal|bulk",
            description = "The queue that the message waits in, at every device.")
    private @Nullable String priority;

    /**
     * Attributes of {@code g:Gossip}, only those that were given.
     *
     * @throws UsageException if a value is impossible
     */
    Map<String, String> attributes() {
        Map<String, String> attributes = new LinkedHashMap<>();
        if (variant != null) {
            attributes.put(
                    "variant", named("--variant", variant, Variant::ofWireName).wireName());
        }
        if (fanout != null) {
            long value = Values.integerOr(AUTO, "--fanout", fanout, 1, GossipParameters.MAX_FANOUT);
            attributes.put("fanout", orWord(value, AUTO));
        }
        if (rounds != null) {
            long value = Values.integerOr(AUTO, "--rounds", rounds, 1, GossipParameters.MAX_ROUNDS);
            attributes.put("rounds", orWord(value, AUTO));
        }
        if (eagerHops != null && eagerHops.equals(AUTO)) {
            attributes.put("eager-hops", AUTO);
        } else if (eagerHops != null) {
            long value = Values.integerOr(AUTO, "--eager-hops", eagerHops, 0, GossipParameters.MAX_ROUNDS);
            attributes.put("eager-hops", Long.toString(value));
        }
        if (lifetime != null) {
            long value = Values.millis("--lifetime", lifetime, 1, GossipParameters.MAX_LIFETIME_MILLIS);
            attributes.put("lifetime", Long.toString(value));
        }
        if (repair != null) {
            long value = repair.equals(NONE)
                    ? 0
                    : Values.millis("--repair", repair, 1, GossipParameters.MAX_LIFETIME_MILLIS);
            attributes.put("repair", orWord(value, NONE));
        }
        if (binding != null) {
            attributes.put(
                    "binding", named("--binding", binding, Binding::ofWireName).wireName());
        }
        if (priority != null) {
            attributes.put(
                    "priority",
                    named("--priority", priority, Priority::ofWireName).wireName());
        }
        return attributes;
    }

    /** One of a few words. */
    static <T> T named(String option, String text, Function<String, T> ofWireName) {
        try {
            return ofWireName.apply(text);
        } catch (PolicyException e) {
            throw new UsageException(option + ": " + text + " (expected: " + e.expected() + ")", e);
        }
    }

    private static String orWord(long number, String wordForZero) {
        return number == 0 ? wordForZero : Long.toString(number);
    }
}
