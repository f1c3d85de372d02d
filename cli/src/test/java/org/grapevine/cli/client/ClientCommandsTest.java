package org.grapevine.cli.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.grapevine.cli.CommandLineRun;
import org.grapevine.dpws.device.Device;
import org.grapevine.policy.EffectiveGossip;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The client commands against three devices that they reach by sockets only. */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClientCommandsTest {

    private static final String PORT_TYPE = "{" + BulletinService.NAMESPACE + "}BulletinService";
    private static final int SIZE = 3;

    private Neighbourhood neighbours;

    @TempDir
    private Path folder = Path.of("");

    @BeforeAll
    void start() throws Exception {
        neighbours = Neighbourhood.of(SIZE);
    }

    @AfterAll
    void stop() {
        neighbours.close();
    }

    private String file(String content) throws IOException {
        return Files.writeString(Files.createTempFile(folder, "body", ".xml"), content)
                .toString();
    }

    private String post(String text) throws IOException {
        return file("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!-- a notice -->\n<n:post xmlns:n=\""
                + BulletinService.NAMESPACE + "\"><text>" + text + "</text></n:post>\n");
    }

    private String count(String of) throws IOException {
        return file("<n:count xmlns:n=\"" + BulletinService.NAMESPACE + "\"><of>" + of + "</of></n:count>");
    }

    private String echo() throws IOException {
        return file("<n:echo xmlns:n=\"" + BulletinService.NAMESPACE + "\"><text>hi</text></n:echo>");
    }

    private static int closedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static void assertWrongUse(CommandLineRun run, String line) {
        assertThat(run.err()).singleElement().asString().matches("grapevine: " + line);
        assertThat(run.exitCode()).isEqualTo(2);
    }

    private static void assertFailed(CommandLineRun run, String line) {
        assertThat(run.err()).singleElement().asString().matches("grapevine: " + line);
        assertThat(run.exitCode()).isEqualTo(1);
    }

    @Nested
    class Discover {

        @Test
        void listsWhoIsThere() {
            CommandLineRun run = neighbours.run("discover", "--expect", "3", "--wait", "20");

            assertThat(run.err()).isEmpty();
            assertThat(run.exitCode()).isZero();
            Device first = neighbours.devices.get(0);
            assertThat(run.out())
                    .contains(first.epr().address(), "  addresses   " + first.address(), "3 devices")
                    .contains("  scopes      " + Neighbourhood.SEGMENT.scope());
            assertThat(run.text()).contains(Neighbourhood.METER.toString());
        }

        @Test
        void writesAnObjectForEachDeviceAndOneForTheEnd() {
            CommandLineRun run = neighbours.run("discover", "--json", "--expect", "3", "--wait", "20");

            Device first = neighbours.devices.get(0);
            assertThat(run.out()).hasSize(5);
            assertThat(run.text())
                    .contains("{\"step\":\"discover\",\"endpoint\":\""
                            + first.epr().address() + "\",\"types\":[")
                    .contains("\"scopes\":[\"test:street/12\"],\"xAddrs\":[\"" + first.address()
                            + "\"],\"metadataVersion\":")
                    .contains(",\"generation\":\"2009/01\"}");
            assertThat(run.out().get(3))
                    .matches("\\{\"step\":\"link\",\"interface\":\".*\",\"address\":\"127.0.0.1\",\"group\":"
                            + "\"239.255.255.250:[0-9]+\",\"sent\":[12],\"sentMulticast\":[12],\"received\":[0-9]+,"
                            + "\"receivedMulticast\":[0-9]+,\"dropped\":\\{.*\"send_error\":0.*}}");
            assertThat(run.out().get(4)).matches("\\{\"step\":\"discovered\",\"found\":3,\"elapsedMs\":[0-9]+}");
        }

        @Test
        void fetchesNamesAndServicesIfAsked() {
            CommandLineRun people = neighbours.run("discover", "--metadata", "--expect", "3", "--wait", "20");
            CommandLineRun programs =
                    neighbours.run("discover", "--metadata", "--json", "--expect", "3", "--wait", "20");

            assertThat(people.out()).contains("  name        meter 1", "  name        meter 3");
            assertThat(people.text()).contains("  service     " + neighbours.shadow(0) + " " + PORT_TYPE);
            assertThat(programs.text())
                    .contains("\"name\":\"meter 2\",\"services\":[{\"serviceId\":")
                    .contains("\"failure\":null");
        }

        @Test
        void asksForTypesAndScopesUnderAMatchingRule() {
            CommandLineRun found = neighbours.run(
                    "discover",
                    "--type",
                    Neighbourhood.METER.toString(),
                    "--type",
                    "dpws:Device",
                    "--scope",
                    "test:street",
                    "--expect",
                    "3",
                    "--wait",
                    "20");
            CommandLineRun otherRule =
                    neighbours.run("discover", "--scope", "test:street", "--match-by", "strcmp0", "--wait", "0.5");

            assertThat(found.out()).contains("3 devices");
            assertFailed(
                    otherRule,
                    "found 0 devices within 0.5 s \\(expected: at least 1\\); looked on --interface 127.0.0.1 and"
                            + " --discovery-port [0-9]+; is it running there\\?");
        }

        @Test
        void failsIfFewerThanExpectedAnswer() {
            CommandLineRun run = neighbours.run("discover", "--expect", "4", "--wait", "1", "--json");

            assertFailed(run, "found 3 devices within 1 s \\(expected: at least 4\\).*");
            assertThat(run.out()).hasSize(5);
        }

        @Test
        void showsWhatWentOverEachInterfaceIfAsked() {
            CommandLineRun run = neighbours.run("discover", "-v", "--expect", "3", "--wait", "20");

            assertThat(run.out())
                    .anyMatch(line ->
                            line.matches("  link +[a-z0-9]+  127.0.0.1  sent [12] \\([12] to the group\\)  received"
                                    + " [0-9]+ \\([0-9]+ from the group\\)  dropped 0"));
        }

        @Test
        void takesSeveralTypesAndScopesInOneOption() {
            CommandLineRun run = neighbours.run(
                    "discover",
                    "--types",
                    "dpws:Device," + Neighbourhood.METER,
                    "--scopes",
                    "test:street test:street/12",
                    "--expect",
                    "3",
                    "--wait",
                    "20");

            assertThat(run.out()).contains("3 devices");
        }

        @Test
        void looksOnInterfacesByNameOrAddress() {
            CommandLineRun run = neighbours.run(
                    "discover", "--interface", "loopback", "--interface", "127.0.0.1", "--expect", "3", "--wait", "20");

            assertThat(run.err()).isEmpty();
            assertThat(run.out()).contains("3 devices");
        }

        @Test
        void saysThatDevicesAreThereButNotOfTheTypeAskedFor() {
            CommandLineRun people = neighbours.run("discover", "--types", "{urn:other}Thing", "--wait", "1");
            CommandLineRun programs =
                    neighbours.run("discover", "--types", "{urn:other}Thing", "--wait", "1", "--json");

            assertThat(people.exitCode()).isEqualTo(1);
            assertThat(people.out())
                    .contains("  perhaps     3 devices answer a Probe without --types and --scopes, none this one")
                    .anyMatch(line -> line.startsWith("  link  "))
                    .anyMatch(line -> line.startsWith("    try       'grapevine discover' to see types and scopes"));
            assertThat(programs.text()).contains("{\"step\":\"perhaps\",\"reason\":\"filtered\",\"what\":\"3 devices");
        }

        @Test
        void asksAddressesWithoutMulticast() throws IOException {
            String address = neighbours.devices.get(1).address().toString();
            String closed = "http://127.0.0.1:" + closedPort() + "/x";

            CommandLineRun both = neighbours.run("discover", "--json", "--at", address, "--at", closed);
            CommandLineRun none = neighbours.run("discover", "--at", closed);

            assertThat(both.exitCode()).isZero();
            assertThat(both.text())
                    .contains(neighbours.devices.get(1).epr().address(), "\"sentMulticast\":0", "\"found\":1")
                    .contains("{\"step\":\"unreached\",\"address\":\"" + closed + "\",\"failure\":\"" + closed
                            + ": nobody listens there (connection refused)\"}");
            assertFailed(none, "found 0 devices within 3 s \\(expected: at least 1\\); asked only --at http://.*");
            assertThat(none.out()).contains("  perhaps     " + closed + ": nobody listens there (connection refused)");
        }

        @Test
        void saysThatTheProxyIsSilentAndAsksTheNetwork() throws IOException {
            String closed = "http://127.0.0.1:" + closedPort() + "/proxy";

            CommandLineRun found = neighbours.run("discover", "--proxy", closed, "--expect", "3", "--wait", "20");
            CommandLineRun none =
                    neighbours.run("discover", "--proxy", closed, "--types", "{urn:other}Thing", "--wait", "0.5");

            assertThat(found.out()).contains("3 devices");
            assertThat(none.out())
                    .contains("  perhaps     the Discovery Proxy " + closed
                            + " gave no answer, so the network was asked");
        }
    }

    @Nested
    class Inspect {

        @Test
        void showsADeviceItsServicesPoliciesAndRelations() {
            String address = neighbours.devices.get(0).address().toString();
            CommandLineRun run = neighbours.run("inspect", address);

            assertThat(run.err()).isEmpty();
            assertThat(run.exitCode()).isZero();
            assertThat(run.out())
                    .startsWith(
                            "device meter 1",
                            "  endpoint    " + neighbours.devices.get(0).epr().address(),
                            "  address     " + address)
                    .contains(
                            "  made by     Grapevine",
                            "  shadowed by " + neighbours.shadow(0),
                            "  shadow of   " + neighbours.original(0))
                    .anyMatch(line -> line.matches("  operation   post +one-way +eager-push, fanout auto, rounds auto,"
                            + " soap.udp, lifetime 30 s, repair 0.2 s"))
                    .anyMatch(line -> line.matches("  operation   count +request-response +eager-push, .*, replies"
                            + " aggregate within 8 s, " + Neighbourhood.Adding.URI))
                    .anyMatch(line -> line.matches(
                            "  operation   echo +request-response +not gossiped: nothing merges its answers"));
        }

        @Test
        void findsADeviceByItsEndpoint() {
            String endpoint = neighbours.devices.get(1).epr().address();
            CommandLineRun run = neighbours.run("inspect", endpoint, "--wait", "20");

            assertThat(run.exitCode()).isZero();
            assertThat(run.out())
                    .startsWith("device meter 2")
                    .contains("  address     " + neighbours.devices.get(1).address());
        }

        @Test
        void showsOnlyTheServiceWhoseAddressWasGiven() {
            CommandLineRun run = neighbours.run("inspect", "--json", neighbours.shadow(2));

            assertThat(run.exitCode()).isZero();
            assertThat(run.out()).singleElement().asString().startsWith("{\"step\":\"service\",\"serviceId\":\"");
            assertThat(run.text())
                    .contains("\"shadowOf\":\"" + neighbours.original(2) + "\",\"shadowedBy\":null")
                    .contains("{\"portType\":\"" + PORT_TYPE + "\",\"name\":\"post\",\"style\":\"one-way\"")
                    .contains("\"action\":\"urn:example:bulletin:BulletinService:post\"")
                    .contains("\"element\":\"{urn:example:bulletin}post\",\"gossiped\":true,\"gossip\":{\"variant\":"
                            + "\"eager-push\",\"fanout\":\"auto\"")
                    .contains("\"lifetimeMs\":30000,\"repairMs\":200")
                    .contains("{\"name\":\"repair\",\"value\":\"PT0.2S\",\"from\":\"service\"}")
                    .contains("{\"name\":\"timeout\",\"value\":\"PT8S\",\"from\":\"operation\"}")
                    .contains("{\"name\":\"limits.maxFanout\",\"value\":\"64\",\"from\":\"default\"}");
        }

        @Test
        void showsEveryValueOfThePolicyAndWhereItComesFrom() {
            CommandLineRun run = neighbours.run("inspect", neighbours.shadow(2));

            assertThat(run.exitCode()).isZero();
            for (String name : EffectiveGossip.defaults().words().keySet()) {
                assertThat(run.out())
                        .as(name)
                        .anyMatch(line -> line.matches("  policy      post +" + Pattern.quote(name) + " .*"))
                        .anyMatch(line -> line.matches("  policy      count +" + Pattern.quote(name) + " .*"))
                        .noneMatch(line -> line.matches("  policy      echo +" + Pattern.quote(name) + " .*"));
            }
            assertThat(run.out())
                    .anyMatch(line -> line.matches("  policy      post +repair +service +PT0.2S"))
                    .anyMatch(line -> line.matches("  policy      count +replies +operation +aggregate"))
                    .anyMatch(line -> line.matches("  policy      post +scopes +default +the device's own"));
        }

        @Test
        void saysWhyWhenNobodyIsThere() throws IOException {
            String address = "http://127.0.0.1:" + closedPort() + "/x";

            assertFailed(
                    neighbours.run("inspect", address), address + ": nobody listens there \\(connection refused\\)");
        }

        @Test
        void saysWhatIsNeitherADeviceNorAService() {
            String address = neighbours.devices.get(0).address() + "/nothing";

            assertFailed(
                    neighbours.run("inspect", address),
                    ".*/nothing: neither a device \\(Get: .*404.*\\) nor a hosted service \\(GetMetadata: .*404.*\\)");
        }

        @Test
        void saysWhenNoDeviceHasTheEndpoint() {
            assertFailed(
                    neighbours.run("inspect", "urn:uuid:00000000-0000-4000-8000-000000000000", "--wait", "0.3"),
                    "urn:uuid:00000000.*: no device of that endpoint answered within 0.3 s; .*");
        }
    }

    @Nested
    class Call {

        @Test
        void findsTheActionInTheWsdlAndPrintsTheAnswer() throws Exception {
            CommandLineRun people = neighbours.run("call", neighbours.original(1), echo());
            CommandLineRun programs = neighbours.run("call", "--json", neighbours.original(1), echo());

            assertThat(people.err()).isEmpty();
            assertThat(people.text()).contains("meter 2 says hi").contains("echoResponse");
            assertThat(programs.out())
                    .singleElement()
                    .asString()
                    .matches(
                            "\\{\"step\":\"call\",\"address\":\"http://.*\",\"action\":\"urn:example:bulletin:"
                                    + "BulletinService:echoRequest\",\"accepted\":false,\"elapsedMs\":[0-9]+,\"answerAction\":"
                                    + "\"urn:example:bulletin:BulletinService:echoResponse\",\"answer\":\".*meter 2 says hi.*\"}");
        }

        @Test
        void isAcceptedIfThereIsNoAnswer() throws Exception {
            CommandLineRun run = neighbours.run("call", neighbours.original(2), post("only you"));

            assertThat(run.err()).isEmpty();
            assertThat(run.out()).containsExactly("accepted by " + neighbours.original(2));
            assertThat(neighbours.awaitPosts(1)).containsExactly("meter 3: only you");
        }

        @Test
        void showsAFaultWithCodeAndReason() throws Exception {
            CommandLineRun people = neighbours.run("call", neighbours.original(0), "--action", "urn:nope", echo());
            CommandLineRun programs =
                    neighbours.run("call", "--json", neighbours.original(0), "--action", "urn:nope", echo());

            assertFailed(people, "http://.* answered with a fault: .*");
            assertThat(people.out())
                    .startsWith(
                            "fault Sender", "  subcodes    {http://www.w3.org/2005/08/addressing}ActionNotSupported")
                    .anyMatch(line -> line.startsWith("  reason      "));
            assertThat(programs.text())
                    .contains("{\"step\":\"fault\",\"code\":\"{http://www.w3.org/2003/05/soap-envelope}Sender\"");
        }

        @Test
        void refusesABodyThatNoOperationTakes() throws Exception {
            assertWrongUse(
                    neighbours.run("call", neighbours.original(0), file("<x/>")),
                    ".*xml: body element: x \\(expected: .*\\{urn:example:bulletin}echo.*; or --action, which needs no"
                            + " WSDL\\)");
        }
    }

    @Nested
    class Push {

        @Test
        void reachesEveryDeviceThroughAShadow() throws Exception {
            CommandLineRun run = neighbours.run("push", "--to", neighbours.shadow(0), post("hello"));

            assertThat(run.err()).isEmpty();
            assertThat(run.exitCode()).isZero();
            assertThat(run.out()).hasSize(2);
            assertThat(run.out().get(0)).matches("message urn:uuid:[0-9a-f-]{36}");
            assertThat(run.out().get(1)).isEqualTo("accepted by " + neighbours.shadow(0));
            assertThat(neighbours.awaitPosts(SIZE))
                    .containsExactly("meter 1: hello", "meter 2: hello", "meter 3: hello");
        }

        @Test
        void findsAShadowByItsPortType() throws Exception {
            CommandLineRun run = neighbours.run(
                    "push", "--json", "--type", PORT_TYPE, "--scope", "test:street/12", "--wait", "20", post("found"));

            assertThat(run.err()).isEmpty();
            assertThat(run.out())
                    .singleElement()
                    .asString()
                    .matches(
                            "\\{\"step\":\"push\",\"messageId\":\"urn:uuid:[0-9a-f-]{36}\",\"acceptedBy\":\"http://.*/gossip\","
                                    + "\"action\":\"urn:example:bulletin:BulletinService:post\",\"elapsedMs\":[0-9]+}");
            assertThat(neighbours.awaitPosts(SIZE)).hasSize(SIZE);
        }

        @Test
        void takesAWholeEnvelopeWithItsHeader() throws Exception {
            String envelope = "<e:Envelope xmlns:e='http://www.w3.org/2003/05/soap-envelope'"
                    + " xmlns:a='http://www.w3.org/2005/08/addressing' xmlns:g='urn:org.grapevine:gossip:1'>"
                    + "<e:Header><a:MessageID>urn:uuid:11111111-1111-4111-8111-111111111111</a:MessageID>"
                    + "<a:To>urn:elsewhere</a:To><g:Gossip fanout='3' rounds='200'/></e:Header>"
                    + "<e:Body><n:post xmlns:n='" + BulletinService.NAMESPACE + "'><text>whole</text></n:post>"
                    + "</e:Body></e:Envelope>";

            CommandLineRun run = neighbours.run("push", "--to", neighbours.shadow(1), "--rounds", "4", file(envelope));

            assertThat(run.err()).isEmpty();
            assertThat(run.out().get(0)).isEqualTo("message urn:uuid:11111111-1111-4111-8111-111111111111");
            assertThat(neighbours.awaitPosts(SIZE))
                    .containsExactly("meter 1: whole", "meter 2: whole", "meter 3: whole");
        }

        @Test
        void passesTheParametersThatWereGiven() throws Exception {
            CommandLineRun run = neighbours.run(
                    "push",
                    "--to",
                    neighbours.shadow(0),
                    "--fanout",
                    "2",
                    "--rounds",
                    "auto",
                    "--lifetime",
                    "PT10S",
                    "--repair",
                    "500",
                    "--binding",
                    "http",
                    "--variant",
                    "lazy-push",
                    "--eager-hops",
                    "1",
                    "--priority",
                    "control",
                    "--order",
                    "origin",
                    post("with parameters"));

            assertThat(run.exitCode()).isZero();
            assertThat(neighbours.awaitPosts(SIZE)).hasSize(SIZE);
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = ';',
                value = {
                    "--fanout;65;--fanout: 65 (expected: 1..64 or auto)",
                    "--rounds;0;--rounds: 0 (expected: 1..255 or auto)",
                    "--lifetime;P2D;--lifetime: P2D (expected: 1..86400000 ms, as a number or in ISO-8601 form such as PT30S)",
                    "--repair;soon;--repair: 'soon' (expected: 1..86400000 ms, as a number or in ISO-8601 form such as PT30S)",
                    "--binding;smoke;--binding: smoke (expected: soap.udp | http)",
                    "--variant;flood;--variant: flood (expected: eager-push | lazy-push | pull | push-pull | lazy-pull | tree | multicast)",
                    "--eager-hops;256;--eager-hops: 256 (expected: 0..255 or auto)",
                    "--eager-hops;few;--eager-hops: 'few' (expected: 0..255 or auto)",
                    "--priority;first;--priority: first (expected: alarm | control | normal | bulk)",
                    "--order;total;--order: total (expected: none | origin)"
                })
        void refusesParametersThatCannotBe(String option, String value, String line) throws Exception {
            CommandLineRun run = neighbours.run("push", "--to", neighbours.shadow(0), option, value, post("no"));

            assertThat(run.err()).containsExactly("grapevine: " + line);
            assertThat(run.exitCode()).isEqualTo(2);
        }

        @Test
        void refusesWhatTheShadowDoesNotOffer() throws Exception {
            assertWrongUse(
                    neighbours.run("push", "--to", neighbours.shadow(0), file("<x/>")),
                    ".*xml: body element: x \\(expected: .*\\{urn:example:bulletin}post.*\\)");
            assertWrongUse(
                    neighbours.run("push", "--to", neighbours.shadow(0), count("all")),
                    "operation count: request-response \\(expected: one-way; 'grapevine aggregate' calls this one\\)");
            assertWrongUse(
                    neighbours.run("push", "--to", neighbours.shadow(0), "--action", "urn:nope", post("x")),
                    "--action: urn:nope \\(expected: .*BulletinService:post.*\\)");
        }

        @Test
        void findsTheShadowOfAService() throws Exception {
            CommandLineRun run = neighbours.run("push", "--to", neighbours.original(0), post("x"));

            assertThat(run.out().get(1)).isEqualTo("accepted by " + neighbours.shadow(0));
            assertThat(neighbours.awaitPosts(SIZE)).hasSize(SIZE);
        }

        @Test
        void entersAtSeveralShadowsAndPastADeadOne() throws Exception {
            String dead = "http://127.0.0.1:" + Neighbourhood.freePort() + "/dead/gossip";

            CommandLineRun run = neighbours.run(
                    "push", "--to", dead, "--to", neighbours.shadow(0), "--to", neighbours.shadow(1), post("often"));

            assertThat(run.exitCode()).isZero();
            assertThat(run.out())
                    .contains("accepted by " + neighbours.shadow(0), "accepted by " + neighbours.shadow(1))
                    .anyMatch(line -> line.startsWith("not accepted: " + dead + ": "));
            assertThat(neighbours.awaitPosts(SIZE))
                    .containsExactly("meter 1: often", "meter 2: often", "meter 3: often");
        }

        @Test
        void entersAtAsManyAsWereAskedFor() throws Exception {
            CommandLineRun run = neighbours.run(
                    "push", "--json", "--type", PORT_TYPE, "--entries", "2", "--wait", "20", post("at two"));

            assertThat(run.out()).singleElement().asString().matches(".*\"entries\":\\[\\{[^}]*},\\{[^}]*}\\]}");
            assertThat(neighbours.awaitPosts(SIZE)).hasSize(SIZE);
        }

        @Test
        void failsIfNoDeviceHasAShadowOfThePortType() throws Exception {
            assertFailed(
                    neighbours.run("push", "--type", "{urn:other}Service", "--wait", "1", post("x")),
                    "no shadow of \\{urn:other}Service found among 3 devices within 1 s; .*");
        }
    }

    @Nested
    class Aggregate {

        @Test
        void printsOneAnswerForAllAndWhomItCovers() throws Exception {
            CommandLineRun run = neighbours.run("aggregate", "--to", neighbours.shadow(0), count("all"));

            assertThat(run.err()).isEmpty();
            assertThat(run.exitCode()).isZero();
            List<String> lines = new ArrayList<>(run.out());
            String sentence = lines.remove(lines.size() - 1);
            assertThat(lines)
                    .containsExactly(
                            "<n:countResponse xmlns:n=\"urn:example:bulletin\">",
                            "  <count>3</count>",
                            "</n:countResponse>");
            assertThat(sentence).matches("3 devices counted, 0 failed, 0 silent, after [0-9.]+ s");
        }

        @Test
        void writesAnswerAndCompletenessAsOneObject() throws Exception {
            CommandLineRun run =
                    neighbours.run("aggregate", "--json", "--type", PORT_TYPE, "--wait", "20", count("all"));

            assertThat(run.out())
                    .singleElement()
                    .asString()
                    .matches(
                            "\\{\"step\":\"aggregate\",\"counted\":3,\"declined\":[0-9]+,\"failed\":0,\"faults\":\\{},"
                                    + "\"timedOut\":0,\"truncated\":0,\"oldest\":\"[-0-9T:.]+Z\",\"whole\":true,\"partial\":false,\"elapsedMs\":[0-9]+,\"answer\":\"<.*<count>3</count>.*\"}");
        }

        @Test
        void saysHowManyFailed() throws Exception {
            CommandLineRun run = neighbours.run("aggregate", "--to", neighbours.shadow(0), count("trouble at meter 2"));

            assertThat(run.exitCode()).isZero();
            assertThat(run.text()).contains("<count>2</count>", "2 devices counted, 1 failed (", "), 0 silent");
        }

        @Test
        void failsWithTheReasonIfTooFewAnswer() throws Exception {
            CommandLineRun run = neighbours.run(
                    "aggregate",
                    "--to",
                    neighbours.shadow(0),
                    "--min-replies",
                    "4",
                    "--timeout",
                    "PT3S",
                    "--aggregation",
                    Neighbourhood.Adding.URI,
                    count("all"));

            assertFailed(run, "http://.*/gossip answered with a fault: too few replies: 3 \\(expected: at least 4\\)");
        }

        @Test
        void failsWithTheReasonIfTheFunctionIsRefused() throws Exception {
            CommandLineRun run = neighbours.run(
                    "aggregate",
                    "--to",
                    neighbours.shadow(0),
                    "--aggregation",
                    "urn:sha256:" + "00".repeat(32),
                    count("x"));

            assertFailed(run, ".* answered with a fault: g:Gossip aggregation: .* is not on the list of this device");
        }

        @Test
        void refusesWhatCannotBeAggregated() throws Exception {
            assertWrongUse(
                    neighbours.run("aggregate", "--to", neighbours.shadow(0), post("x")),
                    "operation post: one-way without replies \\(expected: .*'grapevine push' sends this one\\)");
            assertWrongUse(
                    neighbours.run("aggregate", "--to", neighbours.shadow(0), echo()),
                    "operation echo: request-response without replies \\(expected: one whose policy brings answers\\)");
            assertWrongUse(
                    neighbours.run("aggregate", "--to", neighbours.shadow(0), "--aggregation", "sum", count("x")),
                    "--aggregation: 'sum' \\(expected: urn:sha256:<64 hex digits>, at most 512 characters\\)");
            assertWrongUse(
                    neighbours.run("aggregate", "--to", neighbours.shadow(0), "--timeout", "1", count("x")),
                    "--timeout: 1 \\(expected: 50..[0-9]+ ms, .*\\)");
        }
    }
}
