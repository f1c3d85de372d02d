package org.grapevine.simulation.world;

import org.grapevine.core.message.Payload;

/**
 * What a published message carries in the simulator: its running number and a size.
 *
 * @param index number of the publication, from 0
 * @param sizeBytes of the body
 */
public record SimulatedPayload(int index, int sizeBytes) implements Payload {}
