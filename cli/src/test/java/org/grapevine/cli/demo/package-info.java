/** Specifications of {@code grapevine demo}. */
@NullMarked
package org.grapevine.cli.demo;

import org.jspecify.annotations.NullMarked;
