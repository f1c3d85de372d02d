package org.grapevine.dpws.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import javax.xml.namespace.QName;
import org.grapevine.dpws.addressing.EndpointReference;
import org.grapevine.dpws.discovery.DiscoveryAction.SendMulticast;
import org.grapevine.dpws.discovery.DiscoveryAction.SendTo;
import org.grapevine.dpws.discovery.TargetService.DirectedAnswer;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.soap.EnvelopeWriter;
import org.grapevine.dpws.soap.MalformedEnvelopeException;
import org.grapevine.dpws.soap.Namespaces;
import org.grapevine.dpws.soap.SoapFault;
import org.grapevine.dpws.soap.XmlReader;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class TargetServiceTest {

    private static final Probe ANY = Probe.of(List.of(), List.of());

    private final TargetService service = new TargetService(
            Fixtures.meter(4), 1_000, DiscoveryTiming.defaults(), Fixtures.countingIds(), new Random(1));

    private List<DiscoveryAction> probe(Probe probe) throws MalformedEnvelopeException {
        return service.onProbe(Fixtures.multicast(probe, "urn:probe"), probe, Fixtures.CLIENT);
    }

    private List<DiscoveryAction> resolve(EndpointReference epr) throws MalformedEnvelopeException {
        Resolve resolve = new Resolve(epr);
        return service.onResolve(Fixtures.multicast(resolve, "urn:resolve"), resolve, Fixtures.CLIENT);
    }

    private static DiscoveryMessage only(List<DiscoveryAction> actions) throws MalformedEnvelopeException {
        assertThat(actions).hasSize(1);
        return Fixtures.message(actions.get(0).envelope());
    }

    @Nested
    class WhenItStarts {

        @Test
        void saysHelloToTheGroup() throws Exception {
            List<DiscoveryAction> actions = service.start();
            assertThat(actions.get(0)).isInstanceOf(SendMulticast.class);
            assertThat(only(actions)).isEqualTo(new Hello(Fixtures.meter(4), Fixtures.sequence(1_000, 1)));
            assertThat(Fixtures.envelope(actions.get(0).envelope()).messageId()).contains("urn:id:1");
        }

        /** 7.2: uniform over 0 to APP_MAX_DELAY. */
        @Test
        void waitsARandomTimeSoThatNotAllSpeakAtOnce() {
            List<Integer> delays = IntStream.range(0, 5_000)
                    .mapToObj(i -> service.start().get(0).delayMs())
                    .toList();
            assertThat(delays).allMatch(delay -> delay >= 0 && delay <= 2_500);
            assertThat(delays).anyMatch(delay -> delay < 100).anyMatch(delay -> delay > 2_400);
            assertThat(delays.stream().mapToInt(i -> i).average().orElseThrow()).isBetween(1_200.0, 1_300.0);
        }

        /** R1020. */
        @Test
        void isADevice() throws Exception {
            DeviceAnnouncement untyped = Fixtures.other(Fixtures.METER, 1);
            TargetService plain =
                    new TargetService(untyped, 1, DiscoveryTiming.defaults(), Fixtures.countingIds(), new Random(1));
            assertThat(((Hello) only(plain.start())).device().types()).containsExactly(WsDiscovery.DEVICE_TYPE);
        }
    }

    @Nested
    class WhenItStops {

        @Test
        void saysByeAtOnceWithANumberAboveThatOfHello() throws Exception {
            service.start();
            List<DiscoveryAction> actions = service.stop();
            assertThat(actions.get(0)).isInstanceOf(SendMulticast.class);
            assertThat(actions.get(0).delayMs()).isZero();
            Bye bye = (Bye) only(actions);
            assertThat(bye.device().epr()).isEqualTo(Fixtures.METER);
            assertThat(bye.appSequence()).isEqualTo(Fixtures.sequence(1_000, 2));
        }

        @Test
        void isSilentBeforeStartAndAfterStop() throws Exception {
            assertThat(service.stop()).isEmpty();
            assertThat(probe(ANY)).isEmpty();
            service.start();
            service.stop();
            assertThat(probe(ANY)).isEmpty();
            assertThat(resolve(Fixtures.METER)).isEmpty();
            assertThat(service.stop()).isEmpty();
            assertThat(service.changed(Fixtures.meter(5))).isEmpty();
        }
    }

    @Nested
    class WhenSomethingChanges {

        /** D4, D5. */
        @Test
        void saysHelloWithAHigherMetadataVersion() throws Exception {
            service.start();
            Hello hello = (Hello) only(service.changed(meter(List.of("grid:new"), 5)));
            assertThat(hello.device().metadataVersion()).isEqualTo(5);
            assertThat(hello.device().types()).containsExactly(WsDiscovery.DEVICE_TYPE, Fixtures.SMART_METER);
            assertThat(hello.device().scopes()).containsExactly("grid:new");
            assertThat(hello.appSequence()).isEqualTo(Fixtures.sequence(1_000, 2));
            // Metadata that discovery does not show.
            assertThat(((Hello) only(service.changed(meter(List.of("grid:new"), 7))))
                            .device()
                            .metadataVersion())
                    .isEqualTo(7);
        }

        @Test
        void saysNothingIfAllIsAsItWas() {
            service.start();
            assertThat(service.changed(service.device())).isEmpty();
            assertThat(service.device().metadataVersion()).isEqualTo(4);
        }

        @Test
        void keepsTheNewVersionAlsoWhileStopped() {
            assertThat(service.changed(Fixtures.meter(5))).isEmpty();
            assertThat(service.device().metadataVersion()).isEqualTo(5);
        }

        /** D4. */
        @Test
        void neverFallsBehindWhatItTold() {
            assertThatThrownBy(() -> service.changed(Fixtures.meter(3)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageEndingWith("version 3 (expected: one of " + Fixtures.METER + ", version >= 4)");
            assertThat(service.device()).isEqualTo(Fixtures.meter(4));
        }

        private DeviceAnnouncement meter(List<String> scopes, long version) {
            return new DeviceAnnouncement(Fixtures.METER, List.of(Fixtures.SMART_METER), scopes, List.of(), version);
        }

        /** R0029. */
        @Test
        void refusesWhatDoesNotFitADatagram() {
            List<String> scopes = Collections.nCopies(200, "http://grid.example/fan/ssc-3");
            assertThatThrownBy(() -> service.changed(meter(scopes, 5)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageMatching("announcement of urn:uuid:a.*: \\d+ octets \\(expected: <= 4096; .*");
            assertThat(service.device()).isEqualTo(Fixtures.meter(4));
        }
    }

    @Nested
    class WhenProbedByMulticast {

        @Test
        void answersTheSenderOfAMatchingProbe() throws Exception {
            service.start();
            List<DiscoveryAction> actions = probe(Probe.of(
                    List.of(Fixtures.SMART_METER, WsDiscovery.DEVICE_TYPE),
                    List.of("http://GRID.example/fan", "grid:wan")));
            assertThat(actions).first().isInstanceOfSatisfying(SendTo.class, send -> {
                assertThat(send.address()).isEqualTo(Fixtures.CLIENT);
                assertThat(send.delayMs()).isBetween(0, 2_500);
            });
            assertThat(only(actions))
                    .isEqualTo(new ProbeMatches(List.of(Fixtures.meter(4)), Fixtures.sequence(1_000, 2)));
            Envelope reply = Fixtures.envelope(actions.get(0).envelope());
            assertThat(reply.relatesTo()).contains("urn:probe");
            assertThat(reply.to()).contains(EndpointReference.ANONYMOUS_ADDRESS);
        }

        /** D8. */
        @Test
        void matchesEveryTypeByNamespaceAndName() throws Exception {
            service.start();
            assertThat(probe(ANY)).hasSize(1);
            assertThat(probe(Probe.of(List.of(new QName("urn:other", "SmartMeter")), List.of())))
                    .isEmpty();
            assertThat(probe(Probe.of(List.of(Fixtures.SMART_METER, new QName("urn:x", "Y")), List.of())))
                    .isEmpty();
            assertThat(probe(Probe.of(List.of(), List.of("grid:wan", "grid:other"))))
                    .isEmpty();
        }

        /** D9, D10, U9. */
        @Test
        void isSilentIfTheRuleIsUnknownOrNothingMatches() throws Exception {
            service.start();
            assertThat(probe(new Probe(List.of(), List.of(), "urn:nope"))).isEmpty();
            assertThat(probe(new Probe(List.of(), List.of(), ScopeRule.NONE.uri())))
                    .isEmpty();
        }

        /** R1018; otherwise a forged Probe would turn every device of a network against a third party. */
        @Test
        void isSilentIfTheAnswerWouldGoElsewhere() throws Exception {
            service.start();
            Envelope request = Fixtures.envelope(DiscoveryCodec.envelope(ANY)
                    .messageId("urn:probe")
                    .replyTo(EndpointReference.of("soap.udp://192.0.2.99:1"))
                    .toBytes());
            assertThat(service.onProbe(request, ANY, Fixtures.CLIENT)).isEmpty();
            Envelope anonymous = Fixtures.envelope(DiscoveryCodec.envelope(ANY)
                    .messageId("urn:probe")
                    .replyTo(EndpointReference.ANONYMOUS)
                    .toBytes());
            assertThat(service.onProbe(anonymous, ANY, Fixtures.CLIENT)).hasSize(1);
        }

        @Test
        void isSilentIfTheProbeHasNoId() throws Exception {
            service.start();
            Envelope request = Fixtures.envelope(DiscoveryCodec.envelope(ANY).toBytes());
            assertThat(service.onProbe(request, ANY, Fixtures.CLIENT)).isEmpty();
        }
    }

    @Nested
    class WhenResolved {

        /** D11. */
        @Test
        void answersForItselfOnly() throws Exception {
            service.start();
            List<DiscoveryAction> actions = resolve(Fixtures.METER);
            assertThat(actions.get(0)).isInstanceOf(SendTo.class);
            assertThat(actions.get(0).delayMs()).isZero();
            assertThat(only(actions))
                    .isEqualTo(new ResolveMatches(Optional.of(Fixtures.meter(4)), Fixtures.sequence(1_000, 2)));
            assertThat(resolve(EndpointReference.of("urn:uuid:00000000-0000-0000-0000-000000000000")))
                    .isEmpty();
        }
    }

    @Nested
    class WhenProbedDirectly {

        private DirectedAnswer directed(DiscoveryMessage message) throws MalformedEnvelopeException {
            return service.onDirectedProbe(Fixtures.multicast(message, "urn:probe"));
        }

        /** R1021. */
        @Test
        void answersWithItselfIfItMatches() throws Exception {
            service.start();
            DirectedAnswer answer = directed(Probe.of(List.of(Fixtures.SMART_METER), List.of()));
            assertThat(answer.httpStatus()).isEqualTo(200);
            assertThat(((ProbeMatches) Fixtures.message(answer.envelope())).matches())
                    .containsExactly(Fixtures.meter(4));
            assertThat(Fixtures.envelope(answer.envelope()).relatesTo()).contains("urn:probe");
        }

        /** R1022. */
        @Test
        void answersWithNobodyIfItDoesNot() throws Exception {
            service.start();
            DirectedAnswer answer = directed(Probe.of(List.of(new QName("urn:x", "Y")), List.of()));
            assertThat(answer.httpStatus()).isEqualTo(200);
            assertThat(((ProbeMatches) Fixtures.message(answer.envelope())).matches())
                    .isEmpty();
        }

        /** D10. */
        @Test
        void namesTheRulesItKnowsIfAskedForAnotherOne() throws Exception {
            service.start();
            DirectedAnswer answer = directed(new Probe(List.of(), List.of("urn:a"), "urn:nope"));
            assertThat(answer.httpStatus()).isEqualTo(400);
            Envelope envelope = Fixtures.envelope(answer.envelope());
            assertThat(envelope.action()).contains(Namespaces.WSD + "/fault");
            assertThat(envelope.relatesTo()).contains("urn:probe");
            SoapFault fault = SoapFault.read(envelope);
            assertThat(fault.subcodes()).containsExactly(new QName(Namespaces.WSD, "MatchingRuleNotSupported"));
            try (XmlReader detail = XmlReader.ofFragment(fault.detail().orElseThrow())) {
                assertThat(detail.name()).isEqualTo(new QName(Namespaces.WSD, "SupportedMatchingRules"));
                assertThat(detail.tokens()).isEqualTo(ScopeRule.uris());
            }
        }

        @Test
        void answersOtherThingsByFaults() throws Exception {
            service.start();
            Envelope malformed = Fixtures.envelope(EnvelopeWriter.forAction(WsDiscovery.PROBE_ACTION)
                    .messageId("urn:probe")
                    .toBytes());
            assertThat(service.onDirectedProbe(malformed).httpStatus()).isEqualTo(400);
            DirectedAnswer resolve = directed(new Resolve(Fixtures.METER));
            assertThat(resolve.httpStatus()).isEqualTo(400);
            assertThat(SoapFault.read(Fixtures.envelope(resolve.envelope())).subcodes())
                    .containsExactly(new QName(Namespaces.WSA, "ActionNotSupported"));
        }
    }

    @Nested
    class ManyOfThem {

        private final TargetServices services = new TargetServices();
        private final List<EndpointReference> devices = new ArrayList<>();

        private void addDevices(int count) {
            for (int i = 0; i < count; i++) {
                EndpointReference epr = EndpointReference.of("urn:uuid:" + i);
                devices.add(epr);
                DeviceAnnouncement device = new DeviceAnnouncement(
                        epr, List.of(), List.of(i % 2 == 0 ? "grid:even" : "grid:odd"), List.of(), 1);
                TargetService each =
                        new TargetService(device, 1, DiscoveryTiming.defaults(), Fixtures.countingIds(), new Random(i));
                each.start();
                services.add(each);
            }
        }

        @Test
        void shareOneListener() throws Exception {
            addDevices(10);
            Probe probe = Probe.of(List.of(), List.of("grid:odd"));
            List<DiscoveryAction> actions =
                    services.onMessage(Fixtures.multicast(probe, "urn:p"), probe, Fixtures.CLIENT);
            assertThat(actions).hasSize(5).allMatch(SendTo.class::isInstance);
            Resolve resolve = new Resolve(devices.get(3));
            assertThat(services.onMessage(Fixtures.multicast(resolve, "urn:r"), resolve, Fixtures.CLIENT))
                    .hasSize(1);
            Resolve unknown = new Resolve(Fixtures.OTHER);
            assertThat(services.onMessage(Fixtures.multicast(unknown, "urn:r"), unknown, Fixtures.CLIENT))
                    .isEmpty();
            Hello hello = new Hello(Fixtures.meter(1), Optional.empty());
            assertThat(services.onMessage(Fixtures.multicast(hello, "urn:h"), hello, Fixtures.CLIENT))
                    .isEmpty();
        }

        @Test
        void areFoundByWhatTheyAnnounceNow() throws Exception {
            addDevices(40);
            TargetService changing = services.get(devices.get(7)).orElseThrow();
            assertThat(changing.changed(announcing(changing, "grid:new/one", 2)))
                    .hasSize(1);
            assertThat(found("grid:new")).isEqualTo(1);
            assertThat(found("grid:odd")).isEqualTo(19);
            assertThat(services.remove(devices.get(7))).contains(changing);
            assertThat(found("grid:new")).isZero();
            assertThat(changing.changed(announcing(changing, "grid:new/two", 3)))
                    .hasSize(1);
            assertThat(found("grid:new")).isZero();
        }

        private DeviceAnnouncement announcing(TargetService service, String scope, long version) {
            return new DeviceAnnouncement(service.device().epr(), List.of(), List.of(scope), List.of(), version);
        }

        private int found(String scope) throws MalformedEnvelopeException {
            Probe probe = Probe.of(List.of(), List.of(scope));
            return services.onMessage(Fixtures.multicast(probe, "urn:p"), probe, Fixtures.CLIENT)
                    .size();
        }

        @Test
        void haveDifferentAddresses() {
            addDevices(2);
            TargetService first = services.get(devices.get(0)).orElseThrow();
            assertThatThrownBy(() -> services.add(first))
                    .hasMessage("device: urn:uuid:0 (expected: an address that no other device has)");
            assertThat(services.remove(devices.get(0))).contains(first);
            assertThat(services.size()).isEqualTo(1);
            services.add(first);
            assertThat(services.size()).isEqualTo(2);
        }
    }
}
