package org.grapevine.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;
import java.util.stream.Stream;
import org.grapevine.cli.console.Screen;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class GrapevineTest {

    @Nested
    class WrongUse {

        static Stream<Arguments> wrongUses() {
            return Stream.of(
                    wrong(
                            "command: none \\(expected: .*discover, inspect, push, aggregate.*\\); see 'grapevine --help'"),
                    wrong("command: none .*", "--json"),
                    wrong("unknown command: dance \\(expected: .*discover.*\\)", "dance"),
                    wrong(
                            "unknown option: --jsno \\(expected: .*--json.*\\); see 'grapevine discover --help'",
                            "discover",
                            "--jsno"),
                    wrong("unexpected argument: x \\(expected: none\\).*", "discover", "x"),
                    wrong("missing required parameter: 'ADDRESS'.*", "inspect"),
                    wrong("missing required parameter for option '--wait'.*", "discover", "--wait"),
                    wrong("--wait: 'soon' \\(expected: 0.1..300 seconds\\)", "discover", "--wait", "soon"),
                    wrong("--wait: 301 \\(expected: 0.1..300 seconds\\)", "discover", "--wait", "301"),
                    wrong("--expect: 0 \\(expected: 1..100000\\)", "discover", "--expect", "0"),
                    wrong("--discovery-port: 65536 \\(expected: 1..65535\\)", "discover", "--discovery-port", "65536"),
                    wrong(
                            "--interface: 192.0.2.99 \\(expected: an address of this machine: .*127.0.0.1.*\\)",
                            "discover",
                            "--interface",
                            "192.0.2.99"),
                    wrong(
                            "--interface: localhost \\(expected: an address of this machine.*",
                            "discover",
                            "--interface",
                            "localhost"),
                    wrong(
                            "--type: 'Meter' \\(expected: \\{namespace}name, or prefix:name .*dpws.*\\)",
                            "discover",
                            "--type",
                            "Meter"),
                    wrong("--type: 'no:Meter' .*", "discover", "--type", "no:Meter"),
                    wrong("--type: '\\{urn:x' .*", "discover", "--type", "{urn:x"),
                    wrong("--scope: 'garden' \\(expected: an absolute URI .*\\)", "discover", "--scope", "garden"),
                    wrong(
                            "--match-by: 'near' \\(expected: one of rfc3986, uuid, ldap, strcmp0, none\\)",
                            "discover",
                            "--match-by",
                            "near"),
                    wrong("ADDRESS: 'meter' \\(expected: http://host:port/path\\)", "inspect", "meter"),
                    wrong(
                            "ADDRESS: 'soap.udp://h:1/x' \\(expected: http://host:port/path\\)",
                            "inspect",
                            "soap.udp://h:1/x"),
                    wrong("--to, --type: none \\(expected: either .*\\)", "push", "no.xml"),
                    wrong(
                            "--to, --type: both \\(expected: either .*\\)",
                            "push",
                            "--to",
                            "http://h/",
                            "--type",
                            "g:X",
                            "no.xml"),
                    wrong(
                            "--scope: a:b \\(expected: only together with --type\\)",
                            "push",
                            "--to",
                            "http://h/",
                            "--scope",
                            "a:b",
                            "no.xml"),
                    wrong(
                            "no.xml: no such file \\(expected: a readable XML file\\)",
                            "push",
                            "--to",
                            "http://h/",
                            "no.xml"),
                    wrong(".*: a directory \\(expected: a readable XML file\\)", "push", "--to", "http://h/", "."));
        }

        private static Arguments wrong(String line, String... args) {
            return Arguments.of(line, List.of(args));
        }

        @ParameterizedTest(name = "{1}")
        @MethodSource("wrongUses")
        void isOneLineThatNamesItAndWhatIsAllowed(String line, List<String> args) {
            CommandLineRun run = CommandLineRun.of(args.toArray(String[]::new));

            assertThat(run.exitCode()).isEqualTo(2);
            assertThat(run.out()).isEmpty();
            assertThat(run.err()).singleElement().asString().matches("grapevine: " + line);
        }

        @Test
        void withTerminalCodesInItDoesNotReachTheTerminal() {
            CommandLineRun run = CommandLineRun.of("discover", "--scope", "\u001b[2J\nnew line");

            assertThat(run.err()).singleElement().asString().startsWith("grapevine: --scope: '?[2J new line'");
        }

        @Test
        void showsAStackTraceOnlyWhenDebugging() {
            ByteArrayOutputStream err = new ByteArrayOutputStream();
            Screen screen = Screen.of(
                    new PrintStream(new ByteArrayOutputStream(), true, UTF_8), new PrintStream(err, true, UTF_8));

            Grapevine.run(new String[] {"discover", "--wait", "x"}, screen, true);

            assertThat(err.toString(UTF_8)).contains("--wait: 'x'").contains("\tat org.grapevine.cli");
        }
    }

    @Nested
    class Help {

        @ParameterizedTest
        @ValueSource(strings = {"discover", "inspect", "push", "aggregate"})
        void existsForEachCommandAndNamesTheGlobalOptions(String command) {
            CommandLineRun run = CommandLineRun.of(command, "--help");

            assertThat(run.exitCode()).isZero();
            assertThat(run.err()).isEmpty();
            assertThat(run.text())
                    .startsWith("Usage: grapevine " + command)
                    .contains("--json", "--interface", "--discovery-port")
                    .doesNotContain("DEFAULT-VALUE");
        }

        @Test
        void fitsIntoEightyColumns() {
            assertThat(CommandLineRun.of("--help").out())
                    .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
        }

        @Test
        void ofTheRootListsCommandsAndExitCodes() {
            assertThat(CommandLineRun.of("--help").text())
                    .contains("discover", "inspect", "push", "aggregate")
                    .contains("0 done, 1 the asked-for thing failed, 2 wrong use");
        }
    }

    @Test
    void tellsItsVersion() {
        CommandLineRun run = CommandLineRun.of("--version");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).singleElement().asString().startsWith("grapevine ");
    }

    @Test
    void takesGlobalOptionsOnEitherSideOfTheCommand() {
        // Both reach the same check, which would not see a value that was lost on the way.
        assertThat(CommandLineRun.of("--discovery-port", "0", "discover").err())
                .isEqualTo(
                        CommandLineRun.of("discover", "--discovery-port", "0").err())
                .singleElement()
                .asString()
                .contains("--discovery-port: 0");
    }
}
