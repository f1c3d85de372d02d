/** Sockets and threads of the stack, and nothing else: datagrams, HTTP in and out, event loops. Works on bytes only. */
@NullMarked
package org.grapevine.dpws.transport;

import org.jspecify.annotations.NullMarked;
