package org.grapevine.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Method;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GossipPolicyTest {

    @Gossip(
            fanout = Gossip.AUTO,
            rounds = 6,
            variant = Variant.LAZY_PUSH,
            binding = Binding.HTTP,
            scopes = {"grid:wan", "grid:fan/ssc-3"},
            priority = Priority.ALARM,
            lifetime = "PT1M",
            repair = "none",
            period = "PT2S",
            trust = Trust.GROUP)
    interface Everything {
        @Gossip(replies = Replies.AGGREGATE, aggregation = "sum-by-key", minReplies = 3, timeout = "PT5S", fanout = 4)
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

    @Gossip(lifetime = "ten minutes")
    interface NoDuration {}

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
                            .scopes(new Scopes(List.of("grid:wan", "grid:fan/ssc-3"), null))
                            .priority(Priority.ALARM)
                            .lifetime(Duration.ofMinutes(1))
                            .repair(GossipPolicy.NO_REPAIR)
                            .period(Duration.ofSeconds(2))
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
            assertThatThrownBy(() -> of(NoDuration.class))
                    .hasMessage("lifetime: ten minutes (expected: an ISO-8601 duration such as PT30S)");
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
                            null,
                            List.of(),
                            Binding.SOAP_UDP,
                            Priority.NORMAL,
                            Duration.ofSeconds(30),
                            Duration.ofSeconds(1),
                            Duration.ofSeconds(1),
                            Replies.NONE,
                            null,
                            0,
                            Duration.ofSeconds(2),
                            null,
                            Trust.NONE));
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
        }

        @ParameterizedTest
        @CsvSource({"''", "'a b'", "'urn:sha256:12'", "'../../etc/passwd'", "'f\u0000.xsl'"})
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
                        "trust", WireNamed.names(Trust.class)))
                .isEqualTo(Map.of(
                        "variant", "eager-push | lazy-push | pull | push-pull | lazy-pull | tree | multicast",
                        "binding", "soap.udp | http",
                        "priority", "alarm | control | normal | bulk",
                        "replies", "none | first | collect | aggregate",
                        "trust", "none | group | signed"));
        assertThat(Variant.ofWireName("lazy-pull")).isEqualTo(Variant.LAZY_PULL);
        assertThatThrownBy(() -> Trust.ofWireName("all")).hasMessage("trust: all (expected: none | group | signed)");
    }
}
