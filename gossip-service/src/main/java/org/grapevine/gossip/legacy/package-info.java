/** Devices that know nothing of gossip: which peer adopts each of them, and how it gets what spreads. */
@NullMarked
package org.grapevine.gossip.legacy;

import org.jspecify.annotations.NullMarked;
