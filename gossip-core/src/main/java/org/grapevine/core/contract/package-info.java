/** The two vocabularies between an engine and whoever drives it: events go in, actions come out, timers are data. */
@NullMarked
package org.grapevine.core.contract;

import org.jspecify.annotations.NullMarked;
