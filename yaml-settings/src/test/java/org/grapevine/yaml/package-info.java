/** What settings in YAML may look like, and how mistakes in them are told. */
@NullMarked
package org.grapevine.yaml;

import org.jspecify.annotations.NullMarked;
