/** The control plane on JGroups: agents, their coordinator, and what they say to each other. No message of a device goes here. */
@NullMarked
package org.grapevine.cluster.control;

import org.jspecify.annotations.NullMarked;
