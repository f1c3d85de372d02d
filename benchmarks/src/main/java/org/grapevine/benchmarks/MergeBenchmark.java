package org.grapevine.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.grapevine.aggregation.AggregationLimits;
import org.grapevine.aggregation.FunctionLibrary;
import org.grapevine.core.message.EncodedPayload;
import org.grapevine.core.message.Payload;
import org.grapevine.core.reply.AggregationException;
import org.grapevine.core.reply.AggregationFunction;
import org.grapevine.core.reply.Partial;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * One merge in the reply tree by the library's {@code sum-by-key}, natively and as a stylesheet that is compiled already: partials
 * of ten children, 24 readings each. From octets to octets: parsing the documents is a part of it.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class MergeBenchmark {

    static final int CHILDREN = 10;
    static final int READINGS = 24;

    private static final int HOURS_OF_A_PERIOD = 8;

    /** {@code NATIVE} or {@code XSLT}. */
    @Param({"NATIVE", "XSLT"})
    public String form = "NATIVE";

    private final Optional<Payload> own = Optional.of(answer(0, 1));
    private final List<Partial> partials = partials(1);
    private final List<Partial> byPeriod = partials(HOURS_OF_A_PERIOD);
    private @Nullable AggregationFunction sumByKey;

    @Setup
    public void resolve() throws AggregationException {
        sumByKey = FunctionLibrary.standard(AggregationLimits.defaults(), FunctionLibrary.Form.valueOf(form))
                .resolve("sum-by-key");
    }

    /** Hour by hour, with the device's own answer. */
    @Benchmark
    public Optional<Payload> ownAndTenPartials() throws AggregationException {
        return function().merge(own, partials);
    }

    /** The same readings in three periods of eight hours, of a device without an answer of its own. */
    @Benchmark
    public Optional<Payload> tenPartialsByPeriod() throws AggregationException {
        return function().merge(Optional.empty(), byPeriod);
    }

    private AggregationFunction function() {
        return Objects.requireNonNull(sumByKey, "before @Setup");
    }

    /** All that one merge reads. */
    int inputBytes() {
        return own.orElseThrow().sizeBytes()
                + partials.stream().mapToInt(each -> each.payload().sizeBytes()).sum();
    }

    private static List<Partial> partials(int hoursOfAKey) {
        List<Partial> partials = new ArrayList<>(CHILDREN);
        for (int child = 1; child <= CHILDREN; child++) {
            partials.add(new Partial(answer(child, hoursOfAKey), child));
        }
        return partials;
    }

    /** Hour h of device d holds d + h/10 + 100, so that the sums are easy to tell. */
    private static Payload answer(int device, int hoursOfAKey) {
        StringBuilder xml = new StringBuilder(1_024);
        xml.append("<n:energyNeeds xmlns:n=\"urn:example:needs\" date=\"2026-06-21\" unit=\"Wh\">");
        for (int hour = 0; hour < READINGS; hour++) {
            xml.append(String.format(
                    Locale.ROOT,
                    "<n:reading key=\"%02d\" value=\"%.1f\"/>",
                    hour / hoursOfAKey * hoursOfAKey,
                    100 + device + hour / 10.0));
        }
        return new EncodedPayload(xml.append("</n:energyNeeds>").toString().getBytes(UTF_8));
    }
}
