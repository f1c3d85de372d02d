/** Tests of what goes on for hours. */
@NullMarked
package org.grapevine.cluster.soak;

import org.jspecify.annotations.NullMarked;
