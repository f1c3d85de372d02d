/** CXF's own WS-Discovery and WS-Eventing as a peer, in a process and with a class path of its own. */
@NullMarked
package org.grapevine.interop.cxf;

import org.jspecify.annotations.NullMarked;
