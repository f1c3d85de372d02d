package org.grapevine.cli.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.LocalDate;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import org.grapevine.aggregation.sandbox.StrangerRules;
import org.grapevine.cli.console.UsageException;
import org.grapevine.dpws.transport.TlsSettings;
import org.grapevine.gossip.driver.StylesheetText;
import org.grapevine.gossip.shadow.PeerOptions;
import org.grapevine.grid.device.XsltAggregations;
import org.grapevine.grid.sample.DeviceRole;
import org.grapevine.policy.GossipLimits;
import org.grapevine.policy.GossipPolicy;
import org.grapevine.policy.PortGossip;
import org.grapevine.policy.Priority;
import org.grapevine.policy.Variant;
import org.grapevine.policy.View;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeviceFileTest {

    private static DeviceFile parse(String... lines) {
        return DeviceFile.parse(String.join("\n", lines), "f.yaml");
    }

    @Test
    void aSampleIsAWholeGrid() {
        DeviceFile file = parse("grid: street", "sample: {substations: 1, meters: 2, appliances: 5}");

        assertThat(file.devices()).hasSize(9);
        assertThat(file.devices().stream()
                        .filter(each -> each.place().role() == DeviceRole.SMART_METER)
                        .mapToInt(DeviceFile.Entry::appliances)
                        .sum())
                .isEqualTo(5);
        assertThat(file.port()).isZero();
    }

    @Test
    void devicesRunNobodysStylesheetsUnlessToldTo() {
        AggregationSection listed =
                parse("grid: street", "sample: {appliances: 1}").aggregation();

        assertThat(listed.strangers()).isEqualTo(StrangerRules.LISTED);
        try (XsltAggregations functions = listed.open()) {
            assertThat(functions.takesStrangers()).isFalse();
        }
    }

    @Test
    void whoseStylesheetsDevicesRunIsAsWritten(@TempDir Path folder) throws Exception {
        KeyPair author = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        Files.writeString(
                folder.resolve("author.pub"),
                "-----BEGIN PUBLIC KEY-----\n"
                        + Base64.getMimeEncoder()
                                .encodeToString(author.getPublic().getEncoded())
                        + "\n-----END PUBLIC KEY-----\n");
        byte[] stylesheet = Files.readAllBytes(Path.of("../examples/mean-voltage.xsl"));
        Signature signature = Signature.getInstance("Ed25519");
        signature.initSign(author.getPrivate());
        signature.update(stylesheet);
        StylesheetText signed = new StylesheetText(
                stylesheet, Optional.of(signature.sign()), Optional.of(XsltAggregations.SIGNATURE_KEY));
        DeviceFile file = DeviceFile.parse(
                "grid: street\nsample: {appliances: 1}\naggregation: {strangers: signed, keys: [author.pub]}",
                folder.resolve("f.yaml").toString());

        try (XsltAggregations functions = file.aggregation().open()) {
            assertThat(functions.takesStrangers()).isTrue();
            assertThat(functions.isKnown(signed.uri())).isFalse();
            functions.admit(signed);
            assertThat(functions.isKnown(signed.uri())).isTrue();
            assertThat(functions.byUri(signed.uri())).isNotNull();
            assertThat(functions.text(signed.uri())).contains(signed);
            assertThatThrownBy(() -> functions.admit(StylesheetText.unsigned("<x/>".getBytes(StandardCharsets.UTF_8))))
                    .hasMessageContaining("not signed");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            value = {
                "{strangers: all}#f.yaml:2: aggregation.strangers: 'all' (expected: listed | signed | sandboxed)",
                "{strangers: signed}#f.yaml:2: aggregation.strangers: signed without keys (expected: the public keys of who is trusted"
                        + " in keys)",
                "{keys: [a.pub]}#f.yaml:2: aggregation.keys: set for strangers: listed (expected: only for signed or sandboxed)",
                "{strangers: sandboxed, jvms: 17}#f.yaml:2: aggregation.jvms: '17' (expected: 1..16)",
                "{strangers: sandboxed, heap: 8}#f.yaml:2: aggregation.heap: '8' (expected: 32..4096)"
            })
    void refusesImpossibleRulesForStylesheets(String section, String message) {
        assertThatThrownBy(() -> parse("grid: street", "aggregation: " + section, "sample: {appliances: 1}"))
                .isInstanceOf(UsageException.class)
                .hasMessage(message);
    }

    @Test
    void refusesKeysThatAreNone(@TempDir Path folder) throws Exception {
        Path none = Files.writeString(folder.resolve("none.pub"), "hello");
        DeviceFile file = DeviceFile.parse(
                "grid: street\nsample: {appliances: 1}\naggregation: {strangers: signed, keys: [none.pub]}",
                folder.resolve("f.yaml").toString());

        assertThatThrownBy(() -> file.aggregation().open().close())
                .hasMessage("aggregation.keys: " + none
                        + ", no public key (expected: a file with an Ed25519 public key, PEM)");
    }

    @Test
    void singleDevicesAreAsWritten() {
        DeviceFile file = parse(
                "grid: street",
                "date: 2024-10-27",
                "port: 8080",
                "devices:",
                "  - {role: sm, name: m, scopes: ['grid:a', 'grid:b'], appliances: 4}");

        assertThat(file.date()).isEqualTo(LocalDate.of(2024, 10, 27));
        assertThat(file.port()).isEqualTo(8080);
        DeviceFile.Entry meter = file.devices().get(0);
        assertThat(meter.appliances()).isEqualTo(4);
        assertThat(meter.place().scopes()).isEqualTo(List.of("grid:a", "grid:b"));
    }

    @Test
    void policiesOfServicesAreInTheWordsOfInspect() {
        DeviceFile file = parse(
                "grid: street",
                "sample: {substations: 1}",
                "gossip:",
                "  TariffService:",
                "    variant: tree",
                "    fanout: 4",
                "    limits.maxFanout: 8",
                "    operations: {tariffChanged: {priority: alarm, repair: none}}");

        PortGossip tariffs = Objects.requireNonNull(file.policies().get("TariffService"));
        assertThat(tariffs.forOperation("tariffChanged").orElseThrow())
                .isEqualTo(GossipPolicy.builder()
                        .variant(Variant.TREE)
                        .fanout(4)
                        .limits(new GossipLimits(null, 8, null, null, null, null, null))
                        .priority(Priority.ALARM)
                        .repair(GossipPolicy.NO_REPAIR)
                        .build());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '@',
            value = {
                "TariffService: {fanout: 65} @ f.yaml:3: gossip.TariffService.fanout: '65' (expected: 1..64 or auto)",
                "TariffService: {colour: red} @ f.yaml:3: gossip.TariffService.colour: 'colour' (expected: one of variant, fanout",
                "TariffService: {limits.maxFanout: auto} @ f.yaml:3: gossip.TariffService.limits.maxFanout: 'auto' (expected: 1..64)",
                "TariffService: {operations: {tariffChanged: {order: any}}} @ f.yaml:3: gossip.TariffService.operations.tariffChanged.order: 'any' (expected: none | origin)",
                "LampService: {fanout: 3} @ f.yaml:3: gossip.LampService: no service of these devices (expected: one of [TariffService, EnergyNeedsService, GridMeasurements])"
            })
    void anImpossiblePolicyIsToldWithLineAndKey(String gossip, String message) {
        assertThatThrownBy(() -> parse("grid: street", "sample: {substations: 1}", "gossip: {" + gossip + "}"))
                .isInstanceOf(UsageException.class)
                .hasMessageStartingWith(message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"street.yaml", "street-utility.yaml", "street-homes.yaml"})
    void theExamplesAreRight(String name) {
        assertThat(DeviceFile.read("../examples/" + name).devices()).isNotEmpty();
    }

    @Test
    void howDevicesAreOnTheNetworkStandsInTheFileToo() {
        DeviceFile file = DeviceFile.parse(
                """
                grid: a
                sample: {}
                interfaces: [eth0, "fd00::1"]
                state: devices.state
                tls: {certificate: c.pem, key: /etc/k.pem, trust: [t.pem], client-auth: needed}
                proxy: http://192.0.2.1:8080/proxy
                """,
                "some/f.yaml");

        assertThat(file.presence())
                .isEqualTo(new DeviceFile.Presence(
                        List.of("eth0", "fd00::1"),
                        Optional.of(Path.of("some/devices.state")),
                        Optional.of(new DeviceFile.Certificates(
                                Path.of("some/c.pem"),
                                Optional.of(Path.of("/etc/k.pem")),
                                List.of(Path.of("some/t.pem")),
                                TlsSettings.ClientAuthentication.NEEDED)),
                        Optional.of(URI.create("http://192.0.2.1:8080/proxy"))));
        assertThat(DeviceFile.parse("grid: a\nsample: {}", "f.yaml").presence())
                .isEqualTo(new DeviceFile.Presence(List.of(), Optional.empty(), Optional.empty(), Optional.empty()));
    }

    @Test
    void saysWhomDevicesKeepInMindAndHowTheyLearnOfThem() {
        PeerOptions peers = DeviceFile.parse(
                        """
                        grid: street
                        sample: {}
                        peers:
                          view: cyclon
                          contacts: [http://192.0.2.7:8080/ssc-1]
                          fetches: 5
                          shuffle: 2000
                        """,
                        "f.yaml")
                .peers();

        assertThat(peers.defaultView()).isEqualTo(View.CYCLON);
        assertThat(peers.shuffleMillis()).isEqualTo(2_000);
        assertThat(peers.feed().fetchesPerSecond()).isEqualTo(5);
        assertThat(peers.feed().contacts()).containsExactly(URI.create("http://192.0.2.7:8080/ssc-1"));
        assertThat(DeviceFile.parse("grid: a\nsample: {}", "f.yaml").peers()).isEqualTo(PeerOptions.defaults());
    }

    @Test
    void contactsAreBounded() {
        String many = String.join(",", Collections.nCopies(65, "'http://h/d'"));

        assertThatThrownBy(() -> DeviceFile.parse("grid: a\nsample: {}\npeers: {contacts: [" + many + "]}", "f.yaml"))
                .hasMessage("f.yaml:3: peers.contacts: 65 addresses (expected: at most 64)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | f.yaml: empty (expected: keys with values)",
                "- a | f.yaml:1: file: not a mapping (expected: keys with values)",
                "a: b | f.yaml:1: a: unknown (expected: one of aggregation, date, devices, gossip, grid, interfaces, peers, port, proxy, sample, seed, state, tls, zone)",
                "zone: Europe/Berlin | f.yaml:1: grid: absent (expected: a value)",
                "grid: UPPER | f.yaml:1: grid: 'UPPER' (expected: 1..32 lower-case letters, digits and hyphens)",
                "grid: a;grid: b | f.yaml:2: grid: twice (expected: once)",
                "grid: a | f.yaml: 0 devices (expected: 1..20000, from sample or devices)",
                "grid: a;sample: {meters: 0} | f.yaml:2: sample.meters: '0' (expected: 1..10000)",
                "grid: a;sample: {};date: soon | f.yaml:3: date: 'soon' (expected: a date such as 2024-06-21)",
                "grid: a;sample: {};zone: Mars | f.yaml:3: zone: 'Mars' (expected: a time zone such as Europe/Berlin)",
                "grid: a;sample: {};port: 70000 | f.yaml:3: port: '70000' (expected: 0..65535)",
                "grid: a;devices: x | f.yaml:2: devices: not a list (expected: a list)",
                "grid: a;devices:;- role: fridge | f.yaml:3: devices[0].role: 'fridge' (expected: is | ssc | sm | ied)",
                "grid: a;devices:;- {role: ied, name: x} | f.yaml:3: devices[0].scopes: absent or empty (expected: the segments that the device is in)",
                "grid: a;devices:;- {role: is, name: x, scopes: ['a b']} | f.yaml:3: devices[0].scopes: 'a b' (expected: URIs without white space)",
                "grid: a;devices:;- {role: is, scopes: [s], appliances: 3, name: x} | f.yaml:3: devices[0].appliances: set for role is (expected: only for sm)",
                "grid: a;devices:;- {role: is, scopes: [s], name: x};- {role: is, scopes: [s], name: x} | f.yaml: two devices named x (expected: one)",
                "grid: a;sample: {};interfaces: lo | f.yaml:3: interfaces: not a list (expected: a list)",
                "grid: a;sample: {};proxy: here | f.yaml:3: proxy: 'here' (expected: http://host:port/path)",
                "grid: a;sample: {};state: [] | f.yaml:3: state: not a text (expected: one value)",
                "grid: a;sample: {};tls: {} | f.yaml:3: tls.certificate: absent (expected: a value)",
                "grid: a;sample: {};tls: {certificate: c, password: p} | f.yaml:3: tls.password: unknown (expected: one of certificate, client-auth, key, trust)",
                "grid: a;sample: {};tls: {certificate: c, client-auth: perhaps} | f.yaml:3: tls.client-auth: 'perhaps' (expected: none | wanted | needed)",
                "grid: a;sample: {};tls: {certificate: c, client-auth: needed} | f.yaml:3: tls.client-auth: needed without trust (expected: the certificates of trusted clients in trust)",
                "grid: a;sample: {};peers: {view: few} | f.yaml:3: peers.view: 'few' (expected: full ",
                "grid: a;sample: {};peers: {contacts: [here]} | f.yaml:3: peers.contacts: 'here' (expected: http://host:port/path of a device)",
                "grid: a;sample: {};peers: {contacts: http://h/d} | f.yaml:3: peers.contacts: not a list (expected: a list)",
                "grid: a;sample: {};peers: {fetches: 0} | f.yaml:3: peers.fetches: '0' (expected: 1..10000)",
                "grid: a;sample: {};peers: {shuffle: 1} | f.yaml:3: peers.shuffle: '1' (expected: 100..3600000)",
                "grid: a;sample: {};peers: {friends: 1} | f.yaml:3: peers.friends: unknown (expected: one of contacts, fetches, shuffle, view)",
                "grid: [ | f.yaml:1: not YAML"
            })
    void aMistakeIsToldWithFileLineAndKey(String text, String message) {
        assertThatThrownBy(() -> DeviceFile.parse(text.replace(';', '\n'), "f.yaml"))
                .isInstanceOf(UsageException.class)
                .hasMessageStartingWith(message)
                .hasMessageNotContaining("\n");
    }

    @Test
    void filesThatCannotBeReadAreNamed(@TempDir Path folder) throws Exception {
        Path latin = folder.resolve("latin.yaml");
        Files.write(latin, "grid: café".getBytes(StandardCharsets.ISO_8859_1));
        Path large = folder.resolve("large.yaml");
        Files.write(large, new byte[(1 << 20) + 1]);

        assertThatThrownBy(() -> DeviceFile.read(folder.resolve("none.yaml").toString()))
                .hasMessageContaining("none.yaml: no such file");
        assertThatThrownBy(() -> DeviceFile.read(latin.toString())).hasMessageContaining("not UTF-8");
        assertThatThrownBy(() -> DeviceFile.read(large.toString())).hasMessageContaining("over 1048576 bytes");
        assertThatThrownBy(() -> DeviceFile.read(folder.toString())).hasMessageContaining("cannot be read");
    }

    @Test
    void whateverIsInAFileNothingButAUsageExceptionComesOfIt() {
        Random random = new Random(3);
        String good =
                """
                grid: street
                sample: {substations: 1, meters: 2, appliances: 5}
                devices:
                  - {role: sm, name: m, scopes: ['grid:a'], appliances: 4}
                """;
        int right = 0;
        for (int i = 0; i < 3_000; i++) {
            StringBuilder text = new StringBuilder(good);
            for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
                text.setCharAt(random.nextInt(text.length()), (char) (' ' + random.nextInt(95)));
            }
            try {
                DeviceFile.parse(text.toString(), "f.yaml");
                right++;
            } catch (UsageException e) {
                assertThat(e).hasMessageStartingWith("f.yaml");
            }
        }
        assertThat(right).isPositive();
    }
}
