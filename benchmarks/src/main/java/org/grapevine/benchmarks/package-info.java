/** JMH benchmarks of what a device does for every message: read, copy, decide, merge. Nothing depends on them. */
@NullMarked
package org.grapevine.benchmarks;

import org.jspecify.annotations.NullMarked;
