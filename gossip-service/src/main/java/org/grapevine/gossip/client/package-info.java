/** What a client needs that knows of gossip: descriptions of services and of their shadows, and a way in that survives a dead entry. */
@NullMarked
package org.grapevine.gossip.client;

import org.jspecify.annotations.NullMarked;
