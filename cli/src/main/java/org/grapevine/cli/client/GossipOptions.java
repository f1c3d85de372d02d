package org.grapevine.cli.client;

import java.util.LinkedHashMap;
import java.util.Map;
import org.grapevine.cli.console.UsageException;
import org.grapevine.cli.console.Values;
import org.grapevine.core.message.GossipParameters;
import org.grapevine.policy.Binding;
import org.grapevine.policy.PolicyException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The parameters that a client may choose for one message; what is not given is left to the shadow's policy. */
final class GossipOptions {

    private static final String AUTO = "auto";
    private static final String NONE = "none";

    @Option(names = "--fanout", paramLabel = "N|auto", description = "Peers to which each device pushes the message.")
    private @Nullable String fanout;

    @Option(names = "--rounds", paramLabel = "N|auto", description = "Hops that the message may travel in a segment.")
    private @Nullable String rounds;

    @Option(names = "--lifetime", paramLabel = "MS|PTnS", description = "How long the message is worth delivering.")
    private @Nullable String lifetime;

    @Option(names = "--repair", paramLabel = "MS|PTnS|none", description = "How often devices compare what they have.")
    private @Nullable String repair;

    @Option(
            names = "--binding",
            paramLabel = "soap.udp|http",
            description = "What carries the message from device to device.")
    private @Nullable String binding;

    /**
     * Attributes of {@code g:Gossip}, only those that were given.
     *
     * @throws UsageException if a value is impossible
     */
    Map<String, String> attributes() {
        Map<String, String> attributes = new LinkedHashMap<>();
        if (fanout != null) {
            long value = Values.integerOr(AUTO, "--fanout", fanout, 1, GossipParameters.MAX_FANOUT);
            attributes.put("fanout", orWord(value, AUTO));
        }
        if (rounds != null) {
            long value = Values.integerOr(AUTO, "--rounds", rounds, 1, GossipParameters.MAX_ROUNDS);
            attributes.put("rounds", orWord(value, AUTO));
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
            try {
                attributes.put("binding", Binding.ofWireName(binding).wireName());
            } catch (PolicyException e) {
                throw new UsageException("--binding: " + binding + " (expected: " + e.expected() + ")", e);
            }
        }
        return attributes;
    }

    private static String orWord(long number, String wordForZero) {
        return number == 0 ? wordForZero : Long.toString(number);
    }
}
