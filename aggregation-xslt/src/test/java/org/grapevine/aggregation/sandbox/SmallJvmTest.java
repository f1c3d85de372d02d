package org.grapevine.aggregation.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A process that somebody else has taken over: nothing of what it says is believed. */
class SmallJvmTest {

    private static final int MAX_BYTES = 100_000;
    private static final String READY = "00 00000000";

    /** Says what it is told to say, and then nothing, until it is killed. */
    private static final class Puppet extends Process {

        private final CountDownLatch killed = new CountDownLatch(1);
        private final InputStream says;

        Puppet(String hex) {
            byte[] bytes = HexFormat.of().parseHex(hex.replace(" ", ""));
            ByteArrayInputStream first = new ByteArrayInputStream(bytes);
            says = new InputStream() {
                @Override
                public int read() throws IOException {
                    int next = first.read();
                    if (next >= 0) {
                        return next;
                    }
                    try {
                        killed.await();
                    } catch (InterruptedException e) {
                        throw new IOException(e);
                    }
                    return -1;
                }

                @Override
                public int read(byte[] buffer, int offset, int length) throws IOException {
                    int next = read();
                    if (next < 0) {
                        return -1;
                    }
                    buffer[offset] = (byte) next;
                    return 1;
                }
            };
        }

        @Override
        public OutputStream getOutputStream() {
            return OutputStream.nullOutputStream();
        }

        @Override
        public InputStream getInputStream() {
            return says;
        }

        @Override
        public InputStream getErrorStream() {
            return InputStream.nullInputStream();
        }

        @Override
        public int waitFor() throws InterruptedException {
            killed.await();
            return 0;
        }

        @Override
        public int exitValue() {
            return 0;
        }

        @Override
        public boolean isAlive() {
            return killed.getCount() > 0;
        }

        @Override
        public void destroy() {
            killed.countDown();
        }

        @Override
        public Process destroyForcibly() {
            destroy();
            return this;
        }

        @Override
        public CompletableFuture<Process> onExit() {
            return CompletableFuture.completedFuture(this);
        }
    }

    private static Response ask(Puppet puppet) throws SmallJvm.EndedException {
        SmallJvm jvm = new SmallJvm(puppet, MAX_BYTES);
        jvm.awaitReady(Samples.PATIENT_MILLIS);
        return jvm.ask(Request.of(Request.Task.COMPILE, new byte[3], "urn:sha256:00"), 200);
    }

    @Test
    void whatIsInOurFormIsHandedOn() throws SmallJvm.EndedException {
        Response response = ask(new Puppet(READY + "03 00000003 616263"));
        assertThat(response.kind()).isEqualTo(Response.Kind.REFUSED);
        assertThat(response.message()).isEqualTo("abc");
    }

    @Test
    void messagesAreOneShortLine() {
        assertThat(Response.of(Response.Kind.REFUSED, "a\r\nb\u001b[31m\tc").message())
                .isEqualTo("a b [31m c");
        assertThat(Response.of(Response.Kind.REFUSED, "x".repeat(100_000)).message())
                .hasSize(403);
    }

    @ParameterizedTest
    @CsvSource({
        "a length without end, 01 7fffffff, GARBLED, 'length: 2147483647 (expected: 0..100000)'",
        "a length below nothing, 01 ffffffff, GARBLED, 'length: -1 (expected: 0..100000)'",
        "a kind that is none, 09 00000000, GARBLED, 'response: kind 9 (expected: 0..4)'",
        "a second start, 00 00000000, GARBLED, 'response: READY (expected: a result)'",
        "half of an answer, 01 00000008 6161, TIME, no answer within 200 ms",
        "nothing, '', TIME, no answer within 200 ms"
    })
    void whatIsNotEndsIt(String what, String hex, SmallJvm.EndedException.Reason reason, String message) {
        Puppet puppet = new Puppet(READY + hex);
        assertThatThrownBy(() -> ask(puppet))
                .as(what)
                .isInstanceOfSatisfying(SmallJvm.EndedException.class, ended -> assertThat(ended.reason())
                        .isEqualTo(reason))
                .hasMessage(message);
        assertThat(puppet.isAlive()).isFalse();
    }

    @Test
    void itsOwnEndIsNoticed() {
        Puppet puppet = new Puppet(READY);
        puppet.destroy();
        assertThatThrownBy(() -> ask(puppet)).hasMessage("it ended before it answered");
    }

    @Test
    void whatNeverStartsIsEnded() {
        Puppet puppet = new Puppet("");
        assertThatThrownBy(() -> new SmallJvm(puppet, MAX_BYTES).awaitReady(100))
                .hasMessage("no answer within 100 ms");
        assertThatThrownBy(() -> new SmallJvm(new Puppet("01 00000000"), MAX_BYTES).awaitReady(100))
                .hasMessage("first response: RESULT (expected: READY)");
    }

    @Test
    void suspectsAreForgottenAfterAWhileAndTheOldestFirst() {
        Suspects suspects = new Suspects(2, 1_000);
        suspects.add("a", 0);
        suspects.add("b", 1);
        assertThat(suspects.contains("a", 999_999_999L)).isTrue();
        assertThat(suspects.contains("a", 1_000_000_001L)).isFalse();
        suspects.add("c", 2);
        suspects.add("d", 3);
        assertThat(suspects.contains("b", 4)).isFalse();
        assertThat(suspects.contains("d", 4)).isTrue();
        assertThat(suspects.size()).isEqualTo(2);
    }
}
