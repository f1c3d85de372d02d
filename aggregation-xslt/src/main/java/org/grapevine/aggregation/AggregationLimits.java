package org.grapevine.aggregation;

/**
 * What aggregation may use. Defaults are guesses, roomy for grids of some thousand devices. Higher limits let larger answers
 * through and give a hostile one more to waste.
 *
 * @param stylesheetBytes largest stylesheet
 * @param payloadBytes largest single answer or partial, going in or coming out
 * @param inputBytes all inputs of one merge together
 * @param functions stylesheets on the list; each keeps about 25 KB
 * @param documents documents after which the Saxon configuration is replaced, for it never forgets a name (docs/references.md, 3.3)
 * @param names distinct element and attribute names after which it is replaced, too
 */
public record AggregationLimits(
        int stylesheetBytes, int payloadBytes, int inputBytes, int functions, int documents, int names) {

    public AggregationLimits {
        require(stylesheetBytes >= 1, "stylesheetBytes", stylesheetBytes);
        require(payloadBytes >= 1, "payloadBytes", payloadBytes);
        require(inputBytes >= payloadBytes, "inputBytes", inputBytes, ">= payloadBytes, " + payloadBytes);
        require(functions >= 1, "functions", functions);
        require(documents >= 1, "documents", documents);
        require(names >= 1, "names", names);
    }

    public static AggregationLimits defaults() {
        return new AggregationLimits(32 << 10, 256 << 10, 1 << 20, 64, 100_000, 10_000);
    }

    private static void require(boolean holds, String name, int value) {
        require(holds, name, value, ">= 1");
    }

    private static void require(boolean holds, String name, int value, String expected) {
        if (!holds) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: " + expected + ")");
        }
    }
}
