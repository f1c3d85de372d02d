@NullMarked
package org.grapevine.gossip.client;

import org.jspecify.annotations.NullMarked;
