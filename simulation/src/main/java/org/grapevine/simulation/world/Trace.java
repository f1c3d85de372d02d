package org.grapevine.simulation.world;

import java.util.List;
import org.grapevine.core.contract.GossipAction;
import org.grapevine.core.contract.GossipTimer;
import org.grapevine.core.membership.MembershipAction;
import org.grapevine.core.membership.PeerEntry;
import org.grapevine.core.membership.PeerMessage;
import org.grapevine.core.membership.Rumour;
import org.grapevine.core.message.Completeness;
import org.grapevine.core.message.Control;
import org.grapevine.core.message.Hop;
import org.grapevine.core.message.MessageId;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.core.message.Sample;
import org.grapevine.core.message.Segment;
import org.grapevine.simulation.kernel.SeededRandom;
import org.jspecify.annotations.Nullable;

/**
 * A hash over all actions with their times and places, made of numbers only: hash codes of enums and of objects differ from one
 * JVM to the next.
 */
final class Trace {

    private final @Nullable TraceSink sink;
    private long hash;

    Trace(@Nullable TraceSink sink) {
        this.sink = sink;
    }

    long hash() {
        return hash;
    }

    void note(long now, Device device, GossipAction action) {
        mix(now);
        mix(device.index());
        if (action instanceof GossipAction.Send send) {
            mix(1);
            mix(send.message().id());
            mix(send.hop());
        } else if (action instanceof GossipAction.Multicast multicast) {
            mix(8);
            mix(multicast.message().id());
            mix(multicast.hop());
        } else if (action instanceof GossipAction.SendControl send) {
            mix(2);
            mix(send.control());
        } else if (action instanceof GossipAction.Deliver deliver) {
            mix(3);
            mix(deliver.message().id());
        } else if (action instanceof GossipAction.Schedule schedule) {
            mix(4);
            mix(schedule.delayMillis());
            mix(number(schedule.timer()));
        } else if (action instanceof GossipAction.Merge merge) {
            mix(5);
            mix(merge.request());
            mix(merge.partials().size());
        } else if (action instanceof GossipAction.Collected collected) {
            mix(10);
            mix(collected.request());
            mixSamples(collected.samples());
        } else if (action instanceof GossipAction.Complete complete) {
            mix(6);
            mix(complete.request());
            mix(complete.completeness());
        } else if (action instanceof GossipAction.Fail fail) {
            mix(7);
            mix(fail.request());
            mix(fail.completeness());
        } else if (action instanceof GossipAction.Check check) {
            mix(9);
            mix(check.segment().scope().hashCode());
            mix(check.peer().value().hashCode());
        } else {
            throw new AssertionError("unhandled: " + action);
        }
        if (sink != null) {
            sink.line(now + " us  " + device + "  " + action);
        }
    }

    void note(long now, Device device, Segment segment, MembershipAction action) {
        mix(now);
        mix(device.index());
        // Specified by String.hashCode, hence the same everywhere.
        mix(segment.scope().hashCode());
        if (action instanceof MembershipAction.Send send) {
            mix(20);
            mix(send.to());
            mix(send.message());
        } else if (action instanceof MembershipAction.Linked linked) {
            mix(21);
            mix(linked.peer());
        } else if (action instanceof MembershipAction.Unlinked unlinked) {
            mix(22);
            mix(unlinked.peer());
        } else if (action instanceof MembershipAction.Met met) {
            mix(23);
            mix(met.peer());
        } else if (action instanceof MembershipAction.Forgot forgot) {
            mix(24);
            mix(forgot.peer());
        } else if (action instanceof MembershipAction.Sized sized) {
            mix(25);
            mix(sized.devices());
        } else if (action instanceof MembershipAction.Schedule schedule) {
            mix(26);
            mix(schedule.delayMillis());
        } else {
            throw new AssertionError("unhandled: " + action);
        }
        if (sink != null) {
            sink.line(now + " us  " + device + "  " + segment + "  " + action);
        }
    }

    private void mix(PeerAddress address) {
        mix(address.value().hashCode());
    }

    private void mixSamples(List<Sample> samples) {
        mix(samples.size());
        for (Sample sample : samples) {
            mix(sample.device());
            mix(sample.takenMillis());
        }
    }

    private void mix(PeerEntry entry) {
        mix(entry.address());
        mix(((long) entry.httpPort() << 32) | entry.age());
    }

    private void mixEntries(List<PeerEntry> entries) {
        mix(entries.size());
        entries.forEach(this::mix);
    }

    private void mixRumours(List<Rumour> rumours) {
        mix(rumours.size());
        for (Rumour rumour : rumours) {
            mix(rumour.about());
            mix(
                    switch (rumour.state()) {
                        case ALIVE -> 1;
                        case SUSPECT -> 2;
                        case DEAD -> 3;
                    });
            mix(rumour.incarnation());
            mix(rumour.from());
        }
    }

    private void mixShares(List<PeerMessage.Share> shares) {
        mix(shares.size());
        for (PeerMessage.Share share : shares) {
            mix(share.starter());
            mix(Double.doubleToLongBits(share.part()));
        }
    }

    private void mix(PeerMessage message) {
        if (message instanceof PeerMessage.Join join) {
            mix(1);
            mix(join.self());
        } else if (message instanceof PeerMessage.ForwardJoin join) {
            mix(2);
            mix(join.newcomer());
            mix(join.walk());
        } else if (message instanceof PeerMessage.Neighbour neighbour) {
            mix(neighbour.urgent() ? 3 : 4);
            mix(neighbour.self());
        } else if (message instanceof PeerMessage.NeighbourAnswer answer) {
            mix(answer.accepted() ? 5 : 6);
            mix(answer.self());
        } else if (message instanceof PeerMessage.Disconnect) {
            mix(7);
        } else if (message instanceof PeerMessage.Shuffle shuffle) {
            mix(8);
            mix(shuffle.origin());
            mix(shuffle.walk());
            mixEntries(shuffle.entries());
        } else if (message instanceof PeerMessage.ShuffleAnswer answer) {
            mix(9);
            mixEntries(answer.entries());
        } else if (message instanceof PeerMessage.Exchange exchange) {
            mix(10);
            mixEntries(exchange.entries());
        } else if (message instanceof PeerMessage.ExchangeAnswer answer) {
            mix(11);
            mixEntries(answer.entries());
        } else if (message instanceof PeerMessage.Leave) {
            mix(12);
        } else if (message instanceof PeerMessage.Ping ping) {
            mix(ping.linked() ? 13 : 14);
            mix(ping.number());
            mixRumours(ping.rumours());
        } else if (message instanceof PeerMessage.Ack ack) {
            mix(ack.linked() ? 15 : 16);
            mix(ack.number());
            mixRumours(ack.rumours());
        } else if (message instanceof PeerMessage.PingRequest request) {
            mix(17);
            mix(request.number());
            mix(request.target());
            mixRumours(request.rumours());
        } else if (message instanceof PeerMessage.Nack nack) {
            mix(18);
            mix(nack.number());
        } else if (message instanceof PeerMessage.Average average) {
            mix(19);
            mix(average.epoch());
            mix(average.number());
            mix(average.size());
            mixShares(average.shares());
        } else if (message instanceof PeerMessage.AverageAnswer answer) {
            mix(answer.accepted() ? 20 : 21);
            mix(answer.epoch());
            mix(answer.number());
            mix(answer.size());
            mixShares(answer.shares());
        } else {
            throw new AssertionError("unhandled: " + message);
        }
    }

    /** To whom the action noted last sends. */
    void to(Device device) {
        mix(device.index());
    }

    private void mix(long value) {
        hash = SeededRandom.mix(hash ^ value);
    }

    private void mix(MessageId id) {
        // Specified by String.hashCode, hence the same everywhere.
        mix(id.value().hashCode());
    }

    /** Their number first, so that no two lists after each other are two others. */
    private void mix(List<MessageId> ids) {
        mix(ids.size());
        ids.forEach(this::mix);
    }

    private void mix(Control.Slice slice) {
        mix(((long) slice.index() << 32) | slice.of());
    }

    private void mix(Hop hop) {
        mix(hop.segment().scope().hashCode());
        mix(((long) hop.left() << 32) | hop.hop());
        mix(hop.budgetMillis());
        PeerAddress lost = hop.insteadOf();
        if (lost != null) {
            mix(lost);
        }
    }

    private void mix(Completeness completeness) {
        mix(((long) completeness.counted() << 32) | completeness.declined());
        mix(((long) completeness.failed() << 32) | completeness.timedOut());
        mix(completeness.truncated());
        completeness.faults().byKind().forEach((kind, devices) -> {
            mix(kind.hashCode());
            mix(devices);
        });
    }

    private void mix(Control control) {
        if (control instanceof Control.InSegment inSegment) {
            // Specified by String.hashCode, hence the same everywhere.
            mix(inSegment.segment().scope().hashCode());
        }
        if (control instanceof Control.Digest digest) {
            mix(1);
            mix(digest.ids());
            mix(digest.slice());
        } else if (control instanceof Control.IHave iHave) {
            mix(2);
            mix(iHave.ids());
            mix(iHave.hop());
            mix(iHave.spare() ? 1 : 0);
        } else if (control instanceof Control.IWant iWant) {
            mix(3);
            mix(iWant.ids());
            mix(iWant.graft() ? 1 : 0);
        } else if (control instanceof Control.Summary summary) {
            mix(9);
            mix(summary.afterMillis());
            mix(summary.untilMillis());
            summary.checksums().forEach(this::mix);
        } else if (control instanceof Control.PullRequest pull) {
            mix(10);
            mix(pull.has());
            mix(pull.offered());
            mix(pull.slice());
        } else if (control instanceof Control.Prune) {
            mix(11);
        } else if (control instanceof Control.IDontWant iDontWant) {
            mix(12);
            mix(iDontWant.ids());
        } else if (control instanceof Control.Accept accept) {
            mix(4);
            mix(accept.request());
            accept.children().forEach(this::mix);
        } else if (control instanceof Control.Decline decline) {
            mix(5);
            mix(decline.request());
        } else if (control instanceof Control.Reply reply) {
            mix(6);
            mix(reply.request());
            mix(reply.completeness());
        } else if (control instanceof Control.ReplyFault fault) {
            mix(7);
            mix(fault.request());
            mix(fault.completeness());
        } else if (control instanceof Control.ReplyAck ack) {
            mix(8);
            mix(ack.request());
        } else if (control instanceof Control.Samples samples) {
            mix(13);
            mix(samples.request());
            mix(samples.number());
            mixSamples(samples.samples());
        } else if (control instanceof Control.SamplesAck ack) {
            mix(14);
            mix(ack.request());
            mix(ack.number());
        } else {
            throw new AssertionError("unhandled: " + control);
        }
    }

    private static int number(GossipTimer timer) {
        if (timer instanceof GossipTimer.Repair) {
            return 1;
        } else if (timer instanceof GossipTimer.Purge) {
            return 2;
        } else if (timer instanceof GossipTimer.RepeatWants) {
            return 3;
        } else if (timer instanceof GossipTimer.Redeliver) {
            return 4;
        } else if (timer instanceof GossipTimer.RepeatRequests) {
            return 5;
        } else if (timer instanceof GossipTimer.GatheringEnds) {
            return 6;
        } else if (timer instanceof GossipTimer.AnswerDue) {
            return 7;
        } else if (timer instanceof GossipTimer.RepeatReply) {
            return 8;
        } else if (timer instanceof GossipTimer.Forget) {
            return 9;
        } else if (timer instanceof GossipTimer.Pull) {
            return 10;
        } else if (timer instanceof GossipTimer.Advertise) {
            return 11;
        } else if (timer instanceof GossipTimer.Graft) {
            return 12;
        } else if (timer instanceof GossipTimer.Bridge) {
            return 13;
        } else if (timer instanceof GossipTimer.OrderDue) {
            return 14;
        }
        throw new AssertionError("unhandled: " + timer);
    }
}
