/**
 * WS-Discovery 1.1 under the constants of DPWS 1.1, without sockets and clocks: what a device says and answers, what a client
 * learns, and when a datagram is repeated.
 */
@NullMarked
package org.grapevine.dpws.discovery;

import org.jspecify.annotations.NullMarked;
