/** Real input that is shipped with the project: prices, charging sessions, household profiles. README.md names sources and licences. */
@NullMarked
package org.grapevine.grid.data;

import org.jspecify.annotations.NullMarked;
