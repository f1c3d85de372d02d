/** What a run came to: numbers, tables, plots, a page. */
@NullMarked
package org.grapevine.simulation.report;

import org.jspecify.annotations.NullMarked;
