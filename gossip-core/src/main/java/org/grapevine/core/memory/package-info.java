/** What is remembered within bounds. */
@NullMarked
package org.grapevine.core.memory;

import org.jspecify.annotations.NullMarked;
