/** What scenarios may ask for, what their files look like, and how mistakes in them are told. */
@NullMarked
package org.grapevine.simulation.scenario;

import org.jspecify.annotations.NullMarked;
