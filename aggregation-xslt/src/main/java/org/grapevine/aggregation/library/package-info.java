/**
 * The library's aggregation functions in Java: what the stylesheets of the same names compute, to the last digit, without the cost
 * of a transformation. Each stylesheet states the rule at its head; a property test holds both forms together.
 */
@NullMarked
package org.grapevine.aggregation.library;

import org.jspecify.annotations.NullMarked;
