/** Tests of the client commands, against devices of this JVM that they know by their addresses only. */
@NullMarked
package org.grapevine.cli.client;

import org.jspecify.annotations.NullMarked;
