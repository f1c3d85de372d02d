package org.grapevine.core.membership;

import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.grapevine.core.message.PeerAddress;
import org.jspecify.annotations.Nullable;

/** Detectors and estimates of many devices whose links a test lays, in virtual time: equal seeds give equal runs. */
final class HealthNetwork {

    static final long START = 1_700_000_040_000L;

    private final Random random;
    private final PriorityQueue<Event> queue = new PriorityQueue<>();
    private long numbers;
    private long now = START;
    final List<Device> devices = new ArrayList<>();
    double loss;
    double duplicates;
    long leastDelay = 5;
    long mostDelay = 20;
    /** Told of every message when it is sent. */
    Consumer<Sent> tap = sent -> {};

    record Sent(long at, PeerAddress from, PeerAddress to, PeerMessage message) {}

    private record Event(long at, long number, Runnable what) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            int byTime = Long.compare(at, other.at);
            return byTime != 0 ? byTime : Long.compare(number, other.number);
        }
    }

    /** A peer that another one's detector has taken out. */
    record Death(long at, PeerAddress by, PeerAddress peer) {}

    final List<Death> deaths = new ArrayList<>();

    /** One device. */
    final class Device {
        final PeerAddress address;
        final FixedOverlay overlay = new FixedOverlay();
        final Tally tally = new Tally();
        final List<MembershipAction> seen = new ArrayList<>();
        FailureDetector detector;
        SizeEstimate estimate;
        private final MembershipConfig config;
        private final long seed;
        boolean up = true;
        int started;
        long clockAhead;
        /** A device that is stopped does nothing, and does later what it should have done. */
        private @Nullable List<Runnable> paused;

        private Device(PeerAddress address, MembershipConfig config) {
            this.address = address;
            this.config = config;
            this.seed = random.nextLong();
            this.estimate = newEstimate();
            this.detector = newDetector();
        }

        private SizeEstimate newEstimate() {
            return new SizeEstimate(config.estimate(), address, overlay, new Random(seed + started), tally);
        }

        private FailureDetector newDetector() {
            return new FailureDetector(
                    config,
                    address,
                    overlay,
                    () -> estimate.size(),
                    this::failed,
                    new Random(seed + 31L * started + 1),
                    tally);
        }

        private void failed(long at, PeerAddress peer, List<MembershipAction> out) {
            deaths.add(new Death(now, address, peer));
            overlay.remove(peer);
            detector.onGone(peer, out);
        }

        void start() {
            up = true;
            int life = ++started;
            estimate = newEstimate();
            detector = newDetector();
            perform(life, out -> {
                detector.onStarted(clock(), out);
                estimate.onStarted(clock(), out);
            });
        }

        long clock() {
            return now + clockAhead;
        }

        void crash() {
            up = false;
            started++;
        }

        void pause() {
            paused = new ArrayList<>();
        }

        void resume() {
            List<Runnable> due = paused;
            paused = null;
            if (due != null) {
                due.forEach(Runnable::run);
            }
        }

        void perform(int life, Consumer<List<MembershipAction>> what) {
            if (!up || life != started) {
                return;
            }
            if (paused != null) {
                paused.add(() -> perform(life, what));
                return;
            }
            List<MembershipAction> out = new ArrayList<>();
            what.accept(out);
            for (MembershipAction action : out) {
                if (action instanceof MembershipAction.Send send) {
                    transmit(address, send.to(), send.message());
                } else if (action instanceof MembershipAction.Schedule schedule) {
                    at(
                            now + schedule.delayMillis(),
                            () -> perform(life, then -> {
                                if (schedule.timer() instanceof MembershipTimer.OfHealth ofHealth) {
                                    detector.onTimer(clock(), ofHealth, then);
                                } else if (schedule.timer() instanceof MembershipTimer.OfSize ofSize) {
                                    estimate.onTimer(clock(), ofSize, then);
                                }
                            }));
                } else {
                    seen.add(action);
                }
            }
        }

        void receive(PeerAddress from, PeerMessage message) {
            perform(started, out -> {
                if (message instanceof PeerMessage.OfHealth ofHealth) {
                    detector.onMessage(clock(), from, ofHealth, out);
                } else if (message instanceof PeerMessage.OfSize ofSize) {
                    estimate.onMessage(clock(), from, ofSize, out);
                }
            });
        }

        void check(PeerAddress peer) {
            perform(started, out -> detector.onCheck(clock(), peer, out));
        }
    }

    HealthNetwork(long seed) {
        this.random = new Random(seed);
    }

    static PeerAddress address(int number) {
        return new PeerAddress("peer" + number);
    }

    HealthNetwork add(int count, MembershipConfig config) {
        for (int i = 0; i < count; i++) {
            devices.add(new Device(address(devices.size()), config));
        }
        return this;
    }

    /** Everybody is a link of everybody. */
    HealthNetwork complete() {
        for (Device device : devices) {
            for (Device other : devices) {
                if (other != device) {
                    device.overlay.link(other.address);
                }
            }
        }
        return this;
    }

    /** Each gets at least so many links, and each link is one of both. */
    HealthNetwork random(int degree) {
        for (int i = 0; i < devices.size(); i++) {
            while (devices.get(i).overlay.links().size() < Math.min(degree, devices.size() - 1)) {
                int other = random.nextInt(devices.size());
                if (other != i) {
                    join(i, other);
                }
            }
        }
        return this;
    }

    void join(int one, int other) {
        devices.get(one).overlay.link(address(other));
        devices.get(other).overlay.link(address(one));
    }

    HealthNetwork start() {
        devices.forEach(Device::start);
        return this;
    }

    Device device(int number) {
        return devices.get(number);
    }

    private Device device(PeerAddress address) {
        return devices.get(Integer.parseInt(address.value().substring("peer".length())));
    }

    long now() {
        return now;
    }

    void at(long time, Runnable what) {
        queue.add(new Event(Math.max(now, time), numbers++, what));
    }

    void transmit(PeerAddress from, PeerAddress to, PeerMessage message) {
        tap.accept(new Sent(now, from, to, message));
        if (!to.value().startsWith("peer")) {
            return;
        }
        int copies = random.nextDouble() < duplicates ? 2 : 1;
        for (int i = 0; i < copies; i++) {
            if (random.nextDouble() >= loss) {
                long delay = leastDelay + random.nextLong(mostDelay - leastDelay + 1);
                at(now + delay, () -> device(to).receive(from, message));
            }
        }
    }

    void run(long millis) {
        runUntil(now + millis, () -> false);
    }

    /** Runs until it holds; false if that does not happen in time. */
    boolean runFor(long millis, Supplier<Boolean> holds) {
        return runUntil(now + millis, holds);
    }

    private boolean runUntil(long end, Supplier<Boolean> holds) {
        while (true) {
            if (holds.get()) {
                return true;
            }
            Event next = queue.peek();
            if (next == null || next.at() > end) {
                now = end;
                return holds.get();
            }
            queue.poll();
            now = next.at();
            next.what().run();
        }
    }
}
