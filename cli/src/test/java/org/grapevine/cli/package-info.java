/** Tests of the command line, and of the borders between modules, all of which this one sees. */
@NullMarked
package org.grapevine.cli;

import org.jspecify.annotations.NullMarked;
