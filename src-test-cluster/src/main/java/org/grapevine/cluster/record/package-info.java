/** What happened at the devices, as their agents saw it. */
@NullMarked
package org.grapevine.cluster.record;

import org.jspecify.annotations.NullMarked;
