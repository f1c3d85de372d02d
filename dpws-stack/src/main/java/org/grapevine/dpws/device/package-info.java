/** Devices and the host that carries them: what a maker writes against, and the wiring of transport, discovery and metadata. */
@NullMarked
package org.grapevine.dpws.device;

import org.jspecify.annotations.NullMarked;
