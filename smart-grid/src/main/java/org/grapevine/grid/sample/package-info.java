/** A sample grid of any size, made from a seed: its devices with names and scopes, and what its appliances do. */
@NullMarked
package org.grapevine.grid.sample;

import org.jspecify.annotations.NullMarked;
