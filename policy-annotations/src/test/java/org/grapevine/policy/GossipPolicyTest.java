package org.grapevine.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Method;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.xml.namespace.QName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GossipPolicyTest {

    @Gossip(
            fanout = Gossip.AUTO,
            rounds = 6,
            eagerHops = 2,
            types = {"{urn:example:grid}SmartMeter", "Plain"},
            lan = "grid:han",
            matchBy = "urn:strcmp0",
            order = Order.ORIGIN,
            limits =
                    @Gossip.Limits(
                            variants = {Variant.TREE, Variant.EAGER_PUSH},
                            maxFanout = 8,
                            maxRounds = 9,
                            maxLifetime = "PT2M",
                            minRepair = "PT0.5S",
                            maxTimeout = "PT9S",
                            maxPriority = Priority.ALARM),
            variant = Variant.LAZY_PUSH,
            binding = Binding.HTTP,
            scopes = {"grid:wan", "grid:fan/ssc-3"},
            priority = Priority.ALARM,
            lifetime = "PT1M",
            repair = "none",
            period = "PT2S",
            view = View.FULL,
            peers = "http://127.0.0.1/peers",
            maxAge = "PT10S",
            trust = Trust.GROUP)
    interface Everything {
        @Gossip(
                replies = Replies.AGGREGATE,
                aggregation = "sum-by-key",
                minReplies = 3,
                partial = true,
                enough = 2,
                timeout = "PT5S",
                fanout = 4)
        void needs();

        void plain();
    }

    interface OnlyOne {
        @Gossip
        void needs();
    }

    interface Nothing {
        void needs();
    }

    interface Overloaded {
        @Gossip(fanout = 3)
        void needs();

        @Gossip(fanout = 4)
        void needs(int day);
    }

    @Gossip(fanout = 0, rounds = 300)
    interface TooManyRounds {}

    @Gossip(variant = {Variant.TREE, Variant.PULL})
    interface TwoVariants {}

    @Gossip(eagerHops = 256)
    interface TooManyEagerHops {}

    @Gossip(lan = "two words")
    interface NoLan {}

    @Gossip(types = "SmartMeter}")
    interface NoType {}

    @Gossip(matchBy = "urn:strcmp0")
    interface NothingToMatch {}

    @Gossip(limits = @Gossip.Limits(maxFanout = 65))
    interface TooHighALimit {}

    @Gossip(lifetime = "ten minutes")
    interface NoDuration {}

    @Gossip(peers = "ssc-3")
    interface NoPeerService {}

    @Gossip(maxAge = "PT25H")
    interface TooOldAnswers {}

    private static GossipPolicy of(Class<?> annotated) {
        return GossipPolicy.of(Objects.requireNonNull(annotated.getAnnotation(Gossip.class)));
    }

    @Nested
    class FromAnAnnotation {

        @Test
        void takesEveryValueThatIsSet() {
            assertThat(of(Everything.class))
                    .isEqualTo(GossipPolicy.builder()
                            .fanout(Gossip.AUTO)
                            .rounds(6)
                            .variant(Variant.LAZY_PUSH)
                            .binding(Binding.HTTP)
                            .eagerHops(2)
                            .scopes(new Scopes(List.of("grid:wan", "grid:fan/ssc-3"), "urn:strcmp0"))
                            .types(List.of(new QName("urn:example:grid", "SmartMeter"), new QName("Plain")))
                            .lan(new Scopes(List.of("grid:han"), "urn:strcmp0"))
                            .order(Order.ORIGIN)
                            .limits(new GossipLimits(
                                    List.of(Variant.TREE, Variant.EAGER_PUSH),
                                    8,
                                    9,
                                    Duration.ofMinutes(2),
                                    Duration.ofMillis(500),
                                    Duration.ofSeconds(9),
                                    Priority.ALARM))
                            .priority(Priority.ALARM)
                            .lifetime(Duration.ofMinutes(1))
                            .repair(GossipPolicy.NO_REPAIR)
                            .period(Duration.ofSeconds(2))
                            .view(View.FULL)
                            .peers("http://127.0.0.1/peers")
                            .maxAge(Duration.ofSeconds(10))
                            .trust(Trust.GROUP)
                            .build());
        }

        @Test
        void leavesUnsetWhatIsNotSetAndTellsItFromAuto() throws NoSuchMethodException {
            GossipPolicy empty = GossipPolicy.of(
                    Objects.requireNonNull(OnlyOne.class.getMethod("needs").getAnnotation(Gossip.class)));
            assertThat(empty).isEqualTo(GossipPolicy.UNSET);
            assertThat(of(Everything.class).fanout()).isEqualTo(Gossip.AUTO);
            assertThat(empty.fanout()).isNull();
        }

        @Test
        void refusesImpossibleValues() {
            assertThatThrownBy(() -> of(TooManyRounds.class))
                    .isInstanceOf(PolicyException.class)
                    .hasMessage("rounds: 300 (expected: 1..255 or auto)");
            assertThatThrownBy(() -> of(TwoVariants.class))
                    .hasMessageStartingWith("variant: tree, pull (expected: one of eager-push | lazy-push");
            assertThatThrownBy(() -> of(TooManyEagerHops.class))
                    .hasMessage("eagerHops: 256 (expected: 0..255 or auto)");
            assertThatThrownBy(() -> of(NoLan.class))
                    .hasMessage("lan: 'two words' (expected: URIs of 1..1024 characters without white space)");
            assertThatThrownBy(() -> of(NoType.class)).hasMessage("types: SmartMeter} (expected: {namespace}name)");
            assertThatThrownBy(() -> of(NothingToMatch.class))
                    .hasMessage(
                            "matchBy: urn:strcmp0 (expected: unset, since there are neither scopes nor lan beside it)");
            assertThatThrownBy(() -> of(TooHighALimit.class)).hasMessage("limits maxFanout: 65 (expected: 1..64)");
            assertThatThrownBy(() -> of(NoDuration.class))
                    .hasMessage("lifetime: ten minutes (expected: an ISO-8601 duration such as PT30S)");
            assertThatThrownBy(() -> of(NoPeerService.class))
                    .hasMessage("peers: ssc-3 (expected: an absolute URI of at most 2048 characters)");
            assertThatThrownBy(() -> of(TooOldAnswers.class)).hasMessage("maxAge: PT25H (expected: PT0.05S..PT24H)");
        }
    }

    @Nested
    class FromAServiceInterface {

        @Test
        void laysTheOperationOverTheInterfaceValueByValue() {
            PortGossip gossip = PortGossip.of(Everything.class, Method::getName).orElseThrow();
            EffectiveGossip needs = gossip.forOperation("needs").orElseThrow().effective();
            assertThat(needs.fanout()).isEqualTo(4);
            assertThat(needs.rounds()).isEqualTo(6);
            assertThat(needs.replies()).isEqualTo(Replies.AGGREGATE);
            assertThat(gossip.forOperation("plain").orElseThrow()).isEqualTo(of(Everything.class));
        }

        @Test
        void gossipsOnlyTheAnnotatedOperationIfTheInterfaceIsNotAnnotated() {
            PortGossip gossip = PortGossip.of(OnlyOne.class, Method::getName).orElseThrow();
            assertThat(gossip.forOperation("needs")).contains(GossipPolicy.UNSET);
            assertThat(gossip.forOperation("other")).isEmpty();
        }

        @Test
        void isEmptyWithoutAnAnnotation() {
            assertThat(PortGossip.of(Nothing.class, Method::getName)).isEmpty();
        }

        @Test
        void refusesTwoPoliciesForOneOperation() {
            assertThatThrownBy(() -> PortGossip.of(Overloaded.class, Method::getName))
                    .isInstanceOf(PolicyException.class)
                    .hasMessageContaining("two different policies for operation needs");
        }

        @Test
        void putsHashesInPlaceOfNames() {
            PortGossip gossip = PortGossip.of(Everything.class, Method::getName)
                    .orElseThrow()
                    .map(policy -> policy.aggregation() == null ? policy : policy.withAggregation(Wsdls.HASH));
            GossipPolicy needs = gossip.forOperation("needs").orElseThrow();
            assertThat(needs.aggregation()).isEqualTo(Wsdls.HASH);
            assertThat(needs.minReplies()).isEqualTo(3);
            assertThat(needs.partial()).isTrue();
            assertThat(needs.enough()).isEqualTo(2);
        }
    }

    @Nested
    class Effective {

        @Test
        void takesTheFrameworksDefaultsForWhatNothingNames() {
            assertThat(EffectiveGossip.defaults())
                    .isEqualTo(new EffectiveGossip(
                            Variant.EAGER_PUSH,
                            Gossip.AUTO,
                            Gossip.AUTO,
                            Gossip.AUTO_EAGER_HOPS,
                            null,
                            List.of(),
                            null,
                            Binding.SOAP_UDP,
                            Priority.NORMAL,
                            Order.NONE,
                            Duration.ofSeconds(30),
                            Duration.ofSeconds(1),
                            Duration.ofSeconds(1),
                            Replies.NONE,
                            null,
                            0,
                            false,
                            1,
                            Duration.ofSeconds(2),
                            null,
                            null,
                            Duration.ofSeconds(30),
                            Trust.NONE,
                            new EffectiveLimits(
                                    List.of(Variant.values()),
                                    64,
                                    255,
                                    Duration.ofHours(24),
                                    Duration.ofMillis(50),
                                    Duration.ofMinutes(10),
                                    Priority.ALARM)));
        }

        @Test
        void letsADefaultYieldToALimit() {
            EffectiveGossip gossip = GossipPolicy.builder()
                    .limits(new GossipLimits(
                            null,
                            null,
                            null,
                            Duration.ofSeconds(10),
                            Duration.ofSeconds(3),
                            Duration.ofSeconds(1),
                            Priority.BULK))
                    .build()
                    .effective();

            assertThat(gossip.lifetime()).isEqualTo(Duration.ofSeconds(10));
            assertThat(gossip.repair()).isEqualTo(Duration.ofSeconds(3));
            assertThat(gossip.timeout()).isEqualTo(Duration.ofSeconds(1));
            assertThat(gossip.priority()).isEqualTo(Priority.BULK);
        }

        @Test
        void theFirstAnswerNeedsNoFunctionUnlessSeveralAreEnough() {
            GossipPolicy.Builder first = GossipPolicy.builder().replies(Replies.FIRST);

            assertThat(first.build().effective().enough()).isEqualTo(1);
            assertThatThrownBy(() -> first.enough(3).build().effective())
                    .hasMessageStartingWith("aggregation: unset (expected: a library function")
                    .hasMessageEndingWith("because enough is over 1)");
            assertThat(first.aggregation("max").build().effective().enough()).isEqualTo(3);
            assertThatThrownBy(() -> first.minReplies(4).build().effective())
                    .hasMessage("minReplies: 4 (expected: at most 3, which is enough, because replies is first)");
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                textBlock =
                        """
                        fanout   | fanout: 9 (expected: at most 8, by the limits beside it)
                        rounds   | rounds: 7 (expected: at most 6, by the limits beside it)
                        lifetime | lifetime: PT1M (expected: at most PT30S, by the limits beside it)
                        repair   | repair: PT0.1S (expected: none or at least PT0.5S, by the limits beside it)
                        timeout  | timeout: PT5S (expected: at most PT3S, by the limits beside it)
                        priority | priority: alarm (expected: control or lower, by the limits beside it)
                        """)
        void refusesWhatThePolicysOwnLimitsForbid(String value, String message) {
            GossipPolicy.Builder policy = GossipPolicy.builder()
                    .replies(Replies.AGGREGATE)
                    .aggregation("sum-by-key")
                    .limits(new GossipLimits(
                            List.of(Variant.TREE),
                            8,
                            6,
                            Duration.ofSeconds(30),
                            Duration.ofMillis(500),
                            Duration.ofSeconds(3),
                            Priority.CONTROL));
            switch (value) {
                case "fanout" -> policy.fanout(9);
                case "rounds" -> policy.rounds(7);
                case "lifetime" -> policy.lifetime(Duration.ofMinutes(1));
                case "repair" -> policy.repair(Duration.ofMillis(100));
                case "timeout" -> policy.timeout(Duration.ofSeconds(5));
                default -> policy.priority(Priority.ALARM);
            }

            assertThatThrownBy(() -> policy.build().effective()).hasMessage(message);
        }

        @Test
        void takesEachLimitFromTheNarrowestAttachmentThatSetsIt() {
            GossipPolicy wider = GossipPolicy.builder()
                    .limits(new GossipLimits(null, 8, 6, null, null, null, null))
                    .build();
            GossipPolicy narrower = GossipPolicy.builder()
                    .limits(new GossipLimits(null, 4, null, null, null, null, null))
                    .build();

            EffectiveLimits limits = narrower.over(wider).effective().limits();

            assertThat(limits.maxFanout()).isEqualTo(4);
            assertThat(limits.maxRounds()).isEqualTo(6);
        }

        @Test
        void tellsEveryValueInWords() {
            GossipPolicy policy = of(Everything.class);

            assertThat(policy.words())
                    .containsEntry("fanout", "auto")
                    .containsEntry("repair", "none")
                    .containsEntry("scopes", "grid:wan grid:fan/ssc-3; matched by urn:strcmp0")
                    .containsEntry("types", "{urn:example:grid}SmartMeter Plain")
                    .containsEntry("limits.variants", "tree eager-push")
                    .containsEntry("view", "full")
                    .doesNotContainKeys("replies", "aggregation");
            assertThat(policy.effective().words()).containsAllEntriesOf(policy.words());
            assertThat(EffectiveGossip.defaults().words().keySet())
                    .containsExactlyElementsOf(policy.effective().words().keySet())
                    .hasSize(30);
            assertThat(EffectiveGossip.defaults().words())
                    .containsEntry("eagerHops", "auto")
                    .containsEntry("partial", "false")
                    .containsEntry("enough", "1")
                    .containsEntry("scopes", "the device's own")
                    .containsEntry("types", "any")
                    .containsEntry("lan", "none")
                    .containsEntry("view", "the host's own")
                    .containsEntry("peers", "the device's own")
                    .containsEntry("maxAge", "PT30S")
                    .containsEntry("aggregation", "none")
                    .containsEntry("limits.maxLifetime", "PT24H");
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '@',
                textBlock =
                        """
                        fanout           @ 0      @ fanout: 0 (expected: 1..64 or auto)
                        eagerHops        @ -2     @ eagerHops: -2 (expected: 0..255 or auto)
                        lifetime         @ soon   @ lifetime: soon (expected: an ISO-8601 duration such as PT30S)
                        enough           @ none   @ enough: none (expected: >= 1)
                        partial          @ maybe  @ partial: maybe (expected: true or false)
                        view             @ all    @ view: all (expected: full | hyparview | cyclon)
                        maxAge           @ old    @ maxAge: old (expected: an ISO-8601 duration such as PT30S)
                        types            @ {a     @ types: {a (expected: {namespace}name)
                        limits.maxFanout @ auto   @ limits maxFanout: auto (expected: 1..64)
                        limits.most      @ 1      @ limits: most (expected: one of variants, maxFanout, maxRounds, maxLifetime, minRepair, maxTimeout, maxPriority)
                        """)
        void refusesAWordThatIsImpossible(String name, String word, String message) {
            assertThatThrownBy(() -> GossipPolicy.builder().word(name, word).build())
                    .isInstanceOf(PolicyException.class)
                    .hasMessage(message);
        }

        @Test
        void refusesANameThatItDoesNotHave() {
            assertThatThrownBy(() -> GossipPolicy.builder().word("colour", "red"))
                    .hasMessageStartingWith(
                            "policy: colour (expected: one of variant, fanout, rounds, eagerHops, scopes");
        }

        @Test
        void letsADefaultYieldToAShortLifetime() {
            EffectiveGossip gossip = GossipPolicy.builder()
                    .lifetime(Duration.ofMillis(500))
                    .build()
                    .effective();
            assertThat(gossip.repair()).isEqualTo(Duration.ofMillis(500));
            assertThat(gossip.timeout()).isEqualTo(Duration.ofMillis(500));
            EffectiveGossip shortest =
                    GossipPolicy.builder().lifetime(Duration.ofNanos(1)).build().effective();
            assertThat(shortest.repair()).isEqualTo(GossipPolicy.NO_REPAIR);
            assertThat(shortest.timeout()).isEqualTo(Duration.ofMillis(50));
        }

        @Test
        void refusesARepairPeriodAboveTheLifetimeThatAnotherAttachmentSets() {
            GossipPolicy wider =
                    GossipPolicy.builder().repair(Duration.ofSeconds(5)).build();
            GossipPolicy narrower =
                    GossipPolicy.builder().lifetime(Duration.ofSeconds(1)).build();
            assertThatThrownBy(() -> narrower.over(wider))
                    .hasMessage("repair: PT5S (expected: none or PT0.05S..PT1S, the lifetime)");
        }

        @Test
        void refusesToAggregateWithoutAFunction() {
            GossipPolicy policy =
                    GossipPolicy.builder().replies(Replies.AGGREGATE).build();
            assertThatThrownBy(policy::effective)
                    .isInstanceOf(PolicyException.class)
                    .hasMessageStartingWith("aggregation: unset (expected: a library function");
        }
    }

    @Nested
    class Ranges {

        @ParameterizedTest
        @CsvSource({"-2", "65", "1000000"})
        void ofFanout(int value) {
            assertThatThrownBy(() -> GossipPolicy.builder().fanout(value).build())
                    .hasMessage("fanout: " + value + " (expected: 1..64 or auto)");
        }

        @ParameterizedTest
        @CsvSource({"PT0S", "PT-1S", "PT24H0.001S"})
        void ofLifetime(Duration value) {
            assertThatThrownBy(() -> GossipPolicy.builder().lifetime(value).build())
                    .hasMessage("lifetime: " + value + " (expected: more than PT0S, at most PT24H)");
        }

        @ParameterizedTest
        @CsvSource({"PT0.049S", "PT11S", "PT-1S"})
        void ofRepair(Duration value) {
            assertThatThrownBy(() -> GossipPolicy.builder()
                            .lifetime(Duration.ofSeconds(10))
                            .repair(value)
                            .build())
                    .hasMessage("repair: " + value + " (expected: none or PT0.05S..PT10S, the lifetime)");
        }

        @ParameterizedTest
        @CsvSource({"PT0.049S, PT1H, PT10M", "PT10M1S, PT1H, PT10M", "PT5S, PT4S, 'PT4S, the lifetime'"})
        void ofTimeout(Duration value, Duration lifetime, String most) {
            assertThatThrownBy(() -> GossipPolicy.builder()
                            .lifetime(lifetime)
                            .timeout(value)
                            .build())
                    .hasMessage("timeout: " + value + " (expected: PT0.05S.." + most + ")");
        }

        @Test
        void includeTheirEnds() {
            for (int fanout : new int[] {Gossip.AUTO, 1, 64}) {
                assertThat(GossipPolicy.builder().fanout(fanout).build().fanout())
                        .isEqualTo(fanout);
            }
            for (int rounds : new int[] {Gossip.AUTO, 1, 255}) {
                assertThat(GossipPolicy.builder().rounds(rounds).build().rounds())
                        .isEqualTo(rounds);
            }
            Duration day = Duration.ofHours(24);
            assertThat(GossipPolicy.builder().lifetime(day).repair(day).build().repair())
                    .isEqualTo(day);
            assertThatThrownBy(() -> GossipPolicy.builder().minReplies(-1).build())
                    .hasMessage("minReplies: -1 (expected: >= 0)");
            assertThatThrownBy(() -> GossipPolicy.builder().enough(0).build()).hasMessage("enough: 0 (expected: >= 1)");
        }

        @ParameterizedTest
        @ValueSource(strings = {"top-k?k=5", "top-k?k=5&by=max", "a/b.xsl?name=M%C3%BCnze", "f?empty="})
        void aFunctionMayHaveParameters(String name) {
            assertThat(GossipPolicy.builder().aggregation(name).build().aggregation())
                    .isEqualTo(name);
            String hashed = Wsdls.HASH + name.substring(name.indexOf('?')).replace("?", "?=");
            assertThat(GossipPolicy.builder().aggregation(hashed).build().aggregation())
                    .isEqualTo(hashed);
        }

        @ParameterizedTest
        @CsvSource({
            "''",
            "'a b'",
            "'urn:sha256:12'",
            "'../../etc/passwd'",
            "'f\u0000.xsl'",
            "'top-k?'",
            "'top-k?k'",
            "'top-k?=5'",
            "'top-k?5=k'",
            "'top-k?k=5&'",
            "'top-k?k=a b'",
            "'top-k?k=%4'",
            "'top-k?k=5#x'"
        })
        void ofAFunction(String name) {
            assertThatThrownBy(() -> GossipPolicy.builder().aggregation(name).build())
                    .isInstanceOf(PolicyException.class)
                    .hasMessageStartingWith("aggregation: " + name + " (expected: a library function");
        }

        @Test
        void ofScopes() {
            assertThatThrownBy(() -> new Scopes(List.of("grid:wan grid:fan"), null))
                    .hasMessageStartingWith("scopes: 'grid:wan grid:fan' (expected: URIs");
            assertThatThrownBy(() -> new Scopes(List.of(), null)).hasMessage("scopes: 0 scopes (expected: 1..32)");
        }

        @Test
        void ofARelation() {
            assertThatThrownBy(() -> ShadowRelation.shadowOf("meter"))
                    .hasMessageStartingWith("ShadowOf: meter (expected: an absolute URI");
        }
    }

    @Test
    void wireNamesAreThoseOfTheDesign() {
        assertThat(Map.of(
                        "variant", WireNamed.names(Variant.class),
                        "binding", WireNamed.names(Binding.class),
                        "priority", WireNamed.names(Priority.class),
                        "replies", WireNamed.names(Replies.class),
                        "trust", WireNamed.names(Trust.class),
                        "view", WireNamed.names(View.class)))
                .isEqualTo(Map.of(
                        "variant", "eager-push | lazy-push | pull | push-pull | lazy-pull | tree | multicast",
                        "binding", "soap.udp | http",
                        "priority", "alarm | control | normal | bulk",
                        "replies", "none | first | collect | aggregate",
                        "trust", "none | group | signed",
                        "view", "full | hyparview | cyclon"));
        assertThat(Variant.ofWireName("lazy-pull")).isEqualTo(Variant.LAZY_PULL);
        assertThatThrownBy(() -> Trust.ofWireName("all")).hasMessage("trust: all (expected: none | group | signed)");
    }
}
