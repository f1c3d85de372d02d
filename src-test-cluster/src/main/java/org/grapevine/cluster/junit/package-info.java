/** A cluster for JUnit tests. */
@NullMarked
package org.grapevine.cluster.junit;

import org.jspecify.annotations.NullMarked;
