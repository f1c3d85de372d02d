package org.grapevine.aggregation;

/**
 * What the functions of one library have done since it was made.
 *
 * @param runs merges and finishes that gave a result
 * @param refused merges and finishes that failed: bad input, a limit, or the stylesheet's own error
 * @param droppedMessages {@code xsl:message} texts beyond the first of a run, which are not kept
 * @param renewals how often the Saxon configuration was replaced
 */
public record AggregationStats(long runs, long refused, long droppedMessages, long renewals) {}
