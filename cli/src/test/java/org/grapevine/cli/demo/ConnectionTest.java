package org.grapevine.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.grapevine.core.membership.MembershipConfig.Kind;
import org.grapevine.core.membership.MembershipStats;
import org.grapevine.core.membership.PeerEntry;
import org.grapevine.core.membership.Standing;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.peer.SegmentView;
import org.junit.jupiter.api.Test;

class ConnectionTest {

    private static final MembershipStats STATS = new MembershipStats(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, Map.of());

    private static PeerEntry entry(String name) {
        return new PeerEntry(new PeerAddress(name), 0, 0);
    }

    private static Connection.Told told(Kind kind, String name, String... links) {
        List<Standing> standings = Arrays.stream(links)
                .map(link -> new Standing(entry(link), true, false))
                .toList();
        return new Connection.Told("urn:x Lamp", new PeerAddress(name), new SegmentView.Status(kind, standings, STATS));
    }

    private static Connection of(int size, Connection.Told... views) {
        return Connection.of(List.of(views), Map.of("urn:x Lamp", size));
    }

    @Test
    void aPartialViewIsThereWhenEverybodyReachesEverybody() {
        Connection connection = of(
                3, told(Kind.HYPARVIEW, "a", "b"), told(Kind.HYPARVIEW, "b", "a", "c"), told(Kind.HYPARVIEW, "c", "b"));

        assertThat(connection.lacking()).isEmpty();
        assertThat(connection.fewestLinks()).isEqualTo(1);
        assertThat(connection.mostLinks()).isEqualTo(2);
        assertThat(connection.meanLinks()).isEqualTo(4 / 3.0);
    }

    @Test
    void whoSendsToOthersButIsSentNothingIsNotThere() {
        assertThat(of(3, told(Kind.HYPARVIEW, "a", "b"), told(Kind.HYPARVIEW, "b", "a"), told(Kind.HYPARVIEW, "c", "b"))
                        .lacking())
                .containsExactly("urn:x Lamp lacks 1");
    }

    @Test
    void aFullViewIsThereWhenEverybodyHasALinkToEverybody() {
        assertThat(of(3, told(Kind.FULL, "a", "b", "c"), told(Kind.FULL, "b", "a"), told(Kind.FULL, "c", "a", "b"))
                        .lacking())
                .containsExactly("urn:x Lamp lacks 1");
    }

    @Test
    void oneWayLinksHaveToBeSome() {
        assertThat(of(
                                3,
                                told(Kind.CYCLON, "a", "b"),
                                told(Kind.CYCLON, "b", "c", "a"),
                                told(Kind.CYCLON, "c", "a", "b"))
                        .lacking())
                .containsExactly("urn:x Lamp lacks 1");
    }

    @Test
    void aSegmentOfWhichNothingIsKnownLacksAll() {
        Connection connection = of(5);

        assertThat(connection.lacking()).containsExactly("urn:x Lamp lacks 5");
        assertThat(connection.found()).isZero();
        assertThat(connection.expected()).isEqualTo(5);
    }

    @Test
    void aDeviceAloneInItsSegmentIsThere() {
        assertThat(of(1, told(Kind.FULL, "a")).lacking()).isEmpty();
    }
}
