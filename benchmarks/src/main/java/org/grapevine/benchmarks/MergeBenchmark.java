package org.grapevine.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.grapevine.aggregation.FunctionLibrary;
import org.grapevine.core.message.EncodedPayload;
import org.grapevine.core.message.Payload;
import org.grapevine.core.reply.AggregationException;
import org.grapevine.core.reply.AggregationFunction;
import org.grapevine.core.reply.Partial;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * One merge in the reply tree: a device's own answer and the partials of ten children, 24 readings each, summed hour by hour by
 * the library's {@code sum-by-key}. From octets to octets: parsing the eleven documents is a part of it.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class MergeBenchmark {

    static final int CHILDREN = 10;
    static final int READINGS = 24;

    private final AggregationFunction sumByKey = sumByKey();
    private final Optional<Payload> own = Optional.of(answer(0));
    private final List<Partial> partials = partials();

    @Benchmark
    public Optional<Payload> ownAndTenPartials() throws AggregationException {
        return sumByKey.merge(own, partials);
    }

    /** All that one merge reads. */
    int inputBytes() {
        return own.orElseThrow().sizeBytes()
                + partials.stream().mapToInt(each -> each.payload().sizeBytes()).sum();
    }

    private static AggregationFunction sumByKey() {
        try {
            return FunctionLibrary.standard().resolve("sum-by-key");
        } catch (AggregationException e) {
            throw new AssertionError("the library lacks sum-by-key", e);
        }
    }

    private static List<Partial> partials() {
        List<Partial> partials = new ArrayList<>(CHILDREN);
        for (int child = 1; child <= CHILDREN; child++) {
            partials.add(new Partial(answer(child), child));
        }
        return partials;
    }

    /** Hour h of device d holds d + h/10 + 100, so that the sums are easy to tell. */
    private static Payload answer(int device) {
        StringBuilder xml = new StringBuilder(1_024);
        xml.append("<n:energyNeeds xmlns:n=\"urn:example:needs\" date=\"2026-06-21\" unit=\"Wh\">");
        for (int hour = 0; hour < READINGS; hour++) {
            xml.append(String.format(
                    Locale.ROOT, "<n:reading key=\"%02d\" value=\"%.1f\"/>", hour, 100 + device + hour / 10.0));
        }
        return new EncodedPayload(xml.append("</n:energyNeeds>").toString().getBytes(UTF_8));
    }
}
