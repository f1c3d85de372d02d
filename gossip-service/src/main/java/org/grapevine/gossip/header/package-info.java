/** The wire form of gossip: the header blocks of a gossiped envelope, and the control messages. */
@NullMarked
package org.grapevine.gossip.header;

import org.jspecify.annotations.NullMarked;
