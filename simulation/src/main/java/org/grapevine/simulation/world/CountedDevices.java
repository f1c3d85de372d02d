package org.grapevine.simulation.world;

import java.util.BitSet;
import org.grapevine.core.message.Payload;

/**
 * The value of an answer, or of merged answers: which devices are inside, so that nobody can be inside twice unseen.
 *
 * @param who indexes of the devices; nobody changes it once it is in here
 * @param sizeBytes as a real answer would have; merged answers are as large as one, since values merge to one value
 */
public record CountedDevices(BitSet who, int sizeBytes) implements Payload {}
