/**
 * When a load draws its energy: plans, and how a load moves its plan to the cheap hours of a tariff within what its user
 * allows. Energy is counted in watt-seconds, so that nothing is lost where a run is cut.
 */
@NullMarked
package org.grapevine.grid.plan;

import org.jspecify.annotations.NullMarked;
