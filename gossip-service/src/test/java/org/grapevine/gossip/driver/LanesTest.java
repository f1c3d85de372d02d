package org.grapevine.gossip.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LanesTest {

    private final List<String> ran = new ArrayList<>();

    private Runnable task(String name) {
        return () -> ran.add(name);
    }

    private List<String> run(Lanes lanes, int most) {
        List<Runnable> taken = new ArrayList<>();
        lanes.take(taken, most);
        taken.forEach(Runnable::run);
        return ran;
    }

    @Test
    void anAlarmOvertakesEverythingThatWaits() {
        Lanes lanes = new Lanes(1_000, Integer.MAX_VALUE);
        Lanes.Owner meter = lanes.owner();
        for (Lane lane : List.of(Lane.BULK, Lane.NORMAL, Lane.CONTROL, Lane.PROTOCOL)) {
            assertThat(meter.offer(lane, task(lane.name()))).isTrue();
        }
        assertThat(meter.offer(Lane.ALARM, task("ALARM"))).isTrue();

        assertThat(run(lanes, 10)).containsExactly("ALARM", "PROTOCOL", "CONTROL", "NORMAL", "BULK");
    }

    @Test
    void noLaneStarvesAnother() {
        Lanes lanes = new Lanes(1_000, Integer.MAX_VALUE);
        Lanes.Owner meter = lanes.owner();
        for (Lane lane : Lane.values()) {
            for (int i = 0; i < 400; i++) {
                assertThat(meter.offer(lane, task(lane.name()))).isTrue();
            }
        }

        List<String> first = run(lanes, 153);

        assertThat(first.stream().filter("ALARM"::equals)).hasSize(64);
        assertThat(first.stream().filter("MEMBERSHIP"::equals)).hasSize(32);
        assertThat(first.stream().filter("PROTOCOL"::equals)).hasSize(32);
        assertThat(first.stream().filter("CONTROL"::equals)).hasSize(16);
        assertThat(first.stream().filter("NORMAL"::equals)).hasSize(8);
        assertThat(first.stream().filter("BULK"::equals)).hasSize(1);
    }

    @Test
    void aFloodOfGossipLeavesRoomForMembershipAndThatForAlarms() {
        Lanes lanes = new Lanes(100, Integer.MAX_VALUE);
        Lanes.Owner meter = lanes.owner();
        for (int i = 0; i < 200; i++) {
            boolean unusedDigest = meter.offer(Lane.PROTOCOL, task("digest"));
            boolean unusedReading = meter.offer(Lane.BULK, task("reading"));
        }
        for (int i = 0; i < 200; i++) {
            boolean unusedPing = meter.offer(Lane.MEMBERSHIP, task("ping"));
        }
        assertThat(meter.offer(Lane.ALARM, task("alarm"))).isTrue();

        assertThat(meter.refused()).containsEntry(Lane.MEMBERSHIP, 150L).doesNotContainKey(Lane.ALARM);
        assertThat(run(lanes, 3)).containsExactly("alarm", "ping", "ping");
    }

    @Test
    void ownersTakeTurnsAndKeepTheirOrder() {
        Lanes lanes = new Lanes(1_000, Integer.MAX_VALUE);
        Lanes.Owner loud = lanes.owner();
        Lanes.Owner quiet = lanes.owner();
        for (int i = 0; i < 100; i++) {
            assertThat(loud.offer(Lane.NORMAL, task("loud " + i))).isTrue();
        }
        assertThat(quiet.offer(Lane.NORMAL, task("quiet 0"))).isTrue();
        assertThat(quiet.offer(Lane.NORMAL, task("quiet 1"))).isTrue();

        assertThat(run(lanes, 5)).containsExactly("loud 0", "quiet 0", "loud 1", "quiet 1", "loud 2");
    }

    @Test
    void oneOwnerFillsHalfOfALaneAndOthersStillFindRoom() {
        Lanes lanes = new Lanes(100, Integer.MAX_VALUE);
        Lanes.Owner loud = lanes.owner();
        int taken = 0;
        while (loud.offer(Lane.BULK, task("loud"))) {
            taken++;
        }

        assertThat(taken).isEqualTo(50);
        assertThat(loud.refused()).isEqualTo(Map.of(Lane.BULK, 1L));
        Lanes.Owner quiet = lanes.owner();
        assertThat(quiet.offer(Lane.BULK, task("quiet"))).isTrue();
        assertThat(loud.offer(Lane.ALARM, task("alarm")))
                .as("another lane has room of its own")
                .isTrue();
        assertThat(quiet.refused()).isEmpty();
        assertThat(lanes.waiting(Lane.BULK)).isEqualTo(51);
    }

    @Test
    void anOwnerHasNoMoreUnderWayThanItMay() {
        Lanes lanes = new Lanes(100, 1);
        Lanes.Owner slow = lanes.owner();
        Lanes.Owner other = lanes.owner();
        assertThat(slow.offer(Lane.NORMAL, task("slow 0"))).isTrue();
        assertThat(slow.offer(Lane.NORMAL, task("slow 1"))).isTrue();
        assertThat(slow.offer(Lane.ALARM, task("slow alarm"))).isTrue();
        assertThat(other.offer(Lane.BULK, task("other"))).isTrue();

        Lanes.Taken first = lanes.take(Lane.BULK);
        Lanes.Taken second = lanes.take(Lane.BULK);

        assertThat(first).isNotNull();
        assertThat(first.lane()).isEqualTo(Lane.ALARM);
        assertThat(second).isNotNull();
        assertThat(second.owner()).isSameAs(other);
        assertThat(lanes.take(Lane.BULK)).isNull();
        lanes.finished(first.owner());
        assertThat(lanes.take(Lane.BULK)).isNotNull();
    }

    @Test
    void whatIsClearedNeverRuns() {
        Lanes lanes = new Lanes(100, Integer.MAX_VALUE);
        Lanes.Owner gone = lanes.owner();
        Lanes.Owner stays = lanes.owner();
        assertThat(gone.offer(Lane.NORMAL, task("gone"))).isTrue();
        assertThat(stays.offer(Lane.NORMAL, task("stays"))).isTrue();

        gone.clear();

        assertThat(run(lanes, 10)).containsExactly("stays");
        assertThat(lanes.isEmpty()).isTrue();
        assertThat(gone.offer(Lane.NORMAL, task("again"))).isTrue();
    }

    @Test
    void aTaskCanBeTakenBackUntilSomebodyHasIt() {
        Lanes lanes = new Lanes(100, Integer.MAX_VALUE);
        Lanes.Owner owner = lanes.owner();
        Runnable task = task("back");
        assertThat(owner.offer(Lane.BULK, task)).isTrue();

        assertThat(owner.takeBack(Lane.BULK, task)).isTrue();
        assertThat(owner.takeBack(Lane.BULK, task)).isFalse();
        assertThat(owner.refused()).isEqualTo(Map.of(Lane.BULK, 1L));
        assertThat(run(lanes, 10)).isEmpty();
    }

    @Test
    void withoutRoomAreRefused() {
        assertThatThrownBy(() -> new Lanes(0, 1)).hasMessage("lane capacity: 0 (expected: >= 1)");
    }
}
