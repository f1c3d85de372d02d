package org.grapevine.peer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.grapevine.core.message.PeerAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LinkGraphTest {

    @ParameterizedTest
    @CsvSource({
        "a, true, one alone",
        "a>b b>a, true, a pair",
        "a>b b, false, one that sends to nobody",
        "a>b b>c c>a, true, a ring",
        "a>b b>a c>d d>c, false, two groups",
        "a>b b>a c>a, false, one to whom nobody sends",
        "a>b b>a b>x, true, a link to somebody whose view is not known"
    })
    void isConnectedIfAWayLeadsFromEachToAll(String links, boolean connected, String what) {
        Map<PeerAddress, Set<PeerAddress>> all = new LinkedHashMap<>();
        for (String link : links.split(" ", -1)) {
            String[] ends = link.split(">", -1);
            Set<PeerAddress> to = all.computeIfAbsent(new PeerAddress(ends[0]), key -> new LinkedHashSet<>());
            if (ends.length == 2) {
                to.add(new PeerAddress(ends[1]));
            }
        }

        assertThat(new LinkGraph(all).isConnected()).as(what).isEqualTo(connected);
    }

    @Test
    void nobodyIsApartFromNobody() {
        assertThat(new LinkGraph(Map.of()).isConnected()).isTrue();
    }
}
