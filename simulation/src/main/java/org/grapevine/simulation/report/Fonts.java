package org.grapevine.simulation.report;

import java.awt.Font;
import java.awt.font.FontRenderContext;
import java.awt.font.TextLayout;

/** The fonts of plots, and whether there are any. */
final class Fonts {

    private static final String FAMILY = Font.SANS_SERIF;

    private Fonts() {}

    static Font plain(int size) {
        return new Font(FAMILY, Font.PLAIN, size);
    }

    static Font bold(int size) {
        return new Font(FAMILY, Font.BOLD, size);
    }

    /**
     * Fails early and in words: a Java without fonts, common in small containers, throws all sorts of errors from deep inside when the
     * first text is measured.
     *
     * @throws IllegalStateException if text cannot be drawn on this machine
     */
    static void require() {
        // Plots are drawn in memory. Without this, a DISPLAY that cannot be reached would stop them.
        if (System.getProperty("java.awt.headless") == null) {
            System.setProperty("java.awt.headless", "true");
        }
        try {
            new TextLayout("Hamburgefons 0123", plain(12), new FontRenderContext(null, true, true)).getBounds();
        } catch (RuntimeException | LinkageError | InternalError e) {
            throw new IllegalStateException(
                    "plots: this Java finds no fonts (expected: fontconfig and a font, such as the packages fontconfig and"
                            + " fonts-dejavu-core)",
                    e);
        }
    }
}
