package org.grapevine.simulation.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.font.FontRenderContext;
import java.awt.font.TextLayout;
import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Pictures of overlays, one panel for each. */
final class OverlayPlot {

    /** More panels would be too small to see anything. */
    static final int MOST_PANELS = 24;

    /** More lines are a black disc, and megabytes. */
    static final int MOST_LINES = 20_000;

    /** A name needs so much room, in SVG units. */
    private static final double ROOM_FOR_NAME = 45;

    private static final int LONGEST_NAME = 16;
    private static final int SIDE = 20;
    private static final int HEAD = 56;
    private static final int PANEL_HEAD = 44;
    private static final int FOOT = 56;
    private static final int GAP = 16;
    private static final int MARGIN = 24;

    /** Of devices, by the part they are in. The second of all series is for what is suspected, and the last for links. */
    private static final List<Color> PARTS = List.of(
            Palette.series(0),
            Palette.series(2),
            Palette.series(3),
            Palette.series(4),
            Palette.series(6),
            Palette.series(5));

    private static final Color SUSPECTED = Palette.series(1);
    private static final Color LINK = Palette.series(7);

    private final List<OverlayGraph> graphs;
    private final List<OverlayGraph.Figures> figures;
    private final String title;
    private final int columns;
    private final int panelWidth;
    private final int panelHeight;

    private OverlayPlot(String title, List<OverlayGraph> graphs) {
        this.title = title;
        this.graphs = graphs;
        this.figures = graphs.stream().map(OverlayGraph::figures).toList();
        this.columns = graphs.size() <= 1 ? 1 : graphs.size() <= 6 ? 2 : 3;
        this.panelWidth = (Plot.WIDTH - 2 * SIDE - (columns - 1) * GAP) / columns;
        this.panelHeight = PANEL_HEAD + (columns == 1 ? 480 : panelWidth);
    }

    static Plot of(String title, List<OverlayGraph> graphs) {
        if (graphs.isEmpty()) {
            return Chart.nothing("overlay", title, "No device has told its links.");
        }
        OverlayPlot plot = new OverlayPlot(title, graphs.subList(0, Math.min(MOST_PANELS, graphs.size())));
        int rows = (plot.graphs.size() + plot.columns - 1) / plot.columns;
        int height = HEAD + rows * (plot.panelHeight + GAP) + FOOT;
        int left = graphs.size() - plot.graphs.size();
        List<String> words = new ArrayList<>();
        for (int i = 0; i < plot.graphs.size(); i++) {
            words.add(plot.graphs.get(i).title() + ": " + inWords(plot.graphs.get(i), plot.figures.get(i)) + ".");
        }
        if (left > 0) {
            words.add(left + " more are not drawn.");
        }
        return new Plot("overlay", title, String.join(" ", words), height, canvas -> plot.paint(canvas, height, left));
    }

    private static String inWords(OverlayGraph graph, OverlayGraph.Figures figures) {
        int answered = figures.pieces().stream().mapToInt(Integer::intValue).sum();
        int silent = graph.nodes().size() - answered;
        return TextReport.counted(answered, "device", "devices")
                + (figures.pieces().size() > 1
                        ? " in " + figures.pieces().size() + " parts without a link between them"
                        : answered > 1 ? ", all connected" : "")
                + (silent > 0 ? ", " + silent + " more did not answer" : "")
                + "; links to a device " + figures.inDegreeLeast() + " to " + figures.inDegreeMost() + ", mean "
                + Numerals.decimal(figures.inDegreeMean()) + "; clustering " + Numerals.decimal(figures.clustering());
    }

    private void paint(Graphics2D canvas, int height, int left) {
        canvas.setColor(Palette.GROUND);
        canvas.fillRect(0, 0, Plot.WIDTH, height);
        text(canvas, title, Fonts.bold(16), Plot.WIDTH / 2.0, 32, Plot.WIDTH - 2 * SIDE);
        for (int i = 0; i < graphs.size(); i++) {
            int x = SIDE + (i % columns) * (panelWidth + GAP);
            int y = HEAD + (i / columns) * (panelHeight + GAP);
            panel((Graphics2D) canvas.create(x, y, panelWidth, panelHeight), graphs.get(i), figures.get(i));
        }
        legend(canvas, height - FOOT / 2, left);
    }

    private void panel(Graphics2D canvas, OverlayGraph graph, OverlayGraph.Figures of) {
        int answered = of.pieces().stream().mapToInt(Integer::intValue).sum();
        String size = TextReport.counted(answered, "device", "devices")
                + (of.pieces().size() > 1 ? " in " + of.pieces().size() + " parts" : answered > 1 ? ", connected" : "");
        String degrees = of.inDegreeLeast() + "-" + of.inDegreeMost() + " links to each, mean "
                + Numerals.decimal(of.inDegreeMean());
        int drawn = Math.min(MOST_LINES, graph.links().size());
        boolean all = drawn == graph.links().size();
        String lines =
                Numerals.count(drawn) + " of " + Numerals.count(graph.links().size()) + " links drawn";
        boolean narrow = columns > 2;
        double middle = panelWidth / 2.0;
        if (!graph.title().equals(title)) {
            text(canvas, graph.title(), Fonts.bold(12), middle, 12, panelWidth);
        }
        text(canvas, narrow ? size : size + "; " + (all ? degrees : lines), Fonts.plain(11), middle, 28, panelWidth);
        if (narrow) {
            text(canvas, all ? degrees : lines, Fonts.plain(11), middle, 42, panelWidth);
        }
        Graphics2D below = (Graphics2D) canvas.create(0, PANEL_HEAD, panelWidth, panelHeight - PANEL_HEAD);
        OverlayLayout layout = OverlayLayout.of(graph, panelWidth, panelHeight - PANEL_HEAD, MARGIN);
        lines(below, graph, layout);
        nodes(below, graph, layout);
        below.dispose();
        canvas.dispose();
    }

    /** One path for each kind of line: a file of half the size. */
    private static void lines(Graphics2D canvas, OverlayGraph graph, OverlayLayout layout) {
        Set<Long> held = new HashSet<>();
        graph.links().forEach(link -> held.add(key(link.from(), link.to())));
        Path2D mutual = new Path2D.Double();
        Path2D oneSided = new Path2D.Double();
        Path2D suspected = new Path2D.Double();
        for (OverlayGraph.Link link :
                graph.links().subList(0, Math.min(MOST_LINES, graph.links().size()))) {
            boolean both = held.contains(key(link.to(), link.from()));
            if (link.suspected()) {
                line(suspected, layout, link);
            } else if (!both) {
                line(oneSided, layout, link);
            } else if (link.from() < link.to()) {
                line(mutual, layout, link);
            }
        }
        float width = graph.links().size() > 2_000 ? 0.35f : 0.9f;
        canvas.setColor(LINK);
        canvas.setStroke(new BasicStroke(width));
        canvas.draw(mutual);
        canvas.setStroke(dashed(width));
        canvas.draw(oneSided);
        canvas.setColor(SUSPECTED);
        canvas.setStroke(new BasicStroke(2 * width));
        canvas.draw(suspected);
    }

    private static long key(int from, int to) {
        return (long) from << 32 | to;
    }

    private static void line(Path2D path, OverlayLayout layout, OverlayGraph.Link link) {
        path.moveTo(layout.x()[link.from()], layout.y()[link.from()]);
        path.lineTo(layout.x()[link.to()], layout.y()[link.to()]);
    }

    private static BasicStroke dashed(float width) {
        return new BasicStroke(width, BasicStroke.CAP_BUTT, BasicStroke.JOIN_MITER, 10, new float[] {3, 3}, 0);
    }

    private static void nodes(Graphics2D canvas, OverlayGraph graph, OverlayLayout layout) {
        double radius = Math.max(1.8, Math.min(6, layout.spacing() * 0.25));
        List<List<Integer>> parts = graph.pieces();
        for (int part = 0; part < parts.size(); part++) {
            for (int node : parts.get(part)) {
                node(
                        canvas,
                        layout.x()[node],
                        layout.y()[node],
                        radius,
                        graph.nodes().get(node).state(),
                        part);
            }
        }
        if (layout.spacing() >= ROOM_FOR_NAME) {
            for (int i = 0; i < graph.nodes().size(); i++) {
                text(
                        canvas,
                        shortened(graph.nodes().get(i).name()),
                        Fonts.plain(10),
                        layout.x()[i],
                        layout.y()[i] - radius - 3,
                        2 * ROOM_FOR_NAME);
            }
        }
    }

    /** Told apart by shape as well as by colour. */
    private static void node(Graphics2D canvas, double x, double y, double radius, OverlayGraph.State state, int part) {
        Ellipse2D circle = new Ellipse2D.Double(x - radius, y - radius, 2 * radius, 2 * radius);
        switch (state) {
            case ANSWERED -> {
                canvas.setColor(PARTS.get(part % PARTS.size()));
                canvas.fill(circle);
            }
            case SUSPECTED -> {
                canvas.setColor(SUSPECTED);
                canvas.fill(new Rectangle2D.Double(x - radius, y - radius, 2 * radius, 2 * radius));
            }
            case SILENT -> {
                canvas.setColor(Palette.GROUND);
                canvas.fill(circle);
                canvas.setColor(SUSPECTED);
                canvas.setStroke(new BasicStroke(1.2f));
                canvas.draw(circle);
            }
        }
    }

    private static String shortened(String name) {
        int length = name.codePointCount(0, name.length());
        return length <= LONGEST_NAME ? name : name.substring(0, name.offsetByCodePoints(0, LONGEST_NAME - 1)) + "…";
    }

    private void legend(Graphics2D canvas, double y, int left) {
        boolean parts = figures.stream().anyMatch(each -> each.pieces().size() > 1);
        double x = SIDE;
        for (OverlayGraph.State state : OverlayGraph.State.values()) {
            node(canvas, x + 5, y, 5, state, 0);
            x = entry(
                    canvas,
                    x + 16,
                    y,
                    switch (state) {
                        case ANSWERED -> "device";
                        case SUSPECTED -> "suspected by somebody";
                        case SILENT -> "did not answer";
                    });
        }
        x = sample(canvas, x, y, LINK, new BasicStroke(1.2f), "link");
        x = sample(canvas, x, y, LINK, dashed(1.2f), "link of one side only");
        sample(canvas, x, y, SUSPECTED, new BasicStroke(2), "suspected");
        List<String> notes = new ArrayList<>();
        if (parts) {
            notes.add("Parts without a link between them have colours of their own.");
        }
        if (left > 0) {
            notes.add(left + " more overlays are not drawn.");
        }
        if (!notes.isEmpty()) {
            entry(canvas, SIDE, y + 20, String.join(" ", notes));
        }
    }

    private static double sample(Graphics2D canvas, double x, double y, Color colour, BasicStroke stroke, String word) {
        Path2D line = new Path2D.Double();
        line.moveTo(x, y);
        line.lineTo(x + 22, y);
        canvas.setColor(colour);
        canvas.setStroke(stroke);
        canvas.draw(line);
        return entry(canvas, x + 28, y, word);
    }

    private static double entry(Graphics2D canvas, double x, double y, String word) {
        TextLayout layout = layout(word, Fonts.plain(11));
        canvas.setColor(Palette.INK);
        canvas.fill(layout.getOutline(AffineTransform.getTranslateInstance(x, y + 4)));
        return x + layout.getBounds().getWidth() + 18;
    }

    /** Centred, and made smaller if it needs more room. */
    private static void text(Graphics2D canvas, String text, Font font, double x, double y, double room) {
        TextLayout layout = layout(text, font);
        double width = layout.getBounds().getWidth();
        double scale = Math.min(1, room / width);
        AffineTransform place = AffineTransform.getTranslateInstance(x - scale * width / 2, y);
        place.scale(scale, scale);
        canvas.setColor(Palette.INK);
        canvas.fill(layout.getOutline(place));
    }

    /** Only its outlines are drawn, so that nothing in a stranger's name can be anything but a picture of it. */
    private static TextLayout layout(String text, Font font) {
        return new TextLayout(Chart.label(text), font, new FontRenderContext(null, true, true));
    }
}
