package org.grapevine.cli.simulate;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.grapevine.cli.console.UsageException;
import org.grapevine.simulation.scenario.ReadyScenarios;
import org.grapevine.simulation.scenario.Scenario;
import org.grapevine.simulation.scenario.ScenarioFile;
import org.grapevine.yaml.YamlMistake;
import org.grapevine.yaml.YamlText;

/**
 * A scenario and the text that it was read from.
 *
 * @param given as the user gave it: a path or a name
 */
public record ScenarioText(String given, String text, Scenario scenario) {

    /**
     * Reads a file, or, if there is none, a scenario that comes with the simulator.
     *
     * @throws UsageException for a file that cannot be read or has a mistake, and for an unknown name
     */
    public static ScenarioText read(String given) {
        try {
            boolean ready = ReadyScenarios.NAMES.contains(given) && !isFile(given);
            if (!ready && !isFile(given)) {
                throw UsageException.of(
                        given, "no such file", "a scenario file, or one of " + String.join(", ", ReadyScenarios.NAMES));
            }
            String text = ready ? ReadyScenarios.text(given) : YamlText.of(given, "a scenario file");
            return new ScenarioText(given, text, ScenarioFile.read(text, ready ? given + ".yaml" : given));
        } catch (YamlMistake e) {
            throw new UsageException(String.valueOf(e.getMessage()), e);
        }
    }

    private static boolean isFile(String given) {
        try {
            return Files.exists(Path.of(given));
        } catch (InvalidPathException e) {
            return false;
        }
    }
}
