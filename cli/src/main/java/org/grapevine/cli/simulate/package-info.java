/** {@code grapevine simulate} and {@code grapevine plan}. */
@NullMarked
package org.grapevine.cli.simulate;

import org.jspecify.annotations.NullMarked;
