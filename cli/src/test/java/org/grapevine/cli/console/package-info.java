/** Tests of what all commands share. */
@NullMarked
package org.grapevine.cli.console;

import org.jspecify.annotations.NullMarked;
