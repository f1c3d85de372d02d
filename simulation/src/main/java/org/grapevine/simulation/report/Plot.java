package org.grapevine.simulation.report;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.imageio.ImageIO;
import org.apache.batik.svggen.SVGGeneratorContext;
import org.apache.batik.svggen.SVGGraphics2D;
import org.apache.batik.svggen.SVGIDGenerator;

/**
 * A picture of results that can be had as SVG and as PNG. Texts in it are outlines, so it looks the same without the fonts it was
 * made with. On one machine the same results give the same bytes; another set of fonts gives other outlines. One thread at a time.
 */
public final class Plot {

    /** In SVG units; the PNG has twice as many pixels each way, for high-resolution screens and print. */
    static final int WIDTH = 760;

    static final int HEIGHT = 420;

    private static final int PNG_SCALE = 2;

    private final String name;
    private final String title;
    private final String description;
    private final int height;
    private final Painting painting;

    /** Paints into the whole area of the plot, its ground included. */
    interface Painting {
        void on(Graphics2D canvas);
    }

    Plot(String name, String title, String description, Painting painting) {
        this(name, title, description, HEIGHT, painting);
    }

    /** @param height in place of {@link #HEIGHT} */
    Plot(String name, String title, String description, int height, Painting painting) {
        this.name = name;
        this.title = title;
        this.description = description;
        this.height = height;
        this.painting = painting;
    }

    /** File name without extension: lower-case letters and hyphens. */
    public String name() {
        return name;
    }

    public String title() {
        return title;
    }

    /** What it shows, in words, for those who do not see it. */
    public String description() {
        return description;
    }

    int height() {
        return height;
    }

    /** A file of its own, on white ground. */
    public String svg() {
        return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + SvgText.of(drawing(), this, false) + "\n";
    }

    /**
     * The {@code svg} element alone, without ground, for a page whose style sheet colours it: {@code --ink} for text and axes,
     * {@code --ground}, {@code --grid}, and {@code --series-0} to {@code --series-7}. Its ids begin with the plot's name.
     */
    String inlineSvg() {
        return SvgText.of(drawing(), this, true);
    }

    /** An image with two pixels for each unit of the SVG, each way: 1520 by 840, or another height. */
    public byte[] png() {
        BufferedImage image = new BufferedImage(WIDTH * PNG_SCALE, height * PNG_SCALE, BufferedImage.TYPE_INT_RGB);
        Graphics2D canvas = image.createGraphics();
        canvas.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        canvas.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
        canvas.scale(PNG_SCALE, PNG_SCALE);
        painting.on(canvas);
        canvas.dispose();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            if (!ImageIO.write(image, "png", bytes)) {
                throw new IllegalStateException("png: no encoder (expected: the one of the JDK)");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private SVGGraphics2D drawing() {
        SVGGeneratorContext context = SVGGeneratorContext.createDefault(SvgText.emptyDocument());
        context.setComment(null);
        context.setPrecision(2);
        context.setIDGenerator(new SVGIDGenerator() {
            private int count;

            @Override
            public String generateID(String prefix) {
                return name + "-" + prefix + count++;
            }
        });
        SVGGraphics2D canvas = new SVGGraphics2D(context, true);
        painting.on(canvas);
        return canvas;
    }
}
