/** One process with many real devices. */
@NullMarked
package org.grapevine.cluster.agent;

import org.jspecify.annotations.NullMarked;
