/** Runs every benchmark once, and checks that each does what its name says. */
@NullMarked
package org.grapevine.benchmarks;

import org.jspecify.annotations.NullMarked;
