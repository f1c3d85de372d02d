package org.grapevine.cli.device;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.grapevine.aggregation.AggregationLimits;
import org.grapevine.aggregation.FunctionLibrary;
import org.grapevine.aggregation.RunLimits;
import org.grapevine.aggregation.sandbox.SandboxLimits;
import org.grapevine.aggregation.sandbox.SmallJvmPool;
import org.grapevine.aggregation.sandbox.StrangerFunctions;
import org.grapevine.aggregation.sandbox.StrangerRules;
import org.grapevine.cli.console.UsageException;
import org.grapevine.core.reply.AggregationException;
import org.grapevine.grid.device.XsltAggregations;
import org.grapevine.yaml.YamlMap;

/**
 * The key {@code aggregation} of a device file: whose stylesheets the devices run beside those on their list.
 *
 * @param strangers whose
 * @param keys files with the public keys of those who are trusted, PEM
 * @param jvms small JVMs for what nobody has signed
 * @param heapMegabytes heap of each
 */
record AggregationSection(StrangerRules strangers, List<Path> keys, int jvms, int heapMegabytes) {

    private static final Set<String> KEYS = Set.of("strangers", "keys", "jvms", "heap");
    private static final Pattern PUBLIC_KEY =
            Pattern.compile("-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\\s]+)-----END PUBLIC KEY-----");

    AggregationSection {
        keys = List.copyOf(keys);
    }

    /** What the file says, and defaults for the rest. */
    static AggregationSection of(YamlMap file, String name) {
        SandboxLimits standard = SandboxLimits.defaults();
        Optional<YamlMap> section = file.map("aggregation", KEYS);
        if (section.isEmpty()) {
            return new AggregationSection(StrangerRules.LISTED, List.of(), standard.jvms(), standard.heapMegabytes());
        }
        YamlMap aggregation = section.get();
        StrangerRules rules = rules(aggregation);
        List<Path> keys = aggregation.texts("keys").stream()
                .map(text -> Path.of(name).resolveSibling(text))
                .toList();
        if (rules == StrangerRules.SIGNED && keys.isEmpty()) {
            throw aggregation.error("strangers", "signed without keys", "the public keys of who is trusted in keys");
        }
        if (rules == StrangerRules.LISTED && !keys.isEmpty()) {
            throw aggregation.error("keys", "set for strangers: listed", "only for signed or sandboxed");
        }
        return new AggregationSection(rules, keys, (int) aggregation.integer("jvms", standard.jvms(), 1, 16), (int)
                aggregation.integer("heap", standard.heapMegabytes(), 32, 4_096));
    }

    private static StrangerRules rules(YamlMap aggregation) {
        String word = aggregation.text("strangers", "listed");
        return Arrays.stream(StrangerRules.values())
                .filter(rule -> word.equals(word(rule)))
                .findFirst()
                .orElseThrow(() -> aggregation.error(
                        "strangers",
                        YamlMap.quoted(word),
                        Arrays.stream(StrangerRules.values())
                                .map(AggregationSection::word)
                                .collect(Collectors.joining(" | "))));
    }

    private static String word(StrangerRules rule) {
        return rule.name().toLowerCase(Locale.ROOT);
    }

    /**
     * The functions of the devices, which end with them.
     *
     * @throws UsageException if a key cannot be read, or a small JVM cannot be started
     */
    XsltAggregations open() {
        FunctionLibrary library = FunctionLibrary.standard();
        if (strangers == StrangerRules.LISTED) {
            return new XsltAggregations(library);
        }
        AggregationLimits limits = AggregationLimits.defaults();
        RunLimits run = RunLimits.defaults();
        List<PublicKey> trusted = new ArrayList<>();
        for (Path file : keys) {
            trusted.add(publicKey(file));
        }
        if (strangers == StrangerRules.SIGNED) {
            return new XsltAggregations(library, StrangerFunctions.signed(trusted, limits, run), Optional.empty());
        }
        try {
            SmallJvmPool pool = SmallJvmPool.start(sandbox(), limits, run);
            return new XsltAggregations(
                    library, StrangerFunctions.sandboxed(trusted, limits, run, pool), Optional.of(pool));
        } catch (AggregationException e) {
            throw new UsageException("aggregation: " + e.getMessage(), e);
        }
    }

    private SandboxLimits sandbox() {
        SandboxLimits standard = SandboxLimits.defaults();
        return new SandboxLimits(
                jvms,
                heapMegabytes,
                standard.startMillis(),
                standard.millis(),
                standard.waiting(),
                standard.waitMillis(),
                standard.runsPerJvm(),
                standard.suspendedMillis(),
                standard.suspended());
    }

    private static PublicKey publicKey(Path file) {
        String expected = " (expected: a file with an Ed25519 public key, PEM)";
        try {
            Matcher pem = PUBLIC_KEY.matcher(Files.readString(file, US_ASCII));
            if (!pem.find()) {
                throw new UsageException("aggregation.keys: " + file + ", no public key" + expected);
            }
            byte[] encoded = Base64.getMimeDecoder().decode(pem.group(1));
            return KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded));
        } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
            String why = e instanceof IOException ? "cannot be read" : "another kind of key";
            throw new UsageException("aggregation.keys: " + file + ", " + why + expected, e);
        }
    }
}
