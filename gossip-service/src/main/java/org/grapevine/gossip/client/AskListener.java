package org.grapevine.gossip.client;

/**
 * Gets what comes of a question that is asked by subscription: one thing after the other in the order in which it came, on the threads
 * for {@link org.grapevine.dpws.device.DeviceHost#applicationCalls}. One that is slow is waited for: 1,024 things wait here, then the
 * shadow is asked to come again, and has limits of its own. What it throws is logged.
 */
public interface AskListener {

    /** The value of one device, if values are not merged; before the end of its run. */
    void onSample(DeviceSample sample);

    /** A run is over. */
    void onRun(RunAnswer run);
}
