/**
 * What devices and hosted services say about themselves (DPWS 1.1, 4 and 5): the values, the metadata that carries them, and
 * the messages by which it is fetched.
 */
@NullMarked
package org.grapevine.dpws.metadata;

import org.jspecify.annotations.NullMarked;
