/** Shows that the checkers find what they are there for: bugs planted in the engine on purpose. */
@NullMarked
package org.grapevine.simulation.mutation;

import org.jspecify.annotations.NullMarked;
