/** Replies on their way back along the tree that a request drew: the tree's engine and the functions that merge values. */
@NullMarked
package org.grapevine.core.reply;

import org.jspecify.annotations.NullMarked;
