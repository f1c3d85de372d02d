/** Who is on the network: the peers of each segment, learnt from discovery and from the metadata of devices. */
@NullMarked
package org.grapevine.peer;

import org.jspecify.annotations.NullMarked;
