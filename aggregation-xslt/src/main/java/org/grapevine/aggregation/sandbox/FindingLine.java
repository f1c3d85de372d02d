package org.grapevine.aggregation.sandbox;

import java.util.ArrayList;
import java.util.List;
import org.grapevine.aggregation.StylesheetFinding;

/** A finding on one line of a response, fields apart by tabs. */
final class FindingLine {

    private static final int MAX_FINDINGS = 200;
    private static final int MAX_FIELD = 400;

    private FindingLine() {}

    static String write(StylesheetFinding finding) {
        return finding.line() + "\t" + field(finding.construct()) + "\t" + field(finding.instead());
    }

    /** Reads what a small JVM says; lines in another form are passed over. */
    static List<StylesheetFinding> read(String lines) {
        List<StylesheetFinding> findings = new ArrayList<>();
        for (String line : lines.split("\n", -1)) {
            String[] fields = line.split("\t", -1);
            if (fields.length == 3 && fields[0].matches("\\d{1,6}") && findings.size() < MAX_FINDINGS) {
                findings.add(new StylesheetFinding(Integer.parseInt(fields[0]), field(fields[1]), field(fields[2])));
            }
        }
        return findings;
    }

    private static String field(String text) {
        String line = text.replaceAll("[\\s\\p{Cntrl}]+", " ");
        return line.length() <= MAX_FIELD ? line : line.substring(0, MAX_FIELD);
    }
}
