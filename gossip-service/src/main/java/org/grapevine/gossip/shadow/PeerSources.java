package org.grapevine.gossip.shadow;

import org.grapevine.peer.PeerService;
import org.grapevine.peer.Views;

/**
 * Where the shadows of a host have their peers from.
 *
 * @param discovered who is found
 * @param views where shadows make known whom they keep in view
 * @param options how they do that
 */
record PeerSources(PeerService discovered, Views views, PeerOptions options) {}
