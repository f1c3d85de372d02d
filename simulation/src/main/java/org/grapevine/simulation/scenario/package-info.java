/** What a scenario is, and its YAML form. */
@NullMarked
package org.grapevine.simulation.scenario;

import org.jspecify.annotations.NullMarked;
