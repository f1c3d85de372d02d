/** Specifications of the messages, in virtual time. */
@NullMarked
package org.grapevine.core.message;

import org.jspecify.annotations.NullMarked;
