/** What a cluster is to do: which device runs where, what it publishes when, and what goes wrong. */
@NullMarked
package org.grapevine.cluster.plan;

import org.jspecify.annotations.NullMarked;
