package org.grapevine.simulation.report;

import java.awt.Color;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Colours of plots. The series colours are those of Okabe and Ito (Color Universal Design, 2008), which people with any kind of colour
 * vision tell apart; yellow is left out, since it does not show on white.
 */
final class Palette {

    static final Color GROUND = Color.WHITE;
    static final Color INK = new Color(0x24292f);
    static final Color GRID = new Color(0xdde1e6);

    private static final List<Color> SERIES = List.of(
            new Color(0x0072b2),
            new Color(0xd55e00),
            new Color(0x009e73),
            new Color(0xcc79a7),
            new Color(0x56b4e9),
            new Color(0xe69f00),
            new Color(0x5b4b8a),
            new Color(0x6b7280));

    private static final Map<String, String> VARIABLES = new HashMap<>();

    static {
        VARIABLES.put("white", "var(--ground)"); // Batik's name for GROUND.
        VARIABLES.put(hex(INK), "var(--ink)");
        VARIABLES.put(hex(GRID), "var(--grid)");
        for (int i = 0; i < SERIES.size(); i++) {
            VARIABLES.put(hex(SERIES.get(i)), "var(--series-" + i + ")");
        }
    }

    private Palette() {}

    /** As many series as can be told apart. */
    static int size() {
        return SERIES.size();
    }

    static Color series(int index) {
        return SERIES.get(index % SERIES.size());
    }

    /** The style sheet's name of a colour as Batik writes it; any other value as it is. */
    static String variable(String value) {
        return VARIABLES.getOrDefault(value, value);
    }

    private static String hex(Color color) {
        return "rgb(" + color.getRed() + "," + color.getGreen() + "," + color.getBlue() + ")";
    }
}
