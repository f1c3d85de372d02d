/** Runs engines on the stack: event loops own them, and their actions become datagrams, HTTP requests and calls of services. */
@NullMarked
package org.grapevine.gossip.driver;

import org.jspecify.annotations.NullMarked;
