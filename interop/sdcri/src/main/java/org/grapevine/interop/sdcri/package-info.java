/** SDCri as a peer, in a process and with a class path of its own. */
@NullMarked
package org.grapevine.interop.sdcri;

import org.jspecify.annotations.NullMarked;
