package org.grapevine.peer;

import java.util.List;
import org.grapevine.dpws.discovery.DeviceAnnouncement;

/** A device of a followed segment and, once its metadata was fetched, its shadows. Belongs to the event loop. */
final class Known {

    enum Metadatum {
        /** Nobody has asked for it, or nobody could get it. */
        WANTED,
        QUEUED,
        UNDER_WAY,
        /** It is tried again soon. */
        PAUSED,
        THERE
    }

    DeviceAnnouncement device;

    /** It is on this very host. */
    final boolean own;

    List<Peer> peers = List.of();
    List<PlainService> plain = List.of();
    Metadatum metadata = Metadatum.WANTED;
    int triesLeft;

    /** When it was fetched last, or is to be tried again. */
    long movedMillis;

    /** It is to be fetched even if not everybody is wanted. */
    boolean chosen;

    /** All tries failed; the next round of Probes gives it others. */
    boolean failed;

    boolean failureLogged;

    Known(DeviceAnnouncement device, boolean own) {
        this.device = device;
        this.own = own;
    }
}
