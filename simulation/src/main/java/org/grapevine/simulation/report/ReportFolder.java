package org.grapevine.simulation.report;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A folder with everything that there is to say about a run or a sweep, under names that do not change: {@code report.json},
 * {@code report.html}, tables as CSV, and each plot as SVG and PNG. An earlier report in the folder is overwritten; a file that is not
 * one's own never is, and nothing is deleted. A file is written aside and then put in its place, so nobody reads half of one.
 */
public final class ReportFolder {

    /** Written first: it also tells that the other files of the folder are a report's. */
    private static final String JSON = "report.json";

    private static final String HTML = "report.html";

    /** How the JSON of every report begins. */
    private static final String OWN = "{\"report\":\"grapevine-";

    private ReportFolder() {}

    /**
     * Writes the report of a run. The folder is made if it is not there.
     *
     * @return the files written
     * @throws IllegalArgumentException for a path that is not a folder, or a folder with files of these names from elsewhere
     * @throws IllegalStateException if plots are asked for and the machine has no fonts; nothing is written then
     */
    public static List<Path> write(Path folder, RunResult run, ReportOptions options) throws IOException {
        List<Plot> plots = options.plots() ? Plots.of(run) : List.of();
        Map<String, byte[]> files = new LinkedHashMap<>();
        files.put(JSON, bytes(JsonReport.of(run, options.wallClock()) + "\n"));
        files.put(HTML, bytes(HtmlReport.of(run, plots, options)));
        return write(folder, files, CsvReport.of(run), plots);
    }

    /**
     * Writes the report of a sweep. The folder is made if it is not there.
     *
     * @return the files written
     * @throws IllegalArgumentException for a path that is not a folder, or a folder with files of these names from elsewhere
     * @throws IllegalStateException if plots are asked for and the machine has no fonts; nothing is written then
     */
    public static List<Path> write(Path folder, List<SweepPoint> sweep, ReportOptions options) throws IOException {
        List<Plot> plots = options.plots() ? Plots.of(sweep) : List.of();
        Map<String, byte[]> files = new LinkedHashMap<>();
        files.put(JSON, bytes(JsonReport.of(sweep, options.wallClock()) + "\n"));
        files.put(HTML, bytes(HtmlReport.of(sweep, plots, options)));
        return write(folder, files, CsvReport.of(sweep), plots);
    }

    /**
     * Writes a report that others have made. The folder is made if it is not there.
     *
     * @param json one object on one line, whose first field is {@code report} with a value that begins with {@code grapevine-}
     * @return the files written
     * @throws IllegalArgumentException for another JSON, for a path that is not a folder, or a folder with files of these names from
     *     elsewhere
     */
    public static List<Path> write(Path folder, String json, String html, List<Plot> plots) throws IOException {
        if (!json.startsWith(OWN)) {
            throw new IllegalArgumentException("json: " + json.substring(0, Math.min(40, json.length()))
                    + " (expected: an object that begins with " + OWN + ")");
        }
        Map<String, byte[]> files = new LinkedHashMap<>();
        files.put(JSON, bytes(json + "\n"));
        files.put(HTML, bytes(html));
        return write(folder, files, Map.of(), plots);
    }

    private static List<Path> write(
            Path folder, Map<String, byte[]> files, Map<String, String> tables, List<Plot> plots) throws IOException {
        tables.forEach((name, text) -> files.put(name, bytes(text)));
        for (Plot plot : plots) {
            files.put(plot.name() + ".svg", bytes(plot.svg()));
            files.put(plot.name() + ".png", plot.png());
        }
        requireOwn(folder, files);
        Files.createDirectories(folder);
        List<Path> written = new ArrayList<>();
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            written.add(put(folder, file.getKey(), file.getValue()));
        }
        return written;
    }

    private static void requireOwn(Path folder, Map<String, byte[]> files) throws IOException {
        if (Files.exists(folder, LinkOption.NOFOLLOW_LINKS) && !Files.isDirectory(folder)) {
            throw new IllegalArgumentException(
                    "out: " + folder + " (expected: a folder, or a path where there is nothing yet)");
        }
        boolean own = isReport(folder.resolve(JSON));
        for (String name : files.keySet()) {
            Path file = folder.resolve(name);
            if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
                continue;
            }
            if (!own || !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                throw new IllegalArgumentException(
                        "out: " + file + " is there already (expected: no such file, or that of an earlier report)");
            }
        }
    }

    private static boolean isReport(Path json) throws IOException {
        if (!Files.isRegularFile(json, LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        byte[] head;
        try (var in = Files.newInputStream(json)) {
            head = in.readNBytes(64);
        }
        String text = new String(head, StandardCharsets.US_ASCII);
        return text.startsWith(OWN);
    }

    private static Path put(Path folder, String name, byte[] content) throws IOException {
        Path file = folder.resolve(name);
        Path aside = folder.resolve("." + name + ".part");
        Files.deleteIfExists(aside); // Left by a process that was stopped.
        try {
            Files.write(aside, content, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            Files.move(aside, file, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(aside);
        }
        return file;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
