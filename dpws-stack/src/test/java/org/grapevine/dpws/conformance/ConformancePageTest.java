package org.grapevine.dpws.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.platform.commons.annotation.Testable;
import org.junit.platform.commons.support.AnnotationSupport;

/** {@code docs/conformance.md} and the tests name each other: what the page names exists, and no test of a row is missing on it. */
class ConformancePageTest {

    private static final Path PAGE = Path.of("../docs/conformance.md");
    private static final String TABLE = "| row | level | what it asks | test or why not |";

    /** {@code Class#method} or {@code Class$Nested#method} in code ticks. */
    private static final Pattern REFERENCE = Pattern.compile("`(\\w+Test(?:\\$\\w+)*#\\w+)`");

    private static final Set<String> LEVELS = Set.of("MUST", "MUST NOT", "SHOULD", "SHOULD NOT", "MAY", "-");

    /** A reason is a sentence, and says at once that something is not there. */
    private static final Pattern REASON = Pattern.compile("not [^:`]+: .{15,}");

    /** R0031 in r0031_..., in ...AndR2020... and in ..._R0031; D4 in d4_d5_... */
    private static final Pattern ID_IN_NAME = Pattern.compile("(?:^|_|And)([rR]\\d{4}|[dmuxDMUX]\\d{1,2})(?=[A-Z_]|$)");

    private static final Pattern ID_IN_WORDS = Pattern.compile("\\b(R\\d{4}|[DMUX]\\d{1,2})\\b");

    /** A row of a table, and the number of the line with the table's head. */
    private record Row(int table, String id, String level, String words, String test) {
        List<String> tests() {
            return REFERENCE
                    .matcher(test)
                    .results()
                    .map(found -> found.group(1))
                    .toList();
        }
    }

    private static List<Row> rows = List.of();
    private static Map<String, Class<?>> classes = Map.of(); // by name without package

    @BeforeAll
    static void read() throws Exception {
        rows = rows(Files.readAllLines(PAGE));
        classes = testClasses();
    }

    private static List<Row> rows(List<String> lines) {
        List<Row> found = new ArrayList<>();
        int table = 0;
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            if (line.equals(TABLE)) {
                table = ++i; // The line below the head is a ruler.
            } else if (!line.startsWith("|")) {
                table = 0;
            } else if (table > 0) {
                String[] cells = line.substring(1).split("\\|", -1);
                assertThat(cells)
                        .as("line %d: cells and the end of the row", i + 1)
                        .hasSize(5);
                found.add(new Row(table, cells[0].strip(), cells[1].strip(), cells[2].strip(), cells[3].strip()));
            }
        }
        return found;
    }

    private static Map<String, Class<?>> testClasses() throws Exception {
        Path root = Path.of(ConformancePageTest.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        Map<String, Class<?>> found = new HashMap<>();
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                String name = root.relativize(file).toString();
                if (name.matches(".*Test(\\$\\w+)*\\.class")) {
                    String type = name.substring(0, name.length() - ".class".length())
                            .replace(file.getFileSystem().getSeparator(), ".");
                    found.put(
                            type.substring(type.lastIndexOf('.') + 1),
                            Class.forName(type, false, ConformancePageTest.class.getClassLoader()));
                }
            }
        }
        return found;
    }

    private static Stream<Method> testsOf(Class<?> type) {
        return Arrays.stream(type.getDeclaredMethods())
                .filter(method -> AnnotationSupport.isAnnotated(method, Testable.class));
    }

    private static Set<String> testsHere() {
        Set<String> here = new TreeSet<>();
        classes.forEach((name, type) -> testsOf(type).forEach(method -> here.add(name + "#" + method.getName())));
        return here;
    }

    /** Tests of other modules cannot be loaded here, so they are looked for in the sources. */
    private static boolean isInAnotherModule(String test) throws IOException {
        String[] parts = test.split("#", -1);
        String name = parts[0].replaceFirst("\\$.*", "") + ".java";
        try (DirectoryStream<Path> modules = Files.newDirectoryStream(Path.of(".."), Files::isDirectory)) {
            for (Path module : modules) {
                Path sources = module.resolve("src/test/java");
                if (Files.isDirectory(sources) && isIn(sources, name, " " + parts[1] + "(")) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean isIn(Path sources, String name, String method) throws IOException {
        try (Stream<Path> files = Files.walk(sources)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                if (file.endsWith(name) && Files.readString(file).contains(method)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static Set<String> idsOf(Method test) {
        Set<String> ids = new LinkedHashSet<>();
        ID_IN_NAME
                .matcher(test.getName())
                .results()
                .forEach(found -> ids.add(found.group(1).toUpperCase(Locale.ROOT)));
        DisplayName words = test.getAnnotation(DisplayName.class);
        if (words != null) {
            ID_IN_WORDS.matcher(words.value()).results().forEach(found -> ids.add(found.group(1)));
        }
        return ids;
    }

    @Test
    void everyTestThatThePageNamesExists() throws Exception {
        assertThat(rows).hasSizeGreaterThan(200);
        Set<String> here = testsHere();
        List<String> missing = new ArrayList<>();
        for (Row row : rows) {
            for (String test : row.tests()) {
                if (!here.contains(test) && !isInAnotherModule(test)) {
                    missing.add(row.id() + ": " + test);
                }
            }
        }
        assertThat(missing).isEmpty();
    }

    @Test
    void everyRowIsThereOnceAndHasALevelAndATestOrAReason() {
        List<String> wrong = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (Row row : rows) {
            if (row.id().isEmpty() || row.words().isEmpty() || !seen.add(row.table() + " " + row.id())) {
                wrong.add("'" + row.id() + "': a row without a name or words, or twice in its table");
            }
            if (!LEVELS.contains(row.level())) {
                wrong.add(row.id() + ": level '" + row.level() + "' (expected: one of " + LEVELS + ")");
            }
            boolean reason = REASON.matcher(row.test()).matches();
            if (reason == row.test().startsWith("`")) {
                wrong.add(row.id() + ": '" + row.test() + "' (expected: tests, or 'not ...: why not')");
            }
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void everyTestOfThePackagesRowsIsOnThePage() {
        List<String> named = rows.stream().flatMap(row -> row.tests().stream()).toList();
        assertThat(testsHere().stream().filter(test -> test.matches("\\w+RowsTest(\\$\\w+)*#.*")))
                .isNotEmpty()
                .isSubsetOf(named);
    }

    @Test
    void everyTestThatNamesARowStandsInThatRow() {
        List<String> missing = new ArrayList<>();
        classes.forEach((name, type) -> testsOf(type).forEach(method -> {
            String test = name + "#" + method.getName();
            for (String id : idsOf(method)) {
                if (rows.stream()
                        .noneMatch(row -> row.id().equals(id) && row.tests().contains(test))) {
                    missing.add(id + ": " + test);
                }
            }
        }));
        assertThat(missing).isEmpty();
    }
}
