package org.grapevine.aggregation.library;

import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.grapevine.core.reply.AggregationException;

/** The functions of the library, with their parameters. The stylesheet of the same name states the rule of each. */
public enum StandardFunction {
    SUM_BY_KEY("sum-by-key", List.of(), given -> new SumByKey()),
    SUM("sum", List.of(), given -> new Scalar(BigDecimal::add)),
    COUNT("count", List.of(), given -> new Count()),
    MIN("min", List.of(), given -> new Scalar(BigDecimal::min)),
    MAX("max", List.of(), given -> new Scalar(BigDecimal::max)),
    MEAN("mean", List.of(Parameter.decimals("digits")), given -> Moments.mean(number(given, "digits"))),
    RANGE("range", List.of(), given -> new Range()),
    VARIANCE(
            "variance",
            List.of(Parameter.choice("of", "population", "sample"), Parameter.decimals("digits")),
            given -> Moments.variance(text(given, "of").equals("sample"), number(given, "digits"))),
    HISTOGRAM(
            "histogram",
            List.of(Parameter.bounds("bounds", "0,1,10,100,1000,10000")),
            given -> new Histogram(Parameter.boundsOf(text(given, "bounds")))),
    QUANTILE(
            "quantile",
            List.of(Parameter.share("q", "0.5"), Parameter.whole("digits", 3, 1, 4)),
            given -> new Quantile(new BigDecimal(text(given, "q")), number(given, "digits"))),
    TOP_K(
            "top-k",
            List.of(Parameter.whole("k", 10, 1, 1000), Parameter.choice("by", "max", "min")),
            given -> WholeAnswers.top(number(given, "k"), text(given, "by"))),
    DISTINCT(
            "distinct",
            List.of(Parameter.whole("limit", 1000, 1, 1000)),
            given -> new Distinct(number(given, "limit"))),
    COLLECT(
            "collect",
            List.of(Parameter.whole("limit", 1000, 1, 1000)),
            given -> WholeAnswers.collection(number(given, "limit")));

    private final String functionName;

    @SuppressWarnings("ImmutableEnumChecker") // Only ever List.of.
    private final List<Parameter> parameters;

    @SuppressWarnings("ImmutableEnumChecker") // A function of its argument alone.
    private final Function<Map<String, String>, NativeFunction> maker;

    StandardFunction(
            String functionName, List<Parameter> parameters, Function<Map<String, String>, NativeFunction> maker) {
        this.functionName = functionName;
        this.parameters = parameters;
        this.maker = maker;
    }

    /** As in {@code sum-by-key}. */
    public String functionName() {
        return functionName;
    }

    /** The names of its parameters; each has a value when none is given. */
    public List<String> parameterNames() {
        return parameters.stream().map(Parameter::name).toList();
    }

    /**
     * The function with these parameters.
     *
     * @throws AggregationException naming the function, the parameter that it does not have or the value that it does not take, and
     *     what is expected
     */
    public NativeFunction with(Map<String, String> given) throws AggregationException {
        for (String name : given.keySet()) {
            if (parameter(name).isEmpty()) {
                throw new AggregationException(functionName + ": parameter " + name + " (expected: "
                        + (parameters.isEmpty() ? "none" : String.join(", ", parameterNames())) + ")");
            }
        }
        Map<String, String> values = new HashMap<>();
        for (Parameter parameter : parameters) {
            String value = given.getOrDefault(parameter.name(), parameter.initial());
            if (!parameter.allows(value)) {
                throw new AggregationException(functionName + ": " + parameter.name() + ": " + value + " (expected: "
                        + parameter.expected() + ")");
            }
            values.put(parameter.name(), value);
        }
        return maker.apply(values);
    }

    private Optional<Parameter> parameter(String name) {
        return parameters.stream().filter(each -> each.name().equals(name)).findAny();
    }

    private static int number(Map<String, String> given, String name) {
        return Integer.parseInt(text(given, name));
    }

    private static String text(Map<String, String> given, String name) {
        return Objects.requireNonNull(given.get(name), name);
    }
}
