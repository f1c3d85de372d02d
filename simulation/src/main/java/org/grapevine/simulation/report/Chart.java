package org.grapevine.simulation.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.font.FontRenderContext;
import java.awt.font.TextLayout;
import java.awt.geom.AffineTransform;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.DoubleFunction;
import org.jspecify.annotations.Nullable;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.style.AxesChartStyler.TextAlignment;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** A chart in the making, in the one look that all plots share. */
final class Chart {

    private static final int LONGEST_LABEL = 60;
    private static final int X_SPACING = 70;
    private static final int Y_SPACING = 48;
    private static final float LINE = 2.25f;

    private final XYChart chart;
    private final String title;
    private int series;
    private int named;
    private double base;

    Chart(String title, String x, String y) {
        this.title = title;
        chart = new XYChartBuilder()
                .width(Plot.WIDTH)
                .height(Plot.HEIGHT)
                .title(label(title))
                .xAxisTitle(label(x))
                .yAxisTitle(label(y))
                .build();
        XYStyler style = chart.getStyler();
        style.setLocale(Locale.ROOT);
        style.setChartBackgroundColor(Palette.GROUND);
        style.setPlotBackgroundColor(Palette.GROUND);
        style.setPlotBorderVisible(false);
        // Bars stand on the axis. With 1 exactly, the ticks at its ends would be left out.
        style.setPlotContentSize(0.998);
        style.setChartFontColor(Palette.INK);
        style.setChartTitleFont(Fonts.bold(16));
        style.setChartTitlePadding(10);
        style.setChartTitleBoxVisible(false);
        style.setChartPadding(14);
        style.setAxisTitleFont(Fonts.plain(13));
        style.setAxisTitlePadding(8);
        style.setAxisTickLabelsFont(Fonts.plain(12));
        style.setAxisTickLabelsColor(Palette.INK);
        style.setAxisTickMarksColor(Palette.INK);
        style.setAxisTickMarkLength(4);
        style.setYAxisLabelAlignment(TextAlignment.Right);
        style.setAxisTicksLineVisible(true);
        style.setAxisTickMarksStroke(new BasicStroke(1));
        style.setXAxisTickMarkSpacingHint(X_SPACING);
        style.setYAxisTickMarkSpacingHint(Y_SPACING);
        style.setPlotMargin(0);
        style.setPlotGridVerticalLinesVisible(false);
        style.setPlotGridLinesColor(Palette.GRID);
        style.setPlotGridLinesStroke(new BasicStroke(1));
        style.setPlotTicksMarksVisible(false);
        style.setLegendFont(Fonts.plain(12));
        style.setLegendBorderColor(Palette.GROUND);
        style.setLegendBackgroundColor(Palette.GROUND);
        style.setLegendPosition(LegendPosition.OutsideS);
        style.setLegendLayout(LegendLayout.Horizontal);
        style.setLegendPadding(6);
        style.setErrorBarsColorSeriesColor(true);
        style.setMarkerSize(8);
    }

    /** Ends of the axis along the foot. */
    Chart within(double low, double high) {
        chart.getStyler().setXAxisMin(low).setXAxisMax(high);
        return this;
    }

    /** Ends of the upright axis; bars stand on the lower one. */
    Chart heights(double low, double high) {
        base = low;
        chart.getStyler().setYAxisMin(low).setYAxisMax(high);
        return this;
    }

    Chart logarithmic(boolean x, boolean y) {
        chart.getStyler().setXAxisLogarithmic(x).setYAxisLogarithmic(y);
        // The library draws a line for each ninth of a decade, too: a hatching.
        chart.getStyler().setPlotGridHorizontalLinesVisible(!y);
        return this;
    }

    /** How the numbers along the axes read. */
    Chart ticks(DoubleFunction<String> x, DoubleFunction<String> y) {
        // A text of no characters cannot be measured.
        chart.getStyler().setXAxisTickLabelsFormattingFunction(value -> label(x.apply(value)));
        chart.getStyler().setYAxisTickLabelsFormattingFunction(value -> label(y.apply(value)));
        return this;
    }

    /** No ticks between whole numbers along the foot; its ends have to be given. Steps are 1, 2, 5, 10 and so on. */
    Chart wholeNumbersBelow() {
        XYStyler style = chart.getStyler();
        style.setXAxisTickMarkSpacingHint(
                wholeSteps(X_SPACING, 0.85 * Plot.WIDTH, style.getXAxisMax() - style.getXAxisMin()));
        return this;
    }

    /** No ticks between whole numbers on the upright axis; its ends have to be given. */
    Chart wholeNumbersUp() {
        XYStyler style = chart.getStyler();
        style.setYAxisTickMarkSpacingHint(
                wholeSteps(Y_SPACING, 0.75 * Plot.HEIGHT, style.getYAxisMax() - style.getYAxisMin()));
        return this;
    }

    /** Nearly the room of one unit: with less than three quarters of it, the step would be half a unit. */
    private static int wholeSteps(int spacing, double room, double range) {
        return (int) Math.max(spacing, Math.min(0.9 * room / range, 0.9 * room));
    }

    /** A line through points. */
    Chart line(String name, double[] x, double[] y) {
        add(name, x, y, null).setXYSeriesRenderStyle(XYSeriesRenderStyle.Line).setMarker(SeriesMarkers.NONE);
        return this;
    }

    /** Points joined by a line, with how far each may be off; null for not known. */
    Chart points(String name, double[] x, double[] y, double @Nullable [] error) {
        add(name, x, y, error).setXYSeriesRenderStyle(XYSeriesRenderStyle.Line).setMarker(SeriesMarkers.CIRCLE);
        return this;
    }

    /** Bars from {@code low[i]} to {@code high[i]}, in the order of x. */
    Chart bars(String name, double[] low, double[] high, double[] height) {
        double[] x = new double[low.length * 4];
        double[] y = new double[low.length * 4];
        for (int i = 0; i < low.length; i++) {
            Arrays.fill(x, 4 * i, 4 * i + 2, low[i]);
            Arrays.fill(x, 4 * i + 2, 4 * i + 4, high[i]);
            Arrays.fill(y, 4 * i, 4 * i + 4, base);
            Arrays.fill(y, 4 * i + 1, 4 * i + 3, Math.max(base, height[i]));
        }
        return area(name, x, y, 110);
    }

    /** The outline of bars, which lets others show through. */
    Chart skyline(String name, double[] low, double[] high, double[] height) {
        double[] x = new double[low.length * 4];
        double[] y = new double[low.length * 4];
        int points = 0;
        for (int i = 0; i < low.length; i++) {
            if (i == 0 || high[i - 1] < low[i]) {
                x[points] = low[i];
                y[points++] = base;
            }
            x[points] = low[i];
            y[points++] = Math.max(base, height[i]);
            x[points] = high[i];
            y[points++] = Math.max(base, height[i]);
            if (i == low.length - 1 || high[i] < low[i + 1]) {
                x[points] = high[i];
                y[points++] = base;
            }
        }
        return area(name, Arrays.copyOf(x, points), Arrays.copyOf(y, points), 60);
    }

    /** @param opacity 0..255 */
    private Chart area(String name, double[] x, double[] y, int opacity) {
        XYSeries area = add(name, x, y, null);
        Color colour = area.getLineColor();
        // The other areas end at 1 on a logarithmic axis, whatever the axis begins with.
        area.setXYSeriesRenderStyle(XYSeriesRenderStyle.PolygonArea).setMarker(SeriesMarkers.NONE);
        area.setFillColor(new Color(colour.getRed(), colour.getGreen(), colour.getBlue(), opacity));
        area.setLineWidth(1.5f);
        return this;
    }

    private XYSeries add(String name, double[] x, double[] y, double @Nullable [] error) {
        String key = "series " + series;
        XYSeries added = error == null ? chart.addSeries(key, x, y) : chart.addSeries(key, x, y, error);
        Color colour = Palette.series(series++);
        added.setLineColor(colour)
                .setLineWidth(LINE)
                .setLineStyle(new BasicStroke(LINE, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
        added.setMarkerColor(colour);
        added.setLabel(label(name));
        added.setShowInLegend(!name.isEmpty());
        if (!name.isEmpty()) {
            named++;
        }
        return added;
    }

    /** @param name of the file, without extension */
    Plot plot(String name, String description) {
        roundTicks();
        chart.getStyler().setLegendVisible(named > 1);
        return new Plot(name, title, description, canvas -> chart.paint(canvas, Plot.WIDTH, Plot.HEIGHT));
    }

    /**
     * Where values are evenly spaced, or are but one or two, the library puts the ticks of the upright axis on them, be they ever so
     * odd. A series that is not drawn has values that are not.
     */
    private void roundTicks() {
        double low = chart.getStyler().getYAxisMin();
        double high = chart.getStyler().getYAxisMax();
        double x = chart.getSeriesCollection().iterator().next().getXData()[0];
        double[] y = {low, low + (high - low) / 8, low + (high - low) / 2, high};
        chart.addSeries("ticks", new double[] {x, x, x, x}, y).setEnabled(false).setShowInLegend(false);
    }

    /** In place of a chart without a single point. */
    static Plot nothing(String name, String title, String why) {
        return new Plot(name, title, why, canvas -> {
            canvas.setColor(Palette.GROUND);
            canvas.fillRect(0, 0, Plot.WIDTH, Plot.HEIGHT);
            canvas.setColor(Palette.INK);
            centred(canvas, title, Fonts.bold(16), 39);
            centred(canvas, why, Fonts.plain(14), Plot.HEIGHT / 2.0);
        });
    }

    private static void centred(Graphics2D canvas, String text, Font font, double y) {
        TextLayout layout = new TextLayout(label(text), font, new FontRenderContext(null, true, true));
        double x = (Plot.WIDTH - layout.getBounds().getWidth()) / 2;
        canvas.fill(layout.getOutline(AffineTransform.getTranslateInstance(x, y)));
    }

    /**
     * A text that the library draws as it stands: it would break it at line ends and take it for TeX between dollars, and cannot
     * measure an empty one.
     */
    static String label(String text) {
        StringBuilder label = new StringBuilder();
        text.codePoints().limit(LONGEST_LABEL).forEach(c -> label.appendCodePoint(Character.isISOControl(c) ? ' ' : c));
        if (text.codePointCount(0, text.length()) > LONGEST_LABEL) {
            label.setLength(label.offsetByCodePoints(label.length(), -1));
            label.append('…');
        }
        String shown = label.toString().strip();
        if (shown.isEmpty()) {
            return " ";
        }
        return shown.startsWith("$") ? "\u200B" + shown : shown;
    }
}
