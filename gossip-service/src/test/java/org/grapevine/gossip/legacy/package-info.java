@NullMarked
package org.grapevine.gossip.legacy;

import org.jspecify.annotations.NullMarked;
