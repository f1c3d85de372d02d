@NullMarked
package org.grapevine.cli.simulate;

import org.jspecify.annotations.NullMarked;
