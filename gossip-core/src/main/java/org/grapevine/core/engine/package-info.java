/** Dissemination: eager push, repair, the seen-table, and the vocabulary of events and actions of every engine. */
@NullMarked
package org.grapevine.core.engine;

import org.jspecify.annotations.NullMarked;
