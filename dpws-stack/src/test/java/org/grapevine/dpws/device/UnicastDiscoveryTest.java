package org.grapevine.dpws.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.grapevine.dpws.soap.SoapFault;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Several addresses of one peer (D14), and how often a proxy is told again. */
class UnicastDiscoveryTest {

    private static final List<URI> THREE =
            List.of(URI.create("http://a.test/"), URI.create("http://b.test/"), URI.create("http://c.test/"));

    private final List<String> tried = new ArrayList<>();
    private final List<Duration> shares = new ArrayList<>();

    private CompletableFuture<String> attempt(URI address, Duration share, String good) {
        tried.add(address.getHost());
        shares.add(share);
        return address.getHost().equals(good)
                ? CompletableFuture.completedFuture("answer of " + good)
                : CompletableFuture.failedFuture(new IOException(address + ": refused"));
    }

    @Test
    @DisplayName("D14: one address after the other, each with its share of the time")
    void fallsOver() {
        CompletableFuture<String> answer = UnicastDiscovery.inTurn(
                THREE, Duration.ofSeconds(6), (address, share) -> attempt(address, share, "b.test"));
        assertThat(answer).isCompletedWithValue("answer of b.test");
        assertThat(tried).containsExactly("a.test", "b.test");
        assertThat(shares.get(0)).isEqualTo(Duration.ofSeconds(2));
        assertThat(shares.get(1)).isBetween(Duration.ofSeconds(2), Duration.ofSeconds(3));
    }

    @Test
    @DisplayName("D14: the last failure is told if none answers, and a fault ends the search")
    void endsWithAFailure() {
        assertThat(UnicastDiscovery.inTurn(
                        THREE, Duration.ofSeconds(6), (address, share) -> attempt(address, share, "none")))
                .failsWithin(Duration.ofSeconds(1))
                .withThrowableThat()
                .withMessageContaining("http://c.test/: refused");
        CompletableFuture<String> refused = UnicastDiscovery.inTurn(THREE, Duration.ofSeconds(6), (address, share) -> {
            tried.add(address.getHost());
            return CompletableFuture.failedFuture(new FaultException(SoapFault.receiver("no")));
        });
        assertThat(refused)
                .failsWithin(Duration.ofSeconds(1))
                .withThrowableOfType(ExecutionException.class)
                .withCauseInstanceOf(FaultException.class);
        assertThat(tried).containsExactly("a.test", "b.test", "c.test", "a.test");
        assertThat(UnicastDiscovery.inTurn(
                        List.of(), Duration.ofSeconds(6), (address, share) -> attempt(address, share, "none")))
                .failsWithin(Duration.ofSeconds(1))
                .withThrowableThat()
                .withMessageContaining("no HTTP address (expected: at least one)");
    }

    @Test
    void aProxyThatFailsIsToldEverMoreRarely() {
        assertThat(List.of(1, 2, 3, 7, 8, 1_000))
                .map(ProxyRegistration::pauseMillis)
                .containsExactly(1_000L, 2_000L, 4_000L, 64_000L, 64_000L, 64_000L);
    }
}
