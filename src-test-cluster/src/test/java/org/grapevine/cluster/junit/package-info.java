/** Tests of the extension. */
@NullMarked
package org.grapevine.cluster.junit;

import org.jspecify.annotations.NullMarked;
