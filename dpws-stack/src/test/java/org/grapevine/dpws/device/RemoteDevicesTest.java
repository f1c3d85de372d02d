package org.grapevine.dpws.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import org.grapevine.dpws.addressing.EndpointReference;
import org.grapevine.dpws.discovery.DeviceAnnouncement;
import org.grapevine.dpws.metadata.Metadata;
import org.junit.jupiter.api.Test;

/** Fetches are answered by the test, in the order it likes. */
class RemoteDevicesTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(1);
    private static final Metadata SOME = new Metadata(List.of());

    private record Question(URI address, CompletableFuture<Metadata> answer) {}

    private final List<Question> questions = new ArrayList<>();
    private final RemoteDevices devices = new RemoteDevices(2, (address, device, timeout) -> {
        CompletableFuture<Metadata> answer = new CompletableFuture<>();
        questions.add(new Question(address, answer));
        return answer;
    });

    private static DeviceAnnouncement device(String name, long version, String... xAddrs) {
        return new DeviceAnnouncement(
                EndpointReference.of("urn:uuid:" + name), List.of(), List.of(), List.of(xAddrs), version);
    }

    private CompletableFuture<RemoteDevice> ask(DeviceAnnouncement device) {
        return devices.describe(device, TIMEOUT);
    }

    private void begin(DeviceAnnouncement device) {
        assertThat(ask(device)).isNotDone();
    }

    private void answer(int question) {
        questions.get(question).answer().complete(SOME);
    }

    private void fail(int question) {
        questions.get(question).answer().completeExceptionally(new IOException("refused"));
    }

    private static Throwable failureOf(CompletableFuture<RemoteDevice> future) {
        return future.handle((device, failure) ->
                        failure instanceof CompletionException wrapped ? wrapped.getCause() : failure)
                .join();
    }

    @Test
    void aDeviceIsAskedOncePerMetadataVersion() {
        DeviceAnnouncement lamp = device("lamp", 1, "http://h/lamp");
        CompletableFuture<RemoteDevice> first = ask(lamp);
        CompletableFuture<RemoteDevice> second = ask(lamp);
        answer(0);
        assertThat(first.join()).isEqualTo(second.join()).isEqualTo(ask(lamp).join());
        assertThat(questions).hasSize(1);
        assertThat(devices.hits()).isEqualTo(2);
    }

    /** D7. */
    @Test
    void aHigherVersionIsFetchedAnew() {
        begin(device("lamp", 1, "http://h/lamp"));
        answer(0);
        CompletableFuture<RemoteDevice> newer = ask(device("lamp", 2, "http://h/other"));
        assertThat(newer).isNotDone();
        answer(1);
        assertThat(newer.join().address()).isEqualTo(URI.create("http://h/other"));
    }

    @Test
    void aVersionOfZeroIsNotRemembered() {
        begin(device("lamp", 0, "http://h/lamp"));
        answer(0);
        assertThat(ask(device("lamp", 0, "http://h/lamp"))).isNotDone();
        assertThat(questions).hasSize(2);
    }

    @Test
    void aDeviceAtOtherAddressesIsAskedAgainThoughItTellsTheSameVersion() {
        begin(device("lamp", 1, "http://h/lamp"));
        answer(0);
        begin(device("lamp", 1, "http://h/elsewhere"));
        assertThat(questions).hasSize(2);
    }

    @Test
    void aDeviceThatLeftIsForgotten() {
        DeviceAnnouncement lamp = device("lamp", 1, "http://h/lamp");
        begin(lamp);
        answer(0);
        devices.forget(lamp.epr());
        assertThat(ask(lamp)).isNotDone();
    }

    @Test
    void aFailureIsNotRemembered() {
        DeviceAnnouncement lamp = device("lamp", 1, "http://h/lamp");
        CompletableFuture<RemoteDevice> failed = ask(lamp);
        fail(0);
        assertThat(failureOf(failed)).isInstanceOf(IOException.class).hasMessage("refused");
        CompletableFuture<RemoteDevice> again = ask(lamp);
        answer(1);
        assertThat(again).isCompleted();
    }

    /** D14. */
    @Test
    void addressesAreTriedInTheirOrderUpToEight() {
        CompletableFuture<RemoteDevice> found =
                ask(device("lamp", 1, "http://h/one", "http://h/two", "http://h/three"));
        fail(0);
        fail(1);
        answer(2);
        assertThat(found.join().address()).isEqualTo(URI.create("http://h/three"));

        String[] many = IntStream.range(0, 20).mapToObj(i -> "http://h/" + i).toArray(String[]::new);
        CompletableFuture<RemoteDevice> lost = ask(device("liar", 1, many));
        IntStream.range(3, 11).forEach(this::fail);
        assertThat(failureOf(lost)).hasMessage("refused");
        assertThat(questions).hasSize(11);
    }

    @Test
    void anAddressThatIsNoUrlOrMissingIsNamed() {
        assertThat(failureOf(ask(device("lamp", 1, "http://["))))
                .hasMessage("urn:uuid:lamp: transport address 'http://[' (expected: an HTTP URL)");
        assertThat(failureOf(ask(device("lamp", 1))))
                .hasMessage("urn:uuid:lamp: told no transport address (expected: at least one)");
    }

    @Test
    void theOneFetchedLongestAgoMakesRoom() {
        for (String name : List.of("one", "two", "three")) {
            begin(device(name, 1, "http://h/" + name));
            answer(questions.size() - 1);
        }
        assertThat(devices.evicted()).isEqualTo(1);
        assertThat(ask(device("three", 1, "http://h/three"))).isDone();
        assertThat(ask(device("one", 1, "http://h/one"))).isNotDone();
    }

    @Test
    void aThousandQuestionsAreAskedThirtyTwoAtATime() {
        RemoteDevices large = new RemoteDevices(2_000, (address, device, timeout) -> {
            CompletableFuture<Metadata> answer = new CompletableFuture<>();
            questions.add(new Question(address, answer));
            return answer;
        });
        List<CompletableFuture<RemoteDevice>> answers = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            answers.add(large.describe(device("d" + i, 1, "http://h/" + i), TIMEOUT));
        }
        assertThat(questions).hasSize(32);
        for (int i = 0; i < 1_000; i++) {
            assertThat(questions.size() - i).isLessThanOrEqualTo(32);
            if (i % 3 == 0) {
                fail(i);
            } else {
                answer(i);
            }
        }
        assertThat(answers).allMatch(CompletableFuture::isDone);
        assertThat(large.refused()).isZero();
    }
}
