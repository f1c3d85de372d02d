/** Checks of the package of the same name. */
@NullMarked
package org.grapevine.cluster.record;

import org.jspecify.annotations.NullMarked;
