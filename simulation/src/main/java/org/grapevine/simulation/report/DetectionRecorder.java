package org.grapevine.simulation.report;

import java.util.HashMap;
import java.util.Map;
import org.grapevine.core.membership.PeerMessage;
import org.grapevine.simulation.world.Device;
import org.grapevine.simulation.world.Observer;
import org.grapevine.simulation.world.Transit;
import org.grapevine.simulation.world.World;

/** Takes down how soon a device that has gone is pinged for the first time. For one run. */
final class DetectionRecorder implements Observer {

    private long probeMicros;
    private final Map<Device, Long> gone = new HashMap<>();
    private long periods;
    private long found;

    @Override
    public void begins(World world) {
        var config = world.scenario().peers().membership();
        if (config != null) {
            probeMicros = config.detection().probeMillis() * 1_000;
        }
    }

    @Override
    public void stopped(long now, Device device) {
        if (probeMicros > 0) {
            gone.put(device, now);
        }
    }

    @Override
    public void started(long now, Device device) {
        gone.remove(device);
    }

    @Override
    public void sent(long now, Transit transit) {
        if (!gone.isEmpty()
                && transit instanceof Transit.Peering peering
                && peering.message() instanceof PeerMessage.Ping) {
            Long since = gone.remove(transit.to());
            if (since != null) {
                periods += (now - since) / probeMicros + 1;
                found++;
            }
        }
    }

    /** Periods of probes until then, the one in which it happens included: mean over the devices; NaN if none. */
    double firstPingPeriods() {
        return found == 0 ? Double.NaN : (double) periods / found;
    }
}
