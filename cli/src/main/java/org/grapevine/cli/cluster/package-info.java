/** {@code grapevine cluster}, {@code agent} and {@code soak}: real processes on real sockets. */
@NullMarked
package org.grapevine.cli.cluster;

import org.jspecify.annotations.NullMarked;
