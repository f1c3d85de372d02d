/** Checks of the package of the same name. */
@NullMarked
package org.grapevine.cluster.report;

import org.jspecify.annotations.NullMarked;
