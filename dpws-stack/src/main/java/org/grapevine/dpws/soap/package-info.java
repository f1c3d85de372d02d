/**
 * SOAP 1.2 envelopes as bytes: an index over a received header, copies with other header blocks, new envelopes, faults. The
 * reader assumes that whoever sent the bytes is hostile.
 */
@NullMarked
package org.grapevine.dpws.soap;

import org.jspecify.annotations.NullMarked;
