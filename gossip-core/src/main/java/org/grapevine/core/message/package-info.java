/** What engines say to each other and to their driver: ids, addresses, parameters, gossiped units, control messages. */
@NullMarked
package org.grapevine.core.message;

import org.jspecify.annotations.NullMarked;
