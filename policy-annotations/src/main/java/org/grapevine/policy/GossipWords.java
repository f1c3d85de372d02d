package org.grapevine.policy;

import java.util.Arrays;
import java.util.List;

/** Values of a policy by name, in the words in which {@link GossipPolicy#words} tells them. */
final class GossipWords {

    /** Between the URIs and the rule by which they match. */
    private static final String MATCHED_BY = "; matched by ";

    private GossipWords() {}

    static void set(GossipPolicy.Builder policy, String name, String text) {
        switch (name) {
            case "variant" -> policy.variant(Variant.ofWireName(text));
            case "fanout" -> policy.fanout(GossipAssertion.autoOrNumber(name, text, "1.." + Ranges.MAX_FANOUT));
            case "rounds" -> policy.rounds(GossipAssertion.autoOrNumber(name, text, "1.." + Ranges.MAX_ROUNDS));
            case "eagerHops" -> policy.eagerHops(GossipAssertion.eagerHops(text));
            case "scopes" -> policy.scopes(scopes(name, text));
            case "types" ->
                policy.types(words(text).stream().map(GossipPolicy::type).toList());
            case "lan" -> policy.lan(scopes(name, text));
            case "binding" -> policy.binding(Binding.ofWireName(text));
            case "priority" -> policy.priority(Priority.ofWireName(text));
            case "order" -> policy.order(Order.ofWireName(text));
            case "lifetime" -> policy.lifetime(Ranges.duration(name, text));
            case "repair" -> policy.repair(GossipAssertion.repair(text));
            case "period" -> policy.period(Ranges.duration(name, text));
            case "replies" -> policy.replies(Replies.ofWireName(text));
            case "aggregation" -> policy.aggregation(text);
            case "minReplies" -> policy.minReplies(GossipAssertion.natural(name, text, ">= 0"));
            case "partial" -> policy.partial(GossipAssertion.flag(name, text));
            case "enough" -> policy.enough(GossipAssertion.positive(name, text));
            case "timeout" -> policy.timeout(Ranges.duration(name, text));
            case "view" -> policy.view(View.ofWireName(text));
            case "peers" -> policy.peers(text);
            case "maxAge" -> policy.maxAge(Ranges.duration(name, text));
            case "trust" -> policy.trust(Trust.ofWireName(text));
            default ->
                throw new PolicyException(
                        "policy",
                        name,
                        "one of "
                                + String.join(
                                        ", ", EffectiveGossip.defaults().words().keySet()));
        }
    }

    static GossipLimits limit(String name, String text) {
        String full = "limits " + name;
        return switch (name) {
            case "variants" ->
                new GossipLimits(
                        words(text).stream()
                                .map(variant -> WireNamed.parse(Variant.class, full, variant))
                                .toList(),
                        null,
                        null,
                        null,
                        null,
                        null,
                        null);
            case "maxFanout" ->
                new GossipLimits(
                        null,
                        GossipAssertion.number(full, text, "1.." + Ranges.MAX_FANOUT),
                        null,
                        null,
                        null,
                        null,
                        null);
            case "maxRounds" ->
                new GossipLimits(
                        null,
                        null,
                        GossipAssertion.number(full, text, "1.." + Ranges.MAX_ROUNDS),
                        null,
                        null,
                        null,
                        null);
            case "maxLifetime" -> new GossipLimits(null, null, null, Ranges.duration(full, text), null, null, null);
            case "minRepair" -> new GossipLimits(null, null, null, null, Ranges.duration(full, text), null, null);
            case "maxTimeout" -> new GossipLimits(null, null, null, null, null, Ranges.duration(full, text), null);
            case "maxPriority" ->
                new GossipLimits(null, null, null, null, null, null, WireNamed.parse(Priority.class, full, text));
            default ->
                throw new PolicyException(
                        "limits",
                        name,
                        "one of variants, maxFanout, maxRounds, maxLifetime, minRepair, maxTimeout, maxPriority");
        };
    }

    private static Scopes scopes(String name, String text) {
        int rule = text.indexOf(MATCHED_BY);
        return rule < 0
                ? Scopes.named(name, words(text), null)
                : Scopes.named(name, words(text.substring(0, rule)), text.substring(rule + MATCHED_BY.length()));
    }

    private static List<String> words(String text) {
        return Arrays.stream(text.strip().split("\\s+"))
                .filter(word -> !word.isEmpty())
                .toList();
    }
}
