package org.grapevine.aggregation.sandbox;

import java.util.List;
import java.util.Optional;
import org.grapevine.aggregation.StylesheetFinding;

/**
 * What a check of a stylesheet found.
 *
 * @param findings what is refused, by lines; a stylesheet with any does not run at a stranger's
 * @param problem why it could not be read, compiled or run at all
 * @param merges how many ways of merging were tried
 * @param difference the first two ways of merging the same answers that gave different results, in words
 * @param result what the samples gave, as XML; empty if it was not run, or leaves all samples out
 */
public record StylesheetReport(
        List<StylesheetFinding> findings,
        Optional<String> problem,
        int merges,
        Optional<String> difference,
        Optional<String> result) {

    /** Whether nothing was found. */
    public boolean isClean() {
        return findings.isEmpty() && problem.isEmpty() && difference.isEmpty();
    }
}
