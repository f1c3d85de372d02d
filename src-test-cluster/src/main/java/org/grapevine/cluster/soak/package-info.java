/** A load that stays the same for hours, and whether what the devices need stays the same too. Nothing of it grows with time. */
@NullMarked
package org.grapevine.cluster.soak;

import org.jspecify.annotations.NullMarked;
