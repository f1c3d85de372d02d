/**
 * Who else is in a segment: partial and full views, failure detection, and an estimate of the segment's size. One {@link
 * org.grapevine.core.membership.Membership} for each segment of a shadow.
 */
@NullMarked
package org.grapevine.core.membership;

import org.jspecify.annotations.NullMarked;
