package org.grapevine.simulation.report;

import java.util.regex.Pattern;

/** Comma-separated text in the making, cell by cell (RFC 4180). */
final class CsvText {

    /** What spreadsheets take for the beginning of a formula, in ASCII and in its full-width form. */
    private static final String FORMULA = "=+-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20";

    private static final Pattern NUMBER = Pattern.compile("[-+]?[0-9]+(\\.[0-9]+)?([eE][-+]?[0-9]+)?");

    private final StringBuilder text = new StringBuilder();
    private boolean lineBegins = true;

    CsvText(String... columns) {
        for (String column : columns) {
            text(column);
        }
        endLine();
    }

    /** Nothing for what nobody counted. */
    CsvText count(long number) {
        return number < 0 ? nothing() : cell(Long.toString(number));
    }

    /** Nothing for what is not a number. */
    CsvText number(double number) {
        return Double.isFinite(number) ? cell(Numerals.plain(number)) : nothing();
    }

    /** Nothing for a duration that never ended. */
    CsvText elapsed(long micros) {
        return count(micros);
    }

    CsvText nothing() {
        return cell("");
    }

    /** A text from outside. */
    CsvText text(String value) {
        boolean formula = !value.isEmpty()
                && FORMULA.indexOf(value.charAt(0)) >= 0
                && !NUMBER.matcher(value).matches();
        return cell(formula ? "'" + value : value);
    }

    void endLine() {
        text.append("\r\n");
        lineBegins = true;
    }

    private CsvText cell(String value) {
        if (!lineBegins) {
            text.append(',');
        }
        lineBegins = false;
        if (value.indexOf(',') < 0 && value.indexOf('"') < 0 && value.indexOf('\n') < 0 && value.indexOf('\r') < 0) {
            text.append(value);
        } else {
            text.append('"').append(value.replace("\"", "\"\"")).append('"');
        }
        return this;
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
