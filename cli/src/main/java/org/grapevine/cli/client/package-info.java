/** The commands that talk to devices of other processes: discover, inspect, push, aggregate. */
@NullMarked
package org.grapevine.cli.client;

import org.jspecify.annotations.NullMarked;
