/** Settings in YAML: maps, values with units, and mistakes told with file, line and key. */
@NullMarked
package org.grapevine.yaml;

import org.jspecify.annotations.NullMarked;
