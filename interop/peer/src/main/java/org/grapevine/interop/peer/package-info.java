/** The lines by which a peer in a process of its own is told what to do. */
@NullMarked
package org.grapevine.interop.peer;

import org.jspecify.annotations.NullMarked;
