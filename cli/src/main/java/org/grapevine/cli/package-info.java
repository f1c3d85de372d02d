/** The {@code grapevine} command: its root and the way from arguments to exit code. What it can do lives in the packages below. */
@NullMarked
package org.grapevine.cli;

import org.jspecify.annotations.NullMarked;
