/** What all commands share: global options, output for people or as JSON, and the two ways to fail. Knows no command. */
@NullMarked
package org.grapevine.cli.console;

import org.jspecify.annotations.NullMarked;
