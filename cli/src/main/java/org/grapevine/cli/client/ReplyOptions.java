package org.grapevine.cli.client;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Stack;
import java.util.stream.Stream;
import org.grapevine.aggregation.FunctionLibrary;
import org.grapevine.cli.console.UsageException;
import org.grapevine.cli.console.Values;
import org.grapevine.core.message.Hop;
import org.grapevine.core.message.ReplyTerms;
import org.grapevine.core.reply.AggregationException;
import org.grapevine.gossip.driver.StylesheetText;
import org.grapevine.grid.device.XsltAggregations;
import org.grapevine.policy.Replies;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IParameterConsumer;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** How the answers of all devices come back; what is not given is left to the shadow's policy. */
final class ReplyOptions {

    private static final String FUNCTION = "urn:sha256:[0-9a-f]{64}(\\?=[!-~]+)?";

    @Option(names = "--timeout", paramLabel = "MS|PTnS", description = "Time for all answers together.")
    private @Nullable String timeout;

    @Option(
            names = "--margin",
            paramLabel = "MS|PTnS",
            description =
                    "What each device on the way takes off that time, up to all of it (default: a thirteenth of it).")
    private @Nullable String margin;

    @Option(
            names = "--min-replies",
            paramLabel = "N",
            description = "Devices that must be in the answer; fewer are a failure.")
    private @Nullable String minReplies;

    @Option(
            names = "--partial",
            description = "Take an answer with fewer devices than --min-replies all the same; it says how few.")
    private boolean partial;

    @Option(
            names = "--collect",
            description = "Print the answer of each device as it comes, in place of one answer of all.")
    private boolean collect;

    @Option(
            names = "--first",
            paramLabel = "K",
            arity = "0..1",
            parameterConsumer = DigitsOnly.class,
            description = "The first answer is enough, or the first K, merged.")
    private @Nullable String first;

    @Option(
            names = "--function",
            paramLabel = "NAME[?k=5]",
            description = "The function of the library that merges the answers, with its parameters if it has any.")
    private @Nullable String function;

    @Option(
            names = "--aggregation",
            paramLabel = "urn:sha256:HASH",
            description = "The same by its hash: one that the devices are willing to run.")
    private @Nullable String aggregation;

    @Option(
            names = "--xslt",
            paramLabel = "FILE.xsl",
            description =
                    "A stylesheet of your own that merges the answers; --check says whether devices will take it.")
    private @Nullable Path xslt;

    @Option(
            names = "--signature",
            paramLabel = "FILE",
            description = "With --xslt: the Ed25519 signature over that file, 64 octets.")
    private @Nullable Path signature;

    /** The number is optional, and a file may come after it. */
    static final class DigitsOnly implements IParameterConsumer {
        @Override
        public void consumeParameters(Stack<String> arguments, ArgSpec option, CommandSpec command) {
            boolean number = !arguments.isEmpty() && arguments.peek().matches("[0-9]+");
            option.setValue(number ? arguments.pop() : "1");
        }
    }

    /**
     * Attributes of {@code g:Gossip}, only those that were given.
     *
     * @throws UsageException if a value is impossible, or does not go with another one
     */
    Map<String, String> attributes() {
        requireConsistent();
        Map<String, String> attributes = new LinkedHashMap<>();
        if (collect) {
            attributes.put("replies", Replies.COLLECT.wireName());
        }
        if (first != null) {
            attributes.put("replies", Replies.FIRST.wireName());
            attributes.put("enough", Long.toString(Values.integer("--first", first, 1, Integer.MAX_VALUE)));
        }
        if (timeout != null) {
            attributes.put("timeout", Long.toString(Values.millis("--timeout", timeout, 50, Hop.MAX_BUDGET_MILLIS)));
        }
        if (margin != null) {
            attributes.put("margin", Long.toString(Values.millis("--margin", margin, 1, Hop.MAX_BUDGET_MILLIS)));
        }
        if (minReplies != null) {
            attributes.put(
                    "min-replies", Long.toString(Values.integer("--min-replies", minReplies, 0, Integer.MAX_VALUE)));
        }
        if (partial) {
            attributes.put("partial", "true");
        }
        merging().ifPresent(name -> {
            attributes.put("aggregation", name);
            attributes.putIfAbsent("replies", Replies.AGGREGATE.wireName());
        });
        return attributes;
    }

    private void requireConsistent() {
        if (collect && first != null) {
            throw UsageException.of("--first", first, "without --collect, which takes all answers");
        }
        List<String> functions = Stream.of(function, aggregation, xslt)
                .filter(Objects::nonNull)
                .map(Object::toString)
                .toList();
        if (functions.size() > 1) {
            throw UsageException.of(
                    "--function, --aggregation, --xslt", String.join(" and ", functions), "one of them at most");
        }
        if (collect && !functions.isEmpty()) {
            throw UsageException.of(
                    function != null ? "--function" : aggregation != null ? "--aggregation" : "--xslt",
                    functions.get(0),
                    "without --collect, which merges nothing");
        }
        if (signature != null && xslt == null) {
            throw UsageException.of("--signature", signature, "together with --xslt");
        }
    }

    private Optional<String> merging() {
        if (function != null) {
            try {
                return Optional.of(FunctionLibrary.standard().resolve(function).reference());
            } catch (AggregationException e) {
                throw new UsageException("--function: " + e.getMessage(), e);
            }
        }
        if (aggregation != null
                && (!aggregation.matches(FUNCTION) || aggregation.length() > ReplyTerms.LONGEST_AGGREGATION)) {
            throw UsageException.of(
                    "--aggregation",
                    "'" + aggregation + "'",
                    "urn:sha256:<64 hex digits>, at most " + ReplyTerms.LONGEST_AGGREGATION + " characters");
        }
        return stylesheet().map(StylesheetText::uri).or(() -> Optional.ofNullable(aggregation));
    }

    /** The text that travels with the request. */
    Optional<StylesheetText> stylesheet() {
        if (xslt == null) {
            return Optional.empty();
        }
        byte[] text = bytes("--xslt", xslt, StylesheetText.MOST_BYTES);
        Path signed = signature;
        try {
            return Optional.of(
                    signed == null
                            ? StylesheetText.unsigned(text)
                            : new StylesheetText(
                                    text,
                                    Optional.of(bytes("--signature", signed, StylesheetText.MOST_SIGNATURE_BYTES)),
                                    Optional.of(XsltAggregations.SIGNATURE_KEY)));
        } catch (IllegalArgumentException e) {
            throw new UsageException(xslt + ": " + e.getMessage(), e);
        }
    }

    /** A file that is not larger than it may be. */
    static byte[] bytes(String option, Path file, int most) {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(most + 1);
            if (bytes.length > most) {
                throw UsageException.of(option, file + " of over " + most + " bytes", "at most " + most);
            }
            return bytes;
        } catch (IOException e) {
            String why = Files.isDirectory(file) ? "a directory" : Files.exists(file) ? "unreadable" : "no such file";
            throw new UsageException(option + ": " + file + ", " + why + " (expected: a readable file)", e);
        }
    }
}
