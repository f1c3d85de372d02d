@NullMarked
package org.grapevine.gossip.ask;

import org.jspecify.annotations.NullMarked;
