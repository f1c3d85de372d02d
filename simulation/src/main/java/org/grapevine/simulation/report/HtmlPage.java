package org.grapevine.simulation.report;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A page in the making that needs nothing else: style and plots are inside, there is no script, and a content security policy keeps it
 * from loading anything. Every text that comes in is escaped; callers pass plain text. For one thread.
 */
public final class HtmlPage {

    /** Cells that are columns of figures, which stand to the right. */
    private static final Pattern FIGURE = Pattern.compile("-|[<>]? ?-?[0-9].*");

    private static final String STYLE =
            """
            :root { color-scheme: light dark; --ground: #ffffff; --card: #f5f7f9; --ink: #24292f; --soft: #57606a; --grid: #dde1e6;
              --good: #0b6b50; --good-ground: #e3f5ee; --bad: #a33d00; --bad-ground: #fdeade; --link: #0072b2;
              --series-0: #0072b2; --series-1: #d55e00; --series-2: #009e73; --series-3: #cc79a7; --series-4: #56b4e9;
              --series-5: #e69f00; --series-6: #5b4b8a; --series-7: #6b7280; }
            @media (prefers-color-scheme: dark) { :root { --ground: #14181d; --card: #1e242b; --ink: #e4e8ec; --soft: #a3adb8;
              --grid: #39424c; --good: #6fdcb6; --good-ground: #12322a; --bad: #ffab7a; --bad-ground: #3b2113; --link: #6cbcf0;
              --series-0: #56b4e9; --series-1: #ff8b42; --series-2: #3fcfa2; --series-3: #e39cc3; --series-4: #9ad4f5;
              --series-5: #f2bb45; --series-6: #b3a4e6; --series-7: #a3adb8; } }
            * { box-sizing: border-box; }
            body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
            main { max-width: 72rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
            h1 { font-size: 1.75rem; line-height: 1.2; margin: 0.5rem 0; overflow-wrap: anywhere; }
            h2 { font-size: 1.25rem; margin: 2.5rem 0 0.75rem; }
            p { margin: 0.5rem 0; max-width: 46rem; overflow-wrap: anywhere; }
            .about { color: var(--soft); font-size: 1.1rem; }
            .verdict { display: inline-block; margin: 0.75rem 0; padding: 0.35rem 0.9rem; border-radius: 999px; font-weight: 600; }
            .good { color: var(--good); background: var(--good-ground); }
            .bad { color: var(--bad); background: var(--bad-ground); }
            dl { margin: 0; display: grid; gap: 0.75rem; grid-template-columns: repeat(auto-fill, minmax(11.5rem, 1fr)); }
            dl.facts { display: flex; flex-wrap: wrap; gap: 0.25rem 1.5rem; }
            dl.facts div { display: flex; gap: 0.4rem; }
            dl.facts dd { overflow-wrap: anywhere; }
            dl.cards div { background: var(--card); border-radius: 8px; padding: 0.75rem 1rem;
              display: flex; flex-direction: column-reverse; justify-content: flex-end; }
            dt { color: var(--soft); font-size: 0.875rem; }
            dl.facts dt { font-size: 1rem; }
            dd { margin: 0; font-variant-numeric: tabular-nums; }
            dl.cards dd { font-size: 1.375rem; font-weight: 600; }
            .plots { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(min(30rem, 100%), 1fr)); }
            figure { margin: 0; min-width: 0; }
            figure svg { display: block; width: 100%; min-width: 30rem; height: auto; }
            figcaption, caption { color: var(--soft); font-size: 0.875rem; text-align: left; }
            figcaption { padding: 0 0.5rem; }
            caption { padding: 0 0 0.4rem; }
            .wide { overflow-x: auto; margin: 0 2.5rem 1.25rem 0; display: inline-block; vertical-align: top; max-width: 100%; }
            figure .wide { display: block; margin: 0; }
            .wide:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
            table { border-collapse: collapse; font-size: 0.9rem; font-variant-numeric: tabular-nums; }
            th, td { padding: 0.35rem 0.75rem; border-bottom: 1px solid var(--grid); text-align: left; vertical-align: top; }
            thead th { border-bottom: 2px solid var(--grid); vertical-align: bottom; }
            tbody th { font-weight: 400; }
            .number { text-align: right; white-space: nowrap; }
            pre { background: var(--card); border-radius: 8px; padding: 0.75rem 1rem; overflow-x: auto; font-size: 0.875rem; }
            summary { cursor: pointer; font-size: 1.25rem; font-weight: 700; margin: 2.5rem 0 0.75rem; }
            @media print { .wide { overflow: visible; } figure, tr { break-inside: avoid; } }
            """;

    private final StringBuilder html = new StringBuilder();
    private int sections;

    /** @param title of the window */
    public HtmlPage(String title) {
        html.append("<!DOCTYPE html>\n<html lang=\"en\" xmlns=\"http://www.w3.org/1999/xhtml\">\n<head>\n")
                .append("<meta charset=\"UTF-8\"/>\n")
                .append("<meta http-equiv=\"Content-Security-Policy\"")
                .append(" content=\"default-src 'none'; style-src 'unsafe-inline'\"/>\n")
                .append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n");
        element("title", title);
        html.append("<style>\n").append(STYLE).append("</style>\n</head>\n<body>\n<main>\n");
    }

    /** Title, a sentence about it, and whether all promises were kept. */
    public void header(String title, String about, long violations) {
        html.append("<header>\n");
        html.append("<h1><bdi>").append(Markup.escape(title)).append("</bdi></h1>\n");
        if (!about.isBlank()) {
            html.append("<p class=\"about\">").append(Markup.escape(about)).append("</p>\n");
        }
        html.append("<p class=\"verdict ").append(violations == 0 ? "good\">&#10003; " : "bad\">&#10007; ");
        html.append(Markup.escape(TextReport.verdict(violations))).append("</p>\n</header>\n");
    }

    /** Small facts in a row, name and value. */
    public void facts(List<Map.Entry<String, String>> facts) {
        list("facts", facts);
    }

    /** Figures, name and value. */
    public void cards(List<Map.Entry<String, String>> figures) {
        list("cards", figures);
    }

    private void list(String style, List<Map.Entry<String, String>> entries) {
        if (entries.isEmpty()) {
            return;
        }
        html.append("<dl class=\"").append(style).append("\">\n");
        for (Map.Entry<String, String> entry : entries) {
            html.append("<div><dt>").append(Markup.escape(entry.getKey())).append("</dt><dd>");
            html.append(Markup.escape(entry.getValue())).append("</dd></div>\n");
        }
        html.append("</dl>\n");
    }

    /** What the content adds, below a heading. */
    public void section(String heading, Runnable content) {
        String id = "section-" + ++sections;
        html.append("<section aria-labelledby=\"").append(id).append("\">\n");
        html.append("<h2 id=\"")
                .append(id)
                .append("\">")
                .append(Markup.escape(heading))
                .append("</h2>\n");
        boolean plots = heading.equals("Plots");
        html.append(plots ? "<div class=\"plots\">\n" : "");
        content.run();
        html.append(plots ? "</div>\n" : "").append("</section>\n");
    }

    public void paragraph(String text) {
        element("p", text);
    }

    public void items(List<String> items) {
        html.append("<ul>\n");
        items.forEach(item -> element("li", item));
        html.append("</ul>\n");
    }

    /**
     * A table that scrolls by itself.
     *
     * @param rows a heading first; the first cell of each row names it
     */
    public void table(String caption, List<List<String>> rows) {
        List<String> heading = rows.get(0);
        boolean[] figures = new boolean[heading.size()];
        for (int column = 0; column < figures.length; column++) {
            int at = column;
            figures[column] = rows.stream().skip(1).allMatch(row -> FIGURE.matcher(row.get(at))
                    .matches());
        }
        // Wide tables scroll by themselves, also by keyboard.
        html.append("<div class=\"wide\" role=\"region\" tabindex=\"0\" aria-label=\"")
                .append(Markup.escape(caption));
        html.append("\">\n<table>\n");
        element("caption", caption);
        html.append("<thead>\n<tr>");
        for (int column = 0; column < figures.length; column++) {
            cell("th scope=\"col\"", figures[column], heading.get(column));
        }
        html.append("</tr>\n</thead>\n<tbody>\n");
        for (List<String> row : rows.subList(1, rows.size())) {
            html.append("<tr>");
            for (int column = 0; column < figures.length; column++) {
                cell(column == 0 ? "th scope=\"row\"" : "td", figures[column], row.get(column));
            }
            html.append("</tr>\n");
        }
        html.append("</tbody>\n</table>\n</div>\n");
    }

    private void cell(String tag, boolean figure, String text) {
        html.append('<').append(tag).append(figure ? " class=\"number\">" : ">");
        html.append(Markup.escape(text)).append("</").append(tag, 0, 2).append('>');
    }

    public void figure(Plot plot) {
        // On a phone a plot scrolls rather than shrink until nobody can read it.
        html.append("<figure>\n<div class=\"wide\" role=\"region\" tabindex=\"0\" aria-label=\"");
        html.append(Markup.escape(plot.title()))
                .append("\">\n")
                .append(plot.inlineSvg())
                .append("\n</div>\n");
        element("figcaption", plot.description());
        html.append("</figure>\n");
    }

    public void code(String label, String text) {
        html.append("<pre tabindex=\"0\" aria-label=\"")
                .append(Markup.escape(label))
                .append("\"><code>");
        html.append(Markup.escape(text)).append("</code></pre>\n");
    }

    /** Shown on demand. */
    public void details(String summary, String text) {
        html.append("<details>\n");
        element("summary", summary);
        code(summary, text);
        html.append("</details>\n");
    }

    private void element(String name, String text) {
        html.append('<').append(name).append('>').append(Markup.escape(text));
        html.append("</").append(name).append(">\n");
    }

    /** The page, complete. */
    @Override
    public String toString() {
        return html + "</main>\n</body>\n</html>\n";
    }
}
