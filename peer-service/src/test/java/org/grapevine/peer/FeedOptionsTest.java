package org.grapevine.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class FeedOptionsTest {

    private static final FeedOptions DEFAULTS = FeedOptions.defaults();

    @Test
    void areModestUnlessTheySayOtherwise() {
        assertThat(DEFAULTS).isEqualTo(new FeedOptions(50, 32, 1_000, List.of()));
    }

    @Test
    void keepWhatTheyAreGiven() {
        URI contact = URI.create("https://192.0.2.1:5357/meter");
        assertThat(DEFAULTS.withRate(7, 3).withSpreadMillis(0).withContacts(List.of(contact)))
                .isEqualTo(new FeedOptions(7, 3, 0, List.of(contact)));
    }

    @Test
    void refuseWhatMakesNoSense() {
        assertThatThrownBy(() -> DEFAULTS.withRate(0, 32)).hasMessage("fetchesPerSecond: 0 (expected: 1..10000)");
        assertThatThrownBy(() -> DEFAULTS.withRate(50, 10_001)).hasMessage("burst: 10001 (expected: 1..10000)");
        assertThatThrownBy(() -> DEFAULTS.withSpreadMillis(-1)).hasMessage("spreadMillis: -1 (expected: 0..60000)");
        assertThatThrownBy(() -> DEFAULTS.withContacts(List.of(URI.create("soap.udp://192.0.2.1:3702"))))
                .hasMessage("contacts: soap.udp://192.0.2.1:3702 (expected: the HTTP address of a device)");
        assertThatThrownBy(() -> DEFAULTS.withContacts(List.of(URI.create("http:///meter"))))
                .hasMessage("contacts: http:///meter (expected: the HTTP address of a device)");
        assertThatThrownBy(() -> DEFAULTS.withContacts(Collections.nCopies(65, URI.create("http://192.0.2.1/"))))
                .hasMessage("contacts: 65 (expected: at most 64)");
        assertThatThrownBy(() -> Appetite.some(0)).hasMessage("count: 0 (expected: >= 1)");
    }
}
