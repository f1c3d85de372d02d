/**
 * WS-Eventing of August 2004, as DPWS 1.1 uses it, and of March 2011 (W3C): messages, the subscription manager of an event source,
 * and when a subscriber renews. No sockets, threads or clocks.
 */
@NullMarked
package org.grapevine.dpws.eventing;

import org.jspecify.annotations.NullMarked;
