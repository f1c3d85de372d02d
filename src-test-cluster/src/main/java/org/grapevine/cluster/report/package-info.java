/** Judges what happened, and sets the simulator's prediction beside it. */
@NullMarked
package org.grapevine.cluster.report;

import org.jspecify.annotations.NullMarked;
