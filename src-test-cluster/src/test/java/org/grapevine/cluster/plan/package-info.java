/** What a cluster is to do, and what is refused. */
@NullMarked
package org.grapevine.cluster.plan;

import org.jspecify.annotations.NullMarked;
