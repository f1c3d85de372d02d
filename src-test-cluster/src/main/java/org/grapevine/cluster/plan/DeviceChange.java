package org.grapevine.cluster.plan;

/** Something that a scenario does to one device, at a time in µs since the start of the run. */
public sealed interface DeviceChange {

    long atMicros();

    int device();

    /** It starts, for the first time or with nothing remembered. */
    record Start(long atMicros, int device) implements DeviceChange {}

    /** It stops without a word. */
    record Crash(long atMicros, int device) implements DeviceChange {}

    /** It says Bye and stops. */
    record Leave(long atMicros, int device) implements DeviceChange {}

    /**
     * Its hosted service gets slow, or takes nothing.
     *
     * @param refuses takes no message and answers requests with a fault
     * @param fault kind of that fault
     * @param answerMicros what it needs for an answer otherwise, µs
     */
    record Slow(long atMicros, int device, boolean refuses, String fault, long answerMicros) implements DeviceChange {}

    /** Its hosted service is as it was built. */
    record Recover(long atMicros, int device) implements DeviceChange {}
}
