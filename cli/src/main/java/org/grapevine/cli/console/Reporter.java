package org.grapevine.cli.console;

import java.util.ArrayList;
import java.util.List;

/**
 * The one way to standard output. A command says everything twice: for people ({@link #line}, {@link #field}, {@link #table},
 * {@link #text}) and for programs ({@link #json}); the kind that was not asked for is silent. What people see is broken to the
 * width of the terminal and made {@link Printable}. Any thread.
 */
public final class Reporter {

    private static final String ERASE_LINE = "\r\u001b[K";
    private static final int LABEL_COLUMNS = 14;
    private static final String GAP = "  ";

    private final Screen screen;
    private final boolean json;
    private boolean statusShown; // guarded by this

    Reporter(Screen screen, boolean json) {
        this.screen = screen;
        this.json = json;
    }

    /** True if programs read the output. */
    public boolean isJson() {
        return json;
    }

    /** For programs: one object on one line. */
    public void json(Fields fields) {
        if (json) {
            print(fields.toJson());
        }
    }

    /** For programs: one object on one line, written already. */
    public void json(String object) {
        if (json) {
            print(object);
        }
    }

    /** For people: a line, broken where it is too long. */
    public void line(String line) {
        if (!json) {
            wrapped("", Printable.line(line)).forEach(this::print);
        }
    }

    /** For people: a text whose line breaks and indentation are its author's. */
    public void text(String text) {
        if (!json) {
            text.lines().forEach(line -> print(Printable.line(line)));
        }
    }

    /** For people: a label and its values, indented. */
    public void field(String label, List<String> values) {
        if (!json) {
            String head = GAP + label + " ".repeat(Math.max(1, LABEL_COLUMNS - GAP.length() - label.length()));
            wrapped(head, Printable.line(values.isEmpty() ? "-" : String.join(" ", values)))
                    .forEach(this::print);
        }
    }

    /** For people: a label and its value, indented. */
    public void field(String label, String value) {
        field(label, List.of(value));
    }

    /** For people: rows of the same number of cells, in columns; the last column is broken where it is too long. */
    public void table(String indent, List<List<String>> rows) {
        if (json) {
            return;
        }
        List<Integer> widths = new ArrayList<>();
        for (List<String> row : rows) {
            for (int i = 0; i < row.size(); i++) {
                int width = Printable.line(row.get(i)).length();
                if (i == widths.size()) {
                    widths.add(width);
                } else {
                    widths.set(i, Math.max(widths.get(i), width));
                }
            }
        }
        for (List<String> row : rows) {
            StringBuilder head = new StringBuilder(indent);
            for (int i = 0; i < row.size() - 1; i++) {
                String cell = Printable.line(row.get(i));
                head.append(cell)
                        .append(" ".repeat(widths.get(i) - cell.length()))
                        .append(GAP);
            }
            String last = row.isEmpty() ? "" : Printable.line(row.get(row.size() - 1));
            wrapped(head.toString(), last).forEach(this::print);
        }
    }

    /** Breaks at blanks only: an address that is cut can no longer be copied. */
    private List<String> wrapped(String head, String body) {
        int columns = screen.columns();
        if (columns == 0 || head.length() + body.length() <= columns) {
            return List.of((head + body).stripTrailing());
        }
        List<String> lines = new ArrayList<>();
        String indent = " ".repeat(head.length());
        StringBuilder line = new StringBuilder(head);
        boolean empty = true;
        for (String word : body.split(" ", -1)) {
            if (!empty && line.length() + 1 + word.length() > columns) {
                lines.add(line.toString().stripTrailing());
                line = new StringBuilder(indent);
                empty = true;
            }
            line.append(empty ? "" : " ").append(word);
            empty = false;
        }
        lines.add(line.toString().stripTrailing());
        return lines;
    }

    private synchronized void print(String line) {
        eraseStatus();
        screen.out().println(line);
        screen.out().flush();
    }

    /** Columns that a progress bar may have; 0 if there is no place for one. */
    int statusColumns() {
        return screen.progress() && !json ? Math.max(20, screen.columns() == 0 ? 80 : screen.columns()) - 1 : 0;
    }

    /** Shows a line under the output until the next one takes its place. */
    synchronized void status(String line) {
        screen.err().print(ERASE_LINE + Printable.line(line));
        screen.err().flush();
        statusShown = true;
    }

    synchronized void eraseStatus() {
        if (statusShown) {
            screen.err().print(ERASE_LINE);
            screen.err().flush();
            statusShown = false;
        }
    }
}
