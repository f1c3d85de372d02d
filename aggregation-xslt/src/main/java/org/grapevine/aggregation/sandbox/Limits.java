package org.grapevine.aggregation.sandbox;

import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.grapevine.aggregation.AggregationLimits;
import org.grapevine.aggregation.RunLimits;

/** The limits that hold inside of a small JVM, on their way there. */
record Limits(AggregationLimits aggregation, RunLimits run) {

    /** What a request has besides answers and stylesheet. */
    private static final int FRAME_BYTES = 128 << 10;

    List<String> arguments() {
        return LongStream.of(
                        aggregation.stylesheetBytes(),
                        aggregation.payloadBytes(),
                        aggregation.inputBytes(),
                        aggregation.functions(),
                        aggregation.documents(),
                        aggregation.names(),
                        run.steps(),
                        run.millis())
                .mapToObj(Long::toString)
                .toList();
    }

    static Limits parse(String[] arguments) {
        int[] numbers = Arrays.stream(arguments)
                .mapToLong(Long::parseLong)
                .mapToInt(number -> (int) Math.min(Integer.MAX_VALUE, number))
                .toArray();
        return new Limits(
                new AggregationLimits(numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5]),
                new RunLimits(Long.parseLong(arguments[6]), numbers[7]));
    }

    int requestBytes() {
        return aggregation.stylesheetBytes() + aggregation.inputBytes() + FRAME_BYTES;
    }
}
