package org.grapevine.peer.service;

import java.util.List;

/**
 * How the views of a device stand.
 *
 * @param views those that were asked for
 * @param omitted how many more there are, which did not fit the answer
 */
public record StatusReport(List<ViewReport> views, int omitted) {
    public StatusReport {
        views = List.copyOf(views);
    }
}
