@NullMarked
package org.grapevine.core.membership;

import org.jspecify.annotations.NullMarked;
