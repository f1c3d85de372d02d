/** Specifications of {@code grapevine device}. */
@NullMarked
package org.grapevine.cli.device;

import org.jspecify.annotations.NullMarked;
