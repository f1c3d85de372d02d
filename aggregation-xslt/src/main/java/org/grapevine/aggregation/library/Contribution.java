package org.grapevine.aggregation.library;

/**
 * A child's partial, read.
 *
 * @param element the partial's element
 * @param contributors how many devices' own answers are inside, as the reply tree counted them
 */
public record Contribution(Element element, int contributors) {}
