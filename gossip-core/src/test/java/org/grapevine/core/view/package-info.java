/** Specifications of the views, in virtual time. */
@NullMarked
package org.grapevine.core.view;

import org.jspecify.annotations.NullMarked;
