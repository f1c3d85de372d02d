package org.grapevine.interop;

import java.io.PrintStream;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * All conversations one after the other, as a table of steps and peers. Run by the script {@code interop/run}, which makes the
 * network namespaces.
 */
final class Matrix {

    /** Starts both sides of a conversation. */
    @FunctionalInterface
    private interface Start {
        Conversation on(Bench bench) throws Exception;
    }

    private static final Map<String, Start> CONVERSATIONS = new LinkedHashMap<>();

    static {
        CONVERSATIONS.put("SDCri client", SdcriClient::new);
        CONVERSATIONS.put("SDCri device", SdcriDevice::new);
        CONVERSATIONS.put("CXF client", CxfClient::new);
        CONVERSATIONS.put("CXF service", CxfService::new);
        CONVERSATIONS.put("CXF eventing", CxfEventing::new);
        CONVERSATIONS.put("wsdd host", WsddHost::new);
        CONVERSATIONS.put("gSOAP client", GsoapClient::new);
        CONVERSATIONS.put("gSOAP device", GsoapDevice::new);
        CONVERSATIONS.put("zeep client", ZeepClient::new);
        CONVERSATIONS.put("zeep original", bench -> new ZeepStreet(bench, ZeepStreet.At.ORIGINAL));
        CONVERSATIONS.put("zeep shadow", bench -> new ZeepStreet(bench, ZeepStreet.At.SHADOW));
    }

    private static final String PASS = "pass";
    private static final String FAIL = "FAIL";

    private final Map<String, Map<Step, String>> results = new LinkedHashMap<>();
    private boolean failed;

    private Matrix() {}

    /**
     * Arguments: this stack's address, the peers' address, what starts a command there (words with spaces between them), the
     * folder of this module, text or markdown, and the titles of the conversations to hold; without any, all.
     */
    public static void main(String[] arguments) throws Exception {
        Bench bench = new Bench(
                InetAddress.getByName(arguments[0]),
                InetAddress.getByName(arguments[1]),
                Arrays.stream(arguments[2].split(" ", -1))
                        .filter(word -> !word.isEmpty())
                        .toList(),
                Path.of(arguments[3]).toAbsolutePath());
        Matrix matrix = new Matrix();
        List<String> wanted = List.of(arguments).subList(5, arguments.length);
        for (String title : wanted) {
            if (!CONVERSATIONS.containsKey(title)) {
                throw new IllegalArgumentException(
                        "conversation: " + title + " (expected: one of " + CONVERSATIONS.keySet() + ")");
            }
        }
        CONVERSATIONS.forEach((title, start) -> {
            if (wanted.isEmpty() || wanted.contains(title)) {
                matrix.hold(title, start, bench);
            }
        });
        if (arguments[4].equals("markdown")) {
            matrix.markdown(System.out);
        } else {
            matrix.text(System.out);
        }
        System.out.flush();
        System.exit(matrix.failed ? 1 : 0);
    }

    private void hold(String title, Start start, Bench bench) {
        Map<Step, String> column = new EnumMap<>(Step.class);
        results.put(title, column);
        try (Conversation conversation = start.on(bench)) {
            conversation.steps().forEach((step, check) -> column.put(step, outcome(title, step.title(), check)));
        } catch (Exception | AssertionError e) {
            tell(title, "start", e);
        }
    }

    private String outcome(String title, String step, Conversation.Check check) {
        try {
            check.run();
            return PASS;
        } catch (Exception | AssertionError e) {
            tell(title, step, e);
            return FAIL;
        }
    }

    private void tell(String title, String step, Throwable failure) {
        failed = true;
        System.err.println(title + ", " + step + ": " + failure);
    }

    private void text(PrintStream out) {
        int first = width(Arrays.stream(Step.values()).map(Step::title).toList());
        // A head of two lines: the peer, and what it is.
        List<String[]> heads =
                results.keySet().stream().map(title -> title.split(" ", 2)).toList();
        List<Integer> widths =
                heads.stream().map(head -> width(List.of(head[0], head[1]))).toList();
        for (int line = 0; line < 2; line++) {
            StringBuilder row = new StringBuilder(" ".repeat(first));
            for (int i = 0; i < heads.size(); i++) {
                row.append("  ").append(padded(heads.get(i)[line], widths.get(i)));
            }
            out.println(row.toString().stripTrailing());
        }
        for (Step step : Step.values()) {
            StringBuilder row = new StringBuilder(padded(step.title(), first));
            List<String> cells = cells(step, Function.identity());
            for (int i = 0; i < cells.size(); i++) {
                row.append("  ").append(padded(cells.get(i), widths.get(i)));
            }
            out.println(row.toString().stripTrailing());
        }
    }

    private void markdown(PrintStream out) {
        out.println("| step | " + String.join(" | ", results.keySet()) + " |");
        out.println("|---".repeat(results.size() + 1) + "|");
        for (Step step : Step.values()) {
            out.println("| " + step.title() + " | "
                    + String.join(" | ", cells(step, cell -> cell.equals(FAIL) ? "**FAIL**" : cell)) + " |");
        }
    }

    private List<String> cells(Step step, Function<String, String> shown) {
        List<String> cells = new ArrayList<>();
        results.values().forEach(column -> cells.add(shown.apply(column.getOrDefault(step, "-"))));
        return cells;
    }

    private static int width(List<String> texts) {
        return texts.stream().mapToInt(String::length).max().orElse(0);
    }

    private static String padded(String text, int width) {
        return text + " ".repeat(width - text.length());
    }
}
