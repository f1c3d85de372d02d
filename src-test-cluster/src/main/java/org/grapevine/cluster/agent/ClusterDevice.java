package org.grapevine.cluster.agent;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.grapevine.cluster.plan.DeviceChange;
import org.grapevine.cluster.record.Entry;
import org.grapevine.dpws.hosting.ServiceFaultException;
import org.grapevine.simulation.world.CountedDevices;
import org.jspecify.annotations.Nullable;

/**
 * The hosted service of one device in one of its lives: records what it is called with, and answers with its number and value.
 * Called by many threads at once.
 */
final class ClusterDevice implements ClusterService {

    /** Hops of the message with which the calling thread is about to call a service. */
    static final ThreadLocal<Integer> HOPS = ThreadLocal.withInitial(() -> -1);

    private final int device;
    private final long run;
    private final RunClock clock;
    private final Recorder recorder;

    /** What is wrong with it at present; null for nothing. */
    private volatile DeviceChange.@Nullable Slow slow;

    private volatile boolean gone;

    ClusterDevice(int device, long run, RunClock clock, Recorder recorder) {
        this.device = device;
        this.run = run;
        this.clock = clock;
        this.recorder = recorder;
    }

    /** From now on it is so slow, or refuses; null for neither. */
    void be(DeviceChange.@Nullable Slow change) {
        slow = change;
    }

    /** Records nothing any more: its device has crashed. */
    void die() {
        gone = true;
    }

    @Override
    public void push(long ofRun, int message, String padding) {
        DeviceChange.Slow now = slow;
        if (now != null && now.refuses()) {
            throw refusal(now);
        }
        delivered(ofRun, message);
    }

    @Override
    public String ask(long ofRun, int message, int answer, String padding) {
        DeviceChange.Slow now = slow;
        delivered(ofRun, message);
        if (now != null && now.refuses()) {
            throw refusal(now);
        }
        if (now != null) {
            pass(now.answerMicros());
        }
        CountedDevices own = CountedDevices.of(device, Math.max(1, answer));
        return new CountedText(own.who(), own.sum(), own.sizeBytes()).write();
    }

    private static ServiceFaultException refusal(DeviceChange.Slow why) {
        return ServiceFaultException.receiver(
                why.fault(), new IllegalStateException("refuses since " + why.atMicros() + " µs"));
    }

    /** A message of another run that is still under way is nobody's. */
    private void delivered(long ofRun, int message) {
        int hops = HOPS.get();
        if (ofRun == run && !gone && clock.hasBegun()) {
            recorder.add(new Entry.Delivered(Math.max(0, clock.micros()), device, message, Math.max(0, hops)));
        }
    }

    private static void pass(long micros) {
        long end = System.nanoTime() + TimeUnit.MICROSECONDS.toNanos(micros);
        long left = end - System.nanoTime();
        while (left > 0 && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(left);
            left = end - System.nanoTime();
        }
    }
}
