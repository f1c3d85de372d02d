/** Specifications of the engines, in virtual time. */
@NullMarked
package org.grapevine.core.engine;

import org.jspecify.annotations.NullMarked;
