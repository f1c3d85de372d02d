package org.grapevine.peer;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.grapevine.dpws.addressing.EndpointReference;

/** The views that the shadows of one host keep, by device. As many as there are shadows and segments. Any thread. */
public final class Views {

    private final Map<EndpointReference, List<SegmentView>> ofDevice = new ConcurrentHashMap<>();

    /** Makes a view known until it is removed. */
    public void add(EndpointReference device, SegmentView view) {
        ofDevice.compute(device, (epr, views) -> {
            List<SegmentView> all = views == null ? new CopyOnWriteArrayList<>() : views;
            all.add(view);
            return all;
        });
    }

    /** Ends {@link #add}; one that is not there stays so. */
    public void remove(EndpointReference device, SegmentView view) {
        ofDevice.computeIfPresent(device, (epr, views) -> {
            views.remove(view);
            return views.isEmpty() ? null : views;
        });
    }

    /** Those of one device; empty if it has none. */
    public List<SegmentView> of(EndpointReference device) {
        return List.copyOf(ofDevice.getOrDefault(device, List.of()));
    }

    /** Those of all devices of the host. */
    public List<SegmentView> all() {
        return ofDevice.values().stream().flatMap(List::stream).toList();
    }
}
