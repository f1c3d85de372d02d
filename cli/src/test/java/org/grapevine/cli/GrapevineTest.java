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
                            "command: none \\(expected: .*discover, inspect, peers, push, aggregate.*\\); see 'grapevine --help'"),
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
                            "--interface: 192.0.2.99 \\(expected: all, loopback, or the name .*; this machine has .*127.0.0.1.*\\)",
                            "discover",
                            "--interface",
                            "192.0.2.99"),
                    wrong(
                            "--interface: localhost \\(expected: all, loopback, or the name .*",
                            "discover",
                            "--interface",
                            "localhost"),
                    wrong(
                            "--types: 'Meter' \\(expected: \\{namespace}name, or prefix:name .*dpws.*\\)",
                            "discover",
                            "--type",
                            "Meter"),
                    wrong("--types: 'no:Meter' .*", "discover", "--type", "no:Meter"),
                    wrong("--types: '\\{urn:x' .*", "discover", "--type", "{urn:x"),
                    wrong("--scopes: 'garden' \\(expected: an absolute URI .*\\)", "discover", "--scope", "garden"),
                    wrong(
                            "--match-by: 'near' \\(expected: one of rfc3986, uuid, ldap, strcmp0, none\\)",
                            "discover",
                            "--match-by",
                            "near"),
                    wrong("--ttl: 256 \\(expected: 0..255\\)", "discover", "--ttl", "256"),
                    wrong(
                            "--at: 'soap.udp://h' \\(expected: http://host:port/path\\)",
                            "discover",
                            "--at",
                            "soap.udp://h"),
                    wrong(
                            "--at: http://h/ \\(expected: not together with --proxy, which is asked in its place\\)",
                            "discover",
                            "--at",
                            "http://h/",
                            "--proxy",
                            "http://p/"),
                    wrong(
                            "--follow-proxies: together with --proxy \\(expected: one of them\\)",
                            "discover",
                            "--follow-proxies",
                            "--proxy",
                            "http://p/"),
                    wrong(
                            "--key: none \\(expected: the key of a.pem, or a .p12 that has both\\)",
                            "discover",
                            "--cert",
                            "a.pem"),
                    wrong("--cert: none \\(expected: a PEM file\\)", "inspect", "http://h/", "--key", "a.pem"),
                    wrong("no.pem: .*", "inspect", "http://h/", "--trust", "no.pem"),
                    wrong("missing required parameters: 'ADDRESS', 'FILE'.*", "call"),
                    wrong(
                            "--timeout: 0 \\(expected: 0.1..600 seconds\\)",
                            "call",
                            "http://h/",
                            "../pom.xml",
                            "--timeout",
                            "0"),
                    wrong("--count: 0 \\(expected: 1..1000000000\\)", "subscribe", "http://h/", "--count", "0"),
                    wrong(
                            "--expires: 5 \\(expected: 1000..2592000000 ms, .*\\)",
                            "subscribe",
                            "http://h/",
                            "--expires",
                            "5"),
                    wrong(
                            "--action: filter action: 'a b' \\(expected: a URI without white space\\)",
                            "subscribe",
                            "http://h/",
                            "--action",
                            "a b"),
                    wrong(
                            "--interface: 127.0.0.1 \\(expected: an interface at which 192.0.2.1 reaches this computer, for"
                                    + " its notifications\\)",
                            "subscribe",
                            "http://192.0.2.1/"),
                    wrong("--capacity: 0 \\(expected: 1..1000000\\)", "proxy", "--capacity", "0"),
                    wrong("--port: 70000 \\(expected: 0..65535\\)", "doctor", "--port", "70000"),
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

            assertThat(run.err()).singleElement().asString().startsWith("grapevine: --scopes: '?[2J new line'");
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
        @ValueSource(strings = {"discover", "inspect", "push", "aggregate", "call", "subscribe", "proxy", "doctor"})
        void existsForEachCommandAndNamesTheGlobalOptions(String command) {
            CommandLineRun run = CommandLineRun.of(command, "--help");

            assertThat(run.exitCode()).isZero();
            assertThat(run.err()).isEmpty();
            assertThat(run.text())
                    .startsWith("Usage: grapevine " + command)
                    .contains("--json", "--interface", "--discovery-port", "--ttl")
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
        assertThat(CommandLineRun.of("--interface", "192.0.2.99", "discover", "--wait", "0.1")
                        .err())
                .isEqualTo(CommandLineRun.of("discover", "--interface", "192.0.2.99", "--wait", "0.1")
                        .err())
                .singleElement()
                .asString()
                .contains("--interface: 192.0.2.99");
        assertThat(CommandLineRun.of("--discovery-port", "0", "discover").err())
                .isEqualTo(
                        CommandLineRun.of("discover", "--discovery-port", "0").err())
                .singleElement()
                .asString()
                .contains("--discovery-port: 0");
    }
}
