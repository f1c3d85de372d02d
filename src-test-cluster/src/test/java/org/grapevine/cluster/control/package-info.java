/** Tests with real processes on loopback, whose work is a pretence. */
@NullMarked
package org.grapevine.cluster.control;

import org.jspecify.annotations.NullMarked;
