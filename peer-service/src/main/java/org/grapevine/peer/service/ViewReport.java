package org.grapevine.peer.service;

import javax.xml.namespace.QName;
import org.grapevine.core.membership.PeerEntry;
import org.grapevine.core.message.Segment;
import org.grapevine.peer.SegmentView;

/**
 * How a view of a device stands.
 *
 * @param portType what the members of the overlay have in common, beside the segment
 * @param segment which one
 * @param self the shadow's own entry
 * @param status the view; its standings may be the first of more, whose number its stats tell
 */
public record ViewReport(QName portType, Segment segment, PeerEntry self, SegmentView.Status status) {}
