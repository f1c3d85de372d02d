/**
 * Functions that come from strangers: which of them may run here at all, and the small JVMs in which those run that nobody has
 * signed.
 */
@NullMarked
package org.grapevine.aggregation.sandbox;

import org.jspecify.annotations.NullMarked;
