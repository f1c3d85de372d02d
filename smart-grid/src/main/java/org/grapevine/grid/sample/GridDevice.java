package org.grapevine.grid.sample;

import java.util.List;

/**
 * A place for a device in the sample grid.
 *
 * @param number counts the devices of a role from 1
 * @param name such as {@code sm-17}; the only information system is {@code is}
 * @param scopes the segments that it is in, the upper one first
 */
public record GridDevice(DeviceRole role, int number, String name, List<String> scopes) {

    public GridDevice {
        scopes = List.copyOf(scopes);
    }
}
