package org.grapevine.cluster.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.grapevine.cluster.plan.AgentTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ControlCodecTest {

    private static final AgentTask TASK = new AgentTask(
            17, 2, 3, "scenario: größer\n", -5, List.of("kill 1 at 2s", "drop 10% from 0s until 1s"), 7_777);

    static Stream<ControlMessage> messages() {
        return Stream.of(
                new ControlMessage.Invite(),
                new ControlMessage.Hello("a process", 3, 4_711, "host", 9),
                new ControlMessage.Taken(),
                new ControlMessage.Ping(1L << 40),
                new ControlMessage.Pong(2, Long.MIN_VALUE),
                new ControlMessage.Prepare(TASK),
                new ControlMessage.Prepared(17, List.of("/a/journal", "")),
                new ControlMessage.Settle(17, 60_000),
                new ControlMessage.Settled(17, "Device 7 (0 of 9 peers)"),
                new ControlMessage.Begin(17, 1_800_000_000_000L),
                new ControlMessage.Die(17),
                new ControlMessage.Halt(17, 10_000_000),
                new ControlMessage.Finish(17),
                new ControlMessage.Finished(17, 123_456),
                new ControlMessage.Fetch(17, 65_536),
                new ControlMessage.Part(17, 65_536, ByteBuffer.wrap(new byte[] {1, 2, 3, 4}, 1, 2)),
                new ControlMessage.Close(17),
                new ControlMessage.Closed(17),
                new ControlMessage.Failed(17, Phase.SETTLE, "port: 80 (expected: a free one)"),
                new ControlMessage.Bye());
    }

    @ParameterizedTest
    @MethodSource("messages")
    void whatIsWrittenIsReadAgain(ControlMessage message) throws IOException {
        assertThat(ControlCodec.decode(ControlCodec.encode(message))).isEqualTo(message);
    }

    @ParameterizedTest
    @MethodSource("messages")
    void noPartOfAMessageIsTakenForOne(ControlMessage message) {
        byte[] whole = ControlCodec.encode(message);
        for (int length = 0; length < whole.length; length++) {
            byte[] part = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> ControlCodec.decode(part))
                    .isInstanceOf(IOException.class)
                    .hasMessage("control message: " + length + " octets (expected: more of it)");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "02                                 | control message: form 2 (expected: 1)",
                "0163                               | control message: kind 99 (expected: 1..20)",
                "011400                             | control message: 1 octets too many (expected: its end)",
                "010e 0000000000000001 ffffffff     | length: -1 (expected: 0..268435456)",
                "010f 0000000000000001 7fffffff     | offset: 2147483647 (expected: 0..268435456)",
                "0110 0000000000000001 00000000 7fffffff | part: 2147483647 (expected: 0..262144)",
                "0102 7fffffff                      | text: 2147483647 (expected: 0..1048576)",
                "0102 00000000 00000100             | seat: 256 (expected: -1..255)",
                "0107 0000000000000001 000003e9     | lines: 1001 (expected: 0..1000)",
                "0106 0000000000000001 00000002 00000002 | agents: 2 (expected: 3..256)",
                "0113 0000000000000001 00000002 4f4f | phase: OO"
                        + " (expected: one of join, prepare, settle, run, finish, close)"
            })
    void whatIsNoMessageIsRefusedWithTheReason(String hex, String reason) {
        byte[] octets = HexFormat.of().parseHex(hex.replace(" ", ""));
        assertThatThrownBy(() -> ControlCodec.decode(octets))
                .isInstanceOf(IOException.class)
                .hasMessage(reason);
    }

    @Test
    void aMessageThatIsTooLongIsNotEvenRead() {
        assertThatThrownBy(() -> ControlCodec.decode(new byte[ControlCodec.MOST_OCTETS + 1]))
                .isInstanceOf(IOException.class)
                .hasMessage("control message: 2097153 octets (expected: at most 2097152)");
    }

    @Test
    void aTextThatIsTooLongIsNotWritten() {
        assertThatThrownBy(
                        () -> ControlCodec.encode(new ControlMessage.Failed(1, Phase.RUN, "x".repeat((1 << 20) + 1))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("text: 1048577 (expected: at most 1048576)");
    }

    @Test
    void anyOctetsAreAMessageOrAnIoException() {
        Random random = new Random(11);
        List<byte[]> seeds = messages().map(ControlCodec::encode).toList();
        for (int i = 0; i < 20_000; i++) {
            byte[] octets = seeds.get(i % seeds.size()).clone();
            for (int change = random.nextInt(4); change >= 0; change--) {
                octets[random.nextInt(octets.length)] = (byte) random.nextInt();
            }
            try {
                assertThat(ControlCodec.decode(octets)).isNotNull();
            } catch (IOException e) {
                assertThat(e).message().contains("(expected: ");
            }
        }
    }
}
