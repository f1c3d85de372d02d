package org.grapevine.cli.client;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import javax.xml.namespace.QName;
import org.grapevine.core.membership.Standing;
import org.grapevine.core.message.Segment;
import org.grapevine.peer.service.Peers1;
import org.grapevine.peer.service.StatusReport;
import org.grapevine.peer.service.ViewReport;

/** Asks one device for its views: for all at once, and if they do not fit one answer, for one after the other. Any thread. */
@FunctionalInterface
interface ViewQuestion {

    /** One call of the Peer Service, as {@link org.grapevine.peer.service.PeerServiceClient#status}. */
    CompletableFuture<StatusReport> status(Optional<QName> portType, Optional<Segment> segment, int entries);

    /** Every view for that port type, or for all; with all its links as far as an answer can hold them. */
    default CompletableFuture<List<ViewReport>> ask(Optional<QName> portType) {
        return status(portType, Optional.empty(), Peers1.MAX_SHOWN)
                .thenCompose(all -> isComplete(all)
                        ? CompletableFuture.completedFuture(all.views())
                        : status(portType, Optional.empty(), 0)
                                .thenCompose(names -> each(names.views(), 0, List.of())));
    }

    private CompletableFuture<List<ViewReport>> each(List<ViewReport> names, int next, List<ViewReport> soFar) {
        if (next == names.size()) {
            return CompletableFuture.completedFuture(soFar);
        }
        ViewReport view = names.get(next);
        return status(Optional.of(view.portType()), Optional.of(view.segment()), Peers1.MAX_SHOWN)
                .thenComposeAsync(answer -> {
                    List<ViewReport> more = new ArrayList<>(soFar);
                    // A shadow whose policy has just changed has two views of a segment, and both come with each
                    // question.
                    answer.views().stream().filter(each -> !more.contains(each)).forEach(more::add);
                    return each(names, next + 1, more);
                });
    }

    private static boolean isComplete(StatusReport report) {
        return report.omitted() == 0
                && report.views().stream()
                        .allMatch(view -> view.status().standings().stream()
                                        .filter(Standing::linked)
                                        .count()
                                >= view.status().stats().links());
    }
}
