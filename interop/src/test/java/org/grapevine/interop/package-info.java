/** Conversations between this stack and those of others, step by step. */
@NullMarked
package org.grapevine.interop;

import org.jspecify.annotations.NullMarked;
