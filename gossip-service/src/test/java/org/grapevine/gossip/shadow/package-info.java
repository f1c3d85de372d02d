/** Specifications of shadow services, on real sockets of the loopback interface. */
@NullMarked
package org.grapevine.gossip.shadow;

import org.jspecify.annotations.NullMarked;
