package org.grapevine.simulation.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class FontsTest {

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it before anything runs.
    private Path home;

    @Test
    void thisMachineHasFonts() {
        Fonts.require();
    }

    /** A Java of its own whose fontconfig knows no folder of fonts, as in a container without any. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void aMachineWithoutFontsGetsOneClearError() throws IOException, InterruptedException {
        Path none = Files.writeString(home.resolve("fonts.conf"), "<?xml version=\"1.0\"?><fontconfig/>");
        ProcessBuilder java = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Duser.home=" + home, // Java keeps what it learned about fonts there.
                "-cp",
                System.getProperty("java.class.path"),
                WithoutFonts.class.getName());
        java.environment().put("FONTCONFIG_FILE", none.toString());
        java.environment().remove("FONTCONFIG_PATH");
        java.redirectErrorStream(true);
        Process process = java.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        assertThat(output.lines())
                .contains("plots: this Java finds no fonts (expected: fontconfig and a font, such as the packages"
                        + " fontconfig and fonts-dejavu-core)");
    }

    /** Prints what becomes of plots. */
    static final class WithoutFonts {
        private WithoutFonts() {}

        public static void main(String[] arguments) {
            try {
                Plots.of(SampleRuns.ordinary());
                System.out.println("plotted");
            } catch (IllegalStateException e) {
                System.out.println(e.getMessage());
            }
        }
    }
}
