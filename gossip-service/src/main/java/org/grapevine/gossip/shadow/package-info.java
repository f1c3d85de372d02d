/** Shadow services: made from the gossip policy of a hosted service, beside it, with the same operations. */
@NullMarked
package org.grapevine.gossip.shadow;

import org.jspecify.annotations.NullMarked;
