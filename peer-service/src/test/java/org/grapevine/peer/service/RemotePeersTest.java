package org.grapevine.peer.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.grapevine.peer.service.FakePeers.METER;
import static org.grapevine.peer.service.FakePeers.NOW;
import static org.grapevine.peer.service.FakePeers.PORT_TYPE;
import static org.grapevine.peer.service.FakePeers.SCOPE;
import static org.grapevine.peer.service.FakePeers.peer;
import static org.grapevine.peer.service.FakePeers.peers;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.core.message.Segment;
import org.grapevine.dpws.discovery.ScopeRule;
import org.grapevine.peer.Appetite;
import org.grapevine.peer.Peer;
import org.grapevine.peer.PeerSelector;
import org.grapevine.peer.PeerService;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Answers of a Peer Service elsewhere, in virtual time: how long they are kept, and what happens when it is away. */
class RemotePeersTest {

    private static final Duration MAX_AGE = Duration.ofSeconds(30);

    /** An event loop whose time a test moves. */
    private static final class VirtualTurns implements RemotePeers.Turns {
        private record Due(long atMillis, long sequence, Runnable task) {}

        private final Deque<Runnable> inbox = new ArrayDeque<>();
        private final PriorityQueue<Due> timers =
                new PriorityQueue<>(Comparator.comparingLong(Due::atMillis).thenComparingLong(Due::sequence));
        private long now = NOW;
        private long sequence;
        private boolean full;

        @Override
        public long nowMillis() {
            return now;
        }

        @Override
        public boolean offer(Runnable task) {
            return !full && inbox.add(task);
        }

        @Override
        public boolean schedule(long delayMillis, Runnable task) {
            return timers.add(new Due(now + delayMillis, sequence++, task));
        }

        void settle() {
            for (Runnable task = inbox.poll(); task != null; task = inbox.poll()) {
                task.run();
            }
        }

        void pass(Duration time) {
            long until = now + time.toMillis();
            settle();
            for (Due next = timers.peek(); next != null && next.atMillis() <= until; next = timers.peek()) {
                timers.remove(next);
                now = next.atMillis();
                next.task().run();
                settle();
            }
            now = until;
        }
    }

    /** The other device: draws uniformly from whom it knows, until it is told to do something else. */
    private static final class Elsewhere implements PeerSource {
        private final Random random = new Random(5);
        private final List<PeerSelector> questions = new ArrayList<>();
        private final List<CompletableFuture<Drawn>> open = new ArrayList<>();
        private List<Peer> known = peers(100);
        private boolean away;
        private boolean slow;

        @Override
        public CompletableFuture<Drawn> draw(PeerSelector selector) {
            questions.add(selector);
            if (slow) {
                CompletableFuture<Drawn> later = new CompletableFuture<>();
                open.add(later);
                return later;
            }
            return away
                    ? CompletableFuture.failedFuture(new IOException("http://ssc/peers: connection refused"))
                    : CompletableFuture.completedFuture(answer(selector));
        }

        private Drawn answer(PeerSelector selector) {
            List<Peer> all =
                    new ArrayList<>(known.stream().filter(selector::accepts).toList());
            java.util.Collections.shuffle(all, random);
            return new Drawn(
                    all.subList(0, Math.min(selector.count(), all.size())), all.size() < selector.count(), 1_000);
        }
    }

    private final VirtualTurns turns = new VirtualTurns();
    private final Elsewhere elsewhere = new Elsewhere();
    private final RemotePeers remote = new RemotePeers("http://ssc/peers", elsewhere, MAX_AGE, turns, new Random(3));

    private CompletableFuture<List<Peer>> ask(PeerSelector selector) {
        CompletableFuture<List<Peer>> answer = remote.peers(selector);
        turns.settle();
        return answer;
    }

    private List<Peer> given(PeerSelector selector) {
        CompletableFuture<List<Peer>> answer = ask(selector);
        assertThat(answer).isDone();
        return answer.join();
    }

    private static PeerSelector some(int count) {
        return PeerSelector.of(PORT_TYPE, count);
    }

    @Nested
    class AnAnswer {

        @Test
        void isAskedForOnceAndKeptUntilItIsTooOld() {
            assertThat(given(some(5))).hasSize(5).doesNotHaveDuplicates();
            turns.pass(MAX_AGE.minusMillis(1));
            assertThat(given(some(5))).hasSize(5);
            assertThat(elsewhere.questions).hasSize(1);

            turns.pass(Duration.ofMillis(1));
            assertThat(given(some(5))).hasSize(5);

            assertThat(elsewhere.questions).hasSize(2);
            assertThat(remote.counters()).isEqualTo(new RemotePeers.Counters(2, 0, 1, 0, 0, 0, 0));
            assertThat(remote.lastAnswerMillis()).isEqualTo(NOW + MAX_AGE.toMillis());
        }

        @Test
        void hasSomeInReserveForOtherDraws() {
            Set<Peer> drawn = new HashSet<>();
            for (int i = 0; i < 100; i++) {
                drawn.addAll(given(some(4)));
            }
            assertThat(elsewhere.questions).hasSize(1);
            assertThat(drawn).hasSize(elsewhere.questions.get(0).count()).hasSize(16);
        }

        @Test
        void isDrawnFromUniformly() {
            int[] times = new int[101];
            for (int i = 0; i < 3_000; i++) {
                turns.pass(MAX_AGE);
                given(some(4)).forEach(peer -> times[(int) peer.metadataVersion()]++);
            }
            assertThat(IntStream.rangeClosed(1, 100).map(i -> times[i]).min().orElse(0))
                    .isGreaterThan(70);
            assertThat(IntStream.rangeClosed(1, 100).map(i -> times[i]).max().orElse(0))
                    .isLessThan(175);
        }

        @Test
        void leavesOutWhoIsExcludedHere() {
            elsewhere.known = peers(6);
            Set<PeerAddress> excluded = Set.of(peer(1).address(), peer(2).address());

            assertThat(given(some(6).excluding(excluded)))
                    .extracting(Peer::metadataVersion)
                    .containsExactlyInAnyOrder(3L, 4L, 5L, 6L);
            assertThat(elsewhere.questions.get(0).exclude()).isEmpty();
            assertThat(given(some(64)))
                    .as("all six are known, so nobody is asked again")
                    .hasSize(6);
            assertThat(elsewhere.questions).hasSize(1);
        }

        @Test
        void isAskedForAgainIfSomebodyWantsMore() {
            assertThat(given(some(8))).hasSize(8);
            assertThat(given(some(40))).hasSize(40);
            assertThat(elsewhere.questions).extracting(PeerSelector::count).containsExactly(16, 64);
        }

        @Test
        void isKeptForEachKindOfPeers() {
            elsewhere.known = List.of(peer(1), peer(2, "test:fan/2"));

            assertThat(given(some(4).withScopes(ScopeRule.STRCMP0, List.of(SCOPE))))
                    .containsExactly(peer(1));
            assertThat(given(some(4).withScopes(ScopeRule.STRCMP0, List.of("test:fan/2"))))
                    .hasSize(1);
            assertThat(given(some(4).withTypes(List.of(METER)))).hasSize(2);
            assertThat(elsewhere.questions).hasSize(3);
        }

        @Test
        void makesRoomForAnotherKindBeyondTheLimit() {
            for (int i = 0; i < RemotePeers.KINDS + 10; i++) {
                given(some(1).withScopes(ScopeRule.STRCMP0, List.of("test:" + i)));
            }
            assertThat(remote.counters().evicted()).isEqualTo(10);
            given(some(1).withScopes(ScopeRule.STRCMP0, List.of("test:" + (RemotePeers.KINDS + 9))));
            assertThat(remote.counters().cached()).isEqualTo(1);
        }
    }

    @Nested
    class Questions {

        @Test
        void areOneAtATimeForTheSamePeers() {
            elsewhere.slow = true;
            CompletableFuture<List<Peer>> first = ask(some(3));
            CompletableFuture<List<Peer>> second = ask(some(5));
            CompletableFuture<List<Peer>> large = ask(some(50));
            assertThat(elsewhere.questions).hasSize(1);

            elsewhere.open.get(0).complete(elsewhere.answer(elsewhere.questions.get(0)));
            turns.settle();
            assertThat(first.join()).hasSize(3);
            assertThat(second.join()).hasSize(5);
            assertThat(large).as("sixteen are not enough for it").isNotDone();

            elsewhere.open.get(1).complete(elsewhere.answer(elsewhere.questions.get(1)));
            turns.settle();
            assertThat(large.join()).hasSize(50);
        }

        @Test
        void haveNoEndlessQueue() {
            elsewhere.slow = true;
            for (int i = 0; i < RemotePeers.WAITING; i++) {
                assertThat(ask(some(1))).isNotDone();
            }
            assertThatThrownBy(() -> ask(some(1)).join())
                    .cause()
                    .isInstanceOf(RejectedExecutionException.class)
                    .hasMessage("peers of http://ssc/peers: too many wait for the same answer");
            for (int i = 1; i < RemotePeers.KINDS; i++) {
                assertThat(ask(some(1).withScopes(ScopeRule.STRCMP0, List.of("test:" + i))))
                        .isNotDone();
            }
            assertThatThrownBy(() -> ask(some(1).withTypes(List.of(METER))).join())
                    .hasMessageContaining("too many kinds of peers are asked for at once");
            assertThat(remote.counters().refused()).isEqualTo(2);
        }

        @Test
        void areRefusedOnceItIsClosedOrTheLoopIsFull() {
            elsewhere.slow = true;
            CompletableFuture<List<Peer>> waiting = ask(some(1));
            turns.full = true;
            assertThatThrownBy(() -> ask(some(1)).join()).hasMessageContaining("its event loop is full");
            turns.full = false;
            remote.close();
            turns.settle();

            assertThatThrownBy(waiting::join).hasMessageContaining("closed");
            assertThatThrownBy(() -> ask(some(1)).join()).hasMessageContaining("closed");
            elsewhere.open.get(0).complete(elsewhere.answer(some(1)));
            turns.pass(MAX_AGE.multipliedBy(10));
            assertThat(elsewhere.questions).hasSize(1);
        }

        @Test
        void areSentAgainIfTheirAnswerIsLost() {
            elsewhere.slow = true;
            CompletableFuture<List<Peer>> first = ask(some(1));
            turns.pass(Duration.ofSeconds(61));
            elsewhere.slow = false;

            assertThat(given(some(2))).hasSize(2);
            assertThat(first.join()).hasSize(1);
            elsewhere.open.get(0).completeExceptionally(new IOException("late"));
            turns.settle();
            assertThat(given(some(2))).hasSize(2);
            assertThat(elsewhere.questions).hasSize(2);
        }
    }

    @Nested
    class WhileTheOtherDeviceIsAway {

        @Test
        void theLastGoodAnswerGoesOnToBeUsed() {
            List<Peer> before = given(some(64));
            elsewhere.away = true;
            turns.pass(Duration.ofHours(5));

            assertThat(given(some(64))).containsExactlyInAnyOrderElementsOf(before);

            assertThat(remote.counters().stale()).isEqualTo(1);
            assertThat(remote.counters().failed()).isEqualTo(1);
            assertThat(before).allSatisfy(peer -> assertThat(peer.ageMillis(turns.now))
                    .isGreaterThanOrEqualTo(Duration.ofHours(5).toMillis()));
        }

        @Test
        void whoNeverHadAnAnswerIsTold() {
            elsewhere.away = true;
            assertThatThrownBy(() -> ask(some(1)).join())
                    .isInstanceOf(CompletionException.class)
                    .hasRootCauseInstanceOf(IOException.class)
                    .hasMessageContaining("http://ssc/peers: connection refused");
            elsewhere.away = false;
            assertThat(given(some(1))).hasSize(1);
        }

        @Test
        void itIsAskedMoreAndMoreRarely() {
            given(some(1));
            elsewhere.away = true;
            turns.pass(MAX_AGE);
            for (int second = 0; second < 600; second++) {
                given(some(1));
                turns.pass(Duration.ofSeconds(1));
            }
            assertThat(elsewhere.questions).hasSizeBetween(20, 50);
            assertThat(remote.counters().stale()).isEqualTo(600);

            elsewhere.away = false;
            turns.pass(MAX_AGE);
            assertThat(given(some(1))).hasSize(1);
            assertThat(remote.lastAnswerMillis()).isEqualTo(turns.now);
        }

        @Test
        void anEmptyAnswerOfOneThatJustStartedIsNotBelievedAtOnce() {
            List<Peer> before = given(some(64));
            elsewhere.known = List.of();
            for (int i = 0; i < RemotePeers.EMPTY_ANSWERS; i++) {
                turns.pass(MAX_AGE);
                assertThat(given(some(64))).containsExactlyInAnyOrderElementsOf(before);
            }
            turns.pass(MAX_AGE);
            assertThat(given(some(64))).isEmpty();
            assertThat(remote.counters().doubted()).isEqualTo(RemotePeers.EMPTY_ANSWERS);
        }
    }

    @Nested
    class Following {

        private final Set<Peer> present = new LinkedHashSet<>();
        private final Set<Peer> ever = new HashSet<>();
        private int most;
        private int size;

        private final PeerService.PeerListener listener = new PeerService.PeerListener() {
            @Override
            public void joined(Segment segment, Peer peer) {
                assertThat(segment.scope()).isEqualTo(SCOPE);
                assertThat(present.add(peer)).isTrue();
                ever.add(peer);
                most = Math.max(most, present.size());
            }

            @Override
            public void left(Segment segment, Peer peer) {
                assertThat(present.remove(peer)).isTrue();
            }

            @Override
            public void sized(Segment segment, int devices) {
                size = devices;
            }
        };

        private PeerService.Following follow(int appetite) {
            PeerService.Following following =
                    remote.follow(PORT_TYPE, List.of(new Segment(SCOPE)), Appetite.some(appetite), listener);
            turns.settle();
            return following;
        }

        @Test
        void hearsOfASampleThatChangesAndStaysBounded() {
            elsewhere.known = peers(10_000);
            follow(8);
            assertThat(present).hasSize(8);
            assertThat(size).isEqualTo(1_000);

            for (int i = 0; i < 20; i++) {
                Set<Peer> before = Set.copyOf(present);
                turns.pass(MAX_AGE);
                assertThat(present).hasSizeBetween(8, 16).isNotEqualTo(before);
            }
            assertThat(most).isLessThanOrEqualTo(24);
            assertThat(ever.size()).isGreaterThan(150);
        }

        @Test
        void asksNoMoreThanSomeOfThoseWhoWantEverybody() {
            elsewhere.known = peers(10_000);
            PeerService.Following unused = remote.follow(PORT_TYPE, List.of(new Segment(SCOPE)), listener);
            turns.settle();
            assertThat(present).hasSize(RemotePeers.SAMPLE);
        }

        @Test
        void losesADeadPeerAfterTwoAnswers() {
            elsewhere.known = peers(6);
            follow(16);
            assertThat(present).hasSize(6);
            elsewhere.known = peers(5);
            turns.pass(MAX_AGE.multipliedBy(2));
            assertThat(present).containsExactlyInAnyOrderElementsOf(peers(5));
        }

        @Test
        void hearsOfAChangedPeerAgain() {
            elsewhere.known = List.of(peer(1));
            follow(4);
            Peer changed =
                    new Peer(peer(1).device(), List.of(), peer(1).scopes(), PORT_TYPE, peer(1).address(), null, 2, NOW);
            elsewhere.known = List.of(changed);
            turns.pass(MAX_AGE);
            assertThat(present).containsExactly(changed);
            assertThat(ever).hasSize(2);
        }

        @Test
        void keepsWhatItHasWhileTheOtherDeviceIsAway() {
            elsewhere.known = peers(6);
            follow(16);
            elsewhere.away = true;
            turns.pass(Duration.ofHours(1));
            assertThat(present).hasSize(6);
            assertThat(elsewhere.questions.size()).isBetween(100, 300);

            elsewhere.away = false;
            elsewhere.known = peers(8);
            turns.pass(MAX_AGE);
            assertThat(present).hasSize(8);
        }

        @Test
        void beginsAsSoonAsTheOtherDeviceIsThere() {
            elsewhere.away = true;
            follow(4);
            turns.pass(Duration.ofSeconds(5));
            elsewhere.away = false;
            turns.pass(Duration.ofSeconds(10));
            assertThat(present).hasSize(4);
        }

        @Test
        void goesOnThoughAnAnswerIsLost() {
            elsewhere.slow = true;
            follow(4);
            elsewhere.slow = false;
            turns.pass(Duration.ofSeconds(59));
            assertThat(present).isEmpty();
            turns.pass(MAX_AGE);
            assertThat(present).hasSizeBetween(4, 8);
        }

        @Test
        void doesNotStopForAListenerThatFails() {
            elsewhere.known = peers(3);
            List<Peer> heard = new ArrayList<>();
            PeerService.Following unused = remote.follow(
                    PORT_TYPE, List.of(new Segment(SCOPE)), Appetite.some(4), new PeerService.PeerListener() {
                        @Override
                        public void joined(Segment segment, Peer peer) {
                            heard.add(peer);
                            throw new IllegalStateException("broken listener");
                        }

                        @Override
                        public void left(Segment segment, Peer peer) {}
                    });
            turns.settle();
            assertThat(heard).hasSize(3);
        }

        @Test
        void endsWithoutAnotherCall() {
            PeerService.Following following = follow(4);
            int questions = elsewhere.questions.size();
            Set<Peer> before = Set.copyOf(present);
            following.close();
            elsewhere.known = peers(2);
            turns.pass(MAX_AGE.multipliedBy(5));
            assertThat(elsewhere.questions).hasSize(questions);
            assertThat(present).isEqualTo(before);

            remote.close();
            assertThatThrownBy(() -> follow(1)).isInstanceOf(RejectedExecutionException.class);
        }

        @Test
        void spreadsTheQuestionsOfManyOverTime() {
            Set<Long> times = new HashSet<>();
            for (int i = 0; i < 50; i++) {
                VirtualTurns own = new VirtualTurns();
                RemotePeers one = new RemotePeers(
                        "x",
                        selector -> {
                            times.add(own.now / 1_000);
                            return CompletableFuture.completedFuture(elsewhere.answer(selector));
                        },
                        MAX_AGE,
                        own,
                        new Random(i));
                PeerService.Following unused = one.follow(PORT_TYPE, List.of(new Segment(SCOPE)), listenerOfNothing());
                own.pass(MAX_AGE.multipliedBy(2));
            }
            assertThat(times.stream().collect(Collectors.counting())).isGreaterThan(25);
        }

        private static PeerService.PeerListener listenerOfNothing() {
            return new PeerService.PeerListener() {
                @Override
                public void joined(Segment segment, Peer peer) {}

                @Override
                public void left(Segment segment, Peer peer) {}
            };
        }
    }

    @Test
    void refusesAnAgeThatIsNone() {
        assertThatThrownBy(() -> new RemotePeers("x", elsewhere, Duration.ZERO, turns, new Random(1)))
                .hasMessage("maxAge: PT0S (expected: at least 1 ms)");
    }
}
