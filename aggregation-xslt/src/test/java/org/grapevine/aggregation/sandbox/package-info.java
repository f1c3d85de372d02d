@NullMarked
package org.grapevine.aggregation.sandbox;

import org.jspecify.annotations.NullMarked;
