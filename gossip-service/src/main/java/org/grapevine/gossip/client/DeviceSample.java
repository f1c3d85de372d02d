package org.grapevine.gossip.client;

import org.grapevine.core.message.PeerAddress;

/**
 * The value of one device as it gave it.
 *
 * @param run of which run it is, from 1 on
 * @param device address of the device's shadow, by which peers know it
 * @param takenMillis when the device gave it, ms since the epoch by its own clock
 * @param value what its hosted service answered: one element in UTF-8 that declares every namespace it needs
 */
@SuppressWarnings("ArrayRecordComponent") // Handed on to one reader, never compared.
public record DeviceSample(int run, PeerAddress device, long takenMillis, byte[] value) {}
