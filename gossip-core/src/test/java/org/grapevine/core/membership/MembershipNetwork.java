package org.grapevine.core.membership;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.BiPredicate;
import java.util.random.RandomGenerator;
import org.grapevine.core.message.PeerAddress;
import org.jspecify.annotations.Nullable;

/**
 * Devices of one segment in virtual time, with a network between them that delays, loses and repeats messages, and falls apart. Equal
 * seeds give equal runs. After each event it checks that {@code Linked} and {@code Unlinked} say what the links are.
 */
final class MembershipNetwork {

    /** What runs on a device. */
    interface Engine {
        List<MembershipAction> handle(long now, MembershipEvent event);

        List<PeerEntry> links();

        List<PeerEntry> entries();

        Map<MembershipDrop, Long> dropped();
    }

    /** Makes the engine of a device. */
    interface Factory {
        Engine make(PeerEntry self, SplittableRandom random);
    }

    /** Sees each message when it is sent. */
    record Sent(long at, PeerAddress from, PeerAddress to, PeerMessage message) {}

    private record Due(long at, long number, PeerAddress device, int life, MembershipEvent event) {}

    private static final class Device {
        final Engine engine;
        final int life;
        final Set<PeerAddress> linked = new HashSet<>();

        Device(Engine engine, int life) {
            this.engine = engine;
            this.life = life;
        }
    }

    private final SplittableRandom random;
    private final Factory factory;
    private final Map<PeerAddress, Device> devices = new LinkedHashMap<>();
    private final Map<PeerAddress, Integer> lives = new HashMap<>();
    private final Map<PeerAddress, Integer> sides = new HashMap<>();
    private final PriorityQueue<Due> queue =
            new PriorityQueue<>(Comparator.comparingLong(Due::at).thenComparingLong(Due::number));
    private final Map<PeerAddress, Integer> sizes = new HashMap<>();
    private final Set<PeerAddress> paused = new HashSet<>();
    private final Map<PeerAddress, Deque<Due>> held = new HashMap<>();
    private long number;
    private long now;
    private long sentMessages;
    private double loss;
    private double duplicates;
    private long leastDelay = 1;
    private long mostDelay = 20;
    private BiPredicate<Sent, RandomGenerator> losing = (sent, generator) -> false;

    MembershipNetwork(long seed, Factory factory) {
        this.random = new SplittableRandom(seed);
        this.factory = factory;
    }

    /** Devices that run the whole engine. */
    static MembershipNetwork of(long seed, MembershipConfig config) {
        return new MembershipNetwork(
                seed, (self, random) -> whole(new Membership(config, self, MembershipNetwork::isReal, random)));
    }

    /** The whole engine, for a factory. */
    static Engine whole(Membership membership) {
        return new Engine() {
            @Override
            public List<MembershipAction> handle(long now, MembershipEvent event) {
                return membership.handle(now, event);
            }

            @Override
            public List<PeerEntry> links() {
                return membership.links();
            }

            @Override
            public List<PeerEntry> entries() {
                return membership.standings().stream().map(Standing::peer).toList();
            }

            @Override
            public Map<MembershipDrop, Long> dropped() {
                return membership.stats().dropped();
            }
        };
    }

    /** Addresses that can be those of devices here. */
    static boolean isReal(PeerAddress address) {
        return address.value().startsWith("d");
    }

    static PeerAddress address(int device) {
        return new PeerAddress("d" + device);
    }

    static PeerEntry entry(int device) {
        return new PeerEntry(address(device), 80, 0);
    }

    /** The share of messages that get lost. */
    MembershipNetwork loss(double share) {
        loss = share;
        return this;
    }

    /** The share of messages that come twice. */
    MembershipNetwork duplicates(double share) {
        duplicates = share;
        return this;
    }

    /** Messages take this long, ms; drawn for each, so that one may overtake another. */
    MembershipNetwork delay(long least, long most) {
        leastDelay = least;
        mostDelay = most;
        return this;
    }

    /** Loses, beside the share, the messages for which this holds. */
    MembershipNetwork losing(BiPredicate<Sent, RandomGenerator> which) {
        losing = which;
        return this;
    }

    /** Starts a device; again if it has crashed. */
    void start(int device, int... contacts) {
        PeerAddress address = address(device);
        start(address, factory.make(entry(device), random.split()), contacts);
    }

    /** Starts a device with an engine of its own. */
    void start(PeerAddress address, Engine engine, int... contacts) {
        int life = lives.merge(address, 1, Integer::sum);
        devices.put(address, new Device(engine, life));
        tell(address, new MembershipEvent.Started());
        contacts(address, contacts);
    }

    /** Somebody outside names peers. */
    void contacts(PeerAddress address, int... contacts) {
        List<PeerEntry> entries = new ArrayList<>();
        for (int contact : contacts) {
            if (!address(contact).equals(address)) {
                entries.add(entry(contact));
            }
        }
        if (!entries.isEmpty()) {
            tell(address, new MembershipEvent.Contacts(entries));
        }
    }

    /** Starts devices 0 to count - 1, all in the same ms; each but the first one has the one before it as its contact. */
    void startChain(int count) {
        for (int i = 0; i < count; i++) {
            if (i == 0) {
                start(i);
            } else {
                start(i, i - 1);
            }
        }
    }

    /** Starts devices 0 to count - 1, all in the same ms, with the first one as the contact of all. */
    void startStorm(int count) {
        for (int i = 0; i < count; i++) {
            if (i == 0) {
                start(i);
            } else {
                start(i, 0);
            }
        }
    }

    /** Tells a device's engine an event, now. */
    void tell(PeerAddress address, MembershipEvent event) {
        Device device = devices.get(address);
        if (device == null) {
            return;
        }
        for (MembershipAction action : device.engine.handle(now, event)) {
            if (action instanceof MembershipAction.Send send) {
                send(address, send.to(), send.message());
            } else if (action instanceof MembershipAction.Schedule schedule) {
                assertThat(schedule.delayMillis()).isNotNegative();
                enqueue(now + schedule.delayMillis(), address, device.life, timer(schedule));
            } else if (action instanceof MembershipAction.Linked linked) {
                assertThat(device.linked.add(linked.peer().address())).isTrue();
            } else if (action instanceof MembershipAction.Unlinked unlinked) {
                assertThat(device.linked.remove(unlinked.peer())).isTrue();
            } else if (action instanceof MembershipAction.Sized sized) {
                sizes.put(address, sized.devices());
            }
        }
        List<PeerEntry> links = device.engine.links();
        assertThat(links).hasSize(device.linked.size());
        for (PeerEntry link : links) {
            assertThat(device.linked.contains(link.address())).isTrue();
        }
    }

    private static MembershipEvent timer(MembershipAction.Schedule schedule) {
        return new MembershipEvent.TimerFired(schedule.timer());
    }

    /** Sends a message, whoever the sender is. */
    void send(PeerAddress from, PeerAddress to, PeerMessage message) {
        sentMessages++;
        Sent sent = new Sent(now, from, to, message);
        int copies = random.nextDouble() < duplicates ? 2 : 1;
        for (int i = 0; i < copies; i++) {
            boolean lost = random.nextDouble() < loss || losing.test(sent, random);
            long delay = random.nextLong(leastDelay, mostDelay + 1);
            Device receiver = devices.get(to);
            if (!lost && receiver != null && side(from) == side(to)) {
                enqueue(now + delay, to, receiver.life, new MembershipEvent.Received(from, message));
            }
        }
    }

    private void enqueue(long at, PeerAddress device, int life, MembershipEvent event) {
        queue.add(new Due(at, number++, device, life, event));
    }

    private int side(PeerAddress address) {
        return sides.getOrDefault(address, 0);
    }

    /** The device is gone without a word. */
    void crash(int device) {
        devices.remove(address(device));
    }

    /** The device leaves, and stops. */
    void leave(int device) {
        tell(address(device), new MembershipEvent.Leaving());
        devices.remove(address(device));
    }

    /** The device does nothing until {@link #resume}; what comes in between waits. */
    void pause(int device) {
        paused.add(address(device));
    }

    void resume(int device) {
        paused.remove(address(device));
        for (Due due : held.getOrDefault(address(device), new ArrayDeque<>())) {
            enqueue(now, due.device(), due.life(), due.event());
        }
        held.remove(address(device));
    }

    /** Messages go from now on only between these devices, and between all others. */
    void split(Collection<Integer> side) {
        sides.clear();
        side.forEach(device -> sides.put(address(device), 1));
    }

    void heal() {
        sides.clear();
    }

    /** Lets time go by, ms. */
    void run(long millis) {
        long end = now + millis;
        while (!queue.isEmpty() && queue.peek().at() <= end) {
            Due due = queue.remove();
            now = due.at();
            @Nullable Device device = devices.get(due.device());
            if (device == null || device.life != due.life()) {
                continue;
            }
            if (paused.contains(due.device())) {
                held.computeIfAbsent(due.device(), each -> new ArrayDeque<>()).add(due);
            } else {
                tell(due.device(), due.event());
            }
        }
        now = end;
    }

    long now() {
        return now;
    }

    long sentMessages() {
        return sentMessages;
    }

    /** Devices that are up. */
    List<PeerAddress> up() {
        return List.copyOf(devices.keySet());
    }

    boolean isUp(PeerAddress address) {
        return devices.containsKey(address);
    }

    Engine engine(int device) {
        return engine(address(device));
    }

    Engine engine(PeerAddress address) {
        Device device = devices.get(address);
        assertThat(device).isNotNull();
        return device.engine;
    }

    List<PeerAddress> links(int device) {
        return addresses(engine(device).links());
    }

    List<PeerAddress> links(PeerAddress device) {
        return addresses(engine(device).links());
    }

    /** The last size that the engine told; 0 if it did not. */
    int size(int device) {
        return sizes.getOrDefault(address(device), 0);
    }

    /** Links, as holder and held, that only one of two devices that are up holds now. Some are: messages take time. */
    Set<List<PeerAddress>> oneSided() {
        Set<List<PeerAddress>> oneSided = new HashSet<>();
        for (PeerAddress device : up()) {
            for (PeerAddress link : links(device)) {
                if (isUp(link) && !links(link).contains(device)) {
                    oneSided.add(List.of(device, link));
                }
            }
        }
        return oneSided;
    }

    /** Lets time go by, and says which links were one-sided during all of it, looked at in each second. */
    Set<List<PeerAddress>> oneSidedFor(int seconds) {
        Set<List<PeerAddress>> lasting = oneSided();
        for (int i = 0; i < seconds; i++) {
            run(1_000);
            lasting.retainAll(oneSided());
        }
        return lasting;
    }

    /** The share of all entries, links included, that name devices which are not up. */
    double deadShare() {
        long dead = 0;
        long all = 0;
        for (PeerAddress device : up()) {
            for (PeerEntry entry : engine(device).entries()) {
                all++;
                dead += isUp(entry.address()) ? 0 : 1;
            }
        }
        return all == 0 ? 0 : (double) dead / all;
    }

    /** The parts into which the overlay of the devices that are up falls, largest first; links count in both directions. */
    List<Set<PeerAddress>> parts() {
        Map<PeerAddress, Set<PeerAddress>> neighbours = new HashMap<>();
        for (PeerAddress device : up()) {
            for (PeerAddress link : links(device)) {
                if (isUp(link)) {
                    neighbours.computeIfAbsent(device, each -> new HashSet<>()).add(link);
                    neighbours.computeIfAbsent(link, each -> new HashSet<>()).add(device);
                }
            }
        }
        List<Set<PeerAddress>> parts = new ArrayList<>();
        Set<PeerAddress> seen = new HashSet<>();
        for (PeerAddress device : up()) {
            if (!seen.add(device)) {
                continue;
            }
            Set<PeerAddress> part = new HashSet<>();
            Deque<PeerAddress> open = new ArrayDeque<>(List.of(device));
            while (!open.isEmpty()) {
                PeerAddress next = open.removeFirst();
                part.add(next);
                for (PeerAddress neighbour : neighbours.getOrDefault(next, Set.of())) {
                    if (seen.add(neighbour)) {
                        open.addLast(neighbour);
                    }
                }
            }
            parts.add(part);
        }
        parts.sort(
                Comparator.comparingInt((Set<PeerAddress> part) -> part.size()).reversed());
        return parts;
    }

    private static List<PeerAddress> addresses(List<PeerEntry> entries) {
        return entries.stream().map(PeerEntry::address).toList();
    }
}
