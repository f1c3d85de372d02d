/** What reports say, and that they always say the same. */
@NullMarked
package org.grapevine.simulation.report;

import org.jspecify.annotations.NullMarked;
