/**
 * Aggregation functions written in XSLT 3.0, run by a Saxon with every door to the outside shut: it reads no file, opens no
 * connection, loads no class, and sees nothing of the machine but the answers that it merges.
 */
@NullMarked
package org.grapevine.aggregation;

import org.jspecify.annotations.NullMarked;
