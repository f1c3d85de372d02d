/** The requirements of DPWS 1.1 and of what it builds on, one test each, named by the row of docs/conformance.md. */
@NullMarked
package org.grapevine.dpws.conformance;

import org.jspecify.annotations.NullMarked;
