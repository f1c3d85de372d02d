package org.grapevine.grid.data;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * A file of comma-separated values, without quotes, whose every value is checked as it is read.
 *
 * @param rows without the header lines
 */
record CsvFile(String name, List<Row> rows) {

    private static final int MAX_ROWS = 500_000;
    private static final int MAX_CHARACTERS = 4096;
    private static final Pattern DECIMAL = Pattern.compile("-?\\d{1,9}(\\.\\d{1,9})?");

    /** Reads a file that is shipped in this package. */
    static CsvFile shipped(String name, List<String> headers) {
        InputStream stream = CsvFile.class.getResourceAsStream(name);
        if (stream == null) {
            throw new DataFileException(
                    name + ": not found (expected: on the class path beside " + CsvFile.class + ")");
        }
        try (Reader reader = new InputStreamReader(stream, StandardCharsets.UTF_8)) {
            return read(name, reader, headers);
        } catch (IOException e) {
            throw new UncheckedIOException(name, e);
        }
    }

    /**
     * Reads a file to its end. Lines that begin with # are comments.
     *
     * @param headers the lines that it must begin with; all rows have as many values as the last of them
     */
    static CsvFile read(String name, Reader source, List<String> headers) throws IOException {
        BufferedReader reader = new BufferedReader(source);
        List<Row> rows = new ArrayList<>();
        int headersSeen = 0;
        int columns = cells(headers.get(headers.size() - 1)).size();
        int number = 0;
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
            number++;
            Row row = new Row(name, number, cells(line));
            row.require(
                    line.length() <= MAX_CHARACTERS, "line", line.length(), "up to " + MAX_CHARACTERS + " characters");
            if (line.startsWith("#")) {
                continue;
            }
            if (headersSeen < headers.size()) {
                row.require(line.equals(headers.get(headersSeen)), "header", line, headers.get(headersSeen));
                headersSeen++;
                continue;
            }
            row.require(row.cells().size() == columns, "values", row.cells().size(), Integer.toString(columns));
            row.require(rows.size() < MAX_ROWS, "rows", rows.size() + 1, "up to " + MAX_ROWS);
            rows.add(row);
        }
        if (headersSeen < headers.size() || rows.isEmpty()) {
            throw new DataFileException(name + ":" + number + ": ends too early (expected: " + headers.size()
                    + " header lines and at least one row)");
        }
        return new CsvFile(name, List.copyOf(rows));
    }

    private static List<String> cells(String line) {
        return List.of(line.split(",", -1));
    }

    record Row(String file, int line, List<String> cells) {

        String text(int column, String name) {
            String text = cells.get(column);
            require(!text.isBlank(), name, text, "text");
            return text;
        }

        BigDecimal decimal(int column, String name) {
            String text = cells.get(column);
            require(DECIMAL.matcher(text).matches(), name, text, "a decimal number");
            return new BigDecimal(text);
        }

        int integer(int column, String name, int min, int max) {
            String expected = "a whole number in " + min + ".." + max;
            BigDecimal number = decimal(column, name);
            require(number.scale() <= 0, name, number, expected);
            require(
                    number.compareTo(BigDecimal.valueOf(min)) >= 0 && number.compareTo(BigDecimal.valueOf(max)) <= 0,
                    name,
                    number,
                    expected);
            return number.intValueExact();
        }

        <T> T time(int column, String name, Function<String, T> parse, String expected) {
            String text = cells.get(column);
            try {
                return parse.apply(text);
            } catch (DateTimeException unreadable) {
                throw malformed(name, text, expected);
            }
        }

        void require(boolean condition, String name, Object value, String expected) {
            if (!condition) {
                throw malformed(name, value, expected);
            }
        }

        DataFileException malformed(String name, Object value, String expected) {
            return new DataFileException(
                    file + ":" + line + ": " + name + ": '" + value + "' (expected: " + expected + ")");
        }
    }
}
