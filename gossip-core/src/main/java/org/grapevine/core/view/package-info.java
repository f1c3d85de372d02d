/** The peers that a device knows, by segment, and how some of them are drawn. */
@NullMarked
package org.grapevine.core.view;

import org.jspecify.annotations.NullMarked;
