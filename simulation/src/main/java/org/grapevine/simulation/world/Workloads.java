package org.grapevine.simulation.world;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.grapevine.core.engine.OriginSequence;
import org.grapevine.core.message.GossipMessage;
import org.grapevine.core.message.GossipParameters;
import org.grapevine.core.message.GossipVariant;
import org.grapevine.core.message.MessageId;
import org.grapevine.core.message.ReplyTerms;
import org.grapevine.simulation.scenario.Scenario;
import org.grapevine.simulation.scenario.Workload;
import org.jspecify.annotations.Nullable;

/** What devices are asked to do, at its times. A device that is down when its turn comes does nothing. */
final class Workloads {

    private static final String ID_PREFIX = "urn:uuid:00000000-0000-4000-8000-";
    private static final int ID_DIGITS = 12;
    private static final String AGGREGATION = "urn:sim:devices";

    private final World world;
    private final List<Integer> answerBytes = new ArrayList<>();
    private final Map<MessageId, Notifying> notifying = new HashMap<>();
    private final Map<Device, Life> lives = new HashMap<>();
    private final long nothingToPullFromMicros;

    Workloads(World world) {
        this.world = world;
        this.nothingToPullFromMicros = nothingToPullFrom(world.scenario());
    }

    void plan() {
        world.timetable().deeds((micros, workload, device) -> plan(micros, workload, world.device(device)));
    }

    private void plan(long micros, Workload workload, Device device) {
        world.at(micros, new Occurrence() {
            @Override
            void happen(World there) {
                begin(workload, device);
            }
        });
    }

    List<Device> group(String name) {
        List<Device> devices = new ArrayList<>();
        for (int i = 0; i < world.size(); i++) {
            if (world.device(i).group().equals(name)) {
                devices.add(world.device(i));
            }
        }
        return devices;
    }

    private void begin(Workload workload, Device device) {
        if (!device.isUp() || device.isPaused()) {
            return;
        }
        if (workload instanceof Workload.Notify notify) {
            new Notifying(notify, device, message(workload, device)).begin();
        } else {
            world.publish(device, message(workload, device));
        }
    }

    /** What a device publishes now; the next one in the order of publications. */
    GossipMessage message(Workload workload, Device device) {
        if (workload instanceof Workload.Push push) {
            GossipParameters parameters =
                    parameters(device, push.spread(), push.lifetimeMillis(), push.repairMillis(), null);
            return message(device, parameters, push.bytes(), 0);
        } else if (workload instanceof Workload.Request request) {
            GossipParameters parameters = parameters(
                    device,
                    request.spread(),
                    request.lifetimeMillis(),
                    0,
                    request.replies().terms(AGGREGATION));
            return message(device, parameters, request.bytes(), request.answerBytes());
        } else if (workload instanceof Workload.Notify notify) {
            GossipParameters parameters = new GossipParameters(
                    1, 1, device.clockMillis(world.nowMicros()), notify.attempts() * notify.timeoutMillis(), 0, null);
            return message(device, parameters, notify.bytes(), 0);
        }
        throw new AssertionError("unhandled: " + workload);
    }

    private GossipParameters parameters(
            Device device,
            Workload.Spread spread,
            long lifetimeMillis,
            long repairMillis,
            @Nullable ReplyTerms replies) {
        long now = device.clockMillis(world.nowMicros());
        return new GossipParameters(
                spread.variant(),
                spread.fanout(),
                spread.rounds(),
                spread.variant() == GossipVariant.LAZY_PUSH ? spread.eagerHops() : 0,
                now,
                lifetimeMillis,
                repairMillis,
                spread.ordered() ? orderOf(device).next(now, lifetimeMillis) : null,
                replies);
    }

    private OriginSequence orderOf(Device device) {
        Life known = lives.get(device);
        if (known == null || known.incarnation != device.incarnation()) {
            known = new Life(device.incarnation(), new OriginSequence());
            lives.put(device, known);
        }
        return known.sequence;
    }

    /** A device that restarts begins a new sequence. */
    private record Life(int incarnation, OriginSequence sequence) {}

    /** When the last message or request that is pulled has expired on every clock, µs; -1 if none is. */
    long nothingToPullFromMicros() {
        return nothingToPullFromMicros;
    }

    private static long nothingToPullFrom(Scenario scenario) {
        long over = -1;
        long blur = (scenario.config().allowedClockErrorMillis() + 2 * scenario.clockErrorMillis()) * 1_000;
        for (Workload workload : scenario.workload()) {
            long lives = -1;
            if (workload instanceof Workload.Push push
                    && push.spread().variant().isPulled()) {
                lives = push.lifetimeMillis();
            } else if (workload instanceof Workload.Request request
                    && request.spread().variant().isPulled()) {
                lives = Math.max(request.lifetimeMillis(), request.replies().timeoutMillis());
            }
            if (lives >= 0) {
                long last = workload.atMicros() + workload.repetition().spanMicros();
                over = Math.max(over, last + lives * 1_000 + blur);
            }
        }
        return over;
    }

    private GossipMessage message(Device from, GossipParameters parameters, int bytes, int answer) {
        int index = answerBytes.size();
        answerBytes.add(answer);
        MessageId id = id(index);
        return new GossipMessage(id, from.address(), parameters, new SimulatedPayload(index, bytes));
    }

    /** As long as ids are in practice, with the running number in its last digits. */
    private static MessageId id(int index) {
        String digits = Integer.toString(index);
        return new MessageId(ID_PREFIX + "0".repeat(ID_DIGITS - digits.length()) + digits);
    }

    int indexOf(MessageId id) {
        String value = id.value();
        if (!value.startsWith(ID_PREFIX)) {
            return -1;
        }
        int index = Integer.parseInt(value, ID_PREFIX.length(), value.length(), 10);
        return index < answerBytes.size() ? index : -1;
    }

    int answerBytes(MessageId request) {
        return answerBytes.get(indexOf(request));
    }

    /** The baseline: a notification to each subscriber by itself, each repeated until it is acknowledged. */
    private final class Notifying {
        private static final int ACKNOWLEDGEMENT_BYTES = 120;

        private final Workload.Notify workload;
        private final Device publisher;
        private final GossipMessage message;
        private final Deque<Device> waiting = new ArrayDeque<>();
        private final Map<Device, Integer> attempts = new HashMap<>();
        private final BitSet reached = new BitSet();

        Notifying(Workload.Notify workload, Device publisher, GossipMessage message) {
            this.workload = workload;
            this.publisher = publisher;
            this.message = message;
        }

        void begin() {
            for (Device subscriber : group(workload.to())) {
                if (subscriber != publisher) {
                    waiting.add(subscriber);
                }
            }
            notifying.put(message.id(), this);
            for (Observer observer : world.observers()) {
                observer.published(world.nowMicros(), publisher, message);
                observer.delivered(world.nowMicros(), publisher, message);
            }
            for (int i = 0; i < workload.atOnce(); i++) {
                notifyNext();
            }
        }

        private void notifyNext() {
            Device next = waiting.poll();
            if (next != null) {
                attempts.put(next, 0);
                attempt(next);
            }
        }

        private void attempt(Device subscriber) {
            Integer before = attempts.get(subscriber);
            if (before == null) {
                return; // Acknowledged meanwhile.
            }
            if (before == workload.attempts()) {
                attempts.remove(subscriber);
                for (Observer observer : world.observers()) {
                    observer.gaveUp(world.nowMicros(), subscriber, message.id());
                }
                notifyNext();
                return;
            }
            attempts.put(subscriber, before + 1);
            int bytes = EnvelopeSizes.MESSAGE_HEADERS + workload.bytes();
            world.send(new Transit.Notification(publisher, subscriber, bytes, message.id(), false), null);
            world.at(world.nowMicros() + workload.timeoutMillis() * 1_000, new World.ForDevice(publisher) {
                @Override
                void happen() {
                    attempt(subscriber);
                }
            });
        }

        void arrived(Transit.Notification notification) {
            if (notification.isAcknowledgement()) {
                if (attempts.remove(notification.from()) != null) {
                    notifyNext();
                }
                return;
            }
            Device subscriber = notification.to();
            if (!reached.get(subscriber.index())) {
                reached.set(subscriber.index());
                for (Observer observer : world.observers()) {
                    observer.delivered(world.nowMicros(), subscriber, message);
                }
            }
            world.send(
                    new Transit.Notification(subscriber, publisher, ACKNOWLEDGEMENT_BYTES, message.id(), true), null);
        }
    }

    void arrived(Transit.Notification notification) {
        Notifying sender = notifying.get(notification.id());
        if (sender == null) {
            throw new AssertionError("nobody sent " + notification.id());
        }
        sender.arrived(notification);
    }
}
