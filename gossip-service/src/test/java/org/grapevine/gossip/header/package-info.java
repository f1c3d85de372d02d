/** Specifications of the wire form of gossip. */
@NullMarked
package org.grapevine.gossip.header;

import org.jspecify.annotations.NullMarked;
