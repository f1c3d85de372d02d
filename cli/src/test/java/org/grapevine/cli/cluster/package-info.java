/** Tests of the commands that run real processes. */
@NullMarked
package org.grapevine.cli.cluster;

import org.jspecify.annotations.NullMarked;
