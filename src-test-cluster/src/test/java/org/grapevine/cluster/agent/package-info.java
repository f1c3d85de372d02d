/** Many real devices in one process: what they do and what they record. */
@NullMarked
package org.grapevine.cluster.agent;

import org.jspecify.annotations.NullMarked;
