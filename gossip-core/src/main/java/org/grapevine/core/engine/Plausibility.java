package org.grapevine.core.engine;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.grapevine.core.message.Control;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.core.message.ReplyMode;
import org.grapevine.core.message.Sample;

/**
 * What a child cannot have said in earnest. A liar can still give a wrong value, or say that it covers more devices than it does,
 * up to the limit: nobody above it can know.
 */
final class Plausibility {

    private final ReplyLimits limits;
    private final RequestSpread spread;

    Plausibility(ReplyLimits limits, RequestSpread spread) {
        this.limits = limits;
        this.spread = spread;
    }

    /** False if the reply contradicts the request, what the child sent before, or what a device may say. */
    boolean isPlausible(Query query, Slot slot, Control.Reply reply) {
        int counted = reply.completeness().counted();
        if (counted > limits.contributors()) {
            return false;
        }
        if (query.collects()) {
            return reply.payload() == null && counted <= slot.samples;
        }
        return reply.payload() == null ? counted == 0 : reply.payload().sizeBytes() <= limits.valueBytes();
    }

    /**
     * The same for samples. A sample is not of this device, of the initiator, or of the parent, which cannot be below the child, nor
     * of another child that has accepted this device; and a batch has one of each device.
     */
    boolean isPlausible(Query query, PeerAddress from, Slot slot, Control.Samples batch) {
        if (query.terms.mode() != ReplyMode.COLLECT
                || batch.number() > slot.batches
                || slot.samples + batch.samples().size() > limits.contributors()) {
            return false;
        }
        Set<PeerAddress> devices = new HashSet<>();
        for (Sample sample : batch.samples()) {
            PeerAddress device = sample.device();
            if (sample.value().sizeBytes() > limits.valueBytes()
                    || !devices.add(device)
                    || device.equals(query.origin)
                    || device.equals(query.parent)
                    || spread.isSelf(device)
                    || (!device.equals(from) && isOtherChild(query, device))) {
                return false;
            }
        }
        return totalBytes(batch.samples()) <= limits.sampleBytes();
    }

    private static boolean isOtherChild(Query query, PeerAddress device) {
        Slot slot = query.slots.get(device);
        return slot != null && (slot.state == Slot.State.ACCEPTED || slot.state == Slot.State.ANSWERED);
    }

    private static long totalBytes(List<Sample> samples) {
        return samples.stream().mapToLong(sample -> sample.value().sizeBytes()).sum();
    }
}
