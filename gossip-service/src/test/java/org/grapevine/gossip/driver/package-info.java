@NullMarked
package org.grapevine.gossip.driver;

import org.jspecify.annotations.NullMarked;
