/** Hosted services: JAX-WS objects behind CXF, called with an envelope's bytes and answering with an envelope's bytes. */
@NullMarked
package org.grapevine.dpws.hosting;

import org.jspecify.annotations.NullMarked;
