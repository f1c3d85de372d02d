/** Asking all devices again and again, and having each answer as it comes: subscriptions to a shadow by WS-Eventing. */
@NullMarked
package org.grapevine.gossip.ask;

import org.jspecify.annotations.NullMarked;
