package org.grapevine.cli.client;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import javax.xml.namespace.QName;
import org.grapevine.cli.console.UsageException;
import org.grapevine.dpws.discovery.ScopeRule;
import org.grapevine.dpws.soap.Namespaces;
import org.grapevine.gossip.header.Gossip1;
import org.grapevine.grid.device.GridTypes;
import org.grapevine.grid.energy.EnergyNeeds;
import org.grapevine.grid.tariff.TariffEvent;

/** Reads the names that people type: types, scopes, matching rules. */
final class Names {

    /** DPWS 1.0, whose devices discovery finds with --legacy. */
    private static final String LEGACY_DPWS = "http://schemas.xmlsoap.org/ws/2006/02/devprof";

    /** For namespaces that would otherwise be typed often. */
    private static final Map<String, String> PREFIXES = new TreeMap<>(Map.of(
            "dpws", Namespaces.DPWS,
            "wsdp", LEGACY_DPWS,
            "wsd", Namespaces.WSD,
            "g", Gossip1.NAMESPACE,
            "sg", GridTypes.NAMESPACE,
            "tariff", TariffEvent.NAMESPACE,
            "energy", EnergyNeeds.NAMESPACE));

    private static final String NC_NAME = "[\\p{L}_][\\p{L}\\p{N}._-]*";

    private Names() {}

    /** A qualified name, {@code {namespace}name} or {@code prefix:name}. */
    static QName type(String option, String text) {
        String namespace;
        String local;
        if (text.startsWith("{")) {
            int end = text.indexOf('}');
            namespace = end < 0 ? "" : text.substring(1, end);
            local = text.substring(end + 1);
        } else {
            int colon = text.indexOf(':');
            namespace = colon < 0 ? "" : PREFIXES.getOrDefault(text.substring(0, colon), "");
            local = text.substring(colon + 1);
        }
        if (namespace.isEmpty() || namespace.chars().anyMatch(c -> c <= ' ') || !local.matches(NC_NAME)) {
            throw UsageException.of(
                    option,
                    "'" + text + "'",
                    "{namespace}name, or prefix:name with one of the prefixes " + String.join(", ", PREFIXES.keySet()));
        }
        return new QName(namespace, local);
    }

    /** Names, several of them in one text with commas or white space between; not those inside a namespace. */
    static List<QName> types(String option, List<String> texts) {
        return texts.stream()
                .flatMap(text -> Arrays.stream(text.strip().split("(?:,\\s*|\\s+)(?![^{]*})", -1)))
                .map(text -> type(option, text))
                .toList();
    }

    /** Scopes: absolute URIs, several of them in one text with white space between, for URIs may have commas. */
    static List<String> scopes(String option, List<String> texts) {
        List<String> scopes = new ArrayList<>();
        for (String text : texts) {
            for (String scope : text.split(" +", -1)) {
                if (!isAbsolute(scope)) {
                    throw UsageException.of(option, "'" + text + "'", "an absolute URI such as grid:fan/ssc-3");
                }
                scopes.add(scope);
            }
        }
        return List.copyOf(scopes);
    }

    private static boolean isAbsolute(String text) {
        try {
            return new URI(text).isAbsolute();
        } catch (URISyntaxException e) {
            return false; // The caller says what is expected.
        }
    }

    /** URI of a scope matching rule, from its short name or its URI. */
    static String matchBy(String option, String text) {
        for (ScopeRule rule : ScopeRule.values()) {
            if (rule.name().toLowerCase(Locale.ROOT).equals(text) || rule.uri().equals(text)) {
                return rule.uri();
            }
        }
        List<String> names = List.of(ScopeRule.values()).stream()
                .map(rule -> rule.name().toLowerCase(Locale.ROOT))
                .toList();
        throw UsageException.of(option, "'" + text + "'", "one of " + String.join(", ", names));
    }
}
